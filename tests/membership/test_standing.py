"""Standings that follow from dates: suspensions end, overrides end, members leave, classes end, all by themselves."""

from datetime import date

import pytest
from sqlalchemy import select

from bot import timers
from bot.messages import FileIn
from core.db import open_session
from core.errors import RuleViolated
from core.outbox import OutboxContent
from membership import queries, usecases
from membership.models import ClassTerm, StandingFact, StatusChange, Unit
from membership.rules import reckoning
from membership.rules.standing import Status
from tests.houses import deliver, furnish, tx_for

YES = {"_confirm": "yes"}


@pytest.fixture(autouse=True)
def only_our_jobs(monkeypatch):
    """The other timed work is not looked at here."""
    ours = {"standing", "classes", "applications", "reminders"}
    monkeypatch.setattr(timers, "JOBS", tuple(job for job in timers.JOBS if job.name in ours))


def unit(house, number=1):
    with open_session(house.engine, 1) as session:
        return session.scalars(select(Unit).where(Unit.number == number)).one()


def history(house, number=1):
    with open_session(house.engine, 1) as session:
        steps = select(StatusChange).join(Unit, Unit.id == StatusChange.unit_id).where(Unit.number == number)
        return [(one.status, one.on.isoformat()) for one in session.scalars(steps.order_by(StatusChange.id))]


def on(house, days):
    house.clock.forward(days=days)
    timers.run_due(house)


def overridden(office, line):
    asked = office.clerk.do(f"status override {line}")
    assert asked.error is None, asked.text
    done = office.deputy.do(f"approval approve P-{asked.data['approval']}")
    assert done.error is None, done.text


def test_a_suspension_with_a_last_day_ends_by_itself_and_the_history_says_so(sqlite_house):
    office = furnish(sqlite_house)
    assert office.clerk.do("member status M-1 suspended 未按期整改 until=2026-10-20").error is None
    explained = office.clerk.do("status explain M-1")
    assert explained.data["rule"] == "suspended"
    assert "2026-10-21" in explained.text
    on(sqlite_house, 12)
    assert unit(sqlite_house).status == "suspended"
    on(sqlite_house, 1)
    assert unit(sqlite_house).status == "active"
    assert history(sqlite_house) == [("active", "2020-03-01"), ("suspended", "2026-10-08"), ("active", "2026-10-21")]
    assert office.clerk.do("status explain M-1").data["rule"] == "member"


def test_an_override_needs_another_officer_and_ends_where_the_rules_say(sqlite_house):
    office = furnish(sqlite_house)
    expel(office)
    asked = office.clerk.do("status override M-1 active 2026-10-31 复核期间恢复权利")
    assert asked.error is None
    assert unit(sqlite_house).status == "expelled"
    assert office.deputy.do(f"approval approve P-{asked.data['approval']}").error is None
    assert (unit(sqlite_house).status, unit(sqlite_house).left_on) == ("active", None)
    assert office.clerk.do("status explain M-1").data["rule"] == "override"
    on(sqlite_house, 23)
    assert unit(sqlite_house).status == "active"
    on(sqlite_house, 1)
    assert (unit(sqlite_house).status, unit(sqlite_house).left_on) == ("expelled", date(2026, 11, 1))
    assert [status for status, _on in history(sqlite_house)] == ["active", "expelled", "active", "expelled"]


def expel(office):
    """The first member loses its membership, as two officers will."""
    asked = office.clerk.do("会员 状态 M-1 除名 严重违规")
    assert office.deputy.do(f"approval approve P-{asked.data['approval']}").error is None


