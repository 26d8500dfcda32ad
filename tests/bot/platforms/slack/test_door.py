"""Only what Slack signed is let in, once, and nothing is acknowledged before it is stored."""

import asyncio
import logging
import threading
import time
from collections import Counter
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dispatch import House
from bot.platforms.slack import Entry, SlackPlatform, connect
from core.db import open_reading
from core.inbox import InboxUpdate
from tests.bot.platforms.gate import FakeGate
from tests.bot.platforms.slack.office import QUICK, adapter, running, served
from tests.loopback.slack import SlackServer
from tests.loopback.slack_carrier import Carrier
from tests.loopback.slack_people import Actor
from tests.loopback.slack_world import Parcel, World

SECRET = "the secret of slack"
NUMBER = "command:" + sha256(b"1.2.3").hexdigest()
FORM = "application/x-www-form-urlencoded"
BODY = urlencode({
    "command": "/guild",
    "text": "member list",
    "user_id": "U1",
    "channel_id": "C1",
    "channel_name": "council",
    "trigger_id": "1.2.3",
}).encode()  # fmt: skip
SLACK = Carrier(World(), SECRET, ())


def deaf(gate: Any, secret: str = SECRET) -> SlackPlatform:
    """An adapter whose Slack cannot be called: nothing needs that before the acknowledgement."""
    return connect("xoxb-x", gate, Entry(secret), api="http://127.0.0.1:9/api/", tempo=QUICK)


def post(platform: SlackPlatform, headers: dict[str, str], body: bytes = BODY) -> tuple[int, str]:
    async def once() -> tuple[int, str]:
        status, _headers, content = await platform.webhook({"content-type": FORM} | headers, body)
        return status, content

    return asyncio.run(once())


class Untouched:
    """A house that must not hear of anything."""

    def receive(self, *_arguments: object) -> bool:
        raise AssertionError("something was let in")

    handle = replied = unfinished = receive


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-request-timestamp": "0"},
        SLACK.signed(BODY, secret="another secret"),
        SLACK.signed(BODY + b"x"),
        SLACK.signed(BODY) | {"X-Slack-Signature": "v0=é"},
        SLACK.signed(BODY) | {"X-Slack-Signature": ""},
        SLACK.signed(BODY) | {"X-Slack-Request-Timestamp": "abc"},
        SLACK.signed(BODY) | {"X-Slack-Request-Timestamp": "1e9"},
        SLACK.signed(BODY) | {"X-Slack-Request-Timestamp": ""},
        SLACK.signed(BODY) | {"X-Slack-Request-Timestamp": "9" * 5000},
    ],
)
def test_what_is_not_signed_now_by_slack_is_refused_in_the_same_words(headers: dict[str, str]) -> None:
    assert post(deaf(Untouched()), headers) == (401, "unauthorised")


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"ssl_check=1", b"", b"{}", b'{"type":"url_verification","challenge":"x"}']
)
def test_no_body_opens_the_door_without_a_signature(body: bytes) -> None:
    assert post(deaf(Untouched()), {}, body) == (401, "unauthorised")


def test_without_a_secret_nobody_is_let_in() -> None:
    assert post(deaf(Untouched(), secret=""), SLACK.signed(BODY))[0] == 401
    assert post(deaf(Untouched(), secret=""), Carrier(World(), "x", ()).signed(BODY, secret=" "))[0] == 401


def test_a_body_over_a_million_bytes_is_not_even_looked_at() -> None:
    body = b"x" * 1_000_001
    assert post(deaf(Untouched()), SLACK.signed(body), body) == (413, "too large")


def test_a_forged_request_leaves_no_word_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    post(deaf(Untouched()), SLACK.signed(b"other"), BODY)
    post(deaf(FakeGate(platform="slack")), SLACK.signed(b'{"x":"member list"}'), b'{"x":"member list"}')
    assert "member" not in caplog.text


header_values = st.one_of(
    st.text(max_size=80), st.sampled_from([str(int(time.time())), "v0=" + "a" * 64, "v0=", "-1", "NaN"])
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stamp=header_values, signature=header_values, body=st.binary(max_size=200), kind=header_values)
def test_no_forged_request_ever_breaks_anything(stamp: str, signature: str, body: bytes, kind: str) -> None:
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": signature, "content-type": kind}
    assert post(deaf(Untouched()), headers, body) == (401, "unauthorised")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "event", "user", "user_id", "actions", "view", "channel", "command", "text", "x"]), inner
    ),
    max_leaves=12,
)  # fmt: skip
KINDS = ["event_callback", "block_actions", "view_submission", "view_closed", "url_verification", "message", "?"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(KINDS),
    more=st.dictionaries(st.sampled_from(["event", "actions", "view", "user", "command"]), json_values),
)
def test_a_signed_body_of_any_shape_is_no_server_error(kind: str, more: dict[str, Any]) -> None:
    import json

    body = json.dumps({"type": kind} | more).encode()
    gate = FakeGate(platform="slack")
    status, _content = post(deaf(gate), SLACK.signed(body) | {"content-type": "application/json"}, body)
    assert status in (200, 400)


@pytest.mark.parametrize("body", [b"[]", b"7", b'"x"', b"{", b"null", b"payload=%7B", b"payload=7", b"a=%FF"])
def test_a_signed_body_that_is_nothing_known_is_no_server_error(body: bytes) -> None:
    status, _content = post(deaf(FakeGate(platform="slack")), SLACK.signed(body), body)
    assert status in (200, 400)


