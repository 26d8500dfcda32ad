"""Bodies and charters, minutes and their approval, and what is kept about a person."""

from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select

from core.db import open_session
from meetings import queries
from meetings.models import Minutes
from people import holdings
from people.models import Person
from tests.houses import Voice, deliver, tx_for
from tests.meetings.boards import add_person, board, tables_of

YES = {"fields": {"_confirm": "yes"}}


def finished(house, people=range(1, 10)):
    """A meeting that has decided one thing and is over."""
    hall = board(house)
    hall.open(people=people)
    hall.put("K-1")
    hall.clerk.do("motion open V-1")
    hall.vote(1, *["同意"] * len(list(people)))
    hall.clerk.do("motion close V-1", fields={"_confirm": "yes"})
    hall.clerk.do("meeting close K-1")
    return hall


def test_bodies_are_listed_with_rules_that_can_be_read_out(sqlite_house):
    hall = board(sqlite_house)
    rows = {row[0]: row for row in hall.clerk.do("机构 列表").data}
    assert rows["理事会"][1:3] == ["9", "7 日"]
    assert rows["技术审查组"][1:3] == ["0", "10 个工作日"]
    assert "同意不少于 2/3（按到会有表决权者计）" in rows["理事会"][3]
    shown = hall.clerk.do("机构 查看 理事会").text
    assert "除名" in shown
    assert "未见正文，请与本会章程核对" in shown


def test_a_charter_is_set_by_two_and_holds_from_its_day(house):
    hall = board(house)
    asked = hall.clerk.do("body set 理事会 “法定人数=1/2 通过=>1/2” 依据=章程第二十一条 自=2026-11-01")
    assert asked.error is None, asked.text
    assert hall.clerk.do(f"approval approve P-{asked.data['approval']}").error == "not_allowed"
    with open_session(house.engine, 1) as session:
        assert queries.body_rules(session, "council") == []
    assert hall.deputy.do(f"approval approve P-{asked.data['approval']}").error is None
    assert "不少于 2/3" in hall.clerk.do("body show 理事会").text.splitlines()[2]
    house.clock.forward(days=25)
    text = hall.clerk.do("body show 理事会").text
    assert "超过 1/2" in text.splitlines()[2]
    assert "依据：章程第二十一条" in text
    assert hall.clerk.do("body show 监事会").error is None


def test_a_motion_becomes_secret_when_the_charter_says_so_before_the_vote(sqlite_house):
    hall = board(sqlite_house)
    hall.open()
    hall.put("K-1")
    asked = hall.clerk.do("body set 理事会 无记名=是 依据=章程第三十条")
    assert hall.deputy.do(f"approval approve P-{asked.data['approval']}").error is None
    hall.clerk.do("motion open V-1")
    assert "领取选票" in str(next(out.buttons for chat, out in deliver(sqlite_house) if "【表决】" in out.text))
    assert hall[1].do("motion vote V-1 同意").data["paper"]


def test_a_charter_can_set_one_matter_only(sqlite_house):
    hall = board(sqlite_house)
    asked = hall.clerk.do("body set 理事会 通过=3/4 依据=章程第三十条 事项=除名")
    hall.deputy.do(f"approval approve P-{asked.data['approval']}")
    lines = hall.clerk.do("body show 理事会").text.splitlines()
    assert "不少于 2/3" in lines[2]
    assert any(line.startswith("除名") and "同意不少于 3/4" in line and "无记名" in line for line in lines)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("body set 理事会 通过=4/3 依据=章程", "share_form"),
        ("body set 理事会 颜色=红 依据=章程", "clause_form"),
        ("body set 理事会 通过=2/3", "missing_parameter"),
        ("body seat 理事会 没有人", "person_unknown"),
        ("body unseat 理事会 理1", "seat_unknown"),
        ("body seat 董事会 理1", "body_unknown"),
    ],
)
def test_a_body_that_cannot_be_changed_so_is_left_alone(sqlite_house, line, code):
    hall = board(sqlite_house)
    before = tables_of(sqlite_house)
    assert hall.clerk.do(line).error == code
    after = tables_of(sqlite_house)
    assert all(before[name] == after[name] for name in ("body_rule", "body_seat", "approval"))