def test_a_membership_is_cancelled_only_by_two_and_never_by_one_who_acts_for_the_unit(house):
    office = furnish(house)
    asked = office.clerk.do("会员 状态 M-1 除名 经理事会决议，严重违规 日期=2026-10-07")
    assert asked.error is None
    number = asked.data["approval"]
    assert f"P-{number:04d}" in asked.text
    assert "除名" in asked.text
    assert (unit(house).status, history(house)) == ("active", [("active", "2020-03-01")])
    assert office.clerk.do("会员 状态 M-1 除名 再提一次").error == "expulsion_asked"
    assert office.clerk.do(f"approval approve P-{number}").error == "not_allowed"
    linked = office.secretary.do("contact add M-1 卢副 person=卢副")
    assert linked.error is None, linked.text
    assert office.deputy.do(f"approval approve P-{number}").error == "own_unit"
    assert unit(house).status == "active"
    assert office.secretary.do(f"approval approve P-{number}").error is None
    assert (unit(house).status, unit(house).left_on) == ("expelled", date(2026, 10, 7))
    assert any("严重违规" in message.text for chat, message in deliver(house) if chat == "联络1")


def test_a_declined_expulsion_changes_nothing_and_one_overtaken_by_a_withdrawal_is_not_carried_out(sqlite_house):
    office = furnish(sqlite_house)
    asked = office.clerk.do("会员 状态 M-1 除名 严重违规")
    assert office.deputy.do(f"approval decline P-{asked.data['approval']} 先听取陈述").error is None
    assert unit(sqlite_house).status == "active"
    again = office.clerk.do("会员 状态 M-1 除名 严重违规").data["approval"]
    office.clerk.do("会员 状态 M-1 退会 自愿退会")
    assert office.deputy.do("approval list").data == []
    assert "已另行了结" in office.deputy.say(f"approval show P-{again}").text
    assert office.deputy.last.buttons == ()
    assert office.clerk.do("approval mine").data[0] == [f"P-{again:04d}", "已另行了结"]
    assert office.deputy.do(f"approval approve P-{again}").error == "object_changed"
    assert unit(sqlite_house).status == "withdrawn"


def test_an_expulsion_that_a_suspension_overtook_can_be_asked_for_anew(sqlite_house):
    office = furnish(sqlite_house)
    first = office.clerk.do("会员 状态 M-1 除名 严重违规").data["approval"]
    office.clerk.do("会员 状态 M-1 暂停 先行停权")
    assert office.deputy.do(f"approval approve P-{first}").error == "object_changed"
    again = office.clerk.do("会员 状态 M-1 除名 严重违规")
    assert again.error is None, again.text
    assert office.deputy.do(f"approval approve P-{again.data['approval']}").error is None
    assert unit(sqlite_house).status == "expelled"


def test_the_use_case_itself_refuses_to_cancel_a_membership_alone(sqlite_house):
    furnish(sqlite_house)
    with pytest.raises(RuleViolated) as refused, tx_for(sqlite_house, "钱办") as tx:
        one = tx.session.scalars(select(Unit).where(Unit.number == 1)).one()
        usecases.change_status(tx, unit=one, status=Status.EXPELLED, reason="严重违规")
    assert refused.value.code == "expulsion_alone"
    assert unit(sqlite_house).status == "active"


REFUSED = [
    ("status override M-1 suspended 2026-10-07 理由", "override_until"),
    ("status override M-1 suspended 2037-10-07 理由", "override_until"),
    ("status override M-1 merged 2026-12-31 理由", "status_merged"),
    ("status override M-1 suspended 2026-12-31", "missing_parameter"),
    ("member status M-1 expelled 理由 until=2026-12-31", "until_suspension"),
    ("member status M-1 expelled 理由 date=2026-12-31", "date_future"),
    ("member status M-1 suspended 理由 until=2026-10-01", "until_before"),
    ("class set M-1 理事单位 无 换届", "term_missing"),
    ("class set M-1 理事单位 2026-10-01 换届", "term_reversed"),
    ("class set M-1 会员单位 2028-10-01 换届", "class_without_term"),
    ("class set M-1 会员单位 无", "missing_parameter"),
]


