"""The outbox: enqueued in one statement, claimed once, fenced by its lease, settled after a crash."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, literal, select, union_all

from core import outbox
from core.associations import Association
from core.db import make_engine, open_session
from core.outbox import Message, OnUnknown, OutboxMessage, Outcome, State

NOW = datetime(2026, 10, 8, tzinfo=UTC)


@pytest.fixture
def engine(database_url):
    engine = make_engine(database_url)
    with open_session(engine) as session:
        session.add(Association(name="会", code="1" * 18, code_word="会", created_at=NOW))
    yield engine
    engine.dispose()


def people(count, unreachable=0):
    def one(number):
        chat = literal(f"c{number}") if number > unreachable else func.nullif(literal(""), literal(""))
        return select(
            literal(1).label("association_id"),
            literal(number).label("person_id"),
            literal("telegram").label("platform"),
            chat.label("chat"),
            literal("zh_CN").label("language"),
        )

    return select(union_all(*(one(n) for n in range(1, count + 1))).subquery())


def enqueue(engine, count=5, key="k", **more):
    unreachable = more.pop("unreachable", 0)
    with open_session(engine, 1) as session:
        return outbox.enqueue(
            session, 1, Message(key, "s:1", {"zh_CN": "你好"}, **more), people(count, unreachable), NOW
        )


def counts(engine):
    with open_session(engine, 1) as session:
        return outbox.counts(session, "s:1")


def test_reports_add_up_to_the_audience(engine):
    assert enqueue(engine, 5, unreachable=2) == 5
    assert counts(engine) == {"pending": 3, "unreachable": 2}


def test_a_message_is_claimed_by_one_worker(engine):
    enqueue(engine, 10)
    with open_session(engine) as session:
        first = outbox.claim(session, "w1", NOW, platform="telegram", limit=6)
    with open_session(engine) as session:
        second = outbox.claim(session, "w2", NOW, platform="telegram", limit=6)
    assert (len(first), len(second)) == (6, 4)
    assert not {m.id for m in first} & {m.id for m in second}


def test_a_worker_that_lost_its_lease_marks_nothing(engine):
    enqueue(engine, 1)
    with open_session(engine) as session:
        mine = outbox.claim(session, "old", NOW, platform="telegram", limit=1, seconds=60)
    later = NOW + timedelta(seconds=61)
    with open_session(engine) as session:
        assert outbox.recover(session, later) == 1
    with open_session(engine) as session:
        assert outbox.claim(session, "new", later, platform="telegram", limit=1)
        assert outbox.mark(session, "old", [Outcome(mine[0].id, State.SENT, "m1")], later) == 0
        assert outbox.mark(session, "new", [Outcome(mine[0].id, State.SENT, "m2")], later) == 1
    with open_session(engine, 1) as session:
        assert session.scalar(select(OutboxMessage.message_id)) == "m2"


@pytest.mark.parametrize(("policy", "state"), [(OnUnknown.RETRY, "pending"), (OnUnknown.ASK, "unknown")])
def test_after_a_crash_each_kind_goes_as_it_says(engine, policy, state):
    enqueue(engine, 2, on_unknown=policy)
    with open_session(engine) as session:
        (mine,) = outbox.claim(session, "w", NOW, platform="telegram", limit=1)
        assert outbox.launch(session, "w", mine.id, NOW)
        assert not outbox.launch(session, "other", mine.id, NOW)
    with open_session(engine) as session:
        outbox.recover(session, NOW + timedelta(seconds=59))
    assert counts(engine) == {"pending": 1, "sending": 1}
    with open_session(engine) as session:
        outbox.recover(session, NOW + timedelta(seconds=61))
    assert counts(engine).get(state, 0) == (2 if state == "pending" else 1)


def test_what_surely_never_left_needs_nobody_s_word(engine):
    enqueue(engine, 2, on_unknown=OnUnknown.ASK)
    claimed(engine)
    with open_session(engine) as session:
        outbox.recover(session, NOW + timedelta(seconds=61))
    assert counts(engine) == {"pending": 2}


def test_the_same_thing_is_queued_once(engine):
    enqueue(engine, 2)
    with pytest.raises(Exception, match=r"(?i)unique"):
        enqueue(engine, 2)
    assert counts(engine) == {"pending": 2}


def test_urgent_goes_first_and_nothing_before_its_time(engine):
    enqueue(engine, 1, key="later", priority=1, due_at=NOW + timedelta(hours=1))
    enqueue(engine, 1, key="bulk", priority=7)
    enqueue(engine, 1, key="urgent", priority=1)
    with open_session(engine) as session:
        taken = outbox.claim(session, "w", NOW, platform="telegram", limit=1)
        assert taken[0].content_id == 3
        outbox.mark(session, "w", [Outcome(taken[0].id, State.SENT)], NOW)
        (bulk,) = outbox.claim(session, "w", NOW, platform="telegram", limit=9)
        assert bulk.content_id == 2


def claimed(engine, now=NOW, lease="w", **more):
    with open_session(engine) as session:
        return outbox.claim(session, lease, now, platform="telegram", **more)


def settle(engine, *outcomes, lease="w", now=NOW):
    with open_session(engine) as session:
        return outbox.mark(session, lease, outcomes, now)


def test_a_chat_gets_its_messages_one_after_another(engine):
    for key in ("first", "second", "third"):
        enqueue(engine, 2, key=key)
    assert [m.content_id for m in claimed(engine)] == [1, 1]
    assert claimed(engine, lease="other") == []
    settle(engine, Outcome(1, State.SENT, "m"), Outcome(2, State.PENDING, error="x", due_at=NOW + timedelta(hours=1)))
    again = claimed(engine)
    assert [(m.content_id, m.chat) for m in again] == [(2, "c1")]
    settle(engine, Outcome(again[0].id, State.SENT, "m"))
    later = claimed(engine, NOW + timedelta(hours=1))
    assert {(m.content_id, m.chat) for m in later} == {(3, "c1"), (1, "c2")}


def test_what_waits_for_its_day_or_is_held_or_dead_holds_up_nobody(engine):
    enqueue(engine, 1, key="tomorrow", due_at=NOW + timedelta(days=1))
    for key in ("dead", "held", "unknown"):
        enqueue(engine, 1, key=key)
        (mine,) = claimed(engine)
        settle(engine, Outcome(mine.id, State(key)))
    enqueue(engine, 1, key="now")
    assert [m.content_id for m in claimed(engine)] == [5]


def test_an_urgent_message_does_not_wait_for_a_lesser_one_that_is_tried_again(engine):
    enqueue(engine, 1, key="bulk", priority=7)
    (bulk,) = claimed(engine)
    settle(engine, Outcome(bulk.id, State.PENDING, error="flood", due_at=NOW + timedelta(minutes=1)))
    enqueue(engine, 1, key="urgent", priority=1)
    assert [m.content_id for m in claimed(engine)] == [2]


def test_only_what_is_still_ours_is_renewed(engine):
    enqueue(engine, 3)
    ours = claimed(engine)
    settle(engine, Outcome(ours[0].id, State.SENT))
    with open_session(engine) as session:
        kept = outbox.renew(session, "w", NOW + timedelta(seconds=50), platform="telegram", seconds=60)
    assert kept == {ours[1].id, ours[2].id}
    with open_session(engine) as session:
        assert outbox.recover(session, NOW + timedelta(seconds=100)) == 0
        assert outbox.recover(session, NOW + timedelta(seconds=111)) == 2
        assert outbox.renew(session, "w", NOW, platform="telegram") == set()


def test_an_attempt_that_says_nothing_of_the_message_is_not_counted(engine):
    enqueue(engine, 1)
    seen = []
    for counted in (False, False, True, False, True):
        (one,) = claimed(engine)
        seen.append(one.attempts)
        settle(engine, Outcome(one.id, State.PENDING, error="x", due_at=NOW, counted=counted))
    assert seen == [1, 1, 1, 2, 2]


def test_a_message_that_kills_every_worker_is_left_to_a_person(engine):
    enqueue(engine, 1)
    now = NOW
    for _i in range(outbox.MAX_ATTEMPTS):
        assert len(claimed(engine, now)) == 1
        now += timedelta(minutes=2)
        with open_session(engine) as session:
            outbox.recover(session, now)
    assert counts(engine) == {"unknown": 1}


def test_one_process_at_a_time_delivers_on_a_platform(engine):
    def hold(who, seconds):
        with open_session(engine) as session:
            return outbox.hold_line(session, "telegram", who, NOW + timedelta(seconds=seconds), 15)

    assert hold("a", 0)
    assert not hold("b", 1)
    assert hold("a", 10)
    assert not hold("b", 16)
    assert hold("b", 26)
    assert not hold("a", 27)
    with open_session(engine) as session:
        outbox.drop_line(session, "telegram", "a", NOW)
        outbox.drop_line(session, "telegram", "b", NOW + timedelta(seconds=27))
    assert hold("a", 27)


def test_a_leased_message_can_go_to_another_chat_of_its_person(engine):
    enqueue(engine, 2)
    first, second = claimed(engine)
    with open_session(engine) as session:
        outbox.redirect(session, "w", first.id, ("slack", "D1"), NOW, "blocked")
        outbox.redirect(session, "w", second.id, None, NOW, "blocked")
        outbox.redirect(session, "other", second.id, ("slack", "D2"), NOW, "blocked")
    assert counts(engine) == {"pending": 1, "unreachable": 1}
    with open_session(engine) as session:
        (moved,) = outbox.claim(session, "w", NOW, platform="slack")
    assert (moved.chat, moved.attempts) == ("D1", 1)


def test_what_waits_for_a_moved_chat_follows_it(engine):
    enqueue(engine, 2)
    with open_session(engine) as session:
        outbox.move_chat(session, "telegram", "c1", "-100")
    assert [m.chat for m in claimed(engine)] == ["-100", "c2"]


def test_cancel_stops_only_what_has_not_gone(engine):
    enqueue(engine, 3)
    with open_session(engine) as session:
        mine = outbox.claim(session, "w", NOW, platform="telegram", limit=1)
        outbox.mark(session, "w", [Outcome(mine[0].id, State.SENT, "m")], NOW)
    with open_session(engine, 1) as session:
        assert outbox.cancel(session, "s:1") == 2
    assert counts(engine) == {"sent": 1, "cancelled": 2}


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 5), (1, 5), (2, 10), (3, 20), (8, 640), (30, 3600), (5000, 3600)]
)
def test_back_off_doubles_up_to_an_hour(attempts, seconds):
    assert outbox.back_off(attempts) == timedelta(seconds=seconds)


def test_every_message_has_a_token_of_its_own(engine):
    enqueue(engine, 50)
    with open_session(engine, 1) as session:
        tokens = set(session.scalars(select(OutboxMessage.token)))
    assert len(tokens) == 50
    assert all(len(token) == 32 for token in tokens)
