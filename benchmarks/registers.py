"""Registers with 100 000 entries: lists by any field, the search, what is due, who falls short, and a sheet of the month."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from sqlalchemy import insert, text

from benchmarks.databases import EACH
from benchmarks.enqueue import NOW
from benchmarks.measure import Report, clocked, median, quantile, times
from core.access import Actor, Permission
from core.associations import association_by_id
from core.db import open_reading, open_session
from core.transaction import Tx
from exports import professional, workbook
from exports.sheets import Sheet
from membership.models import Unit
from membership.queries import registers as queries
from membership.queries import staffing
from membership.queries.registers import Chosen
from membership.rules.registers import catalogue
from membership.usecases.registers.writing import Why, enter
from reminders import dues
from reminders.rules.schedule import State, Window
from reminders.rules.shipped import shipped
from tests.houses import Voice, found, open_for_test

ENTRIES, UNITS = 100_000, 5_000
ACTOR = Actor("benchmark", 1, permissions=frozenset(Permission))
LEVELS, KINDS = ("assistant", "intermediate", "senior"), ("coal_mine", "chemical", "construction", "other")
TODAY = NOW.date()
RULE = 26
"""The shipped rule about the end of an engineer's registration."""


def main() -> int:
    """Print the figures; returns how many targets were missed."""
    report = Report(f"Registers: {ENTRIES:,} engineers of {UNITS:,} units")
    for name, database in EACH.items():
        with database() as (url, folder), open_for_test(url, folder) as house:
            found(house)
            _fill(report, name, house)
            _lists(report, name, house)
            _selects(report, name, house)
    _sheets(report)
    return report.missed


def _acting(session: Any, house: Any) -> Tx:
    return Tx(session, ACTOR, association_by_id(session, 1), house.clock(), house.screener, house.keys, "benchmark")


def _values(number: int) -> dict[str, Any]:
    return {
        "name": f"工程师{number}",
        "category": KINDS[number % 4],
        "level": LEVELS[number % 3],
        "number": f"ZC-{number:06d}",
        "valid_until": (TODAY + timedelta(days=number % 1_000 - 100)).isoformat(),
        "duty": number % 5 == 0,
    }


def _unit(number: int) -> dict[str, Any]:
    own = {"association_id": 1, "id": number, "number": number, "code": f"C{number:017d}", "name": f"单位{number}"}
    own |= {
        "name_key": f"单位{number}",
        "category": "producer",
        "rank": "member",
        "region": "杭州市",
        "status": "active",
    }
    return own | {"joined_on": TODAY, "remark": "", "version": 1}


def _staffing(number: int) -> dict[str, Any]:
    figures = {"industry": ("coal_mine", "chemical", "other")[number % 3], "employees": 100 + number % 900}
    return figures | {"as_of": (TODAY - timedelta(days=30)).isoformat(), "safety_staff": 5 + number % 60}


def _fill(report: Report, name: str, house: Any) -> None:
    register, figures = (catalogue.registers()[one] for one in ("safety_engineer", "safety_staffing"))
    with open_session(house.engine, 1) as session:
        session.connection().execute(insert(Unit.__table__), [_unit(number) for number in range(1, UNITS + 1)])
        rows = [(1 + number % UNITS, _values(number)) for number in range(ENTRIES)]
        tx = _acting(session, house)
        with clocked() as taken:
            enter(tx, register, rows, Why("add"))
        enter(tx, figures, [(number, _staffing(number)) for number in range(1, UNITS + 1)], Why("add"))
    report.figure(f"{name}: enter, with history and what they are found by", ENTRIES / taken.seconds, "entries/s")
    with house.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _lists(report: Report, name: str, house: Any) -> None:
    """Through the whole road: a typed line, rights, the list with its count, the reply."""
    voice = Voice(house, "秦书")
    lines = {
        "list by level and category": "register list safety_engineer level=senior category=chemical",
        "list by end of validity": "register list safety_engineer expiring=30",
        "list of one member": "register list safety_engineer member=M-42",
        "list by number (free text)": "register list safety_engineer number=ZC-012345",
        "page 3 000 of everything": "register list safety_engineer page=3000",
    }
    for what, line in lines.items():
        if not voice.do(line).data["count"]:
            raise AssertionError(line)
        taken = times(lambda _i, line=line: voice.do(line), 40, warm_up=3)
        report.figure(f"{name}: {what}, p50", median(taken), "ms", at_most=150)
        report.figure(f"{name}: {what}, p99", quantile(taken, 0.99), "ms")


def _selects(report: Report, name: str, house: Any) -> None:
    rule = shipped()[RULE]
    window = Window(-30, State.SENT, TODAY + timedelta(days=29), TODAY + timedelta(days=30))
    with open_reading(house.engine, 1) as session:
        tx = _acting(session, house)
        chosen = Chosen(catalogue.registers()["safety_engineer"], values={"level": "senior", "category": "chemical"})
        taken = times(lambda _i: queries.entries(session, chosen, limit=15), 40, warm_up=3)
        report.figure(f"{name}: the list alone, p50", median(taken), "ms", at_most=20)
        taken = times(lambda _i: dues.found(tx, rule, window), 20, warm_up=2)
        report.figure(f"{name}: what is due on one day, p50", median(taken), "ms", at_most=50)
        with clocked() as once:
            rows = staffing.staff(session, TODAY)
        report.figure(
            f"{name}: who lacks engineers, {len(rows):,} units in one statement",
            once.seconds * 1000,
            "ms",
            at_most=1_000,
        )
        with clocked() as once:
            facts = queries.facts_of_units(session, [row.unit_number for row in rows], TODAY)
        report.figure(f"{name}: counts for grading of {len(facts):,} units", once.seconds * 1000, "ms", at_most=500)
        with clocked() as once:
            stood = queries.as_of(session, "safety_engineer", NOW + timedelta(days=1), TODAY)
        report.figure(f"{name}: {len(stood):,} entries as they stood", once.seconds, "s", at_most=10)


def _sheets(report: Report) -> None:
    """The sheet of the month beside the plain one that openpyxl's own write-only mode makes of the same cells."""
    register = catalogue.registers()["safety_engineer"]
    columns = professional.UNIT + professional._columns(register.fields)
    rows: list[Any] = [
        (f"E-{i:05d}", f"M-{i % UNITS:04d}", f"单位{i % UNITS}", f"C{i:017d}", *_cells(i)) for i in range(20_000)
    ]
    with clocked() as ours:
        made = workbook.write([Sheet("注册安全工程师", "safety_engineer", columns, rows)], NOW.replace(tzinfo=None))
    with clocked() as plain:
        book = Workbook(write_only=True)
        page = book.create_sheet("注册安全工程师")
        for row in rows:
            page.append(row)
        book.save(BytesIO())
    if not made.startswith(b"PK"):
        raise AssertionError
    report.figure("sheet: rows written, typed, styled and safe", len(rows) / ours.seconds, "rows/s", at_least=1_000)
    report.figure(
        "sheet: time beside openpyxl write-only without any of that", ours.seconds / plain.seconds, "×", at_most=6
    )


def _cells(number: int) -> tuple[Any, ...]:
    kept = _values(number) | {"valid_until": date.fromisoformat(_values(number)["valid_until"]), "duty": "是"}
    return tuple(kept.values())


if __name__ == "__main__":
    raise SystemExit(main())
