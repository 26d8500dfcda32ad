"""Facts that are graded: entered with their document, listed, shown with every change."""

from typing import Annotated, Any

from bot import dialogues
from bot.commands.fact_parameters import (
    Continuing,
    Document,
    Ended,
    FactDay,
    FactRef,
    FormerGrade,
    Item,
    Level,
    SameFact,
    Times,
    Value,
)
from bot.commands.files import File, kept_files
from bot.commands.members import MemberRef
from bot.messages import Button, Incoming, Reply, Table
from bot.parameters import NAMED, Page, Reason
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import GradingFact, Unit
from membership.queries import facts as queries
from membership.queries import people_by_id, recomputing
from membership.rules.fact_register import Act
from membership.rules.grading.facts import HISTORY, Refused
from membership.usecases import facts as usecases
from membership.usecases.facts import Said

PAGE = 15
ASKED = {"value": "value", "level": "level", "count": "times", "grade": "grade", "date": "day"}
"""The column that a scheme misses → the parameter that is asked for."""


def title_of(tx: Tx, item: str) -> str:
    """What a fact is called, by the schemes in force."""
    if item == HISTORY:
        return _("grade held before")
    for one in queries.graders_for_facts(tx.session, tx.today):
        if (plan := one.plan_of(item)) is not None:
            return plan.rule.title.text
    return item


@command(
    "fact add",
    zh="事实 登记",
    summary=N_("Enter a fact about a member that is graded, with the document that proves it"),
    permission=Permission.KEEP_FACTS,
)
def add(
    tx: Tx,
    incoming: Incoming,
    member: MemberRef,
    item: Item,
    day: FactDay,
    document: Document,
    reason: Reason = "",
    value: Annotated[Value, NAMED] | None = None,
    times: Annotated[Times, NAMED] | None = None,
    level: Annotated[Level, NAMED] = "",
    grade: Annotated[FormerGrade, NAMED] = "",
    ended: Annotated[Ended, NAMED] | None = None,
    continuing: Continuing = False,
    same_fact: Annotated[SameFact, NAMED] = "",
    file: File | None = None,
) -> Reply:
    """Enter it; what the rule of the scheme needs beside is asked for. Nobody is told, and no grade changes by itself."""
    kept = None if file is None else (file.name, file.content)
    said = Said(
        day=day, document=document, reason=reason, value=value, times=times, level=level, grade=grade, ended=ended,
        continuing=continuing, same_fact=same_fact, file=kept,
    )  # fmt: skip
    try:
        with tx.session.begin_nested():
            made = usecases.add_fact(tx, unit=member, item=item, said=said)
    except Refused as lacking:
        if not incoming.interactive or lacking.column not in ASKED or file is not None:
            raise
        return _asked(tx, incoming, member, item, said, lacking)
    return entered(tx, made, member)


def _asked(tx: Tx, incoming: Incoming, member: Unit, item: str, said: Said, lacking: Refused) -> Reply:
    """The question for what the rule needs; the next line answers it."""
    given: dict[str, Any] = {"member": member.reference, "item": item, "day": said.day, "document": said.document}
    given |= {"reason": said.reason, "value": said.value, "times": said.times, "level": said.level, "grade": said.grade}
    given |= {"ended": said.ended, "continuing": "yes" if said.continuing else "", "same_fact": said.same_fact}
    kept = {name: str(value) for name, value in given.items() if value not in (None, "")}
    asking = ASKED[lacking.column]
    kept.pop(asking, None)
    dialogues.expect(tx, incoming, "fact add", kept, asking)
    return Reply(lacking.text + "\n" + _("`cancel` stops."), error="missing_parameter", data={"asked": asking})


def entered(tx: Tx, made: GradingFact, unit: Unit) -> Reply:
    """What was entered, what it would do to the grade, and the next steps."""
    text = _("{reference} entered: {unit}, {title}, {day}.")
    words = text.format(
        reference=made.reference, unit=unit.name, title=title_of(tx, made.item), day=made.day or _("no day")
    )
    return with_effect(tx, unit, made, words)


def with_effect(tx: Tx, unit: Unit, made: GradingFact, words: str) -> Reply:
    """The reply about an entry, with what the register now makes of the unit's grade and a button to propose it."""
    row = [Button(_("Show"), f"fact show {made.reference}")]
    found = recomputing.effect(tx.session, unit, tx.today)
    if found is None:
        words += " " + _("No grade has changed.")
    else:
        text = _("By the facts of today the grade would be {after} instead of {before}. It has not changed yet.")
        words += "\n" + text.format(before=found.grade.shown, after=found.now.shown)
        if tx.actor.may(Permission.ADJUST_GRADES):
            row.append(Button(_("Propose the adjustment"), f"adjustment propose {unit.reference}"))
    data = {"fact": made.reference, "member": unit.reference, "revision": made.revision, "act": made.act}
    return Reply(words, buttons=(tuple(row),), data=data)


