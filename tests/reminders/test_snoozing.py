"""Putting a reminder off, and asking why one came or did not."""

import pytest
from sqlalchemy import select

from core.db import open_session
from reminders.models import ReminderSnooze
from tests.houses import Voice, deliver
from tests.reminders.offices import ENDS, at, ledger, office_with, queued, run, states, switch_on


def told(house):
    """An office whose first contact has just been reminded; the message as it arrived."""
    office = office_with(house, ENDS)
    switch_on(office, "R1")
    at(house, "2026-10-21")
    run(house)
    house.clock.forward(hours=1)
    message = next(out for chat, out in deliver(house) if chat == "联络1" and "有效期至" in out.text)
    return office, message


def snoozes(house):
    with open_session(house.engine, 1) as session:
        return [(row.subject, str(row.until)) for row in session.scalars(select(ReminderSnooze))]


def press(voice, message, label):
    """Press a button under a message."""
    token = next(token for row in message.buttons for text, token in row if text == label)
    return voice.say(button=token)


def test_the_button_under_a_reminder_brings_it_back_once_after_the_working_days(house):
    office, message = told(house)
    reply = press(office.contacts[0], message, "3 个工作日后再提醒")
    assert reply.data == {"until": "2026-10-26", "subjects": 1}
    for day in ("2026-10-22", "2026-10-23", "2026-10-26", "2026-10-27", "2026-10-28"):
        at(house, day)
        run(house)
        run(house)
    assert list(states(house)) == ["2026-11-20:-30", "2026-11-20:z2026-10-26"]
    house.clock.forward(hours=1)
    assert sum("有效期至" in out.text for _chat, out in deliver(house)) == 1


def test_a_point_that_comes_while_it_is_put_off_is_not_sent_but_kept_in_mind(house):
    office = office_with(house, "2026-10-15")
    office.clerk.do("reminder edit R1 points=前7,前6,前3")
    switch_on(office, "R1")
    run(house)
    office.contacts[0].do("reminder snooze R1 3")
    for day in ("2026-10-09", "2026-10-10", "2026-10-12", "2026-10-13"):
        at(house, day)
        run(house)
    assert states(house) == {
        "2026-10-15:-7": "sent",
        "2026-10-15:-6": "snoozed",
        "2026-10-15:-3": "sent",
        "2026-10-15:z2026-10-12": "coalesced",
    }, "a point and what comes back on the same day are one reminder"


def test_what_comes_back_after_the_date_says_so(house):
    office = office_with(house, "2026-10-15")
    office.clerk.do("reminder edit R1 points=前7")
    switch_on(office, "R1")
    run(house)
    office.contacts[0].do("reminder snooze R1 6")
    at(house, "2026-10-19")
    run(house)
    assert "有效期至 2026-10-15，已过 4 天" in queued(house)[-1][1]


def test_what_was_to_come_back_long_ago_is_missed_and_not_sent(house):
    office, _message = told(house)
    office.contacts[0].do("reminder snooze R1 1")
    at(house, "2026-11-03")
    run(house)
    assert states(house)["2026-11-20:z2026-10-22"] == "missed"
    assert len(queued(house)) == 1


def test_what_was_done_meanwhile_does_not_come_back(house):
    office, _message = told(house)
    office.contacts[0].do("reminder snooze R1 1")
    office.clerk.do("qualification set M-1 资质1 2028-11-20")
    at(house, "2026-10-22")
    run(house)
    assert list(states(house)) == ["2026-11-20:-30"]


def test_the_office_puts_off_for_somebody_and_a_member_only_for_themselves(house):
    office, _message = told(house)
    assert office.contacts[1].do("reminder snooze R1 3").error == "reminder_unknown"
    assert office.contacts[0].do("reminder snooze R1 3 person=联络1").error == "not_allowed"
    assert snoozes(house) == []
    assert office.clerk.do("提醒 推迟 R1 5 人员=联络1 事项=qualification:1").data["until"] == "2026-10-28"
    office.clerk.do("reminder snooze R1 2 person=联络1")
    assert snoozes(house) == [("qualification:1", "2026-10-23")]


def announced(house):
    """A published notice that nobody has confirmed, and its legal rule switched on."""
    office = office_with(house)
    office.clerk.do("announce draft 通知 缴费标准 全体 正文")
    number = office.clerk.do("announce submit A-1").data["approval"]
    office.deputy.do(f"approval approve P-{number}")
    office.clerk.do('reminder edit R4 points=后2 every=2 until=后4 audience=本人 text="您还没有确认收到“{title}”。"')
    switch_on(office, "R4")
    return office


