"""Dated facts and steps of a unit's standing, as they are written down. Recorded by the use cases that call these."""

from datetime import date

from sqlalchemy import ColumnElement, or_, update
from sqlalchemy.orm.attributes import flag_modified

from core.transaction import Tx
from membership.models import StandingFact, StatusChange, Unit
from membership.rules.reckoning import Fact
from membership.rules.standing import Status


def touch(tx: Tx, unit: Unit) -> None:
    """Give the unit a new version, also when only something beside its own row has changed."""
    unit.changed_at = tx.now
    flag_modified(unit, "changed_at")


def enter_step(tx: Tx, unit: Unit, former: Status | None, status: Status, on: date, reason: str) -> StatusChange:
    """One more step in the history of a unit's standing."""
    step = StatusChange(unit_id=unit.id, former=former, status=status, on=on, reason=reason, recorded_at=tx.now)
    tx.session.add(step)
    tx.session.flush()
    return step


def enter_fact(
    tx: Tx, unit: Unit, fact: Fact, starts: date, reason: str, *, until: date | None = None, status: str = ""
) -> StandingFact:
    """A dated fact about a unit, from ``starts`` to ``until`` (None: open end)."""
    made = StandingFact(
        unit_id=unit.id,
        fact=fact,
        status=status,
        starts_on=starts,
        until=until,
        reason=reason,
        entered_by=tx.actor.person_id,
        entered_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    return made


def end_facts(tx: Tx, unit: Unit, on: date, *facts: Fact) -> None:
    """The unit's open facts (of these kinds, else all) no longer count from a day on.

    A withdrawal that was given notice of and has not begun stays unless it is named: only its own member takes it back.
    """
    mine = (StandingFact.unit_id == unit.id, StandingFact.ended_on.is_(None))
    begun = or_(StandingFact.fact != Fact.WITHDRAWN, StandingFact.starts_on <= on)
    which: ColumnElement[bool] = StandingFact.fact.in_(facts) if facts else begun
    ended = update(StandingFact).where(*mine, which).values(ended_on=on)
    tx.session.execute(ended.execution_options(synchronize_session=False))


def end_expired(tx: Tx) -> None:
    """Facts whose last day is over need not be looked at again."""
    over = update(StandingFact).where(StandingFact.ended_on.is_(None), StandingFact.until < tx.today)
    tx.session.execute(over.values(ended_on=tx.today).execution_options(synchronize_session=False))