def test_what_is_refused_writes_nothing(sqlite_house):
    office = furnish(sqlite_house)
    for line, error in REFUSED:
        assert (line, office.clerk.do(line).error) == (line, error)
        with open_session(sqlite_house.engine, 1) as session:
            assert session.scalars(select(StandingFact)).all() == []
            assert session.scalars(select(ClassTerm)).all() == []
        assert (unit(sqlite_house).status, unit(sqlite_house).rank) == ("active", "member")
    assert office.deputy.do("approval list").data == []


def test_a_member_leaves_whatever_its_standing_and_is_charged_nothing(house):
    office = furnish(house)
    office.clerk.do("member status M-1 suspended 待查 until=2026-12-31")
    overridden(office, "M-1 suspended 2026-11-30 待查")
    asked = office.contacts[0].say("退会")
    assert asked.error == "needs_confirmation"
    assert "不收取任何费用" in asked.text
    left = office.contacts[0].press("是")
    assert "不收取任何费用" in left.text
    assert (unit(house).status, unit(house).left_on) == ("withdrawn", date(2026, 10, 8))
    on(house, 60)
    assert unit(house).status == "withdrawn"
    assert {chat for chat, out in deliver(house) if "退会" in out.text and "M-0001" in out.text} >= {
        "钱办",
        "秦书",
        "卢副",
    }
    assert office.contacts[0].do("withdraw membership", fields=YES).error == "no_member"


def test_a_member_leaves_on_the_day_it_chose_and_may_change_its_mind_before(sqlite_house):
    office = furnish(sqlite_house)
    contact = office.contacts[0]
    assert contact.do("withdraw membership on=2026-10-12 reason=停业", fields=YES).error is None
    assert unit(sqlite_house).status == "active"
    office.clerk.do("member status M-1 suspended 待查")
    office.clerk.do("member status M-1 active 已查清")
    on(sqlite_house, 3)
    assert unit(sqlite_house).status == "active"
    on(sqlite_house, 1)
    assert (unit(sqlite_house).status, unit(sqlite_house).left_on) == ("withdrawn", date(2026, 10, 12))
    other = office.contacts[1]
    assert other.do("withdraw membership on=2026-12-31", fields=YES).error is None
    assert other.do("withdraw cancel").error is None
    assert other.do("withdraw cancel").error == "no_withdrawal"
    on(sqlite_house, 90)
    assert unit(sqlite_house, 2).status == "active"


def test_nobody_leaves_for_a_unit_they_do_not_act_for(sqlite_house):
    office = furnish(sqlite_house)
    assert office.contacts[0].do("withdraw membership M-2", fields=YES).error == "member_unknown"
    assert office.clerk.do("withdraw membership M-1", fields=YES).error == "not_allowed"
    assert office.contacts[0].do("withdraw membership on=2026-10-07", fields=YES).error == "date_past"
    assert office.contacts[0].do("status explain M-2").error == "member_unknown"
    assert office.contacts[0].do("class show M-2").error == "member_unknown"
    assert office.contacts[0].do("status explain M-1").error is None
    assert [unit(sqlite_house, number).status for number in (1, 2)] == ["active", "active"]


DUES = '[[rule]]\nname = "dues"\nstatus = "{status}"\nwhen = {{ dues_overdue_years = 2 }}\nzh = "连续两年欠费"\nen = "owes"\n\n'


def ruled(house, office, status):
    """The charter says what two years without dues mean."""
    text = reckoning.shipped().replace("effective_from = 2026-01-01", "effective_from = 2026-10-08")
    last = text.rindex("[[rule]]")
    file = FileIn("状态.toml", (text[:last] + DUES.format(status=status) + text[last:]).encode())
    asked = office.secretary.do("status rules set", files=(file,))
    assert asked.error is None, asked.text
    assert office.deputy.do(f"approval approve P-{asked.data['approval']}").error is None
    assert "连续两年欠费" in office.clerk.do("status rules").text


