"""A round of grading: a hundred thousand members in one statement beside an ORM loop, and what each command costs in chat.

What SQLite does is done in this process, and its processor time is what is compared: other work on the machine is not what is
measured. The ORM loop does the same with objects loaded a thousand members at a time: exact decimals, bands, the gate, ranks, writes.
"""

import time
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from typing import NamedTuple

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from benchmarks.databases import EACH
from benchmarks.measure import Report, clocked, median, quantile
from bot.dispatch import House
from bot.messages import FileIn, Incoming
from core.db import open_session
from core.deadlines import Deadline
from core.transaction import Tx
from membership.models import GradingRound, RoundAssignment, RoundMember, RoundScore, Unit, UnitContact, UnitGrade
from membership.queries import grading as queries
from membership.rules.grading import stored
from membership.rules.grading.facts import Fact
from membership.rules.grading.loading import load
from membership.rules.grading.numbers import plain
from membership.rules.grading.scheme import Scheme
from membership.rules.grading.setwise import SCALE, setwise
from membership.rules.grading.terms import Stage
from membership.usecases import mass_scoring, publishing
from people.models import Person
from tests.houses import furnish, open_for_test, tx_for
from tests.membership.schemes import DAY, scheme_row

DOCUMENT = queries.shipped_document("default") or ""
EVERYBODY, ROOM = 100_000, 5_000
CHUNK = 5_000
EVIDENCE = [{"id": 1, "name": "核查记录.pdf", "sha256": "0" * 64}]


def main() -> int:
    """Print the figures; returns how many targets were missed."""
    missed = 0
    for label, opened in EACH.items():
        for part in (_chat, _mass):
            with opened() as (url, folder):
                missed += part(label, url, folder)
    return missed


def _mass(label: str, url: str, folder: Path) -> int:
    report = Report(f"{EVERYBODY} members × 12 weighted indicators, {label}")
    scheme = load(DOCUMENT)
    with open_for_test(url, folder) as house:
        furnish(house)
        round_id = _fill(house, scheme, EVERYBODY)
        taken = [_in_one(house, round_id, scheme) for _run in range(3)]
        report.figure("scored, ranked and written in one statement", median([t.wall for t in taken]), "s")
        if label == "SQLite":
            work = median([t.work for t in taken])
            report.figure("the same, processor time", work, "s", at_most=1.5)
            _against_a_loop(report, house, round_id, scheme, work)
        report.figure("grades written with inputs and seals", _published(house, round_id, scheme), "s")
        report.figure("stored grades recomputed otherwise, of 1000", _recomputed(house), "", at_most=0)
    return report.missed


def _against_a_loop(report: Report, house: House, round_id: int, scheme: Scheme, work: float) -> None:
    """In SQLite everything is done by this process, so that processor times can be compared."""
    begin = time.process_time()
    with open_session(house.engine, 1) as session:
        differ = _orm_loop(session, round_id, scheme)
    looped = time.process_time() - begin
    report.figure("an ORM loop, processor time", looped, "s")
    report.figure("ORM loop / one statement", looped / work, "×", at_least=25)
    report.figure("members whose results differ", differ, "", at_most=0)


class Taken(NamedTuple):
    """Seconds by the clock, and of processor time."""

    wall: float
    work: float


def _units(session: Session, count: int) -> list[int]:
    rows = (
        {
            "association_id": 1, "number": n, "code": f"X{n:017d}", "name": f"单位{n}", "name_key": f"单位{n}",
            "category": "other", "rank": "member", "region": "杭州市", "joined_on": DAY, "status": "active",
            "remark": "", "version": 1,
        }
        for n in range(101, 101 + count)
    )  # fmt: skip
    for chunk in _chunks(rows):
        session.execute(insert(Unit), chunk)
    return list(session.scalars(select(Unit.id).where(Unit.number > 100).order_by(Unit.number)))


