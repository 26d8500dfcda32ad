"""Charging 100 000 units for a year, the ageing of what they owe, and the search for units that are entered twice."""

import random
from datetime import date, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from benchmarks.databases import EACH
from benchmarks.enqueue import settle
from benchmarks.measure import Report, clocked
from bot.dispatch import House
from core.access import Permission
from core.db import open_session
from membership import queries, usecases
from membership.models import DuesCharge, DuesRate, Unit
from membership.queries import dues
from membership.rules.dues import charging, standing
from membership.rules.dues.standing import Bucket
from membership.rules.units import name_key
from tests.houses import found, open_for_test, system

UNITS = 100_000
LOOPED = 10_000
"""The ORM loop is run over a part and its time multiplied: it would take minutes."""
RANKS = {"member": 300_000, "council": 500_000, "vice_president": 5_000_000}
PLACES = "杭宁温嘉湖绍金衢舟台丽江海安泰华盛恒瑞信诚达通联合众德正平和顺兴隆昌茂荣嘉禾青云岭山川林泉石玉"
TRADES = ("安全评价", "检测技术", "职业卫生", "安全科技", "工程咨询", "应急装备", "消防技术", "培训服务")
TWINS = 500
"""So many of the units are entered a second time with a slip of the pen."""


def main() -> int:
    """Print the figures; returns how many targets were missed."""
    report = Report(f"Dues of {UNITS:,} units, committed")
    for name, database in EACH.items():
        with database() as (url, folder), open_for_test(url, folder) as house:
            _prepare(house)
            raised, again = _raised(house), _raised(house)
            settle(house.engine)
            aged, listed, years, same = _aged(house)
            looped = _looped(house) * (UNITS / LOOPED)
            if name == "SQLite":
                _duplicates(report, house)
        report.figure(f"{name}: one charge for each unit", raised, "s", at_most=5)
        report.figure(f"{name}: again, with nothing to charge", again, "s")
        report.figure(f"{name}: ORM loop, one charge a unit (from {LOOPED:,})", looped, "s")
        report.figure(f"{name}: ORM loop / ours", looped / raised, "×", at_least=5)
        report.figure(f"{name}: ageing by class and bucket", aged, "s", at_most=0.5)
        report.figure(f"{name}: the same sums from charges loaded by the ORM", listed, "s")
        report.figure(f"{name}: ORM / ours", listed / aged, "×", at_least=5)
        report.figure(f"{name}: years without payment of every unit", years, "s")
        report.note(f"{name}: both ways of ageing give the same sums to the fen: {same}")
        report.missed += not same
    return report.missed


def _prepare(house: House) -> None:
    found(house)
    drawn = random.Random(20261008)
    with open_session(house.engine, 1) as session:
        session.connection().execute(insert(Unit.__table__), [_unit(drawn, n) for n in range(1, UNITS + 1)])
    with system(house, 1, Permission.MANAGE_DUES) as tx:
        decided = {"adopted_on": date(2025, 12, 20), "basis": "会员大会决议", "due_on": date(2026, 12, 31)}
        usecases.set_dues(tx, year=2026, rates=RANKS, prorata=True, **decided)  # type: ignore[arg-type]
    settle(house.engine)


def _unit(drawn: random.Random, number: int) -> dict[str, object]:
    """A unit; the last ones repeat earlier ones with one character other."""
    seed = number if number <= UNITS - TWINS else number - UNITS + TWINS
    own = random.Random(seed)
    place = own.choice(PLACES) + own.choice(PLACES)
    stem = [*place, *(own.choice(PLACES) for _ in range(4))]
    if seed != number:
        stem[drawn.randrange(2, 6)] = "某"
    name = "".join(stem) + own.choice(TRADES) + "有限公司"
    return {
        "association_id": 1, "id": number, "number": number, "code": f"91330100{number:09}0", "name": name,
        "name_key": name_key(name), "category": "testing", "rank": drawn.choice([*RANKS]), "region": place,
        "joined_on": date(2026, drawn.randint(1, 9), 1) if drawn.random() < 0.1 else date(2020, 1, 1),
        "status": "active", "remark": "", "version": 1,
    }  # fmt: skip