@command(
    "fact list", zh="事实 列表", summary=N_("Facts that are graded, newest first"), permission=Permission.KEEP_FACTS
)
def list_facts(
    tx: Tx, member: MemberRef | None = None, item: Annotated[Item, NAMED] | None = None, page: Page = 1
) -> Reply:
    """One page of the register; revoked entries are not listed."""
    page = max(page, 1)
    found = queries.facts_kept(tx.session, member, item=item or "", limit=PAGE + 1, offset=PAGE * (page - 1))
    rows = tuple(
        (one.reference, unit.reference, unit.name, title_of(tx, one.item), str(one.day or ""), _state(one))
        for one, unit in found[:PAGE]
    )
    table = Table((_("Number"), _("Member"), _("Name"), _("Fact"), _("Day"), _("State")), rows)
    again = "fact list" + (f" {member.reference}" if member else "") + (f" item={item}" if item else "")
    buttons = ((Button(_("More"), f"{again} page={page + 1}"),),) if len(found) > PAGE else ()
    text = _("{count} facts on this page").format(count=len(rows)) if rows else _("There is no fact yet.")
    return Reply(text, table=table if rows else None, buttons=buttons, data=[list(row) for row in rows])


def _state(one: GradingFact) -> str:
    if one.repaired is not None:
        return _("repaired on {day}").format(day=one.repaired)
    if one.corrected is not None:
        return _("corrected on {day}").format(day=one.corrected)
    return _("still going on") if one.continuing and one.ended is None else _("in force")


@command(
    "fact show", zh="事实 查看", summary=N_("One fact with every change to its entry"), permission=Permission.KEEP_FACTS
)
def show(tx: Tx, fact: FactRef) -> Reply:
    """Every entry, who made it and when; the last one is what counts."""
    entries = queries.fact_entries(tx.session, fact.number)
    unit = queries.unit_of(tx.session, fact)
    people = people_by_id(tx.session, [one.entered_by for one, _name, _hash in entries if one.entered_by is not None])
    lines = [f"{fact.reference} · {unit.reference} {unit.name} · {title_of(tx, fact.item)}", *_facts(entries[-1])]
    for one, _name, _sha256 in entries:
        who = people[one.entered_by].name if one.entered_by in people else _("the system")
        line = f"{tx.association.show(one.entered_at)} {Act(one.act).label} · {who}"
        lines.append(f"{line} · {one.note}" if one.note else line)
    files = kept_files(tx, [entries[-1][0].attachment_id])
    data = _as_data(entries[-1][0], unit)
    return Reply("\n".join(lines), buttons=_steps(fact), files=files, data=data, personal=True)


def _facts(entry: queries.Entry) -> list[str]:
    """The fact as it stands: one line for each thing that is known."""
    one, name, sha256 = entry
    shown: list[tuple[str, object]] = [
        (_("Day: {value}"), one.day),
        (_("Value: {value}"), one.value),
        (_("Times: {value}"), one.times),
        (_("Level: {value}"), one.level),
        (_("Grade: {value}"), one.grade),
        (_("Still going on"), one.continuing and one.ended is None),
        (_("Ended: {value}"), one.ended),
        (_("Corrected: {value}"), one.corrected),
        (_("Repaired: {value}"), one.repaired),
        (_("Document: {value}"), one.document),
        (_("File: {value}"), name and f"{name} · SHA-256 {sha256}"),
        (_("Same act: {value}"), one.same_fact),
        (_("Reason: {value}"), one.reason),
    ]
    return [text.format(value=value) for text, value in shown if value]


def _steps(fact: GradingFact) -> tuple[tuple[Button, ...], ...]:
    if fact.act == Act.REVOKED:
        return ()
    steps = [(_("Note its correction"), "correct"), (_("Note its repair"), "repair"), (_("Revoke"), "revoke")]
    return (tuple(Button(label, f"fact {name} {fact.reference}") for label, name in steps),)


def _as_data(one: GradingFact, unit: Unit) -> dict[str, Any]:
    days = {name: getattr(one, name) for name in ("day", "ended", "corrected", "repaired")}
    shown = {name: day and day.isoformat() for name, day in days.items()}
    return {
        "fact": one.reference, "revision": one.revision, "act": one.act, "member": unit.reference, "item": one.item,
        "value": one.value, "times": one.times, "document": one.document, "origin": one.origin, **shown,
    }  # fmt: skip