def test_what_is_counted_suspends_and_restores_by_itself(sqlite_house, monkeypatch):
    office = furnish(sqlite_house)
    ruled(sqlite_house, office, "suspended")
    owing = {1: 2}
    monkeypatch.setitem(queries.standing.NUMBERS, "dues_overdue_years", lambda _session, _day: owing)
    on(sqlite_house, 1)
    assert [unit(sqlite_house, n).status for n in (1, 2)] == ["suspended", "active"]
    on(sqlite_house, 1)
    assert len(history(sqlite_house)) == 2
    owing.clear()
    on(sqlite_house, 1)
    assert unit(sqlite_house).status == "active"


def test_a_membership_that_lapsed_does_not_come_back_by_a_later_count(sqlite_house, monkeypatch):
    office = furnish(sqlite_house)
    ruled(sqlite_house, office, "lapsed")
    owing = {1: 2}
    monkeypatch.setitem(queries.standing.NUMBERS, "dues_overdue_years", lambda _session, _day: owing)
    on(sqlite_house, 1)
    assert unit(sqlite_house).status == "lapsed"
    owing.clear()
    on(sqlite_house, 5)
    assert unit(sqlite_house).status == "lapsed"
    assert office.clerk.do("member status M-1 active 重新入会").error is None
    on(sqlite_house, 1)
    assert unit(sqlite_house).status == "active"


def test_a_standing_from_before_there_were_dated_facts_stays(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("member status M-1 suspended 待查")
    with open_session(sqlite_house.engine, 1) as session:
        for one in session.scalars(select(StandingFact)):
            session.delete(one)
    assert office.clerk.do("status explain M-1").data["rule"] == "suspended"
    overridden(office, "M-1 active 2026-10-10 复核")
    on(sqlite_house, 3)
    assert unit(sqlite_house).status == "suspended"


def test_a_term_of_office_begins_and_ends_by_itself_and_nothing_is_overwritten(house):
    office = furnish(house)
    assert office.clerk.do("class set M-1 理事单位 2026-10-20 届中增补").error is None
    assert unit(house).rank == "council"
    assert office.clerk.do("class set M-2 副会长单位 2028-12-31 换届 since=2026-10-15").error is None
    assert unit(house, 2).rank == "member"
    on(house, 7)
    assert unit(house, 2).rank == "vice_president"
    on(house, 5)
    assert unit(house).rank == "council"
    on(house, 1)
    assert unit(house).rank == "member"
    assert office.clerk.do("class set M-2 会长单位 2028-12-31 换届").error is None
    shown = office.clerk.do("class show M-2")
    assert [row[1] for row in shown.data] == ["已于 2026-10-21 结束", "在任"]
    assert unit(house, 2).rank == "president"
    with open_session(house.engine, 1) as session:
        told = [one.texts["zh_CN"] for one in session.scalars(select(OutboxContent))]
        assert any("理事单位任期已于 2026-10-20 届满" in text for text in told)


def test_the_end_of_a_term_is_told_before(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("class set M-1 理事单位 2026-12-31 换届")
    for rule in ("R13", "R14"):
        asked = office.clerk.do(f"reminder enable {rule}", fields=YES)
        assert asked.error is None, asked.text
        assert office.deputy.do(f"approval approve P-{asked.data['approval']}").error is None
    on(sqlite_house, 25)
    on(sqlite_house, 1)
    texts = {chat: out.text for chat, out in deliver(sqlite_house) if "届满" in out.text or "任期" in out.text}
    assert "2026-12-31" in texts["联络1"]


def test_the_same_class_again_changes_nothing(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("class set M-1 理事单位 2028-12-31 换届")
    assert office.clerk.do("class set M-1 理事单位 2028-12-31 换届").error == "class_same"
    office.clerk.do("member status M-2 withdrawn 自愿")
    assert office.clerk.do("class set M-2 理事单位 2028-12-31 换届").error == "no_member"