def _chunks(rows: Iterator[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    kept: list[dict[str, object]] = []
    for row in rows:
        kept.append(row)
        if len(kept) == CHUNK:
            yield kept
            kept = []
    if kept:
        yield kept


def _fill(house: House, scheme: Scheme, count: int) -> int:
    random = Random(20261008)
    with open_session(house.engine, 1) as session:
        row = scheme_row(DOCUMENT)
        session.add(row)
        session.flush()
        made = GradingRound(
            number=1, title="年度评定", scheme_id=row.id, state="review", population={}, members=count, day=DAY,
            notice_days=5, valid_months=12, opened_by=1, opened_at=house.clock(),
        )  # fmt: skip
        session.add(made)
        session.flush()
        units = _units(session, count)
        members = ({"association_id": 1, "round_id": made.id, "unit_id": unit, "facts": ""} for unit in units)
        for chunk in _chunks(members):
            session.execute(insert(RoundMember), chunk)
        for chunk in _chunks(_scores(house, scheme, made.id, units, random)):
            session.execute(insert(RoundScore), chunk)
        number = made.id
    with house.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return number


def _scores(
    house: House, scheme: Scheme, round_id: int, units: list[int], random: Random
) -> Iterator[dict[str, object]]:
    for unit in units:
        for one in scheme.indicators:
            score = Decimal(random.randint(550, 1000)) / 10
            fact = Fact(one.id, score=score, stage=Stage.REVIEW, evidence="核查记录", day=DAY, by="person:1")
            yield {
                "association_id": 1, "round_id": round_id, "unit_id": unit, "indicator": one.id, "stage": "review",
                "score": plain(score), "points": int(score * SCALE), "plain": True, "verdict": "reduced",
                "reason": "按核查记录扣分", "evidence": EVIDENCE, "entry": stored.written(fact), "scored_by": 1,
                "scored_at": house.clock(),
            }  # fmt: skip


def _in_one(house: House, round_id: int, scheme: Scheme) -> Taken:
    plan = setwise(scheme)
    assert plan is not None
    with open_session(house.engine, 1) as session:
        session.execute(update(RoundMember.__table__).values(rank=None, grade=None, score=None))  # type: ignore[arg-type]
    begin = time.process_time()
    with clocked() as taken, open_session(house.engine, 1) as session:
        mass_scoring.grade_all(session, round_id, plan)
    return Taken(taken.seconds, time.process_time() - begin)


def _orm_loop(session: Session, round_id: int, scheme: Scheme) -> int:
    """What somebody writes first: load each member and its scores, add up, look up the band, rank, write back."""
    weights = {one.id: (one.weight or Decimal(0)) / one.max for one in scheme.indicators}
    bands = [(band.bounds.low, band.grade) for band in scheme.bands]
    found = []
    mine = select(RoundMember).where(RoundMember.round_id == round_id).order_by(RoundMember.id)
    members = session.scalars(mine).all()
    for begin in range(0, len(members), 1000):
        some = members[begin : begin + 1000]
        scores = _scores_of(session, round_id, [member.unit_id for member in some])
        for member in some:
            given = scores[member.unit_id]
            total = sum((given[name] * weight for name, weight in weights.items()), Decimal(0))
            total = total.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
            grade = next(grade for low, grade in bands if low is None or total >= low)
            if grade == "AAA" and (given["hazards"] < 80 or given["training"] < 80):
                grade = "AA"
            found.append((total, grade, member))
    return _write_back(session, found)


def _scores_of(session: Session, round_id: int, units: list[int]) -> dict[int, dict[str, Decimal]]:
    query = select(RoundScore).where(
        RoundScore.round_id == round_id, RoundScore.unit_id.in_(units), RoundScore.stage == "review",
        RoundScore.superseded_at.is_(None),
    )  # fmt: skip
    found: dict[int, dict[str, Decimal]] = {unit: {} for unit in units}
    for one in session.scalars(query):
        found[one.unit_id][one.indicator] = Decimal(one.score or 0)
    return found


def _write_back(session: Session, found: list[tuple[Decimal, str, RoundMember]]) -> int:
    differ, place, last = 0, 0, None
    for number, (total, grade, member) in enumerate(sorted(found, key=lambda one: one[0], reverse=True), 1):
        place, last = (place, last) if total == last else (number, total)
        differ += (member.score, member.grade, member.rank) != (plain(total), grade, place)
        member.score, member.grade, member.rank, member.status = plain(total) + " ", grade, place, "graded"
    session.flush()
    session.rollback()
    return differ


def _published(house: House, round_id: int, scheme: Scheme) -> float:
    with clocked() as taken, tx_for(house, "钱办") as tx:
        _give(tx, round_id, scheme)
    return taken.seconds


def _give(tx: Tx, round_id: int, scheme: Scheme) -> None:
    made = tx.session.get_one(GradingRound, round_id)
    publishing.give_grades(tx, made, queries.scheme_by_id(tx.session, made.scheme_id), scheme)
    tx.record("benchmark:grades:write", made.subject)


def _recomputed(house: House) -> int:
    with open_session(house.engine, 1) as session:
        some = session.scalars(select(UnitGrade).order_by(UnitGrade.id).limit(1000)).all()
        return sum(not queries.recompute(session, grade).same for grade in some)


def _chat(label: str, url: str, folder: Path) -> int:
    """Commands of staff, an evaluator and a contact in a round of five thousand."""
    report = Report(f"A round of {ROOM} members in chat, {label}")
    with open_for_test(url, folder) as house:
        furnish(house)
        number = _room(house)
        random = Random(7)
        lines = _lines(number, random)
        for what, (voice, make) in lines.items():
            taken = _times(house, voice, make)
            report.figure(what + ", p50", median([one.wall for one in taken]), "ms")
            report.figure(what + ", p99", quantile([one.wall for one in taken], 0.99), "ms")
            work = quantile([one.work for one in taken], 0.99)
            report.figure(what + ", p99 of processor time", work, "ms", at_most=_most(label))
    return report.missed


def _most(label: str) -> float | None:
    return 30 if label == "SQLite" else None


def _room(house: House) -> int:
    """A round with one evaluator for all of its five thousand members, each scored at the stage before."""
    scheme = load(DOCUMENT)
    with open_session(house.engine, 1) as session:
        row = scheme_row(DOCUMENT)
        session.add(row)
        session.flush()
        made = GradingRound(
            number=1, title="五千家评定", scheme_id=row.id, state="review", population={}, members=ROOM, day=DAY,
            notice_days=5, valid_months=12, opened_by=1, opened_at=house.clock(),
        )  # fmt: skip
        session.add(made)
        session.flush()
        units = _units(session, ROOM)
        clerk = session.scalars(select(Person.id).where(Person.name == "钱办")).one()
        keys = {"association_id": 1, "round_id": made.id}
        session.execute(insert(RoundMember), [keys | {"unit_id": unit, "facts": ""} for unit in units])
        given = {"stage": "review", "person_id": clerk, "assigned_at": house.clock(), "deferred": []}
        session.execute(insert(RoundAssignment), [keys | given | {"unit_id": unit} for unit in units])
        first = ({**one, "stage": "first"} for one in _scores(house, scheme, made.id, units, Random(3)))
        for chunk in _chunks(first):
            session.execute(insert(RoundScore), chunk)
        _deadlines(session, made)
        contact = session.scalars(select(Person.id).where(Person.name == "联络1")).one()
        session.add(UnitContact(unit_id=units[0], person_id=contact, since=DAY))
        return made.number


def _deadlines(session: Session, made: GradingRound) -> None:
    for rule in ("grading.self", "grading.first", "grading.review"):
        session.add(Deadline(subject=made.subject, rule=rule, starts_on=DAY, period={}, due_on=DAY, provisional=False))


def _lines(number: int, random: Random) -> dict[str, tuple[str, Callable[[int], str]]]:
    """What is said → by whom and with which words each time."""
    names = [one.id for one in load(DOCUMENT).indicators]

    def score(i: int) -> str:
        member, place = 101 + i // len(names), i % len(names) + 1
        return f"grading score G-{number} M-{member} {place} {random.randint(60, 99)} 按核查记录扣分"

    return {
        "the queue": ("钱办", lambda _i: f"grading queue G-{number}"),
        "evidence of a member": ("钱办", lambda i: f"grading evidence G-{number} M-{101 + i // 12} {i % 12 + 1}"),
        "a score, with the next item": ("钱办", score),
        "put off": ("钱办", lambda i: f"grading skip G-{number} M-{200 + i} 1"),
        "where it stands": ("钱办", lambda _i: f"grading show G-{number}"),
        "a page of results": ("钱办", lambda i: f"grading results G-{number} page={i % 300 + 1}"),
        "the scores of a member": ("钱办", lambda i: f"grading history G-{number} M-{101 + i % 4000}"),
        "the own assessments": ("联络1", lambda _i: "assessment list"),
    }


def _times(house: House, name: str, make: Callable[[int], str]) -> list[Taken]:
    """Milliseconds of each command, by the clock and of this process."""
    taken = []
    for i in range(420):
        line = make(i)
        files = (FileIn(f"{i}.pdf", b"%PDF-1.7 " + str(i).encode()),) if "evidence" in line else ()
        update_id = f"g{name}{line.split()[1]}{i}"
        incoming = Incoming("console", update_id, name, name, text=line, files=files, interactive=False)
        begin = time.process_time()
        with clocked() as by_clock:
            reply = house.handle(incoming)
        taken.append(Taken(by_clock.seconds * 1000, (time.process_time() - begin) * 1000))
        if reply is None or reply.error:
            raise AssertionError((line, reply))
    return taken[20:]


if __name__ == "__main__":
    raise SystemExit(main())