def test_a_legal_reminder_that_is_due_cannot_be_put_off_and_says_so(house):
    office = announced(house)
    at(house, "2026-10-12")
    run(house)
    house.clock.forward(hours=1)
    message = next(out for chat, out in deliver(house) if chat == "联络1" and "还没有确认收到" in out.text)
    assert "本提醒依规发送，不能推迟到期限之后。" in message.text
    assert press(office.contacts[0], message, "1 个工作日后再提醒").error == "snooze_legal"
    assert snoozes(house) == []
    press(office.contacts[0], message, "确认收到")
    at(house, "2026-10-15")
    run(house)
    assert [row[2:] for row in ledger(house)][2:] == [("2026-10-08:4", ledger(house)[-1][3], "sent")]


def test_a_legal_reminder_can_be_put_off_up_to_its_date_and_no_further(sqlite_house):
    from core.access import Permission
    from core.calendar import Period, Unit
    from core.deadlines import set_deadline
    from tests.houses import system

    office = office_with(sqlite_house)
    with system(sqlite_house, 1, Permission.DELIVER) as tx:
        set_deadline(tx, "task:WT-2026-001", "report", tx.today, Period(5, Unit.WORK_DAY))
    switch_on(office, "R10")
    assert run(sqlite_house).startswith("3 ")
    assert office.clerk.do("reminder snooze R10 6").error == "snooze_beyond_deadline"
    assert office.clerk.do("reminder snooze R10 4").data["subjects"] == 1


def test_why_tells_what_was_sent_what_comes_and_what_is_off(house):
    office, _message = told(house)
    lines = {(row[0][:2], row[3]) for row in office.clerk.do("提醒 原因 M-0001").data}
    assert ("R2", "规则未启用") in lines
    sent = next(words for rule, words in lines if rule == "R1" and "已发送" in words)
    assert sent.startswith("2026-10-21 11:07 已发送（console，消息 ")
    assert ("R1", "下次提醒 2026-11-13") in lines


def why(office, about="M-0001"):
    return [row[3] for row in office.clerk.do(f"reminder why {about}").data if row[0].startswith("R1 ")]


def test_why_before_anything_was_due(sqlite_house):
    office = office_with(sqlite_house, ENDS)
    assert why(office) == ["规则未启用"]
    switch_on(office, "R1")
    assert why(office) == ["尚未到时间：2026-10-21 提醒"]
    assert why(office, "M-2") == ["没有待办：已办结，或没有日期"]


def test_why_names_snoozes_late_catching_up_and_what_was_left_out(house):
    office = office_with(house, "2026-10-20")
    office.clerk.do("reminder edit R1 points=前12,前11,前4,前3,前1")
    switch_on(office, "R1")
    run(house)
    office.contacts[0].do("reminder snooze R1 1")
    assert why(office)[-1] == "已推迟到 2026-10-09"
    at(house, "2026-10-19")
    run(house)
    said = why(office)
    assert "未单独发送：已由较晚的一次合并提醒" in said
    assert any("才发现，距应发日已超过 7 天" in words for words in said)
    assert said[-1] == "不再有后续提醒"


def test_why_names_people_who_cannot_be_told(sqlite_house):
    office = office_with(sqlite_house, ENDS)
    switch_on(office, "R1")
    office.clerk.do("contact end M-1 联络1")
    assert why(office) == ["没有登记可通知的人"]
    office.clerk.do("contact add M-1 无微信 13900000008")
    assert why(office) == ["尚未到时间：2026-10-21 提醒；此人目前联系不上"]
    at(sqlite_house, "2026-10-21")
    run(sqlite_house)
    assert "2026-10-21 10:07 未发出：此人联系不上" in why(office)


def test_why_of_days_that_were_over_before_the_rule_was_on(sqlite_house):
    office = office_with(sqlite_house, "2026-10-09")
    switch_on(office, "R1")
    assert why(office) == ["应发日都在规则启用（2026-10-08）之前"]


@pytest.mark.parametrize("about", ["M-0042", "A-0001", "role:7"])
def test_why_of_what_there_is_not_says_so(sqlite_house, about):
    office = office_with(sqlite_house)
    reply = office.clerk.do(f"reminder why {about}")
    assert reply.error is None
    assert {row[3] for row in reply.data} <= {"规则未启用"}


def test_another_voice_cannot_press_the_button(sqlite_house):
    _office, message = told(sqlite_house)
    stranger = Voice(sqlite_house, "联络2")
    assert press(stranger, message, "1 个工作日后再提醒").error is not None
    assert snoozes(sqlite_house) == []
