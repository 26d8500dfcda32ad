"""A survey of 50 000 people: opened, answered, closed and reported, with every sheet sealed."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from benchmarks.databases import EACH
from benchmarks.enqueue import NOW, fill, settle
from benchmarks.measure import Report, clocked, peak_memory
from core.access import Actor, Permission
from core.associations import association_by_id
from core.db import open_session
from core.transaction import Tx
from exports import surveys as exports
from membership.models import Unit, UnitContact
from surveys import queries, usecases
from surveys.models import Survey, SurveySheet
from surveys.reports import report_of
from surveys.shipped import STANDARD, shipped_templates
from surveys.usecases import opening
from tests.houses import found, open_for_test

PEOPLE = 50_000
UNITS = 1_000
REGIONS = ("杭州市", "宁波市", "温州市", "嘉兴市", "湖州市")
ACTOR = Actor("benchmark", 1, permissions=frozenset(Permission))


def main() -> int:
    """Print the figures; returns how many targets were missed."""
    report = Report(f"A survey of {PEOPLE:,} people, all of whom answer")
    for name, database in EACH.items():
        with database() as (url, folder), open_for_test(url, folder) as house:
            found(house)
            with open_session(house.engine, 1) as session:
                fill(session, PEOPLE)
                _belong(session)
            settle(house.engine)
            report.figure(f"{name}: peak memory so far, the filling included", peak_memory(), "MB")
            _measure(report, name, house)
            report.figure(f"{name}: peak memory after all of it", peak_memory(), "MB", at_most=600)
    return report.missed


def _belong(session: Any) -> None:
    """Everybody acts for one of a thousand units."""
    scope = {"association_id": 1}
    units = [
        scope
        | {"id": i, "number": i, "code": f"C{i:017d}", "name": f"单位{i}", "name_key": f"u{i}", "category": "testing"}
        | {
            "rank": "member",
            "region": REGIONS[i % 5],
            "joined_on": NOW.date(),
            "status": "active",
            "remark": "",
            "version": 1,
        }
        for i in range(1, UNITS + 1)
    ]
    session.connection().execute(insert(Unit.__table__), units)
    acting = [
        scope | {"unit_id": 1 + i % UNITS, "person_id": 1_000_000 + i, "since": NOW.date()} for i in range(PEOPLE)
    ]
    session.connection().execute(insert(UnitContact.__table__), acting)


@contextmanager
def _acting(house: Any) -> Iterator[Tx]:
    with open_session(house.engine, 1) as session:
        association = association_by_id(session, 1)
        yield Tx(session, ACTOR, association, house.clock(), house.screener, house.keys, "benchmark")


def _measure(report: Report, name: str, house: Any) -> None:
    with _acting(house) as tx:
        form = shipped_templates(tx.today)[STANDARD][1]
        last = tx.today.replace(day=28)
        usecases.create(tx, title="测评", audience={}, last_day=last, form=form, grouping="region")
        tx.finish()
    with clocked() as taken, _acting(house) as tx:
        opening._open(tx, {"number": 1})
        tx.finish()
    report.figure(f"{name}: open, with a sheet and an invitation each", taken.seconds, "s", at_most=5)
    with _acting(house) as tx:
        _answer(tx, queries.survey_by_number(tx.session, 1))
    with clocked() as taken, _acting(house) as tx:
        usecases.refresh(tx, survey=queries.survey_by_number(tx.session, 1))
        tx.finish()
    report.figure(f"{name}: note who has answered, sheets in a new order", taken.seconds, "s", at_most=10)
    with clocked() as taken, _acting(house) as tx:
        result = usecases.close(tx, survey=queries.survey_by_number(tx.session, 1))
        tx.finish()
    if result.sample.answered != PEOPLE:
        raise AssertionError(result.sample)
    report.figure(f"{name}: close (count all sheets, new order, keys destroyed)", taken.seconds, "s", at_most=10)
    _report(report, name, house)


def _answer(tx: Tx, survey: Survey) -> None:
    """Fill every sheet as handing in does, without the time that 50 000 requests take."""
    box, dice = queries.box_of(tx.session, tx.keys, survey), random.Random(7)
    asked = [one.code for one in queries.form_of(survey).questions if one.kind == "likert"]
    table: Table = SurveySheet.__table__
    ids = list(tx.session.scalars(select(SurveySheet.id)))
    rows = []
    for number in ids:
        sheet = {code: dice.randint(1, 5) for code in asked} | {"recommend": dice.randint(0, 10)}
        rows.append({"sheet": number, "answers": box.seal(sheet | {"used": ["advice"], "words": f"意见{number}"})})
    change = update(table).where(table.c.id == bindparam("sheet")).values(sealed=bindparam("answers"))
    tx.session.connection().execute(change, rows)


def _report(report: Report, name: str, house: Any) -> None:
    with clocked() as first, _acting(house) as tx:
        made = report_of(tx, queries.survey_by_number(tx.session, 1))
        picture = exports.picture(made)
    with clocked() as second, _acting(house) as tx:
        exports.picture(report_of(tx, queries.survey_by_number(tx.session, 1)))
    with clocked() as workbook, _acting(house) as tx:
        exports.export_survey(tx, survey=queries.survey_by_number(tx.session, 1))
        tx.finish()
    if sum(group.n for group in made.result.groups) != PEOPLE or not picture.startswith(b"\x89PNG"):
        raise AssertionError(made.result.groups)
    report.figure(f"{name}: report with 50 000 texts and its picture, first", first.seconds, "s", at_most=4)
    report.figure(f"{name}: the same again", second.seconds, "s", at_most=2)
    report.figure(f"{name}: as a workbook with 50 000 texts", workbook.seconds, "s")


if __name__ == "__main__":
    raise SystemExit(main())
