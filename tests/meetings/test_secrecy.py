"""A secret vote leaves no trail: not in a table, not in the order of rows, not in the audit, not while it runs."""

import json
from collections import Counter

from sqlalchemy import select

from core.db import open_session
from core.keys import KeyRing
from meetings.models import BallotPaper, CountedBallot, SealedBallot
from meetings.usecases import secrecy
from tests.houses import deliver
from tests.meetings.boards import board, tables_of

CHOICES = ["同意", "反对", "同意", "弃权", "同意", "反对", "同意", "同意", "反对"]
VALUES = {"同意": ["yes"], "反对": ["no"], "弃权": []}


def start(house, rest="除名单位9 正文 事项=除名", count=9):
    hall = board(house, count=count)
    number = hall.open(people=range(1, count + 1))
    motion = hall.put(f"K-{number}", rest)
    reply = hall.clerk.do(f"motion open V-{motion}")
    assert reply.error is None, reply.text
    return hall, motion


def cast(hall, motion, choices=CHOICES):
    for voice, choice in zip(hall.members, choices, strict=True):
        voice.do(f"motion paper V-{motion}")
        assert voice.press(choice).error is None


def words_of(rows):
    return json.dumps(rows, ensure_ascii=False, default=str)


def test_the_count_is_right_and_can_be_made_again(house):
    hall, motion = start(house)
    cast(hall, motion)
    result = hall.clerk.do(f"motion close V-{motion}", fields={"_confirm": "yes"}).data
    assert (result["yes"], result["no"], result["abstain"], result["silent"]) == (5, 3, 1, 0)
    assert hall.clerk.do(f"motion result V-{motion}").data["recounted"] is True


def test_before_the_count_nobody_can_tell_how_it_stands(house):
    hall, motion = start(house)
    cast(hall, motion)
    shown = hall.clerk.do(f"motion show V-{motion}")
    assert "已投 9，未投 0" in shown.text
    assert hall.clerk.do(f"motion result V-{motion}").error == "result_unknown"
    tables = tables_of(house)
    assert len(tables["sealed_ballot"]) == 9
    assert tables["counted_ballot"] == tables["open_vote"] == tables["motion_result"] == []
    assert len({len(row["sealed"]) for row in tables["sealed_ballot"]}) == 1
    assert len({bytes(row["sealed"]) for row in tables["sealed_ballot"]}) == 9


def test_no_table_joins_a_ballot_to_a_person(house):
    """Every ballot row is compared with every row about a person, by every value that the two could share."""
    hall, motion = start(house)
    cast(hall, motion)
    before = tables_of(house)
    hall.clerk.do(f"motion close V-{motion}", fields={"_confirm": "yes"})
    for tables, urn in ((before, "sealed_ballot"), (tables_of(house), "counted_ballot")):
        assert len(tables[urn]) == 9
        assert set(tables[urn][0]) <= {"id", "association_id", "motion_id", "sealed", "choice"}
        shared = {tables[urn][0]["association_id"], tables[urn][0]["motion_id"]}
        marks = {str(row["id"]) for row in tables[urn]}
        assert len(marks) == 9
        for name, rows in tables.items():
            if name == urn:
                continue
            for row in rows:
                values = {str(value) for value in row.values()} - {str(one) for one in shared}
                assert not values & marks, name
                assert not any(mark in words_of(row) for mark in marks), name


def test_neither_updates_nor_buttons_nor_audit_say_what_was_pressed(house):
    hall, motion = start(house)
    before = len(tables_of(house)["inbox_update"])
    for voice, choice in zip(hall.members, CHOICES, strict=True):
        voice.do(f"motion paper V-{motion}", raw=f"raw paper {voice.name}")
        token = next(b.token for row in voice.last.buttons for b in row if b.label == choice)
        voice.say(button=token, raw=f"raw {voice.name} pressed {token}")
    tables = tables_of(house)
    for row in tables["inbox_update"][before:]:
        assert (row["raw"], row["reply"]) == ("", None) or (row["raw"], row["reply"]) == ("", "null")
    assert [row for row in tables["shown_button"] if "motion cast" in row["command"]] == []
    assert tables["dialogue"] == []
    cast_rows = [row for row in tables["audit_entry"] if row["action"] == "motion:vote:cast"]
    assert len(cast_rows) == 9
    assert {row["data"] for row in cast_rows} == {'{"channel":"console:","secret":true}'}
    assert all(row["sealed"] is None for row in cast_rows)


def test_a_typed_secret_vote_is_kept_nowhere_either(house):
    hall, motion = start(house)
    reply = hall[1].do(f"motion vote V-{motion} 反对", raw="我投反对")
    token = reply.data["paper"]
    assert hall[1].do(f"motion cast {token} 反对", raw=f"{token} 反对").error is None
    assert hall[1].do(f"motion cast {token} 反对", raw=f"{token} 反对").error == "already_voted"
    assert hall[1].do("motion cast 没有这张 反对", raw="反对").error == "paper_unknown"
    assert hall[2].do("motion cast", raw="反对").error == "missing_parameter"
    for name, rows in tables_of(house).items():
        held = [row for row in rows if "反对" in words_of(row) and name != "outbox_content"]
        assert held == [], name


