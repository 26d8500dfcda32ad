"""The morning digest: by permission, one message a person, none when there is nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot import timers
from core.access import Permission
from core.calendar import Period, Unit
from core.db import open_session
from core.deadlines import set_deadline
from core.jobs import JobRun
from core.outbox import OutboxContent, OutboxMessage, State
from reminders import usecases
from tests.houses import system
from tests.reminders.offices import at, office_with, run, switch_on


def morning(house, day="2026-10-09", hour=8, minute=50):
    """Send the digests of a morning; person → words."""
    at(house, day, hour, minute)
    with system(house, 1, Permission.DELIVER) as tx:
        usecases.send_digests(tx)
    return digests(house)


def digests(house):
    with open_session(house.engine, 1) as session:
        query = (
            select(OutboxMessage.chat, OutboxContent.texts, OutboxMessage.due_at)
            .join(OutboxContent, OutboxContent.id == OutboxMessage.content_id)
            .where(OutboxContent.key.startswith("digest:"))
        )
        return {row[0]: next(iter(row[1].values())) for row in session.execute(query)}


def test_each_sees_what_their_permissions_are_about(house):
    office = office_with(house, "2026-10-12", "2026-09-20")
    office.clerk.do("reminder enable R1")
    told = morning(house)
    assert set(told) == {"卢副", "钱办", "秦书"}
    assert "待您审批" in told["卢副"]
    assert "启用 R1" in told["卢副"]
    assert "待您审批" not in told["钱办"]
    for name in told:
        assert "资质到期：7 天内 1 项，已逾期 1 项（M-0001）" in told[name]
    assert "联络" not in "".join(told.values()), "members and contacts get none, and are not named"


def test_nothing_to_say_is_not_said(sqlite_house):
    office_with(sqlite_house)
    assert morning(sqlite_house) == {}


@pytest.mark.parametrize(("day", "hour"), [("2026-10-11", 8), ("2026-10-04", 8), ("2026-10-09", 18)])
def test_none_on_days_off_or_in_the_evening(sqlite_house, day, hour):
    office_with(sqlite_house, "2026-10-12")
    assert morning(sqlite_house, day, hour) == {}


def test_it_comes_once_a_day_through_the_timers_and_never_at_a_full_or_half_hour(house):
    office = office_with(house, "2026-10-12")
    at(house, "2026-10-09", 8, 51)
    for _tick in range(3):
        timers.run_due(house)
    with open_session(house.engine, 1) as session:
        query = select(OutboxMessage.due_at).join(OutboxContent, OutboxContent.id == OutboxMessage.content_id)
        moments = session.scalars(query.where(OutboxContent.key.startswith("digest:"))).all()
    assert len(moments) == 3
    local = office.house.clock().tzinfo
    assert {(m.astimezone(local).hour, m.astimezone(local).minute) for m in moments} <= {
        (8, n) for n in range(51, 58)
    } | {(9, n) for n in range(2, 5)}


def test_whoever_does_not_want_it_gets_none_until_they_do(house):
    office = office_with(house, "2026-10-12")
    office.clerk.do("简报 关闭")
    assert set(morning(house)) == {"卢副", "秦书"}
    assert "资质到期" in office.clerk.do("digest show").text
    office.clerk.do("简报 开启")
    assert set(morning(house, "2026-10-10")) == {"卢副", "秦书", "钱办"}


def test_what_failed_got_stuck_or_may_still_move_is_named(house):
    office = office_with(house, "2026-11-20")
    switch_on(office, "R1")
    at(house, "2026-10-30")
    run(house)
    with system(house, 1, Permission.DELIVER) as tx:
        set_deadline(tx, "task:WT-2026-001", "report", tx.today, Period(60, Unit.WORK_DAY))
        now = tx.now
        for job, ago, outcome in (("roles", 3, ""), ("reminders", 0, "0 reminders, failed: R4")):
            period = (tx.today - timedelta(days=ago)).isoformat()
            run_at = now - timedelta(days=ago, hours=2)
            tx.session.add(JobRun(job=job, period=period, claimed_at=run_at, finished_at=run_at, outcome=outcome))
        ids = select(OutboxMessage.id).limit(2).scalar_subquery()
        broken = update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(state=State.FAILED)
        tx.session.execute(broken, execution_options={"synchronize_session": False})
    text = office.deputy.do("digest show").text
    assert "发送失败 2 条" in text
    assert "R1：1 条未发送，应发日已过去一周以上" in text
    assert "1 个，录入节假日后重新计算" in text
    assert "roles 上次运行：2026-10-27" in text
    assert "0 reminders, failed: R4" in text
    assert "发送失败" not in office.clerk.do("digest show").text


def test_after_the_office_was_switched_off_no_work_is_called_stuck(sqlite_house):
    office = office_with(sqlite_house)
    with system(sqlite_house, 1, Permission.DELIVER) as tx:
        for job, ago in (("roles", timedelta(days=9)), ("audit-head", timedelta(days=9)), ("digest", timedelta(0))):
            period, run_at = (tx.today - ago).isoformat(), tx.now - ago
            tx.session.add(JobRun(job=job, period=period, claimed_at=run_at, finished_at=run_at, outcome=""))
    assert "上次运行" not in office.deputy.do("digest show").text
