"""Grades as staff and members see them: the card, every point explained, what would change it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.commands.members import MemberRef, validity
from bot.messages import Button, Reply, Table
from bot.parameters import Page, Until
from bot.registry import command
from core.access import Permission
from core.errors import NotFound
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import Unit, UnitGrade
from membership.queries import adjustments, grading, people_by_id, recomputing, units_for
from membership.rules.adjusting import State
from membership.rules.grading import change, explain
from membership.rules.grading.naming import by_role, named, people_in

LINES = 12
"""Steps on one page of an explanation."""


def check_may_see(tx: Tx, unit: Unit) -> None:
    """Staff see every member's grade, contacts that of their own units. Raises NotFound for the others."""
    if tx.actor.may(Permission.VIEW_MEMBERS):
        return
    if unit.id not in {one.id for one in units_for(tx.session, tx.actor.person_id or 0)}:
        raise NotFound("member_unknown", _("There is no such member. `member find ‹words›` looks for one."))


@command(
    "grade show",
    zh="等级 查看",
    summary=N_("A member's grade with its history and benefits"),
    permission=Permission.USE_OFFICE,
)
def show(tx: Tx, member: MemberRef) -> Reply:
    """The card; an expired grade is shown as expired."""
    check_may_see(tx, member)
    return _card(tx, member)


@command("my grade", zh="我的等级", summary=N_("The grade of the member you act for"), permission=Permission.USE_OFFICE)
def mine(tx: Tx) -> Reply:
    """The card of one's own unit; with several, one button for each."""
    units = units_for(tx.session, tx.actor.person_id or 0)
    if not units:
        return Reply(_("You act for no member here, so there is no grade of yours to show."), error="no_unit")
    if len(units) == 1:
        return _card(tx, units[0])
    buttons = tuple((Button(f"{one.reference} {one.name}"[:60], f"grade show {one.reference}"),) for one in units)
    return Reply(_("Which member?"), buttons=buttons, data=[one.reference for one in units])


def _card(tx: Tx, unit: Unit) -> Reply:
    history = grading.grades_of(tx.session, unit)
    held = [grade for grade in history if grade.valid_from <= tx.today]
    if not held:
        text = _("{reference} {name} has not been graded yet.")
        return Reply(text.format(reference=unit.reference, name=unit.name), data={"grade": None})
    lines = [f"{unit.reference} {unit.name}", *_now(tx, held[-1]), *_benefits(tx, held[-1])]
    open_one = adjustments.open_adjustments(tx.session, [unit.id]).get(unit.id)
    if open_one is not None and (open_one.state == State.TOLD or tx.actor.may(Permission.VIEW_MEMBERS)):
        text = _("Adjustment {reference}: {state}")
        lines.append(text.format(reference=open_one.reference, state=State(open_one.state).label))
    table = Table((_("From"), _("Until"), _("Grade"), _("Score"), _("Source")), tuple(map(_row, reversed(history))))
    buttons = ((Button(_("Explain it"), f"grade explain {unit.reference}"),),)
    return Reply("\n".join(lines), table=table, buttons=buttons, data=_data(tx, unit, held[-1]))


def _now(tx: Tx, grade: UnitGrade) -> list[str]:
    version = grading.scheme_by_id(tx.session, grade.scheme_id)
    score = _("{score} points").format(score=grade.score) if grade.score else _("no score")
    over = grading.expired(grade, tx.today)
    shown = _("{grade} (expired, no longer in force)") if over else "{grade}"
    return [
        _("Grade: {grade}, {score}").format(grade=shown.format(grade=grade.shown), score=score),
        _("By {title}, version {version}, as of {day}").format(
            title=version.title, version=version.version, day=grade.day
        ),
        validity(grade.valid_until, tx.today),
    ]


def _benefits(tx: Tx, grade: UnitGrade) -> list[str]:
    if grading.expired(grade, tx.today):
        return []
    scheme = grading.scheme_by_id(tx.session, grade.scheme_id).scheme
    found = adjustments.benefits(tx.session, scheme, grade.grade, tx.today)
    return [_("Benefits:"), *(f"· {one.words}" for one in found)] if found else []


def _row(grade: UnitGrade) -> tuple[str, ...]:
    by = _("adjustment") if grade.adjustment_id else _("regular round")
    until = str(grade.valid_until or _("open end"))
    return str(grade.valid_from), until, grade.shown, grade.score or "—", by


def _data(tx: Tx, unit: Unit, grade: UnitGrade) -> dict[str, Any]:
    return {
        "member": unit.reference, "grade": grade.grade, "shown": grade.shown, "score": grade.score,
        "valid_from": grade.valid_from.isoformat(), "expired": grading.expired(grade, tx.today),
        "valid_until": grade.valid_until.isoformat() if grade.valid_until else None,
    }  # fmt: skip


