"""What rules make due, as set-based SQL: the open subjects of a kind, the people told of each, and the claim of all of it in
one statement.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, String, Subquery, and_, case, cast, exists, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.outbox.many import Addressed
from core.transaction import Tx
from people.audiences import members_of, recipients
from people.models import Person
from reminders.kinds import KINDS
from reminders.models import ReminderSent, ReminderSnooze
from reminders.rules.schedule import CATCH_UP_DAYS, State, Window
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
    chosen = select(Person.id).where(
        members_of(rule.audience or {}, tx.today), Person.association_id == tx.association.id
    )
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
    query = (
        select(due).where((due.c.owner == owner) | (due.c.subject == owner)).order_by(due.c.subject, due.c.person_id)
    )
    return [Found(**row._mapping) for row in tx.session.connection().execute(query)]


@dataclass(frozen=True)
class Claimed:
    """One subject that a run has claimed for somebody, with the key of its words."""

    key: str
    subject: str
    owner: str
    title: str
    due_on: date


def claimed(tx: Tx, rule: Rule, token: str) -> list[Claimed]:
    """What a run is to send, each subject and key once, earliest date first.

    The titles are put beside it here: what a subject is called in SQL is an expression, which no planner can join well.
    """
    columns = (_SENT.c.key, _SENT.c.subject, _SENT.c.owner, _SENT.c.due_on)
    query = select(*columns).where(*_of_run(tx, token)).distinct().order_by(_SENT.c.due_on, _SENT.c.subject)
    rows = tx.session.connection().execute(query).all()
    titles = _titles(tx, rule, rows[0].due_on, rows[-1].due_on) if rows else {}
    return [Claimed(row.key, row.subject, row.owner, titles.get(row.subject, ""), row.due_on) for row in rows]


def _of_run(tx: Tx, token: str) -> tuple[Any, ...]:
    return (_SENT.c.token == token, _SENT.c.state == State.SENT.value, _SENT.c.association_id == tx.association.id)


def _titles(tx: Tx, rule: Rule, first: date, last: date) -> dict[str, str]:
    open_ones = _filtered(tx, rule)
    within = (open_ones.c.due_on >= first, open_ones.c.due_on <= last, open_ones.c.association_id == tx.association.id)
    query = select(open_ones.c.subject, open_ones.c.title).where(*within).distinct()
    return {row.subject: row.title for row in tx.session.connection().execute(query)}


def addressed(tx: Tx, token: str) -> Addressed:
    """``(key, association_id, person_id, platform, chat, language)`` of what a run is to send."""
    who = recipients(and_(Person.id == _SENT.c.person_id, *_of_run(tx, token)))
    return who.with_only_columns(_SENT.c.key.label("key"), *who.selected_columns).distinct()


def subjects_by_person(tx: Tx, token: str) -> dict[int, frozenset[str]]:
    """Person → the subjects that a run claimed for them."""
    found: dict[int, set[str]] = {}
    rows = select(_SENT.c.person_id, _SENT.c.subject).where(*_of_run(tx, token))
    for person, subject in tx.session.connection().execute(rows):
        found.setdefault(person, set()).add(subject)
    return {person: frozenset(subjects) for person, subjects in found.items()}


def rekey(tx: Tx, token: str, people: list[int], key: str) -> None:
    """Give some people of a run words of their own."""
    mine = (_SENT.c.token == token, _SENT.c.association_id == tx.association.id, _SENT.c.person_id.in_(people))
    tx.session.connection().execute(update(_SENT).where(*mine).values(key=key))


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
    """The same for what people have put off until today or before, and is still open: once, also when a point of the
    rule came meanwhile, and not when its day is longer ago than is caught up with.
    """
    due = people(tx, rule).subquery("due")
    snooze = _SNOOZED.alias("snooze")
    joined = due.join(snooze, _same(tx, rule, due, snooze))
    occurrence = cast(due.c.due_on, String) + literal(":z") + cast(snooze.c.until, String)
    state: Any = case(
        (snooze.c.until < tx.today - timedelta(days=CATCH_UP_DAYS), literal(State.MISSED.value)),
        (_told_now(tx, rule, due, token), literal(State.COALESCED.value)),
        else_=literal(State.SENT.value),
    )
    return _enter(tx, rule, due, occurrence, state, snooze.c.until <= tx.today, token, joined)


def _told_now(tx: Tx, rule: Rule, due: Subquery, token: str) -> Any:
    """Whether this run tells the person of the subject already."""
    told = _SENT.alias("told")
    same = (told.c.rule == rule.number, told.c.subject == due.c.subject, told.c.person_id == due.c.person_id)
    ours = (told.c.association_id == tx.association.id, told.c.token == token, told.c.state == State.SENT.value)
    return exists(select(literal(1)).where(*ours, *same))


def _same(tx: Tx, rule: Rule, due: Subquery, snooze: Any) -> Any:
    return and_(
        snooze.c.association_id == tx.association.id,
        snooze.c.rule == rule.number,
        snooze.c.subject == due.c.subject,
        snooze.c.person_id == due.c.person_id,
        snooze.c.due_on == due.c.due_on,
    )


def _put_off(tx: Tx, rule: Rule, due: Subquery) -> Any:
    snooze = _SNOOZED.alias("snooze")
    return exists(select(literal(1)).where(_same(tx, rule, due, snooze), snooze.c.until > tx.today))


def _key(rule: Rule, due: Subquery, occurrence: Any, token: str) -> Any:
    """The outbox key: words of their own for each subject, or one list for everybody of an audience."""
    if not rule.own:
        return literal(f"reminder:{rule.number}:{token}")
    return literal(f"reminder:{rule.number}:") + due.c.subject + literal(":") + occurrence + literal(f":{token}")


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
        "key": _key(rule, due, occurrence, token),
        "at": literal(tx.now, ReminderSent.at.type),
    }
    rows = select(*row.values()).select_from(due if source is None else source).where(within)
    rows = rows.order_by(*(due.c[name] for name in ORDER))
    build: Any = sqlite.insert if tx.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    entering = build(_SENT).from_select(list(row), rows).on_conflict_do_nothing()
    done = tx.session.connection().execute(entering.execution_options(preserve_rowcount=True))
    return max(done.rowcount, 0)
