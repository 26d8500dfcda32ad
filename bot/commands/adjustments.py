"""Adjusting grades between rounds: proposals, the hearing, the decision, the ruling on an objection."""

from typing import Annotated, Any

from bot.commands.files import kept_files
from bot.commands.grades import check_may_see
from bot.commands.members import MemberRef
from bot.messages import Button, Reply, Table
from bot.parameters import Flag, Page, Parameter, plain
from bot.registry import command
from core.access import Permission
from core.errors import BadInput, NotFound
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import AdjustmentAnswer, GradeAdjustment, Unit, UnitGrade
from membership.queries import adjustments as queries
from membership.queries import grading, people_by_id, units_for
from membership.queries.adjustments import ANSWER, OBJECT
from membership.rules.adjusting import CAUSES, Direction, State
from membership.rules.grading import stored
from membership.rules.grading.adjusted import fact_lines
from membership.usecases import adjustments, hearings

PAGE = 15


def _read_adjustment(tx: Tx, raw: str) -> GradeAdjustment:
    """An adjustment by number; for somebody without rights only those of their own units that they were told of."""
    digits = plain(raw).upper().removeprefix("D-").removeprefix("D")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("adjustment_form", _("Write an adjustment like D-0003."))
    found = queries.adjustment_by_number(tx.session, int(digits), lock=True)
    if not tx.actor.may(Permission.VIEW_MEMBERS) and (found.told_at is None and found.state != State.CONFIRMED):
        raise NotFound("adjustment_unknown", _("There is no such adjustment. `adjustment list` shows them."))
    if not tx.actor.may(Permission.VIEW_MEMBERS):
        hearings.check_acts_for(tx, found)
    return found


AdjustmentRef = Annotated[
    GradeAdjustment, Parameter(N_("adjustment"), _read_adjustment, zh="调整", hint=N_("a number such as D-0003"))
]


@command(
    "adjustment propose",
    zh="调整 提出",
    summary=N_("Propose what the facts of today make of a member's grade"),
    permission=Permission.ADJUST_GRADES,
)
def propose(tx: Tx, member: MemberRef) -> Reply:
    """The grade follows from facts and scheme; nobody chooses it. The member is not told yet."""
    made = adjustments.propose_adjustment(tx, unit=member)
    return _shown(tx, made)


@command(
    "adjustment list",
    zh="调整 列表",
    summary=N_("Adjustments of grades that are open, or all of them"),
    permission=Permission.USE_OFFICE,
)
def list_adjustments(tx: Tx, member: MemberRef | None = None, closed: Flag = False, page: Page = 1) -> Reply:
    """For staff all; for a contact those of the own units that were told."""
    page = max(page, 1)
    if not tx.actor.may(Permission.VIEW_MEMBERS):
        return _mine(tx)
    found = queries.adjustments(tx.session, member, closed=closed, limit=PAGE + 1, offset=PAGE * (page - 1))
    again = "adjustment list" + (f" {member.reference}" if member else "") + (" --closed" if closed else "")
    buttons = ((Button(_("More"), f"{again} page={page + 1}"),),) if len(found) > PAGE else ()
    return _table(tx, found[:PAGE], buttons)


def _mine(tx: Tx) -> Reply:
    found = [
        row
        for unit in units_for(tx.session, tx.actor.person_id or 0)
        for row in queries.adjustments(tx.session, unit, closed=True)
        if row[0].told_at is not None or row[0].state == State.CONFIRMED
    ]
    buttons = tuple((Button(one.reference, f"adjustment show {one.reference}"),) for one, _unit, _grade in found[:5])
    return _table(tx, found, buttons)


def _table(
    tx: Tx, found: list[tuple[GradeAdjustment, Unit, UnitGrade]], buttons: tuple[tuple[Button, ...], ...]
) -> Reply:
    rows = tuple(
        (
            one.reference,
            unit.reference,
            unit.name,
            f"{grade.shown} → {one.shown}",
            State(one.state).label,
            _due(tx, one),
        )
        for one, unit, grade in found
    )
    columns = (_("Number"), _("Member"), _("Name"), _("Grade"), _("State"), _("Answer until"))
    text = _("{count} adjustments").format(count=len(rows)) if rows else _("There is no adjustment.")
    data = [list(row) for row in rows]
    return Reply(text, table=Table(columns, rows) if rows else None, buttons=buttons, data=data)


def _due(tx: Tx, one: GradeAdjustment) -> str:
    due = queries.due_of(tx.session, one, ANSWER)
    return due.words if due is not None and one.state == State.TOLD else ""


@command(
    "adjustment show",
    zh="调整 查看",
    summary=N_("One adjustment: facts, basis, answers, decision"),
    permission=Permission.USE_OFFICE,
)
def show(tx: Tx, adjustment: AdjustmentRef) -> Reply:
    """For the member, too: what it is told is what stands here."""
    return _shown(tx, adjustment)


