"""What an operator has to know when setting Slack up: which rights are missing, and how Slack reaches us."""

from functools import lru_cache
from pathlib import Path

import yaml

from bot.platforms.base import DeliveryError
from bot.platforms.slack.wire import Wire
from core.i18n import _

MANIFEST = Path(__file__).with_name("manifest.yaml")
HOOK_PATH = "/hooks/slack"
SCOPES_HEADER = "x-oauth-scopes"
Finding = tuple[str, bool, str]
"""What was looked at, whether it is good, and what there is to say."""


@lru_cache
def wanted_scopes() -> frozenset[str]:
    """The rights that the manifest asks for."""
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return frozenset(manifest["oauth_config"]["scopes"]["bot"])


async def examined(wire: Wire, app_token: str, secret: str, home: str) -> list[Finding]:
    """The findings. Raises a DeliveryError when Slack cannot be asked."""
    answer = await wire.auth_test()
    headers = {name.lower(): value for name, value in answer.headers.items()}
    given = headers.get(SCOPES_HEADER)
    found = [] if given is None else [_scopes({scope.strip() for scope in given.split(",")})]
    return [*found, await _socket(wire, app_token) if app_token else _posts(secret, home)]


def _scopes(given: set[str]) -> Finding:
    missing = sorted(wanted_scopes() - given)
    if not missing:
        return _("slack scopes"), True, _("all granted")
    text = _("missing: {scopes}. Add them under “OAuth & Permissions”, then reinstall the app.")
    return _("slack scopes"), False, text.format(scopes=", ".join(missing))


async def _socket(wire: Wire, app_token: str) -> Finding:
    try:
        await wire.apps_connections_open(app_token=app_token)
    except DeliveryError as error:
        text = _("Socket Mode was refused ({reason}). GUILDHALL_SLACK_APP_TOKEN needs the scope connections:write.")
        return _("slack receiving"), False, text.format(reason=error.reason)
    return _("slack receiving"), True, _("Socket Mode")


def _posts(secret: str, home: str) -> Finding:
    if not secret:
        text = _("set GUILDHALL_SLACK_APP_TOKEN (Socket Mode), or GUILDHALL_SLACK_SIGNING_SECRET (posts to the portal)")
        return _("slack receiving"), False, text
    if not home:
        return _("slack receiving"), False, _("set GUILDHALL_PUBLIC_URL, so that Slack can reach the portal")
    return _("slack receiving"), True, _("posts to {url}").format(url=home + HOOK_PATH)
