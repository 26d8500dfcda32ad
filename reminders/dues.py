"""What rules make due, as set-based SQL: the open subjects of a kind, the people told of each, and the claim of all of it in
one statement.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, String, Subquery, and_, case, cast, exists, func, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from core.transaction import Tx
from people.audiences import members_of
from people.models import Person
from reminders.kinds import KINDS
from reminders.models import ReminderSent, ReminderSnooze
from reminders.rules.schedule import State, Window
from reminders.rules.shipped import Rule

_SENT: Any = ReminderSent.__table__
_SNOOZED: Any = ReminderSnooze.__table__
ORDER = ("subject", "person_id")
"""Every claim takes its rows in this order, so that two of them wait for each other and never in a circle."""


@dataclass(frozen=True)
class Found:
    """One subject that is due for one person."""

    subject: str
    owner: str
    title: str
    due_on: date
    person_id: int | None
    name: str | None


def people(tx: Tx, rule: Rule) -> Select[Any]:
    """``(subject, owner, title, due_on, person_id, name)`` of every open subject of the rule and everyone it tells."""
    open_ones = _filtered(tx, rule)
    person = Person.__table__.alias("told")
    columns = [open_ones.c[name] for name in ("subject", "owner", "title", "due_on")]
    told = select(*columns, person.c.id.label("person_id"), person.c.name.label("name"))
    ours = open_ones.c.association_id == tx.association.id
    if rule.own:
        present = and_(person.c.id == open_ones.c.person_id, person.c.left_at.is_(None))
        return told.select_from(open_ones).join(person, present).where(ours)
    chosen = select(Person.id).where(members_of(rule.audience or {}, tx.today), Person.association_id == tx.association.id)
    return told.select_from(open_ones).join(person, person.c.id.in_(chosen)).where(ours).distinct()


def _filtered(tx: Tx, rule: Rule) -> Subquery:
    kind = KINDS[rule.kind]
    open_ones = kind.due(tx).subquery("open_ones")
    wanted = [open_ones.c[name].in_(values) for name, values in (rule.filters or {}).items()]
    return select(open_ones).where(*wanted).subquery("wanted") if wanted else open_ones


def lonely(tx: Tx, rule: Rule) -> Select[Any]:
    """``(subject, owner, title, due_on)`` of subjects whose people the rule tells, but that have nobody."""
    open_ones = _filtered(tx, rule)
    columns = [open_ones.c[name] for name in ("subject", "owner", "title", "due_on")]
    return select(*columns).where(open_ones.c.association_id == tx.association.id, open_ones.c.person_id.is_(None))


def found(tx: Tx, rule: Rule, window: Window, limit: int | None = None) -> list[Found]:
    """The subjects and people of a window, earliest date first."""
    due = people(tx, rule).subquery("due")
    within = (due.c.due_on > window.after, due.c.due_on <= window.to)
    query = select(due).where(*within).order_by(due.c.due_on, due.c.subject, due.c.person_id).limit(limit)
    return [Found(**row._mapping) for row in tx.session.connection().execute(query)]


def of_owner(tx: Tx, rule: Rule, owner: str) -> list[Found]:
    """The open subjects of one thing that people know, with everyone the rule tells of them."""
    due = people(tx, rule).subquery("due")
    query = select(due).where((due.c.owner == owner) | (due.c.subject == owner)).order_by(due.c.subject, due.c.person_id)
    return [Found(**row._mapping) for row in tx.session.connection().execute(query)]


def claim(tx: Tx, rule: Rule, window: Window, token: str) -> int:
    """Enter a window into the ledger: what is in it already stays as it is. Returns how many rows are new.

    Who has put the subject off hears nothing now; their snooze brings it back.
    """
    due = people(tx, rule).subquery("due")
    occurrence = cast(due.c.due_on, String) + literal(f":{window.point}")
    off = _put_off(tx, rule, due)
    state: Any = literal(window.state.value)
    if window.state is State.SENT:
        state = case((off, literal(State.SNOOZED.value)), else_=state)
    within = and_(due.c.due_on > window.after, due.c.due_on <= window.to)
    return _enter(tx, rule, due, occurrence, state, within, token)


def claim_woken(tx: Tx, rule: Rule, token: str) -> int:
    """The same for what people have put off until today or before, and is still open."""
    due = people(tx, rule).subquery("due")
    snooze = _SNOOZED.alias("snooze")
    joined = due.join(snooze, _same(tx, rule, due, snooze))
    occurrence = cast(due.c.due_on, String) + literal(":z") + cast(snooze.c.until, String)
    state: Any = literal(State.SENT.value)
    return _enter(tx, rule, due, occurrence, state, snooze.c.until <= tx.today, token, joined)


def _same(tx: Tx, rule: Rule, due: Subquery, snooze: Any) -> Any:
    return and_(
        snooze.c.association_id == tx.association.id,
        snooze.c.rule == rule.number,
        snooze.c.subject == due.c.subject,
        snooze.c.person_id == due.c.person_id,
    )


def _put_off(tx: Tx, rule: Rule, due: Subquery) -> Any:
    snooze = _SNOOZED.alias("snooze")
    return exists(select(literal(1)).where(_same(tx, rule, due, snooze), snooze.c.until > tx.today))


def _enter(
    tx: Tx, rule: Rule, due: Subquery, occurrence: Any, state: Any, within: Any, token: str, source: Any = None
) -> int:
    row = {
        "association_id": literal(tx.association.id),
        "rule": literal(rule.number),
        "subject": due.c.subject,
        "owner": due.c.owner,
        "occurrence": occurrence,
        "person_id": due.c.person_id,
        "due_on": due.c.due_on,
        "state": state,
        "token": literal(token),
        "key": literal(""),
        "at": literal(tx.now, ReminderSent.at.type),
    }
    rows = select(*row.values()).select_from(due if source is None else source).where(within)
    rows = rows.order_by(*(due.c[name] for name in ORDER))
    build: Any = sqlite.insert if tx.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    entering = build(_SENT).from_select(list(row), rows).on_conflict_do_nothing()
    done = tx.session.connection().execute(entering.execution_options(preserve_rowcount=True))
    return max(done.rowcount, 0)