def _shown(tx: Tx, one: GradeAdjustment) -> Reply:
    unit, grade = queries.unit_and_grade(tx.session, one)
    check_may_see(tx, unit)
    scheme = grading.loaded(grading.scheme_by_id(tx.session, one.scheme_id).document)
    heading = _("{reference} · {unit} · {direction} {before} → {after} · {state}")
    lines = [
        heading.format(
            reference=one.reference, unit=unit.name, direction=Direction(one.direction).label, before=grade.shown,
            after=one.shown, state=State(one.state).label,
        ),
        *(f"· {_(CAUSES[kind])}{f' {ref}' if ref else ''}" for kind, ref in one.causes),
        *fact_lines(scheme, stored.read(one.inputs), one.day, [ref for _kind, ref in one.causes]),
        *_course(tx, one),
        *_said(tx, one),
    ]  # fmt: skip
    said = [*queries.answers_to(tx.session, one), *queries.answers_to(tx.session, one, OBJECT)]
    files = kept_files(tx, [answer.attachment_id for answer in said])
    data = _data(tx, one, unit, grade)
    return Reply("\n".join(lines), buttons=_steps(tx, one), files=files, data=data, personal=True)


def _course(tx: Tx, one: GradeAdjustment) -> list[str]:
    """What has happened, with names and days."""
    ids = [who for who in (one.proposed_by, one.told_by, one.decided_by) if who is not None]
    people = {number: person.name for number, person in people_by_id(tx.session, ids).items()}
    show_at = tx.association.show
    lines = [
        _("Proposed {moment} by {name}").format(moment=show_at(one.proposed_at), name=_who(people, one.proposed_by))
    ]
    if one.told_at is not None:
        due = queries.due_of(tx.session, one, ANSWER)
        until = due.words if due else "—"
        text = _("Told {moment} by {name}; may answer until {day}")
        lines.append(text.format(moment=show_at(one.told_at), name=_who(people, one.told_by), day=until))
        if one.served:
            lines.append(_("Served: {how}").format(how=one.served))
    if one.decided_at is not None:
        text = _("Decided {moment} by {name}: {reason}")
        name = _who(people, one.decided_by)
        lines.append(text.format(moment=show_at(one.decided_at), name=name, reason=one.decision))
        last = queries.due_of(tx.session, one, OBJECT)
        if last is not None:
            lines.append(_("May be objected to until {day}").format(day=last.words))
    return lines


def _who(people: dict[int, str], number: int | None) -> str:
    return _("the daily look at facts") if number is None else people.get(number, f"person:{number}")


def _said(tx: Tx, one: GradeAdjustment) -> list[str]:
    said = [*queries.answers_to(tx.session, one), *queries.answers_to(tx.session, one, OBJECT)]
    return [line for answer in said for line in _answer(tx, answer)]


def _answer(tx: Tx, answer: AdjustmentAnswer) -> list[str]:
    kind = _("Objection") if answer.kind == OBJECT else _("Statement")
    file = " 📎" if answer.attachment_id else ""
    lines = [f"{kind} {tx.association.show(answer.said_at)}: {answer.words}{file}"]
    if answer.ruling is not None:
        words = _("upheld") if answer.ruling == "upheld" else _("not upheld")
        lines.append(_("Ruling: {words}. {reason}").format(words=words, reason=answer.ruled_why))
    return lines


def _steps(tx: Tx, one: GradeAdjustment) -> tuple[tuple[Button, ...], ...]:
    """What this person may do next."""
    mine = tx.actor.person_id in queries.acting_for(tx.session, one.unit_id)
    adjust, decide = tx.actor.may(Permission.ADJUST_GRADES), tx.actor.may(Permission.DECIDE_GRADES)
    state, down = State(one.state), one.direction == Direction.DOWN
    offered = [
        (mine and state is State.TOLD, _("State my case"), "answer"),
        (mine and state is State.CONFIRMED and down, _("Raise an objection"), "object"),
        (adjust and not mine and state is State.PROPOSED and down, _("Tell the member"), "tell"),
        (
            decide and not mine and (state is State.TOLD or (state is State.PROPOSED and not down)),
            _("Decide on it"),
            "decide",
        ),
        (decide and not mine and state in (State.TOLD, State.PROPOSED, State.WAITING), _("Drop it"), "drop"),
    ]
    row = tuple(Button(label, f"adjustment {verb} {one.reference}") for there, label, verb in offered if there)
    return (row,) if row else ()


def _data(tx: Tx, one: GradeAdjustment, unit: Unit, grade: UnitGrade) -> dict[str, Any]:
    due = queries.due_of(tx.session, one, ANSWER)
    return {
        "adjustment": one.reference, "member": unit.reference, "state": one.state, "direction": one.direction,
        "before": grade.grade, "after": one.grade, "causes": one.causes, "digest": one.digest,
        "due": due.due_on.isoformat() if due else None, "answers": len(queries.answers_to(tx.session, one)),
    }  # fmt: skip