def test_two_charters_that_were_asked_at_once_do_not_overwrite_each_other(sqlite_house):
    hall = board(sqlite_house)
    first = hall.clerk.do("body set 理事会 通过=3/4 依据=章程第一条").data["approval"]
    second = hall.clerk.do("body set 理事会 法定人数=3/4 依据=章程第二条").data["approval"]
    assert hall.deputy.do(f"approval approve P-{first}").error is None
    assert hall.deputy.do(f"approval approve P-{second}").error == "object_changed"


def test_listed_people_take_the_place_of_the_audience(house):
    hall = board(house)
    for number in range(1, 6):
        hall.clerk.do(f"body seat 理事会 理{number}")
    assert hall.clerk.do("body seat 理事会 理1").error == "seat_held"
    assert hall.clerk.do("body show 理事会").data["seats"] == 5
    hall.call()
    assert sorted(chat for chat, _o in deliver(house)) == [f"理{n}" for n in range(1, 6)]
    assert hall.clerk.do("body unseat 理事会 理5").error is None


def test_an_expert_asked_by_name_votes_where_the_body_has_no_fixed_seats(sqlite_house):
    hall = board(sqlite_house)
    with open_session(sqlite_house.engine, 1) as session:
        for number in range(1, 7):
            add_person(session, sqlite_house, f"专{number}", "evaluator", chat=True)
    people = "专1、专2、专3、专4、专5"
    hall.call("技术审查组", days=30, rest=f"会议室 送审稿审查 审查 人员={people}")
    assert hall.clerk.do("meeting invite K-1 专6").data["guest"] is False
    assert hall.clerk.do("meeting invite K-1 专6").error == "already_asked"
    sqlite_house.clock.forward(days=30)
    experts = [Voice(sqlite_house, f"专{n}") for n in range(1, 7)]
    for voice in experts:
        assert voice.do("meeting attend K-1").data["present"]
    assert hall.clerk.do("meeting open K-1 专1").data["seats"] == 6
    hall.put("K-1", "送审稿 正文 事项=团体标准")
    assert hall.clerk.do("motion open V-1").data["present"] == 6


def test_whoever_is_given_a_seat_without_a_role_is_pointed_out(sqlite_house):
    hall = board(sqlite_house)
    with open_session(sqlite_house.engine, 1) as session:
        session.add(Person(name="无职", added_at=sqlite_house.clock()))
    assert "角色 授予" in hall.clerk.do("body seat 监事会 无职").text
    assert "角色 授予" not in hall.clerk.do("body seat 监事会 理1").text


def test_minutes_come_back_with_a_reason_and_a_next_version_follows(house):
    hall = finished(house)
    first = hall.clerk.do("meeting minutes K-1 初稿")
    deliver(house)
    assert hall.deputy.do(f"approval decline P-{first.data['approval']} 请写明列席人员").error is None
    assert any("请写明列席人员" in out.text for chat, out in deliver(house) if chat == "钱办")
    second = hall.clerk.do("meeting minutes K-1 二稿，列席人员：无")
    assert second.data["version"] == 2
    assert hall.deputy.do(f"approval approve P-{second.data['approval']}").error is None
    read = hall[3].do("meeting read K-1")
    assert read.data["version"] == 2
    assert "二稿" in read.text
    with open_session(house.engine, 1) as session:
        rows = list(session.scalars(select(Minutes).order_by(Minutes.version)))
        assert [row.declined for row in rows] == ["请写明列席人员", ""]
        assert [row.approved_at is not None for row in rows] == [False, True]


def test_an_older_version_cannot_be_confirmed_once_there_is_a_newer(sqlite_house):
    hall = finished(sqlite_house)
    first = hall.clerk.do("meeting minutes K-1 初稿").data["approval"]
    hall.clerk.do("meeting minutes K-1 二稿")
    assert hall.deputy.do(f"approval approve P-{first}").error == "object_changed"


