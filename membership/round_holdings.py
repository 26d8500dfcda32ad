"""What rounds of grading keep about a person: what they scored, whom they were to score, ties they declared, files they sent."""

from sqlalchemy import select

from core.transaction import Tx
from membership.models import ConflictOfInterest, GradingRound, RoundAssignment, RoundEvidence, RoundScore, Unit
from people import holdings
from people.holdings import GONE, Facts, Holding, mentions, rows
from people.models import Person


def _scores(tx: Tx, person: Person) -> Facts:
    query = (
        select(
            GradingRound.number.label("round"), Unit.name.label("unit"), RoundScore.indicator, RoundScore.stage,
            RoundScore.score, RoundScore.reason, RoundScore.scored_at,
        )
        .join(GradingRound, GradingRound.id == RoundScore.round_id)
        .join(Unit, Unit.id == RoundScore.unit_id)
        .where(RoundScore.scored_by == person.id)
        .order_by(RoundScore.id)
    )  # fmt: skip
    names = ("round", "unit", "indicator", "stage", "score", "reason", "scored_at")
    return rows(tx.session.execute(query), *names)


def _assignments(tx: Tx, person: Person) -> Facts:
    query = (
        select(
            GradingRound.number.label("round"), Unit.name.label("unit"), RoundAssignment.stage, RoundAssignment.finished
        )
        .join(GradingRound, GradingRound.id == RoundAssignment.round_id)
        .join(Unit, Unit.id == RoundAssignment.unit_id)
        .where(RoundAssignment.person_id == person.id)
        .order_by(RoundAssignment.id)
    )
    return rows(tx.session.execute(query), "round", "unit", "stage", "finished")


def _give_back(tx: Tx, person: Person) -> int:
    """What somebody who leaves has not finished waits for another evaluator."""
    mine = select(RoundAssignment).where(RoundAssignment.person_id == person.id, RoundAssignment.finished.is_(False))
    found = list(tx.session.scalars(mine))
    for one in found:
        tx.session.delete(one)
    return len(found)


def _ties(tx: Tx, person: Person) -> Facts:
    query = (
        select(Unit.name.label("unit"), ConflictOfInterest.reason, ConflictOfInterest.declared_at)
        .join(Unit, Unit.id == ConflictOfInterest.unit_id)
        .where(ConflictOfInterest.person_id == person.id)
        .order_by(ConflictOfInterest.id)
    )
    return rows(tx.session.execute(query), "unit", "reason", "declared_at")


def _erase_ties(tx: Tx, person: Person) -> int:
    """That somebody stood aside stays, as long as the scores do; why goes."""
    found = list(tx.session.scalars(select(ConflictOfInterest).where(ConflictOfInterest.person_id == person.id)))
    for one in found:
        one.reason = GONE
    return len(found)


def _mentioning(tx: Tx, person: Person) -> list[RoundScore]:
    said = mentions(RoundScore.reason, person.name, person.phone)
    return list(tx.session.scalars(select(RoundScore).where(said).order_by(RoundScore.id)))


def _reasons(tx: Tx, person: Person) -> Facts:
    return rows(_mentioning(tx, person), "indicator", "reason", "scored_at")


def _erase_reasons(tx: Tx, person: Person) -> int:
    """A reason loses the name. What was published is sealed with its inputs: names do not belong into reasons at all."""
    found = _mentioning(tx, person)
    for one in found:
        for words in filter(None, (person.name, person.phone)):
            one.reason, one.entry = one.reason.replace(words, GONE), one.entry.replace(words, GONE)
    return len(found)


def _files(tx: Tx, person: Person) -> Facts:
    mine = select(RoundEvidence).where(RoundEvidence.sent_by == person.id).order_by(RoundEvidence.id)
    return rows(tx.session.scalars(mine), "name", "indicator", "sent_at")


def register() -> None:
    """Make them known to the requests that show or erase a person's data."""
    holdings.register(Holding("round-scores", "评定中的打分", _scores))
    holdings.register(Holding("round-queue", "分配的评审", _assignments, end=_give_back))
    holdings.register(Holding("round-ties", "声明的利害关系", _ties, _erase_ties))
    holdings.register(Holding("round-reasons", "评分理由中的提及", _reasons, _erase_reasons))
    holdings.register(Holding("round-files", "提交的评定材料", _files))
