"""Calling, answering, proxies, quorum, adjourning: on both databases where it matters."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.messages import FileIn
from core.db import open_session
from people import audiences
from people.models import ChatIdentity, Person
from tests.houses import Voice, deliver, found
from tests.meetings.boards import AGENDA, add_person, board, strict, tables_of

YES = {"fields": {"_confirm": "yes"}}


def to(arrived, name):
    return [out for chat, out in arrived if chat == name]


def same_but_for_the_inbox(before, after):
    """Nothing was written but that something was asked and refused."""
    apart = {"inbox_update", "audit_entry", "audit_head", "dialogue", "shown_button"}
    return [name for name in after if name not in apart and before[name] != after[name]]


def test_everyone_with_a_seat_is_asked_and_nobody_else(sqlite_house):
    hall = board(sqlite_house)
    hall.call()
    arrived = deliver(sqlite_house)
    assert sorted(chat for chat, _out in arrived) == [f"理{n}" for n in range(1, 10)]
    labels = [name for row in arrived[0][1].buttons for name, _token in row]
    assert labels == ["参加", "请假", "委托他人"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("meeting call 理事会 2026-10-14 10:00 会议室 标题 议程", "notice_too_short"),
        ("meeting call 会员大会 2026-10-22 10:00 会议室 标题 议程 紧急=台风", "notice_too_short"),
        ("meeting call 理事会 2026-10-07 10:00 会议室 标题 议程", "meeting_past"),
        ("meeting call 理事会 2029-10-20 10:00 会议室 标题 议程", "meeting_far"),
        ("meeting call 董事会 2026-10-20 10:00 会议室 标题 议程", "body_unknown"),
        ("meeting call 技术审查组 2026-11-20 10:00 会议室 标题 议程", "body_empty"),
        ("meeting call 理事会 2026-02-30 10:00 会议室 标题 议程", "date_impossible"),
        ("meeting call 理事会 2026-10-20 25:00 会议室 标题 议程", "time_form"),
        ("meeting call 理事会 2026-10-20 10:00 会议室 标题", "missing_parameter"),
        (f"meeting call 理事会 2026-10-20 10:00 会议室 {'长' * 201} 议程", "text_too_long"),
        ("meeting show K-99", "meeting_unknown"),
        ("meeting show 99x", "reference_number"),
    ],
)
def test_a_call_that_cannot_be_made_changes_nothing(sqlite_house, line, code):
    hall = board(sqlite_house)
    before = tables_of(sqlite_house)
    assert hall.clerk.do(line).error == code
    assert same_but_for_the_inbox(before, tables_of(sqlite_house)) == []


def test_a_short_notice_needs_a_reason_which_everyone_reads(sqlite_house):
    hall = board(sqlite_house)
    reply = hall.clerk.do("meeting call 理事会 2026-10-09 10:00 会议室 紧急会议 议程 紧急=重大事故处置")
    assert reply.error is None, reply.text
    assert "紧急召集，理由：重大事故处置" in to(deliver(sqlite_house), "理1")[0].text


def test_a_notice_into_a_year_without_published_holidays_says_so(sqlite_house):
    hall = board(sqlite_house)
    hall.clerk.do("body seat 技术审查组 理1")
    reply = hall.clerk.do("meeting call 技术审查组 2027-03-01 10:00 会议室 评审 议程")
    assert "2027" in reply.text
    assert hall.clerk.do("meeting call 理事会 2027-03-01 10:00 会议室 标题 议程").error is None


def test_only_staff_call_and_cancel(sqlite_house):
    hall = board(sqlite_house)
    hall.call()
    before = tables_of(sqlite_house)
    for line in (
        "meeting call 理事会 2026-10-20 10:00 会议室 标题 议程",
        "meeting change K-1 地点=别处",
        "meeting cancel K-1 不开了",
        "meeting invite K-1 理2",
        "meeting open K-1 理1",
        "motion put K-1 标题 正文",
        "meeting minutes K-1",
        "body seat 理事会 理1",
        "body set 理事会 通过=1/2 依据=章程第一条",
    ):
        assert hall[1].do(line, **YES).error == "not_allowed", line
    assert same_but_for_the_inbox(before, tables_of(sqlite_house)) == []


def test_who_is_not_asked_hears_of_nothing(sqlite_house):
    hall = board(sqlite_house)
    hall.call()
    with open_session(sqlite_house.engine, 1) as session:
        add_person(session, sqlite_house, "外人", "contact", chat=True)
    stranger = Voice(sqlite_house, "外人")
    for line in (
        "meeting show K-1",
        "meeting attend K-1",
        "meeting excuse K-1 没空",
        "meeting proxy K-1 理1",
        "meeting quorum K-1",
    ):
        assert stranger.do(line).error == "meeting_unknown", line
    assert stranger.do("meeting list").data == []


def test_another_association_sees_and_touches_no_meeting(house):
    hall = board(house)
    number = hall.open()
    hall.put(f"K-{number}")
    found(house, name="邻省协会", code="51360000500012341U", admin="邻秘")
    neighbour = Voice(house, "邻秘", association="51360000500012341U")
    for line in (
        "meeting show K-1",
        "meeting cancel K-1 理由",
        "motion show V-1",
        "motion open V-1",
        "motion close V-1",
    ):
        assert neighbour.do(line, **YES).error in ("meeting_unknown", "motion_unknown"), line
    assert neighbour.do("meeting list").data == neighbour.do("motion list").data == []


def test_a_change_of_time_calls_everyone_anew_and_voids_answers_and_proxies(house):
    hall = board(house)
    hall.call()
    deliver(house)
    hall[1].do("meeting attend K-1")
    hall[9].do("meeting proxy K-1 理1")
    assert hall.clerk.do("meeting change K-1 日期=2026-10-14").error == "notice_too_short"
    assert hall.clerk.do("meeting change K-1").error == "nothing_to_change"
    reply = hall.clerk.do("meeting change K-1 日期=2026-10-21 时间=15:30")
    assert reply.data["notice"] == 2
    arrived = to(deliver(house), "理1")
    assert any("请重新回复" in out.text and "2026-10-21 15:30" in out.text for out in arrived)
    assert hall.clerk.do("meeting show K-1").data["answers"] == {"none": 9, "attending": 0, "excused": 0}
    assert hall[9].do("meeting proxy-end K-1").error == "proxy_unknown"


def test_a_change_of_place_keeps_the_answers(sqlite_house):
    hall = board(sqlite_house)
    hall.call()
    hall[1].do("meeting attend K-1")
    hall.clerk.do("meeting change K-1 地点=二楼")
    assert hall.clerk.do("meeting show K-1").data["answers"]["attending"] == 1
    assert "二楼" in to(deliver(sqlite_house), "理2")[-1].text


def test_copies_of_a_call_that_was_changed_do_not_go_out_any_more(sqlite_house):
    hall = board(sqlite_house)
    hall.call()
    hall.clerk.do("meeting change K-1 地点=二楼")
    assert len(to(deliver(sqlite_house), "理2")) == 1


def test_a_cancelled_meeting_is_over_for_everyone(house):
    hall = board(house)
    hall.call()
    hall.put("K-1")
    deliver(house)
    assert hall.clerk.do("meeting cancel K-1 场地停电", **YES).data["told"] == 9
    assert "场地停电" in to(deliver(house), "理5")[0].text
    for line in ("meeting attend K-1", "meeting excuse K-1 x", "meeting proxy K-1 理2"):
        assert hall[1].do(line).error == "meeting_state"
    assert hall.clerk.do("motion open V-1").error == "motion_state"
    assert hall.clerk.do("meeting cancel K-1 又一次", **YES).error == "meeting_state"


def test_a_call_that_screening_holds_goes_to_nobody_until_it_is_reworded(sqlite_house):
    hall = board(strict(sqlite_house))
    held = "省应急管理厅委托我会通知：各单位必须参加，否则不予年检。"
    reply = hall.clerk.do(f"meeting call 理事会 2026-10-20 10:00 会议室 标题 “{held}”")
    assert reply.error == "held_by_screening", reply.text
    assert reply.data["findings"]
    assert [out for _chat, out in deliver(sqlite_house) if "会议通知" in out.text] == []
    assert hall[1].do("meeting show K-1").error == "meeting_unknown"
    assert hall.clerk.do("meeting change K-1 议程=审议会费标准").error is None
    assert len(deliver(sqlite_house)) == 9


def test_a_held_call_goes_out_unchanged_once_two_people_have_released_it(sqlite_house):
    hall = board(strict(sqlite_house))
    with open_session(sqlite_house.engine, 1) as session:
        add_person(session, sqlite_house, "监一", "supervisor", chat=True)
    hall.clerk.do("meeting call 理事会 2026-10-20 10:00 会议室 标题 “按时报送，否则不予登记”")
    assert hall.clerk.do("meeting change K-1").error == "held_by_screening"
    assert hall.deputy.do("screen release H-1 引用章程原文，无强制之意").error is None
    assert hall.clerk.do("meeting change K-1").error == "held_by_screening"
    assert Voice(hall.house, "监一").do("screen release H-1 引用章程原文，核对无误").error is None
    assert hall.clerk.do("meeting change K-1").error is None
    assert sum("【会议通知】" in out.text for _chat, out in deliver(hall.house)) == 9


def test_a_reason_that_screening_holds_cancels_nothing(sqlite_house):
    hall = board(strict(sqlite_house))
    hall.call()
    deliver(hall.house)
    assert hall.clerk.do("meeting cancel K-1 请改参加培训，否则后果自负", **YES).error == "held_by_screening"
    assert hall.clerk.do("meeting show K-1").data["state"] == "called"
    assert [out for _chat, out in deliver(hall.house) if "取消" in out.text] == []


def test_documents_go_to_everyone_who_is_asked(sqlite_house):
    hall = board(sqlite_house)
    day = "2026-10-20 10:00 会议室 标题 议程"
    hall.clerk.do(f"meeting call 理事会 {day}", files=(FileIn("草案.txt", b"one"),))
    assert [f.name for f in to(deliver(sqlite_house), "理1")[0].files] == ["草案.txt"]
    hall.clerk.do("meeting document K-1", files=(FileIn("说明.txt", b"two"),))
    assert [f.name for f in to(deliver(sqlite_house), "理1")[0].files] == ["说明.txt"]
    assert hall.clerk.do("meeting document K-1", files=(FileIn("说明.txt", b"two"),)).error == "document_known"
    hall.clerk.do("meeting change K-1 地点=二楼")
    assert [f.name for f in to(deliver(sqlite_house), "理1")[0].files] == ["草案.txt", "说明.txt"]


def test_people_can_be_noted_as_present_only_around_the_meeting(sqlite_house):
    hall = board(sqlite_house)
    hall.call()
    assert hall[1].do("meeting attend K-1").data["present"] is False
    assert hall.clerk.do("meeting attend K-1 理2").error == "too_early"
    assert hall.clerk.do("meeting open K-1 理1").error == "too_early"
    sqlite_house.clock.forward(days=7, hours=23, minutes=1)
    assert hall.clerk.do("meeting attend K-1 理2").error is None
    assert hall[1].do("meeting attend K-1 理3").error == "not_presiding"
    assert hall[1].do("meeting attend K-1").data["present"] is True
    assert hall.clerk.do("meeting quorum K-1").data["present"] == 2


def test_without_a_quorum_a_meeting_is_put_off_and_what_was_stays_on_record(house):
    hall = board(house)
    number = hall.call()
    hall.gather(number, range(1, 6))
    refused = hall.clerk.do("meeting open K-1 理1")
    assert refused.error == "no_quorum"
    assert "应到 9，实到 5，须到 6" in refused.text
    assert hall[1].do("meeting adjourn K-1 2026-10-26 10:00 到会人数不足").error == "not_presiding"
    assert hall.clerk.do("meeting adjourn K-1 2026-10-26 10:00 到会人数不足").data["notice"] == 2
    assert hall.clerk.do("meeting quorum K-1").data["present"] == 0
    hall.gather(number, range(1, 7), days=10)
    assert hall.clerk.do("meeting open K-1 理1").error is None
    hall.clerk.do("meeting close K-1")
    assert "休会（应到 9，实到 5）：到会人数不足" in hall.clerk.do("meeting minutes K-1").text


def test_the_chair_is_there_and_leads(sqlite_house):
    hall = board(sqlite_house)
    number = hall.call()
    hall.gather(number, range(1, 7))
    assert hall.clerk.do("meeting open K-1 理9").error == "chair_absent"
    assert hall.clerk.do("meeting open K-1 理2").error is None
    hall.put("K-1")
    assert hall[3].do("motion open V-1").error == "not_presiding"
    assert hall[2].do("motion open V-1").error is None
    assert hall[3].do("motion close V-1", fields={"_confirm": "yes"}).error == "not_presiding"
    assert hall[3].do("meeting close K-1").error == "not_presiding"
    assert hall[2].do("meeting adjourn K-1 2026-10-28 10:00 未议完").error == "vote_running_yet"
    hall.vote(1, *["同意"] * 6)
    assert hall[2].do("motion close V-1", fields={"_confirm": "yes"}).error is None
    assert hall[2].do("meeting close K-1").error is None


def test_the_limits_of_proxies(sqlite_house):
    hall = board(sqlite_house)
    hall.call()
    with open_session(sqlite_house.engine, 1) as session:
        add_person(session, sqlite_house, "列席人", "contact", chat=True)
    assert hall.clerk.do("meeting invite K-1 列席人").data["guest"] is True
    for who, line, code in (
        (hall[1], "meeting proxy K-1 理1", "own_proxy"),
        (hall[1], "meeting proxy K-1 列席人", "agent_not_asked"),
        (hall[1], "meeting proxy K-1 钱办", "agent_not_asked"),
        (hall[1], "meeting proxy K-1 没有人", "person_unknown"),
        (Voice(sqlite_house, "列席人"), "meeting proxy K-1 理1", "guest_proxy"),
        (hall[1], "meeting proxy K-1 理2", None),
        (hall[3], "meeting proxy K-1 理2", "proxy_limit"),
        (hall[2], "meeting proxy K-1 理4", "proxy_chain"),
        (hall[4], "meeting proxy K-1 理1", "proxy_chain"),
        (hall[1], "meeting proxy K-1 理5", None),
        (hall[3], "meeting proxy K-1 理2", None),
        (hall[1], "meeting proxy-end K-1", None),
        (hall[1], "meeting proxy-end K-1", "proxy_unknown"),
    ):
        assert who.do(line).error == code, line


def test_a_body_without_proxies_takes_none(sqlite_house):
    hall = board(sqlite_house)
    for number in range(1, 7):
        hall.clerk.do(f"body seat 技术审查组 理{number}")
    hall.call("技术审查组", days=30)
    arrived = deliver(sqlite_house)
    assert [name for row in to(arrived, "理1")[0].buttons for name, _t in row] == ["参加", "请假"]
    assert hall[1].do("meeting proxy K-1 理2").error == "proxy_forbidden"


def test_who_comes_in_person_acts_in_person(house):
    hall = board(house)
    number = hall.call()
    hall[9].do("meeting proxy K-1 理1")
    hall.gather(number, range(1, 6))
    assert hall.clerk.do("meeting quorum K-1").data["present"] == 6
    assert hall[9].do("meeting attend K-1").data["present"] is True
    assert hall.clerk.do("meeting quorum K-1").data["present"] == 6
    assert hall[9].do("meeting proxy K-1 理1").error == "principal_there"
    assert any("不再代 理9" in out.text for out in to(deliver(house), "理1"))


def test_who_leaves_early_does_not_count_in_later_votes(house):
    hall = board(house)
    hall.open(people=range(1, 8))
    hall.put("K-1")
    hall.put("K-1", "第二件 正文")
    assert hall.clerk.do("motion open V-1").data["present"] == 7
    hall.vote(1, *["同意"] * 7)
    hall.clerk.do("motion close V-1", fields={"_confirm": "yes"})
    for one in (6, 7):
        assert hall.clerk.do(f"meeting leave K-1 理{one}").error is None
    assert hall.clerk.do("meeting leave K-1 理7").error == "not_there"
    refused = hall.clerk.do("motion open V-2")
    assert refused.error == "no_quorum"
    hall[7].do("meeting attend K-1")
    assert hall.clerk.do("motion open V-2").data["present"] == 6
    assert hall[6].do("motion vote V-2 同意").error == "not_present"


def test_a_person_who_leaves_the_office_loses_seat_and_proxies(house):
    hall = board(house)
    for number in range(1, 5):
        hall.clerk.do(f"body seat 监事会 理{number}")
    hall.call()
    hall[9].do("meeting proxy K-1 理1")
    assert hall.secretary.do("person remove 理1 调离", **YES).error is None
    assert hall.clerk.do("body show 监事会").data["seats"] == 3
    assert hall[9].do("meeting proxy-end K-1").error == "proxy_unknown"
    hall.gather(1, range(2, 8))
    hall.clerk.do("meeting open K-1 理2")
    rows = [row for row in tables_of(house)["attendee"] if row["struck_at"] is None]
    assert len({row["seat"] for row in rows}) == 9
    assert [row["person_id"] for row in rows if row["seat"] == "member:1"] == [None]


def test_a_suspended_unit_has_no_seat(house):
    hall = board(house)
    hall.call()
    hall.secretary.do("member status M-9 suspended 暂停会员权利", **YES)
    hall.gather(1, range(1, 9))
    assert hall.clerk.do("meeting open K-1 理1").data["seats"] == 8
    assert hall[9].do("meeting attend K-1").error == "meeting_unknown"


def test_two_contacts_of_one_unit_have_one_seat_and_one_vote(house):
    hall = board(house)
    hall.clerk.do("contact add M-1 理一乙")
    second = Voice(house, "理一乙")
    hall.open()
    assert second.do("meeting attend K-1").data["present"] is True
    assert hall.clerk.do("meeting quorum K-1").data["seats"] == 9
    hall.put("K-1")
    hall.clerk.do("motion open V-1")
    hall.vote(1, *["同意"] * 9)
    assert second.do("motion vote V-1 反对").error is None
    result = hall.clerk.do("motion close V-1", fields={"_confirm": "yes"}).data
    assert (result["yes"], result["no"]) == (8, 1)


def test_everyone_is_reminded_once_on_the_last_working_day_before(sqlite_house):
    from bot import timers

    hall = board(sqlite_house)
    hall.call(days=11)
    deliver(sqlite_house)
    hall[2].do("meeting excuse K-1 出差")
    sqlite_house.clock.forward(days=7)
    timers.run_due(sqlite_house)
    assert [out for _chat, out in deliver(sqlite_house) if "提醒" in out.text] == []
    sqlite_house.clock.forward(days=1)
    timers.run_due(sqlite_house)
    timers.run_due(sqlite_house)
    reminded = sorted(chat for chat, out in deliver(sqlite_house) if "协会提醒" in out.text)
    assert reminded == [f"理{n}" for n in range(1, 10) if n != 2]
    sqlite_house.clock.forward(days=1)
    timers.run_due(sqlite_house)
    assert [out for _chat, out in deliver(sqlite_house) if "协会提醒" in out.text] == []


def test_audiences_know_who_comes_and_who_has_not_answered(sqlite_house):
    hall = board(sqlite_house)
    hall.call()
    hall[1].do("meeting attend K-1")
    hall[2].do("meeting excuse K-1 出差")
    with open_session(sqlite_house.engine, 1) as session:
        for words, people in (("参会=K-1", 1), ("attending=K-0001", 1), ("未回复会议=K-1", 7), ("未回复会议=K-2", 0)):
            assert audiences.preview(session, audiences.parse(words), date(2026, 10, 8)).people == people, words


def test_whoever_has_no_chat_is_named_to_the_caller(house):
    hall = board(house)
    with open_session(house.engine, 1) as session:
        person = session.scalars(select(Person).where(Person.name == "理9")).one()
        session.get_one(ChatIdentity, person.identity_id).ended_at = house.clock()
    called = hall.clerk.do("meeting call 理事会 2026-10-20 10:00 会议室 第三次会议 议程")
    assert "其中 1 人未绑定聊天，请另行通知：理9" in called.text


def test_a_day_that_is_too_early_is_asked_again_and_nothing_typed_is_lost(sqlite_house):
    hall = board(sqlite_house)
    before = tables_of(sqlite_house)
    hall.clerk.say("会议 召集")
    for answer in ("理事会", "2026-10-09", "10:00", "三楼会议室", "第三次会议"):
        hall.clerk.say(answer)
    refused = hall.clerk.say(AGENDA)
    assert refused.error == "notice_too_short"
    assert "最早" in refused.text
    assert "日期" in refused.text
    assert hall.clerk.say("2026-10-01").error == "meeting_past"
    assert tables_of(sqlite_house)["meeting"] == before["meeting"]
    made = hall.clerk.say("2026-10-20")
    assert made.error is None, made.text
    shown = hall.clerk.do("会议 查看 K-1").text
    assert "三楼会议室" in shown
    assert "第三次会议" in shown
    assert "2026-10-20 10:00" in shown


def test_an_urgent_reason_answers_a_day_that_is_too_early(sqlite_house):
    hall = board(sqlite_house)
    refused = hall.clerk.say(f"会议 召集 理事会 2026-10-09 10:00 会议室 紧急会议 {AGENDA}")
    assert refused.error == "notice_too_short"
    made = hall.clerk.say("紧急=重大事故处置")
    assert made.error is None, made.text
    assert "2026-10-09 10:00" in hall.clerk.do("会议 查看 K-1").text


def test_a_script_that_gives_too_early_a_day_is_refused_and_leaves_no_question(sqlite_house):
    hall = board(sqlite_house)
    assert hall.clerk.do(f"会议 召集 理事会 2026-10-09 10:00 会议室 会议 {AGENDA}").error == "notice_too_short"
    assert hall.clerk.say("2026-10-20").error != "notice_too_short"
    assert hall.clerk.do("会议 列表").data == []
