"""Files in both directions."""

import pytest

from bot.messages import FileOut, Reply
from tests.bot.platforms.gate import FakeGate
from tests.bot.platforms.slack.office import running
from tests.bot.platforms.slack.test_receiving import settled
from tests.loopback.slack import SlackServer

GONE = "文件接收失败，请重新发送。"
TOO_BIG = "该文件超过 20 MB，无法接收，请压缩或拆分后重新发送。"
MEGA = 1024 * 1024


@pytest.mark.parametrize("hide", [False, True], ids=["described", "asked for"])
async def test_a_file_comes_with_its_words_and_one_goes_back(server: SlackServer, gate: FakeGate, hide: bool) -> None:
    gate.work = lambda incoming: Reply("收到", files=(FileOut("../回\u202e执.txt", incoming.files[0].content[::-1]),))
    wang = server.person("王")
    async with running(server, gate):
        wang.upload("../名册\u202e2026.xlsx", b"abc", "member import", hide=hide)
        await settled(server, gate)
    (asked,) = gate.effects
    assert (asked.text, asked.files[0].content) == ("member import", b"abc")
    assert asked.files[0].name == ("file" if hide else "名册2026.xlsx")
    words, file = wang.seen()
    assert words["text"] == "收到"
    assert file["files"][0]["name"] == "回执.txt"
    assert server.world.contents[file["files"][0]["id"]] == b"cba"


async def test_several_files_go_in_one_message(server: SlackServer, gate: FakeGate) -> None:
    gate.work = lambda _incoming: Reply("", files=(FileOut("一.txt", b"1"), FileOut("二.txt", b"22")))
    wang = server.person("王")
    async with running(server, gate):
        wang.say("x")
        await settled(server, gate)
    (message,) = wang.seen()
    assert [file["name"] for file in message["files"]] == ["一.txt", "二.txt"]


async def test_several_files_at_once_are_refused_whole(server: SlackServer, gate: FakeGate) -> None:
    wang = server.person("王")
    files = [server.world.keep_file(name, b"x") for name in ("a", "b")]
    async with running(server, gate):
        wang.say("", subtype="file_share", files=files)
        await settled(server, gate)
    assert gate.effects == []
    assert wang.texts() == ["请每次只发送一个文件，本次文件均未接收。"]


async def test_a_file_over_20_mb_is_refused_kindly(server: SlackServer, gate: FakeGate) -> None:
    wang = server.person("王")
    async with running(server, gate):
        wang.upload("大.zip", b"\0" * (20 * MEGA + 1))
        await settled(server, gate)
        wang.upload("大2.zip", b"\1" * (20 * MEGA + 1), size=3)
        await settled(server, gate)
        wang.upload("大3.zip", b"\2" * 10, hide=True)
        server.world.files[next(reversed(server.world.files))]["size"] = 20 * MEGA + 1
        await settled(server, gate)
    assert gate.effects == []
    assert wang.texts() == [TOO_BIG] * 3
    assert len(server.called("file")) == 1


@pytest.mark.parametrize("kind", ["cut", "status", "flood"])
async def test_a_broken_download_is_tried_again(server: SlackServer, gate: FakeGate, kind: str) -> None:
    wang = server.person("王")
    server.fail("file", kind, times=2, retry_after=0.05)
    async with running(server, gate):
        wang.upload("x.txt", b"abc")
        await settled(server, gate)
    assert gate.effects[0].files[0].content == b"abc"


async def test_a_login_page_is_not_taken_for_a_file(server: SlackServer, gate: FakeGate) -> None:
    server.desk.scopes = "chat:write"
    wang = server.person("王")
    async with running(server, gate):
        wang.upload("x.xlsx", b"abc")
        await settled(server, gate)
    assert gate.effects == []
    assert wang.texts() == [GONE]


@pytest.mark.parametrize("url", ["{other}/files/x/download", "http://files.slack.com/x", "file:///etc/passwd", ""])
async def test_our_token_goes_nowhere_else(server: SlackServer, gate: FakeGate, url: str) -> None:
    wang = server.person("王")
    address = url.format(other=server.world.url.replace("127.0.0.1", "localhost"))
    async with running(server, gate):
        wang.upload("x.xlsx", b"abc", url_private_download=address, url_private=address)
        await settled(server, gate)
    assert server.called("file") == []
    assert wang.texts() == [GONE]


async def test_a_file_that_is_gone_is_asked_for_again(server: SlackServer, gate: FakeGate) -> None:
    wang = server.person("王")
    async with running(server, gate):
        server.world.contents.clear()
        parcel = wang.upload("x.xlsx", b"abc", hide=True)
        server.world.files.pop(parcel.payload["event"]["files"][0]["id"])
        await settled(server, gate)
    assert wang.texts() == [GONE]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
@pytest.mark.parametrize("kind", ["status", "cut", "flood"])
async def test_a_broken_upload_is_tried_again_and_the_words_come_once(
    server: SlackServer, gate: FakeGate, method: str, kind: str
) -> None:
    gate.work = lambda _incoming: Reply("报表", files=(FileOut("十月.xlsx", b"PK"),))
    wang = server.person("王")
    server.fail(method, kind, retry_after=0.05)
    async with running(server, gate):
        wang.say("x")
        await settled(server, gate)
    assert [bool(m.get("files")) for m in wang.seen()] == [False, True]
