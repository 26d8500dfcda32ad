"""Publication: from then on the grades of a round hold, everybody gets the own result, and the public the announcement."""

from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Date, String, case, cast, func, insert, literal, null, select
from sqlalchemy.orm import Session

from announcements import queries as announcements
from announcements import usecases as public
from announcements.rules.kinds import Kind
from core.access import Permission, usecase
from core.calendar import add_months
from core.digests import sha256_hex
from core.i18n import _, in_every_language
from core.keys import KeyRing
from core.outbox import Message, Priority
from core.outbox.personal import FILLERS, MARK, Fill
from core.transaction import Tx
from membership.models import GradingRound, GradingScheme, Unit, UnitContact, UnitGrade
from membership.notices import grading as notices
from membership.queries import rounds
from membership.queries.round_inputs import counted
from membership.rules.grading.results import Status
from membership.rules.grading.scheme import Scheme
from membership.rules.rounds import State, check_step, check_takes_effect
from membership.usecases.mass_scoring import MEMBERS, SCORES
from membership.usecases.rounds import contacts_of
from people.audiences import recipients

GRADES: Any = UnitGrade.__table__


@usecase(Permission.MANAGE_GRADING, sensitive=True)
def publish(tx: Tx, *, round_: GradingRound) -> int:
    """Let the grades take effect from today: every member's grade with its exact inputs in one statement, a letter to each
    with its own result, and the announcement of the result, which another officer approves. Returns how many grades.

    Raises RuleViolated before the decision.
    """
    round_ = rounds.round_by_number(tx.session, round_.number, lock=True)
    standing = rounds.standing_of(tx.session, tx.association, round_, tx.now)
    if standing.state is not State.PUBLISHED:
        check_takes_effect(standing, tx.today)
    check_step(standing, State.PUBLISHED, tx.today)
    tx.session.flush()
    version = rounds.version_of(tx.session, round_)
    count = give_grades(tx, round_, version, rounds.scheme_of(tx.session, round_))
    round_.state = State.PUBLISHED.value
    round_.published_by, round_.published_at = tx.actor.person_id, tx.now
    round_.revision += 1
    _tell_results(tx, round_)
    _announce_result(tx, round_, version)
    tx.record("grading:round:publish", round_.subject, {"grades": count, "scheme": version.reference})
    return count


def give_grades(tx: Tx, round_: GradingRound, version: GradingScheme, scheme: Scheme) -> int:
    """Write the grades of a round in one INSERT … SELECT, each sealed with its inputs."""
    kept = _with_inputs(round_.id, scheme)
    sealed: ColumnElement[str] = literal(f"{version.sha256}|{round_.day.isoformat()}|", String())
    for column in (kept.c.grade, kept.c.shown, func.coalesce(kept.c.score, ""), kept.c.status):
        sealed = sealed + column + "|"
    columns = {
        "association_id": literal(tx.association.id),
        "unit_id": kept.c.unit_id,
        "scheme_id": literal(version.id),
        "round_id": literal(round_.id),
        "day": literal(round_.day, Date()),
        **{name: kept.c[name] for name in ("grade", "shown", "score", "status", "rank")},
        "valid_from": literal(tx.today, Date()),
        "valid_until": literal(add_months(tx.today, round_.valid_months), Date()),
        "inputs": kept.c.inputs,
        "digest": sha256_hex(sealed + kept.c.inputs),
        "made_by": literal(tx.actor.person_id) if tx.actor.person_id is not None else null(),
        "made_at": literal(tx.now, UnitGrade.made_at.type),
    }
    statement = insert(GRADES).from_select(list(columns), select(*columns.values()))
    return tx.session.connection().execute(statement.execution_options(preserve_rowcount=True)).rowcount


def _with_inputs(round_id: int, scheme: Scheme) -> Any:
    """Members with their results and with facts and scores as one list: what a stored grade is computed from again."""
    chosen = select(SCORES.c.unit_id, SCORES.c.entry).where(*counted(round_id, scheme))
    ordered = chosen.order_by(SCORES.c.unit_id, SCORES.c.id).subquery("ordered")
    scores = (
        select(ordered.c.unit_id, func.aggregate_strings(ordered.c.entry, ",").label("entries"))
        .group_by(ordered.c.unit_id)
        .subquery("scores")
    )
    entries = func.coalesce(scores.c.entries, "")
    comma = case((MEMBERS.c.facts == "", ""), (entries == "", ""), else_=",")
    names = ("unit_id", "grade", "shown", "score", "status", "rank")
    return (
        select(
            *(MEMBERS.c[name] for name in names),
            (cast("[", String) + MEMBERS.c.facts + comma + entries + "]").label("inputs"),
        )
        .select_from(MEMBERS.outerjoin(scores, scores.c.unit_id == MEMBERS.c.unit_id))
        .where(MEMBERS.c.round_id == round_id)
        .order_by(MEMBERS.c.id)
        .subquery("kept")
    )


def _tell_results(tx: Tx, round_: GradingRound) -> None:
    """One letter for all; what differs is put in when it is sent, so that no result waits in a queue in plain words."""
    write = partial(
        notices.result,
        association=tx.association.name,
        reference=round_.reference,
        title=round_.title,
        mark=MARK,
    )
    key = f"{round_.subject}:result"
    tx.notify(Message(key, key, in_every_language(write), priority=Priority.LEGAL), recipients(contacts_of(round_)))


def _announce_result(tx: Tx, round_: GradingRound, version: GradingScheme) -> None:
    state = announcements.notice_state(tx.session, tx.association, round_.subject, tx.now)
    notice = announcements.announcement_by_number(tx.session, state.number)
    body = notices.published(
        scheme=version.title,
        spread=rounds.spread_of(tx.session, round_),
        count=round_.members,
        objections=state.received,
        decided=round_.decision or _("and the decision of the association"),
        until=add_months(tx.today, round_.valid_months).isoformat(),
    )
    title = _("Result of “{title}”").format(title=round_.title)
    made = public.draft(tx, kind=Kind.RESULT, title=title, body=body, audience={}, parent=notice)
    public.submit(tx, announcement=made)


def fill_results(session: Session, _keys: KeyRing, subject: str, _public_url: str) -> Fill:
    """The words for each person under a result letter: the results of the units that they act for."""
    number = int(subject.split(":")[1].removeprefix("G-"))
    query = (
        select(Unit.name, Unit.number, UnitGrade)
        .join(UnitGrade, UnitGrade.unit_id == Unit.id)
        .join(GradingRound, GradingRound.id == UnitGrade.round_id)
        .join(UnitContact, UnitContact.unit_id == Unit.id)
        .where(GradingRound.number == number, UnitContact.until.is_(None))
        .order_by(Unit.number)
    )

    def words(person_id: int) -> str:
        rows = session.execute(query.where(UnitContact.person_id == person_id))
        return "\n".join(_own(f"{name}（M-{of:04d}）", grade) for name, of, grade in rows)

    return words


def _own(unit: str, grade: UnitGrade) -> str:
    if grade.status != Status.GRADED:
        return notices.own_missing(unit=unit, grade=grade.shown)
    return notices.own_result(
        unit=unit, grade=grade.shown, score=grade.score or "", rank=str(grade.rank or ""), until=str(grade.valid_until)
    )


FILLERS["grading"] = fill_results
