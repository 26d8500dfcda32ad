"""Rules are looked at, tried out, changed and switched on by two people; refused steps leave nothing behind."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.screener import screened
from core.access import Permission
from core.audit import AuditEntry
from core.db import open_session
from core.errors import RuleViolated
from reminders import queries, usecases
from reminders.models import ReminderRule, ReminderSent
from reminders.rules.shipped import shipped
from tests.architecture.source import ROOT
from tests.houses import deliver, system, tx_for
from tests.reminders.offices import ENDS, at, ledger, office_with, queued, run, switch_on


def rules_stored(house):
    with open_session(house.engine, 1) as session:
        return [(row.number, row.version, row.since) for row in session.scalars(select(ReminderRule))]


def actions(house):
    with open_session(house.engine, 1) as session:
        return [row.action for row in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]


def test_the_list_shows_every_rule_off(sqlite_house):
    office = office_with(sqlite_house)
    reply = office.clerk.do("提醒 列表")
    assert {row["on"] for row in reply.data} == {False}
    assert len(reply.data) == len(shipped())
    assert "前 60 天、前 30 天、前 7 天（自然日）" in {row[2] for row in reply.table.rows}


def test_the_preview_says_exactly_who_gets_what_on_which_day(house):
    office = office_with(house, ENDS, "2026-10-18", "2027-05-01")
    office.clerk.do("qualification set M-2 资质 2026-11-13")
    reply = office.clerk.do("reminder preview R1")
    assert reply.data == [
        ["2026-10-10", "M-0001", "联络1", True],
        ["2026-10-14", "M-0002", "联络2", True],
        ["2026-10-21", "M-0001", "联络1", True],
        ["2026-11-06", "M-0002", "联络2", True],
    ]
    assert "青禾检测有限公司 · 资质2 有效期至 2026-10-18，还有 8 天" in reply.text
    switch_on(office, "R1")
    sent = []
    for day, *_rest in reply.data:
        at(house, day)
        before = len(ledger(house))
        run(house)
        sent += [day] * (len(ledger(house)) - before)
    assert sent == [row[0] for row in reply.data], "what was previewed is what is sent"


def test_a_long_preview_comes_as_a_file_with_every_line(sqlite_house):
    office = office_with(sqlite_house, *["2026-10-20"] * 25)
    reply = office.clerk.do("reminder preview R1")
    assert len(reply.table.rows) == 20
    assert len(reply.files[0].content.decode("utf-8-sig").splitlines()) == 25


def test_the_approver_reads_what_it_will_do_and_the_asker_cannot_agree(house):
    office = office_with(house, ENDS)
    deliver(house)
    asked = office.secretary.do("reminder enable R1")
    assert "今后 30 天向 1 人发出 1 条提醒" in asked.text
    told = [(chat, out.text) for chat, out in deliver(house)]
    assert [chat for chat, _text in told] == ["卢副"]
    assert "提醒 预览 R1" in told[0][1]
    alone = office.secretary.do(f"approval approve P-{asked.data['approval']}")
    assert alone.error == "second_person"
    assert rules_stored(house) == [(1, 1, None)]
    office.deputy.do(f"approval approve P-{asked.data['approval']}")
    assert rules_stored(house)[0][2] is not None
    assert office.clerk.do("reminder enable R1").error == "reminder_on"


def test_a_declined_rule_stays_off_and_its_asker_hears_why(sqlite_house):
    office = office_with(sqlite_house, ENDS)
    deliver(sqlite_house)
    number = office.clerk.do("reminder enable R1").data["approval"]
    office.deputy.do(f"approval decline P-{number} 先核对名单")
    assert ("钱办", "提醒规则 R1 未予启用：先核对名单") in [(c, o.text) for c, o in deliver(sqlite_house)]
    at(sqlite_house, "2026-10-21")
    assert run(sqlite_house) == "0 reminders"


def test_what_was_changed_after_the_asking_cannot_be_agreed_to(sqlite_house):
    office = office_with(sqlite_house, ENDS)
    number = office.clerk.do("reminder enable R1").data["approval"]
    office.clerk.do("reminder edit R1 points=前1")
    assert office.deputy.do(f"approval approve P-{number}").error == "object_changed"
    assert [row[2] for row in rules_stored(sqlite_house)] == [None]


def test_an_edit_switches_a_rule_off_until_it_is_agreed_to_anew(house):
    office = office_with(house, ENDS)
    switch_on(office, "R1")
    reply = office.clerk.do("reminder edit R1 points=前30,前10 every=3 until=后2 unit=工作日")
    assert reply.data["on"] is False
    assert "此后每隔 3 天，直到后 2 天" in reply.text
    at(house, "2026-10-21")
    run(house)
    assert ledger(house) == []


def test_switching_off_works_at_once_and_is_recorded(house):
    office = office_with(house, ENDS)
    switch_on(office, "R1")
    office.clerk.do("提醒 停用 R1")
    at(house, "2026-10-21")
    run(house)
    assert ledger(house) == []
    assert {"reminder:rule:enable", "reminder:rule:disable"} <= set(actions(house))
    assert office.clerk.do("reminder disable R1").error == "reminder_off"


def test_grave_words_are_held_and_cannot_be_switched_on(house):
    office = office_with(replace(house, screener=screened), ENDS)
    text = "各会员单位必须参加本次培训并缴纳培训费1200元，未参加的不予办理年检。"
    reply = office.clerk.do(f'reminder edit R1 text="{text}"')
    assert reply.error == "held_by_screening"
    assert office.clerk.do("reminder enable R1").error == "held_by_screening"
    assert rules_stored(house) == [(1, 1, None)]


def test_the_shipped_words_pass_the_screening(sqlite_house):
    office = office_with(replace(sqlite_house, screener=screened))
    for rule in range(1, 12):
        assert office.clerk.do(f"reminder enable R{rule}").error is None


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("reminder show R99", "reminder_rule_unknown"),
        ("reminder show R", "reminder_form"),
        ("reminder show " + "9" * 5000, "reminder_form"),
        ("reminder disable R1", "reminder_off"),
        ("reminder run R1", "reminder_off"),
        ("reminder edit R1", "nothing_to_change"),
        ("reminder edit R1 points=30", "points_form"),
        ("reminder edit R1 every=3", "schedule_form"),
        ("reminder edit R1 unit=周", "reminder_unit"),
        ("reminder edit R1 text={name}", "template_fields"),
        ("reminder edit R1 only=colour=red", "reminder_filter"),
        ("reminder edit R1 only=red", "filter_form"),
        ("reminder edit R1 audience=颜色=红", "criterion_unknown"),
        ("reminder add 生日 名称 前1 内容", "reminder_kind"),
        ("reminder add 资质 名称 前1 {x}", "template_fields"),
        ("reminder why 青禾", "reminder_subject"),
        ("reminder snooze R1 3", "reminder_unknown"),
        ("reminder snooze R1 0", "snooze_days"),
        ("reminder snooze R1 31", "snooze_days"),
        ("digest on", "digest_unchanged"),
        ("calendar unlink", "calendar_link_unknown"),
        ("calendar link", "no_public_address"),
    ],
)
def test_refusals_say_what_is_wrong_and_write_nothing(desk, line, error):
    before = actions(desk.house), rules_stored(desk.house)
    assert desk.clerk.do(line).error == error
    assert (actions(desk.house), rules_stored(desk.house)) == before


@pytest.fixture(scope="module")
def desk(tmp_path_factory, shared_folder):
    """An office that refused lines leave as it was."""
    from tests import databases
    from tests.houses import open_for_test

    folder = tmp_path_factory.mktemp("desk")
    with open_for_test(databases.sqlite(folder, shared_folder), folder) as house:
        yield office_with(house, ENDS)


def test_a_rule_of_ones_own_is_numbered_filtered_and_sent(house):
    office = office_with(house, "2026-10-13")
    office.clerk.do("qualification set M-2 资质1 2026-10-13")
    made = office.clerk.do('reminder add 资质 "临期提醒" 前5,前1 {title} {due} 到期，剩 {days} 天')
    assert made.data["rule"] == "R101"
    office.clerk.do('reminder edit R101 only="region=宁波市"')
    assert [row[2] for row in office.clerk.do("reminder preview R101").data] == ["联络2", "联络2"]
    switch_on(office, "R101")
    run(house)
    assert [text for _due, text, _b in queued(house, 101)] == ["云岭安全评价有限公司 · 资质1 2026-10-13 到期，剩 5 天"]


def test_words_are_edited_in_the_language_of_the_editor(sqlite_house):
    office = office_with(sqlite_house)
    office.clerk.do('reminder edit R1 text="{title} 到期"')
    office.deputy.do("language en")
    office.deputy.do('reminder edit R1 text="{title} ends"')
    with open_session(sqlite_house.engine, 1) as session:
        assert queries.rule_by_number(session, 1).texts == {"zh_CN": "{title} 到期", "en": "{title} ends"}


def test_a_member_may_not_look_at_rules_and_a_timer_needs_no_person(house):
    office = office_with(house, ENDS)
    for line in ("reminder list", "reminder enable R1", "reminder why M-1", "digest show"):
        assert office.contacts[0].do(line).error == "not_allowed"
    with tx_for(house, "钱办") as tx, pytest.raises(RuleViolated):
        usecases.run_now(tx, rule=queries.rule_by_number(tx.session, 1))
    with system(house, 1, Permission.DELIVER) as tx:
        assert usecases.send_due(tx) == "0 reminders"
    with open_session(house.engine, 1) as session:
        assert session.scalars(select(ReminderSent)).all() == []


@pytest.mark.parametrize("guide", ["reminders.md", "reminders.zh-CN.md"])
def test_the_examples_of_the_guides_work_as_they_stand(sqlite_house, guide):
    office = office_with(sqlite_house)
    if not guide.endswith("zh-CN.md"):
        office.clerk.do("language en")
    block = (ROOT / "docs" / guide).read_text(encoding="utf-8").split("```")[1]
    lines = block.strip().splitlines()
    assert len(lines) >= 5
    for line in lines:
        reply = office.clerk.do(line)
        assert reply.error is None, (line, reply.text)


def test_a_rule_can_tell_a_saved_audience(sqlite_house):
    office = office_with(sqlite_house, ENDS)
    assert office.clerk.do("audience save 宁波 region=宁波市").error is None
    office.clerk.do("reminder edit R1 audience=@宁波 points=前30")
    assert [row[2] for row in office.clerk.do("reminder preview R1").data] == ["联络2"]
    assert office.clerk.do("reminder edit R1 audience=@没有").error == "audience_unknown"
