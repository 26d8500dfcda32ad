"""Every failure that Slack or the line can show has one outcome."""

import pytest

from bot.messages import FileOut
from bot.platforms.base import Outgoing, Rejected, RetryLater, Unauthorised, Uncertain, Unreachable
from bot.platforms.slack import SlackPlatform
from bot.platforms.slack.errors import error_of
from tests.bot.platforms.slack.test_sending import HELLO, reached
from tests.loopback.slack import SlackServer

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    ("kind", "detail", "error", "reason", "arrived"),
    [
        ("status", {"code": 500}, RetryLater, "server_trouble", 0),
        ("status", {"code": 502}, RetryLater, "server_trouble", 0),
        ("status", {"code": 403}, Unauthorised, "http_403", 0),
        ("status", {"code": 413}, Rejected, "file_too_big", 0),
        ("status", {"code": 404}, Rejected, "http_404", 0),
        ("status", {"code": 200}, Uncertain, "unreadable_answer", 0),
        ("cut", {}, Uncertain, "connection_lost", 0),
        ("lost_reply", {}, Uncertain, "connection_lost", 1),
        ("truncated", {}, Uncertain, "unreadable_answer", 1),
        ("garbage", {"text": "[]"}, Uncertain, "unreadable_answer", 1),
        ("garbage", {"text": "null"}, Uncertain, "unreadable_answer", 1),
        ("garbage", {"text": '{"ok": true}'}, Uncertain, "unreadable_answer", 1),
        ("garbage", {"text": "ok", "content_type": "text/plain"}, Uncertain, "unreadable_answer", 1),
        ("garbage", {"text": '{"ok": false}'}, Uncertain, "unreadable_answer", 1),
    ],
)
async def test_every_failure_has_its_outcome(
    server: SlackServer,
    platform: SlackPlatform,
    kind: str,
    detail: dict[str, object],
    error: type[Exception],
    reason: str,
    arrived: int,
) -> None:
    wang = reached(server)
    server.fail("chat.postMessage", kind, **detail)
    with pytest.raises(error) as failed:
        await platform.send(HELLO)
    assert type(failed.value) is error
    assert failed.value.reason == reason
    assert len(wang.seen()) == arrived
    assert len(server.called("chat.postMessage")) == 1


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ratelimited", RetryLater),
        ("rate_limited", RetryLater),
        ("service_unavailable", RetryLater),
        ("team_added_to_org", RetryLater),
        ("channel_not_found", Unreachable),
        ("is_archived", Unreachable),
        ("user_disabled", Unreachable),
        ("cannot_dm_bot", Unreachable),
        ("not_in_channel", Unreachable),
        ("restricted_action", Unreachable),
        ("messages_tab_disabled", Unreachable),
        ("account_inactive", Unreachable),
        ("msg_too_long", Rejected),
        ("msg_blocks_too_long", Rejected),
        ("no_text", Rejected),
        ("invalid_blocks", Rejected),
        ("invalid_arguments", Rejected),
        ("something_new", Rejected),
        ("token_revoked", Unauthorised),
        ("invalid_auth", Unauthorised),
        ("not_authed", Unauthorised),
        ("token_expired", Unauthorised),
        ("missing_scope", Unauthorised),
        ("fatal_error", Uncertain),
        ("internal_error", Uncertain),
    ],
)
async def test_every_documented_refusal_has_its_kind(
    server: SlackServer, platform: SlackPlatform, code: str, error: type[Exception]
) -> None:
    reached(server)
    server.fail("chat.postMessage", "error", code=code)
    with pytest.raises(error) as failed:
        await platform.send(HELLO)
    assert type(failed.value) is error


async def test_an_inactive_account_is_ours_when_slack_does_not_know_us_any_more(
    server: SlackServer, platform: SlackPlatform
) -> None:
    reached(server)
    server.desk.revoked = "account_inactive"
    with pytest.raises(Unauthorised, match="account_inactive"):
        await platform.send(HELLO)


async def test_an_inactive_account_is_nobodys_yet_when_slack_cannot_be_asked(
    server: SlackServer, platform: SlackPlatform
) -> None:
    server.fail("chat.postMessage", "error", code="account_inactive")
    server.fail("auth.test", "status")
    with pytest.raises(RetryLater):
        await platform.send(HELLO)


async def test_files_that_are_not_allowed_do_not_stop_messages(server: SlackServer, platform: SlackPlatform) -> None:
    reached(server)
    server.fail("files.getUploadURLExternal", "error", code="missing_scope")
    with pytest.raises(Rejected, match="missing_scope"):
        await platform.send(Outgoing("D0001", "x", files=(FileOut("f", b"1"),)))


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload"])
@pytest.mark.parametrize("kind", ["cut", "lost_reply"])
async def test_an_upload_that_broke_off_is_certainly_not_seen(
    server: SlackServer, platform: SlackPlatform, method: str, kind: str
) -> None:
    wang = reached(server)
    server.fail(method, kind)
    with pytest.raises(RetryLater):
        await platform.send(Outgoing("D0001", "", files=(FileOut("f", b"1"),)))
    assert wang.seen() == []


async def test_a_pause_for_a_migration_is_a_minute() -> None:
    error = error_of("team_added_to_org", {})
    assert isinstance(error, RetryLater)
    assert error.after == 60