def _raised(house: House) -> float:
    with clocked() as taken, system(house, 1, Permission.MANAGE_DUES) as tx:
        usecases.raise_dues(tx, year=2026)
    return taken.seconds


def _aged(house: House) -> tuple[float, float, float, bool]:
    """Ageing by the database and by objects, after half was paid and due days were spread over three years."""
    today = date(2026, 10, 8)
    with open_session(house.engine, 1) as session:
        for days in range(10):
            spread = update(DuesCharge).where(DuesCharge.id % 10 == days)
            session.execute(spread.values(due_on=today - timedelta(days=days * 60 - 100)))
        session.execute(update(DuesCharge).where(DuesCharge.id % 2 == 0).values(paid=DuesCharge.amount - 1))
    settle(house.engine)
    with open_session(house.engine, 1) as session:
        with clocked() as ours:
            lines = {(one.rank, one.bucket): one.owed for one in dues.ageing(session, today)}
        with clocked() as theirs:
            loaded = _by_objects(session, today)
        with clocked() as years:
            dues.overdue_years(session, today)
    return ours.seconds, theirs.seconds, years.seconds, lines == loaded


def _by_objects(session: Session, today: date) -> dict[tuple[str, Bucket], int]:
    found: dict[tuple[str, Bucket], int] = {}
    for charge in session.scalars(select(DuesCharge).where(DuesCharge.voided_at.is_(None))):
        if charge.outstanding > 0:
            key = charge.rank, standing.bucket_of(charge.due_on, today)
            found[key] = found.get(key, 0) + charge.outstanding
    return found


def _looped(house: House) -> float:
    """What a plain program does: look whether it is charged, make an object, add it; for another year."""
    with clocked() as taken, open_session(house.engine, 1) as session:
        schedule = dues.schedule_of(session, 2026)
        rates = {row.rank: row.amount for row in session.scalars(select(DuesRate))}
        for unit in session.scalars(select(Unit).order_by(Unit.number).limit(LOOPED)).all():
            known = select(DuesCharge.id).where(DuesCharge.unit_id == unit.id, DuesCharge.year == 2025)
            if session.scalar(known) is None:
                months = charging.months_owed(2026, unit.joined_on, prorata=True)
                session.add(_charge(house, schedule.id, unit, charging.amount_owed(rates[unit.rank], months), months))
    return taken.seconds


def _charge(house: House, schedule_id: int, unit: Unit, amount: int, months: int) -> DuesCharge:
    return DuesCharge(
        number=UNITS + unit.number,
        unit_id=unit.id,
        origin_id=unit.id,
        schedule_id=schedule_id,
        year=2025,
        rank=unit.rank,
        amount=amount,
        months=months,
        due_on=date(2026, 12, 31),
        raised_on=date(2026, 10, 8),
        raised_at=house.clock(),
    )


def _duplicates(report: Report, house: House) -> None:
    with open_session(house.engine, 1) as session:
        with clocked() as taken:
            pairs = queries.duplicates(session)
        expected = {(n - UNITS + TWINS, n) for n in range(UNITS - TWINS + 1, UNITS + 1)}
        seen = {(pair.low.number, pair.high.number) for pair in pairs.pairs}
    report.figure(f"{UNITS:,} units compared for duplicates", taken.seconds, "s", at_most=10)
    report.figure(f"of {TWINS} entered twice, found", len(expected & seen) / TWINS * 100, "%", at_least=99)
    report.note(f"pairs shown: {len(pairs.pairs)}{' and more' if pairs.cut else ''}")


if __name__ == "__main__":
    raise SystemExit(main())