def test_the_order_of_rows_says_nothing(sqlite_house):
    """Ids are drawn at random: in many ballots cast in one order, the order of ids is not that order."""
    hall, motion = start(sqlite_house)
    orders, known = [], set()
    for voice in hall.members:
        voice.do(f"motion paper V-{motion}")
        voice.press("同意")
        ids = {row["id"] for row in tables_of(sqlite_house)["sealed_ballot"]}
        orders += sorted(ids - known)
        known = ids
    assert len(orders) == 9
    assert orders != sorted(orders)
    assert min(orders) > 10**6


def test_the_urn_opens_only_with_a_key_outside_the_database_and_that_key_goes_at_the_count(house):
    hall, motion = start(house)
    cast(hall, motion)
    tables = tables_of(house)
    copy = [bytes(row["sealed"]) for row in tables["sealed_ballot"]]
    stranger = KeyRing(b"k" * 32)
    with open_session(house.engine, 1) as session:
        opened = [json.loads(house.keys.open(session, -1, one)) for one in copy]
        assert Counter(map(tuple, opened)) == Counter(map(tuple, (VALUES[c] for c in CHOICES)))
        assert stranger.open(session, -1, copy[0]) is None
    hall.clerk.do(f"motion close V-{motion}", fields={"_confirm": "yes"})
    with open_session(house.engine, 1) as session:
        assert all(house.keys.open(session, -1, one) is None for one in copy)


def test_the_urn_is_mixed(sqlite_house, monkeypatch):
    mixed = []

    class Mixer:
        def shuffle(self, rows):
            mixed.append(list(rows))
            rows.reverse()

    monkeypatch.setattr(secrecy, "MIXER", Mixer())
    hall, motion = start(sqlite_house)
    cast(hall, motion)
    hall.clerk.do(f"motion close V-{motion}", fields={"_confirm": "yes"})
    assert len(mixed[0]) == 9
    with open_session(sqlite_house.engine, 1) as session:
        assert len(list(session.scalars(select(CountedBallot)))) == 9
        assert list(session.scalars(select(SealedBallot))) == []


def test_one_paper_one_ballot(house):
    hall, motion = start(house)
    first = hall[1].do(f"motion paper V-{motion}").data["paper"]
    second = hall[1].do(f"motion paper V-{motion}").data["paper"]
    assert hall[1].do(f"motion cast {first} 同意").error == "paper_unknown"
    assert hall[2].do(f"motion cast {second} 同意").error == "paper_unknown"
    assert hall[1].do(f"motion cast {second} 同意").error is None
    assert hall[1].do(f"motion paper V-{motion}").error == "already_voted"
    assert hall[1].do(f"motion recuse V-{motion} 反悔").error == "already_voted"
    with open_session(house.engine, 1) as session:
        papers = list(session.scalars(select(BallotPaper)))
        assert [paper.spent for paper in papers] == [True]
        assert second not in papers[0].token_hash
        assert len(list(session.scalars(select(SealedBallot)))) == 1


def test_a_letter_about_a_secret_vote_has_one_button_for_everyone(sqlite_house):
    hall, _motion = start(sqlite_house)
    buttons = [
        [n for row in out.buttons for n, _t in row] for chat, out in deliver(sqlite_house) if "【表决】" in out.text
    ]
    assert len(buttons) == 9
    assert {tuple(names) for names in buttons} == {("领取选票",)}
    assert hall[1].do("motion vote V-1").data["paper"]


def test_two_voters_cannot_vote_in_secret(sqlite_house):
    hall = board(sqlite_house, count=2)
    number = hall.open(people=(1, 2))
    hall.put(f"K-{number}", "人选 正文 --secret")
    reply = hall.clerk.do("motion open V-1")
    assert reply.error == "too_few_for_secrecy"
    tables = tables_of(sqlite_house)
    assert tables["voter"] == tables["voting_right"] == []


def test_two_who_are_there_cannot_vote_in_secret_however_many_could_have_come(sqlite_house):
    hall = board(sqlite_house, count=3)
    hall.open(people=(1, 2))
    hall.put("K-1", "人选 正文 --secret")
    assert hall.clerk.do("motion open V-1").error == "too_few_for_secrecy"


def test_an_election_is_ticked_and_cast_in_chat(house):
    hall, motion = start(house, "选举秘书处负责人 候选人=甲、乙、丙 名额=2")
    for number, picks in enumerate([("甲", "乙")] * 5 + [("甲", "丙")] * 3, 1):
        hall[number].do(f"motion paper V-{motion}")
        for name in picks:
            assert hall[number].press(f"☐ {name}").error is None
        assert f"☑ {picks[0]}" in [b.label for row in hall[number].last.buttons for b in row]
        assert hall[number].press("投出选票").error is None
    hall[9].do(f"motion paper V-{motion}")
    hall[9].press("☐ 丙")
    hall[9].press("☑ 丙")
    hall[9].press("弃权")
    result = hall.clerk.do(f"motion close V-{motion}", fields={"_confirm": "yes"})
    assert (result.data["votes"], result.data["elected"], result.data["outcome"]) == ([8, 5, 3], [1], "short")
    assert "甲：8 票 —— 当选" in result.text
    assert [row for row in tables_of(house)["shown_button"] if "motion pick" in row["command"]] == []