@dataclass(frozen=True)
class Told:
    """An explanation ready to be shown: its head, one line per step, what would change the grade."""

    head: list[str]
    steps: list[str]
    changes: list[str]
    data: dict[str, Any]


@command(
    "grade explain",
    zh="等级 说明",
    summary=N_("Every point of a grade: fact, evidence, clause, who and when; and what would change it"),
    permission=Permission.USE_OFFICE,
)
def explain_grade(tx: Tx, member: MemberRef, page: Page = 1) -> Reply:
    """Computed anew from what was stored with the grade; page by page, and loud when it does not come out the same.

    Staff read who gave each score and entered each fact, a member only in which role.
    """
    check_may_see(tx, member)
    grade = grading.grade_in_force(tx.session, member, tx.today)
    if grade is None:
        text = _("{reference} {name} has not been graded yet.")
        return Reply(text.format(reference=member.reference, name=member.name), data={"grade": None})
    told = _told(tx, member, grade)
    lines = [*told.steps, *([_("What would change it:"), *told.changes] if told.changes else [])]
    pages = max(1, -(-len(lines) // LINES))
    page = min(max(page, 1), pages)
    shown = lines[LINES * (page - 1) : LINES * page]
    head = told.head if page == 1 else told.head[:1]
    if pages > 1:
        head = [*head, _("Page {page} of {pages}").format(page=page, pages=pages)]
    return Reply("\n".join([*head, *shown]), buttons=_pages(member, page, pages), data=told.data, personal=True)


def _pages(member: Unit, page: int, pages: int) -> tuple[tuple[Button, ...], ...]:
    line = f"grade explain {member.reference} page="
    around = [(page > 1, _("Back"), page - 1), (page < pages, _("More"), page + 1)]
    buttons = tuple(Button(label, f"{line}{to}") for there, label, to in around if there)
    return (buttons,) if buttons else ()


def _told(tx: Tx, unit: Unit, grade: UnitGrade) -> Told:
    scheme, facts, result = recomputing.explained(tx.session, grade)
    again = grading.recompute(tx.session, grade)
    reader, staff = explain.Reader(scheme), tx.actor.may(Permission.VIEW_MEMBERS)
    result = named(result, _names(tx, people_in(facts))) if staff else by_role(result)
    changes = change.what_would_change(scheme, facts, grade.day, result)
    data = _data(tx, unit, grade) | {
        "digest": grade.digest, "same": again.same, "scheme": scheme.id, "version": scheme.version,
        "steps": [explain.step_data(reader, step) for step in result.steps],
        "changes": [change.change_data(reader, one) for one in changes],
    }  # fmt: skip
    head = [
        f"{unit.reference} {unit.name} · {reader.headline(result)}",
        *_now(tx, grade)[1:],
        _checked(again.same, grade),
    ]
    lines = [f"{number}. {reader.line(step)}" for number, step in enumerate(result.steps, 1)]
    return Told(head, lines, [f"→ {change.words(reader, one)}" for one in changes], data)


def _checked(same: bool, grade: UnitGrade) -> str:
    if same:
        return _("✓ Computed again from the stored inputs: the same (hash {digest}…)").format(digest=grade.digest[:16])
    text = _(
        "⚠ Computed again from the stored inputs it does NOT come out the same as stored (hash {digest}…). Do not rely on this grade; tell the secretary-general and whoever runs Guildhall."
    )
    return text.format(digest=grade.digest[:16])


def _names(tx: Tx, references: Sequence[str]) -> dict[str, str]:
    """``person:3`` → the name; somebody erased or unknown keeps the number."""
    numbers = {int(one.removeprefix("person:")): one for one in references}
    people = people_by_id(tx.session, list(numbers))
    return {numbers[number]: person.name for number, person in people.items()}


@command(
    "grade expiring",
    zh="等级 到期",
    summary=N_("Grades whose time ends soon or has ended, the nearest first"),
    permission=Permission.VIEW_MEMBERS,
)
def expiring(tx: Tx, until: Until | None = None) -> Reply:
    """The review window: by default as long as the rules on adjustments say."""
    last: date = until or adjustments.window_end(tx.association, tx.today)
    found = adjustments.ending(tx.session, last, tx.today)
    rows = tuple(
        (unit.reference, unit.name, grade.shown, str(grade.valid_until), _("expired") if over else "")
        for unit, grade, over in found
    )
    text = _("Grades that end by {day}: {count}").format(day=last, count=len(rows))
    table = Table((_("Number"), _("Name"), _("Grade"), _("Until"), _("State")), rows[:50]) if rows else None
    return Reply(text, table=table, data=[list(row) for row in rows])
