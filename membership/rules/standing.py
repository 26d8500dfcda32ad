"""The standing of a member unit: which states there are and which steps lead from one to another. Pure."""

from enum import StrEnum

from core.errors import BadInput, RuleViolated
from core.i18n import N_, _


class Status(StrEnum):
    """Where a unit stands. Type, period, standing and grade are four different things; this is standing only."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    EXPELLED = "expelled"

    @property
    def label(self) -> str:
        """The status in the language of the moment."""
        return _(NAMES[self])

    @property
    def member(self) -> bool:
        """Whether a unit of this standing is a member."""
        return self in (Status.ACTIVE, Status.SUSPENDED)


NAMES = {
    Status.ACTIVE: N_("active"),
    Status.SUSPENDED: N_("rights suspended"),
    Status.WITHDRAWN: N_("has withdrawn"),
    Status.LAPSED: N_("deemed withdrawn"),
    Status.EXPELLED: N_("membership cancelled"),
}
STEPS = {
    Status.ACTIVE: {Status.SUSPENDED, Status.WITHDRAWN, Status.LAPSED, Status.EXPELLED},
    Status.SUSPENDED: {Status.ACTIVE, Status.WITHDRAWN, Status.LAPSED, Status.EXPELLED},
    Status.WITHDRAWN: {Status.ACTIVE},
    Status.LAPSED: {Status.ACTIVE},
    Status.EXPELLED: {Status.ACTIVE},
}


def check_step(former: Status, status: Status) -> None:
    """A step that the lifecycle knows. Raises RuleViolated. Withdrawing is never refused to a member."""
    if status not in STEPS[former]:
        text = _("From “{former}” there is no step to “{status}”.")
        raise RuleViolated("status_step", text.format(former=former.label, status=status.label))


def status_named(words: str) -> Status:
    """The status of this name in either language. Raises BadInput."""
    for status in Status:
        if words.casefold() in (status.value, status.label.casefold()):
            return status
    known = ", ".join(status.label for status in Status)
    raise BadInput("status_unknown", _("“{name}” is no status. Use: {known}").format(name=words[:40], known=known))
