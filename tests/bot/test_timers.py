"""Timers: once a period, late ones once, one failure never hides another."""

import threading
from datetime import UTC, datetime, time

import pytest
from sqlalchemy import select

from bot import safekeeping, timers
from bot.timers import Job
from core import audit
from core.db import open_session
from core.jobs import JobRun
from tests.houses import deliver, found, furnish


def runs(house):
    with open_session(house.engine, 1) as session:
        return sorted(tuple(row) for row in session.execute(select(JobRun.job, JobRun.period)))


def test_each_period_runs_once_however_many_timers_tick(house):
    found(house)
    threads = [threading.Thread(target=timers.run_due, args=(house,)) for _i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs(house)) == len({job for job, _period in runs(house)}) == len(timers.JOBS)


def test_after_three_days_down_each_job_is_caught_up_once(sqlite_house):
    found(sqlite_house)
    timers.run_due(sqlite_house)
    before = len(runs(sqlite_house))
    sqlite_house.clock.forward(days=3)
    timers.run_due(sqlite_house)
    timers.run_due(sqlite_house)
    daily = [job for job in timers.JOBS if not job.monthly]
    assert len(runs(sqlite_house)) == before + len(daily)


def test_a_failing_job_is_tried_again_and_does_not_stop_the_others(sqlite_house, monkeypatch):
    found(sqlite_house)
    done = []

    def breaks(tx):
        raise RuntimeError("defect")

    jobs = (
        Job("breaks", time(1), breaks, frozenset()),
        Job("works", time(1), lambda tx: done.append(1) or "", frozenset()),
    )
    monkeypatch.setattr(timers, "JOBS", jobs)
    timers.run_due(sqlite_house)
    timers.run_due(sqlite_house)
    assert done == [1]
    assert runs(sqlite_house) == [("works", "2026-10-08")]


@pytest.mark.parametrize(
    ("now", "monthly", "period"),
    [
        (datetime(2026, 10, 8, 9, 0, tzinfo=UTC), False, "2026-10-08"),
        (datetime(2026, 10, 8, 8, 0, tzinfo=UTC), False, "2026-10-07"),
        (datetime(2026, 10, 1, 9, 0, tzinfo=UTC), True, "2026-10"),
        (datetime(2026, 10, 1, 8, 0, tzinfo=UTC), True, "2026-09"),
        (datetime(2026, 1, 1, 8, 0, tzinfo=UTC), True, "2025-12"),
    ],
)
def test_periods(now, monthly, period):
    assert Job("j", time(8, 30), lambda tx: "", frozenset(), monthly).period(now) == period


@pytest.mark.parametrize(
    ("minute", "period"), [(0, "2026-10-08T08"), (6, "2026-10-08T08"), (7, "2026-10-08T09"), (59, "2026-10-08T09")]
)
def test_an_hourly_job_owes_the_hour_that_has_begun(minute, period):
    job = Job("j", time(0, 7), lambda tx: "", frozenset(), hourly=True)
    assert job.period(datetime(2026, 10, 8, 9, minute, tzinfo=UTC)) == period


def test_expiring_qualifications_are_told_once_for_each_threshold(house):
    office = furnish(house)
    csv = "单位名称,统一社会信用代码,单位类别,会籍,入会日期,资质有效期至\n青禾检测有限公司,91330100MB2X4K7Q1H,检测检验机构,会员单位,2020-03-01,2026-11-20\n"
    from bot.messages import FileIn

    office.clerk.do("member import", files=(FileIn("a.csv", csv.encode()),))
    office.clerk.do("import confirm I-1")
    asked = office.clerk.do("reminder enable R1").data["approval"]
    office.deputy.do(f"approval approve P-{asked}")
    deliver(house)
    told = []
    for _day in range(25):
        timers.run_due(house)
        told += [chat for chat, outgoing in deliver(house) if "有效期至 2026-11-20" in outgoing.text]
        house.clock.forward(days=2)
    assert told == ["联络1"] * 2, "30 and 7 days before; the 60th was over when the rule was switched on"


def test_the_head_of_the_audit_is_published_daily_and_verifies(sqlite_house, tmp_path):
    found(sqlite_house)
    timers.run_due(sqlite_house, tmp_path)
    sqlite_house.clock.forward(days=1)
    timers.run_due(sqlite_house, tmp_path)
    heads = next(iter(safekeeping.read_heads(tmp_path / "heads.jsonl").values()))
    assert len(heads) >= 1
    with open_session(sqlite_house.engine, 1) as session:
        assert audit.verify(session, 1, heads).intact
