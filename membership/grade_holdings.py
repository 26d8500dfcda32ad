"""What the register of facts and the hearings keep about a person: what they said, and where their name is mentioned."""

from sqlalchemy import or_, select

from core import attachments
from core.i18n import _
from core.transaction import Tx
from membership.models import (
    AdjustmentAnswer,
    GradeAdjustment,
    GradingFact,
    Unit,
)
from membership.rules.adjusting import State
from people import holdings
from people.holdings import GONE, Facts, Holding, mentions, rows
from people.models import Person


def _own(tx: Tx, person: Person) -> list[AdjustmentAnswer]:
    mine = select(AdjustmentAnswer).where(AdjustmentAnswer.said_by == person.id).order_by(AdjustmentAnswer.id)
    return list(tx.session.scalars(mine))


def _answers(tx: Tx, person: Person) -> Facts:
    query = (
        select(
            GradeAdjustment.number.label("adjustment"), Unit.name.label("unit"), AdjustmentAnswer.kind,
            AdjustmentAnswer.words, AdjustmentAnswer.said_at, AdjustmentAnswer.ruling,
        )
        .join(GradeAdjustment, GradeAdjustment.id == AdjustmentAnswer.adjustment_id)
        .join(Unit, Unit.id == GradeAdjustment.unit_id)
        .where(AdjustmentAnswer.said_by == person.id)
        .order_by(AdjustmentAnswer.id)
    )  # fmt: skip
    return rows(tx.session.execute(query), "adjustment", "unit", "kind", "words", "said_at", "ruling")


def _erase_answers(tx: Tx, person: Person) -> int:
    """That and when the member answered stays; the words and files of the person go."""
    found = _own(tx, person)
    attachments.erase(tx.session, [one.attachment_id for one in found if one.attachment_id is not None])
    for one in found:
        one.words, one.ruled_why = GONE, GONE if one.ruled_why else ""
    return len(found)


def _open_hearings(tx: Tx, person: Person) -> list[str]:
    """While a hearing or an objection is open its words are needed."""
    waiting = or_(GradeAdjustment.state == State.TOLD.value, (AdjustmentAnswer.kind == "object"))
    query = (
        select(GradeAdjustment)
        .join(AdjustmentAnswer, AdjustmentAnswer.adjustment_id == GradeAdjustment.id)
        .where(AdjustmentAnswer.said_by == person.id, AdjustmentAnswer.ruling.is_(None), waiting)
        .distinct()
    )
    text = _("{reference}: what this person said is still to be decided on.")
    return [text.format(reference=one.reference) for one in tx.session.scalars(query)]


def _mentioning(tx: Tx, person: Person) -> list[GradingFact]:
    said = or_(
        mentions(GradingFact.reason, person.name, person.phone), mentions(GradingFact.note, person.name, person.phone)
    )
    return list(tx.session.scalars(select(GradingFact).where(said).order_by(GradingFact.id)))


def _facts(tx: Tx, person: Person) -> Facts:
    return rows(_mentioning(tx, person), "reference", "item", "day", "reason", "note")


def _erase_facts(tx: Tx, person: Person) -> int:
    found = _mentioning(tx, person)
    for one in found:
        for words in filter(None, (person.name, person.phone)):
            one.reason, one.note = one.reason.replace(words, GONE), one.note.replace(words, GONE)
    return len(found)


def register() -> None:
    """Make them known to the requests that show or erase a person's data."""
    holdings.register(Holding("hearings", "等级调整中的陈述", _answers, _erase_answers, holds=_open_hearings))
    holdings.register(Holding("graded-facts", "评级事实中的提及", _facts, _erase_facts))
