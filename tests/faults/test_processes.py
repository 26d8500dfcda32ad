"""Real `guildhall serve` processes on Telegram: posted updates, two at once, killed, stopped."""

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count

import pytest
from sqlalchemy import func, select

from core.db import make_engine, open_session
from core.inbox import InboxUpdate
from people.models import Person
from tests import databases
from tests.faults.test_broadcast import arrivals, prepare, settled, wait_for
from tests.houses import found, open_for_test
from tests.loopback.serving import Serving
from tests.loopback.telegram import TelegramServer
from tests.loopback.telegram_rules import Pace

SECRET = "a-secret-of-the-webhook"
NUMBERS = count(700_000_001)


def counted(url, what, *where):
    engine = make_engine(url)
    with open_session(engine) as session:
        query = select(func.count()).select_from(what).where(*where)
        found_ = session.scalar(query, execution_options={"unscoped": True})
    engine.dispose()
    return found_


def people_called(url, name):
    return counted(url, Person, Person.name == name)


def joined(server, url, folder, number=1001):
    """The secretary-general on Telegram, as the code that `init` prints lets them."""
    with open_for_test(url, folder) as house:
        # The process reads the real clock, which the code must outlast.
        house.clock.now = datetime.now(UTC)
        code = found(house)
    who = server.person(number, "秦书")
    who.start(code)
    return who


@pytest.fixture(scope="module")
def posted(shared_folder):
    """A process that is posted to, the server that posts, and the secretary-general in chat."""
    folder = shared_folder / "posted"
    folder.mkdir()
    url = databases.sqlite(folder, shared_folder)
    with TelegramServer(pace=Pace(overall=1000, burst=1000)) as server:
        who = joined(server, url, folder)
        with Serving(url, folder, server, telegram_webhook_secret=SECRET) as process:
            server.wait(who.seen, 60)
            yield process, server, who, url
            assert process.stop() == 0


def post(port, body, secret=SECRET):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json"}
    if secret is not None:
        headers["X-Telegram-Bot-Api-Secret-Token"] = secret
    try:
        connection.request("POST", "/hooks/telegram", body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def line(text, number=None):
    person = {"id": 1001, "is_bot": False, "first_name": "秦书"}
    chat = {"id": 1001, "type": "private", "first_name": "秦书"}
    message = {"message_id": 5, "date": int(time.time()), "chat": chat, "from": person, "text": text}
    return json.dumps({"update_id": number or next(NUMBERS), "message": message}).encode()


def test_joining_by_link_works_through_the_webhook(posted):
    _process, server, who, _url = posted
    assert "秦书，您好" in who.texts()[0]
    assert server.methods.webhook["url"].endswith("/hooks/telegram")
    assert server.called("getUpdates") == []


@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], SECRET.upper(), "密".encode(), b"\xff\xfe", "x" * 257]
)
def test_a_forged_post_is_refused_and_leaves_no_row(posted, secret):
    process, _server, _who, url = posted
    before = counted(url, InboxUpdate)
    assert post(process.port, line("help"), secret) == 401
    assert counted(url, InboxUpdate) == before


@pytest.mark.parametrize("secret", [SECRET, "wrong"])
def test_ten_megabytes_are_refused(posted, secret):
    process, _server, _who, url = posted
    before = counted(url, InboxUpdate)
    try:
        status = post(process.port, b"x" * 10_000_000, secret)
    except (BrokenPipeError, ConnectionResetError):
        status = 413
    assert status == 413
    assert counted(url, InboxUpdate) == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"update_id": "5"}', b'{"update_id": -1}', b"null"])
def test_what_is_no_update_is_refused(posted, body):
    process, _server, _who, url = posted
    before = counted(url, InboxUpdate)
    assert post(process.port, body) == 400
    assert counted(url, InboxUpdate) == before