def test_slack_can_check_the_address() -> None:
    body = b'{"type":"url_verification","challenge":"abc","token":"t"}'
    status, content = post(deaf(Untouched()), SLACK.signed(body) | {"content-type": "application/json"}, body)
    assert (status, content) == (200, '{"challenge": "abc"}')


def test_orders_in_headers_that_nobody_signed_are_not_obeyed() -> None:
    gate = FakeGate(platform="slack")
    headers = SLACK.signed(BODY) | {"x-slack-bolt-lazy-only": "1", "x-slack-bolt-lazy-function-name": "_typed"}
    assert post(deaf(gate), headers)[0] == 200
    assert list(gate.stored) == [NUMBER]


def test_the_update_is_stored_before_it_is_acknowledged() -> None:
    gate = FakeGate(platform="slack")
    acknowledged = False
    stored_first: list[bool] = []
    gate.receiving = lambda _update_id: stored_first.append(not acknowledged)
    assert post(deaf(gate), SLACK.signed(BODY))[0] == 200
    acknowledged = True
    assert stored_first == [True]
    assert '"member list"' in gate.stored[NUMBER]
    assert "legacy" not in gate.stored[NUMBER]


def test_what_cannot_be_stored_is_not_acknowledged() -> None:
    gate = FakeGate(platform="slack")

    def broken(_update_id: str) -> None:
        raise OSError("disk full")

    gate.receiving = broken
    assert post(deaf(gate), SLACK.signed(BODY)) == (503, "try again")
    assert gate.stored == {}


EVENT = b'{"type":"event_callback","event_id":"Ev1","event":{"type":"message","channel_type":"im","channel":"D","user":"U"}}'


@pytest.mark.parametrize(
    ("body", "kind", "number"),
    [
        (BODY.replace(b"1.2.3", b""), FORM, "command:signature:"),
        (EVENT.replace(b'"user":"U"', b'"user":"U","text":"x"'), "application/json", "line:Ev1"),
    ],
)
def test_what_slack_numbers_is_known_by_its_number(body: bytes, kind: str, number: str) -> None:
    gate = FakeGate(platform="slack")
    assert post(deaf(gate), SLACK.signed(body) | {"content-type": kind}, body)[0] == 200
    assert [update[: len(number)] for update in gate.stored] == [number]


@pytest.mark.asyncio
async def test_fifty_copies_of_one_request_have_one_effect(
    server: SlackServer, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.slack.door.STORE_SECONDS", 60)
    wang = server.person("王")
    parcel_headers, body = server.carrier.posted(_unsent(server, wang))
    async with running(server, house) as platform:
        answers = await asyncio.gather(*(platform.webhook(parcel_headers, body) for _ in range(50)))
        await server.until(wang.seen)
    assert {answer[0] for answer in answers} == {200}
    assert len(wang.seen()) == 1
    with open_reading(house.engine) as session:
        assert session.query(InboxUpdate).count() == 1


def _unsent(server: SlackServer, wang: Actor) -> Parcel:
    """A command as Slack would post it, which the loopback does not carry by itself."""
    with server.holding():
        return wang.command("help")


@pytest.mark.asyncio
async def test_five_copies_at_two_doors_have_one_effect(server: SlackServer, house: House) -> None:
    wang = server.person("王")
    headers, body = server.carrier.posted(_unsent(server, wang))
    first, second = adapter(server, house), adapter(server, house)
    async with served(first) as one, served(second) as two, ClientSession() as session:

        async def posted(url: str) -> int:
            async with session.post(url, data=body, headers=headers) as answer:
                return answer.status

        assert await asyncio.gather(*(posted(url) for url in (one, two, one, two, one))) == [200] * 5
        await server.until(wang.seen)
    await first.close()
    await second.close()
    assert len(wang.seen()) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("socket", [False, True], ids=["posts", "socket"])
async def test_an_event_that_could_not_be_stored_comes_again_and_has_one_effect(
    server: SlackServer, gate: FakeGate, socket: bool
) -> None:
    tries: Counter[str] = Counter()

    def broken_twice(update_id: str) -> None:
        tries[update_id] += 1
        if tries[update_id] < 3:
            raise OSError("no")

    gate.receiving = broken_twice
    wang = server.person("王")
    if socket:
        server.carrier.ack_seconds = 0.3
    async with running(server, gate, socket=socket):
        parcel = wang.say("help")
        await server.until(parcel.done.is_set)
        await server.until(wang.seen)
    assert parcel.tries == 3
    assert gate.texts() == ["help"]


@pytest.mark.asyncio
async def test_a_store_that_hangs_gets_no_acknowledgement_in_time_but_loses_nothing(
    server: SlackServer, gate: FakeGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.slack.door.STORE_SECONDS", 0.2)
    free = threading.Event()
    gate.receiving = lambda _update_id: free.wait(10) and None
    wang = server.person("王")
    async with running(server, gate):
        parcel = wang.command("help")
        await server.until(parcel.done.is_set)
        assert parcel.replies == []
        assert parcel.seconds[0] < 3
        free.set()
        await server.until(wang.seen)
    assert gate.texts() == ["/help"]


@pytest.mark.asyncio
async def test_work_never_delays_the_acknowledgement(server: SlackServer, gate: FakeGate) -> None:
    busy = threading.Event()
    gate.with_progress = lambda _incoming, _progress: busy.wait(10) and None
    wang = server.person("王")
    async with running(server, gate):
        parcels = [wang.command(f"x{i}") for i in range(5)]
        await server.until(lambda: all(p.done.is_set() for p in parcels))
        assert wang.seen() == []
        busy.set()
        await server.until(lambda: len(gate.answered) == 5)
    assert max(p.seconds[0] for p in parcels) < 3
