"""The words about dues and merged units that staff receive."""

from core.i18n import _


def request_declined(*, summary: str, by: str, reason: str) -> str:
    """What somebody asked for was refused."""
    return _("{by} has declined: {summary}\nReason: {reason}").format(by=by, summary=summary, reason=reason)