def test_one_update_posted_five_times_at_once_takes_effect_once(posted):
    process, server, who, url = posted
    body, before = line("人员 添加 五次"), len(who.seen())
    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(lambda _i: post(process.port, body), range(5))) == [200] * 5
    server.wait(lambda: len(who.seen()) > before, 20)
    assert post(process.port, body) == 200
    time.sleep(0.5)
    assert (people_called(url, "五次"), len(who.seen())) == (1, before + 1)


def test_two_whole_processes_share_one_postgresql(postgres_admin, tmp_path):
    """Each line is answered once, each notice goes out once, also when one of the two dies in the middle."""
    with databases.postgres(postgres_admin) as url, TelegramServer(pace=Pace(overall=1000, burst=1000)) as server:
        who = joined(server, url, tmp_path)
        with Serving(url, tmp_path, server) as first, Serving(url, tmp_path, server) as second:
            server.wait(who.seen, 60)
            for number in range(6):
                who.send(f"人员 添加 人{number}")
            server.wait(lambda: len(who.seen()) >= 7, 60)
            prepare(url, tmp_path, server, 40, founded=True)
            server.wait(lambda: sum(arrivals(server).values()) >= 10, 60)
            first.kill()
            wait_for(lambda: settled(url, 40), 90)
            who.send("人员 添加 最后")
            server.wait(lambda: people_called(url, "最后") == 1, 60)
            server.wait(lambda: len(who.seen()) >= 8, 60)
            assert second.stop() == 0
        assert [people_called(url, f"人{number}") for number in range(6)] == [1] * 6
        assert len(who.seen()) == 8
        assert set(arrivals(server).values()) <= {1, 2}
        assert sum(arrivals(server).values()) - 40 <= 50
        assert not [call for call in server.called("sendMessage") if call.outcome == "429"]


def test_what_was_being_answered_when_it_was_killed_is_answered_by_the_next(sqlite_url, tmp_path):
    with TelegramServer(pace=Pace(overall=1000, burst=1000)) as server:
        who = joined(server, sqlite_url, tmp_path)
        with Serving(sqlite_url, tmp_path, server, "telegram") as process:
            server.wait(who.seen, 60)
            server.fail("sendMessage", "cut", times=50)
            sent = len(server.called("sendMessage"))
            who.send("人员 添加 一回")
            server.wait(lambda: len(server.called("sendMessage")) > sent, 30)
            process.kill()
        server._faults.clear()
        with Serving(sqlite_url, tmp_path, server, "telegram") as process:
            server.wait(lambda: len(who.seen()) == 2, 60)
            begin = time.monotonic()
            assert process.stop() == 0
            assert time.monotonic() - begin < 20
        assert "一回" in who.texts()[-1]
        assert people_called(sqlite_url, "一回") == 1


@pytest.mark.soak
def test_it_ends_within_twenty_seconds_while_telegram_does_not_answer(sqlite_url, tmp_path):
    """A reply and a notice hang on the line; the reply is brought by the next process, the notice goes as its kind says."""
    with TelegramServer(pace=Pace(overall=1000, burst=1000)) as server:
        who = joined(server, sqlite_url, tmp_path)
        with Serving(sqlite_url, tmp_path, server) as process:
            server.wait(who.seen, 60)
            server.fail("sendMessage", "slow", times=2, seconds=60)
            who.send("人员 添加 一回")
            prepare(sqlite_url, tmp_path, server, 1, founded=True)
            server.wait(lambda: sum(call.outcome == "slow" for call in server.called("sendMessage")) == 2, 30)
            begin = time.monotonic()
            process.stop(25)
            assert time.monotonic() - begin < 20
        assert people_called(sqlite_url, "一回") == 1
        with Serving(sqlite_url, tmp_path, server) as process:
            server.wait(lambda: sum("一回" in text for text in who.texts()) == 2, 60)
            wait_for(lambda: settled(sqlite_url, 1), 60)
            assert process.stop() == 0