def test_minutes_wait_for_the_end_of_the_meeting_and_for_another_person(sqlite_house):
    hall = board(sqlite_house)
    hall.open()
    assert hall.clerk.do("meeting minutes K-1").error == "meeting_state"
    hall.clerk.do("meeting close K-1")
    made = hall.secretary.do("meeting minutes K-1")
    assert hall.secretary.do(f"approval approve P-{made.data['approval']}").error == "second_person"


def test_the_document_opens_and_holds_every_seat_and_nothing_that_word_cannot_store(sqlite_house):
    hall = finished(sqlite_house, people=range(1, 8))
    made = hall.clerk.do("meeting minutes K-1 记录\x0b中有\x01控制符\n第二行")
    document = Document(BytesIO(made.files[0].content))
    assert len(document.tables[0].rows) == 10
    words = [paragraph.text for paragraph in document.paragraphs]
    assert "第二行" in words
    assert all(c.isprintable() or c == "\t" for line in words for c in line)
    assert document.sections[0].page_width.cm == pytest.approx(21, abs=0.1)


def test_an_announcement_of_a_resolution_is_only_a_draft(sqlite_house):
    hall = finished(sqlite_house)
    deliver(sqlite_house)
    reply = hall.clerk.do("motion announce V-1")
    assert hall.clerk.do("announce preview A-1").data["state"] == "draft"
    assert "理事会决议〔2026〕1号" in reply.text
    assert deliver(sqlite_house) == []


def test_nothing_is_announced_that_was_not_adopted(sqlite_house):
    hall = board(sqlite_house)
    hall.open()
    hall.put("K-1")
    assert hall.clerk.do("motion announce V-1").error == "no_resolution"


def test_what_is_kept_about_a_person_is_shown_and_reasons_go_when_they_are_erased(sqlite_house):
    hall = finished(sqlite_house, people=range(1, 9))
    hall.call()
    hall[1].do("meeting excuse K-2 家中有事")
    with tx_for(sqlite_house, "秦书") as tx:
        person = tx.session.scalars(select(Person).where(Person.name == "理1")).one()
        kept = holdings.HOLDINGS
        assert [row["answer"] for row in kept["attendance"].facts(tx, person)] == ["attending", "excused"]
        assert kept["votes"].facts(tx, person)[0]["choice"] == ["yes"]
        assert kept["attendance"].erase(tx, person) == 1
        assert "家中有事" not in str(kept["attendance"].facts(tx, person))
        tx.record("test:person:read", person.reference)
    assert hall.clerk.do("motion result V-1").data["recounted"] is True


def test_what_is_kept_of_a_secret_vote_is_that_one_voted(sqlite_house):
    hall = board(sqlite_house)
    hall.open()
    hall.put("K-1", "人事 正文 --secret")
    hall.clerk.do("motion open V-1")
    hall[1].do("motion paper V-1")
    hall[1].press("反对")
    with tx_for(sqlite_house, "秦书") as tx:
        person = tx.session.scalars(select(Person).where(Person.name == "理1")).one()
        assert holdings.HOLDINGS["votes"].facts(tx, person) == [{"motion": 1, "spent": True}]
        tx.record("test:person:read", person.reference)


@pytest.mark.parametrize("role", ["deputy", "staff", "supervisor", "discipline", "contact", "evaluator", "regulator"])
def test_who_may_lead_and_who_may_only_vote(sqlite_house, role):
    """Whoever keeps the meetings leads them; everyone else hears of nothing that is not theirs; regulators have no part."""
    hall = board(sqlite_house)
    hall.call()
    with open_session(sqlite_house.engine, 1) as session:
        add_person(session, sqlite_house, "某人", role)
    voice = Voice(sqlite_house, "某人")
    leads = role in ("deputy", "staff")
    expected = {None if leads else "not_allowed"}
    assert {voice.do("motion put K-1 标题 正文").error} == expected
    shown = voice.do("meeting show K-1").error
    assert shown == (None if leads else "not_allowed" if role == "regulator" else "meeting_unknown")
