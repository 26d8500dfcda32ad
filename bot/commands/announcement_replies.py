"""What staff see of an announcement: the text with its audience, what it lacks, and the question for the next element."""

from collections.abc import Iterator
from typing import Any

from announcements import notices, queries
from announcements.models import Announcement
from announcements.rules import elements
from announcements.rules.kinds import Fault, Kind
from announcements.rules.lifecycle import Delivery, State
from bot import dialogues
from bot.messages import Button, Incoming, Reply
from core.i18n import _
from core.transaction import Tx
from people import audiences

NOT_ASKED = ("title", "concludes", "corrects")


def faults(tx: Tx, one: Announcement) -> list[Fault]:
    """Everything that keeps it from going out now."""
    return queries.faults_of(tx.session, tx.association, one, tx.now)


def previewed(tx: Tx, one: Announcement) -> Reply:
    """The text as it will be read, its exact audience of this moment, and what it still lacks."""
    seen = audiences.preview(tx.session, one.audience, tx.today)
    found = faults(tx, one)
    waiting = _unpublished_change(tx, one)
    parts = [_head(one) + waiting, "\n\n".join(_text(one)), "\n".join(_plan(tx, one))]
    data = {"announcement": one.number, "state": one.state, "people": seen.people, "unreachable": seen.unreachable}
    data["missing"] = [f"{fault.element}:{fault.code}" for fault in found]
    if found:
        parts.append(_lacking(found))
    return Reply("\n\n".join(part for part in parts if part), buttons=_next_steps(tx, one, bool(found)), data=data)


def _unpublished_change(tx: Tx, one: Announcement) -> str:
    """Of a text in force that was changed since: that what follows is not yet in force, and what is."""
    if one.state != State.PUBLISHED or not queries.changed_since(tx.session, one):
        return ""
    text = _("⚠ What follows is the next version and NOT in force. Version {version} is in force until it is approved.")
    lines = [text.format(version=one.version)]
    if one.runs_from and one.runs_until:
        lines.append(
            _("In force: {period}").format(period=queries.period_words(tx.session, one.runs_from, one.runs_until))
        )
    return "\n" + "\n".join(lines)


def _head(one: Announcement) -> str:
    return _("{reference} · {kind} · {state}").format(
        reference=one.reference, kind=Kind(one.kind).label, state=State(one.state).label
    )


def _text(one: Announcement) -> Iterator[str]:
    yield one.title
    yield from (part for part in (one.body, notices.listed(elements.as_fields("", "", one.elements))) if part)


def _plan(tx: Tx, one: Announcement) -> Iterator[str]:
    seen = audiences.preview(tx.session, one.audience, tx.today)
    yield _("To {people}: {audience}").format(people=counted(seen), audience=audiences.describe(one.audience))
    if seen.people == 0:
        yield _("⚠ Nobody is in this audience now. Check its criteria.")
    if queries.is_provisional(tx.session, tx.association, one):
        yield notices.provisional()
    yield from queries.raised_against(tx.session, one)
    if one.attachments:
        yield _("Files: {count}").format(count=len(one.attachments))
    if one.groups:
        yield _("Groups: {count}").format(count=len(one.groups))
    if one.delivery != Delivery.NORMAL:
        yield _("Delivery: {way}").format(way=Delivery(one.delivery).label)
    if one.scheduled_for is not None:
        yield _("Goes out at {moment}.").format(moment=tx.association.show(one.scheduled_for))


def counted(seen: audiences.Preview) -> str:
    """How many people an audience has, and how many of them have no chat when there are any."""
    if not seen.unreachable:
        return _("{count} recipients").format(count=seen.people)
    return _("{count} people ({unreachable} of them without a chat)").format(
        count=seen.people, unreachable=seen.unreachable
    )


def _lacking(found: list[Fault]) -> str:
    lines = "\n".join("✗ " + elements.fault_text(fault) for fault in found)
    return _("Still to be done:") + "\n" + lines


def _next_steps(tx: Tx, one: Announcement, lacks: bool) -> tuple[tuple[Button, ...], ...]:
    """What can be done now: nothing that would be refused is offered."""
    rows = []
    changed = queries.changed_since(tx.session, one)
    if one.state in (State.DRAFT, State.HELD) or (one.state == State.PUBLISHED and changed):
        if lacks:
            rows.append((Button(_("Complete it"), f"announce complete {one.reference}"),))
        else:
            rows.append((Button(_("Submit for approval"), f"announce submit {one.reference}"),))
    if one.state == State.PUBLISHED and changed:
        line = f"announce history {one.reference} version={one.version}"
        rows.append((Button(_("The text in force"), line),))
        rows.append((Button(_("Drop this change"), f"announce discard {one.reference}"),))
    return tuple(rows)


def checklist(tx: Tx, one: Announcement) -> Reply:
    """Every element of the kind with ✓ or ✗, and exactly what is wrong."""
    found = faults(tx, one)
    wrong = {fault.element for fault in found}
    rule = queries.rule_here(tx.association, Kind(one.kind), tx.today)
    lines = [_("{reference} cannot go out like this:").format(reference=one.reference)]
    lines += ["✓ " + elements.label(name) for name in rule.elements if name not in wrong]
    lines += ["✗ " + elements.fault_text(fault) for fault in found]
    if rule.source:
        lines.append(_("Least period by: {source}").format(source=rule.source))
    data = {"announcement": one.number, "missing": [f"{fault.element}:{fault.code}" for fault in found]}
    buttons = ((Button(_("Complete it"), f"announce complete {one.reference}"),),)
    return Reply("\n".join(lines), buttons=buttons, data=data, error="incomplete")


def next_question(tx: Tx, incoming: Incoming, one: Announcement, trouble: str = "") -> Reply:
    """Ask for the first thing that is missing, so that the next line answers it; the preview when nothing is."""
    found = [fault for fault in faults(tx, one) if fault.element not in NOT_ASKED]
    if not found or not incoming.interactive:
        return previewed(tx, one)
    fault = found[0]
    given: dict[str, Any] = {"announcement": one.reference, "element": fault.element}
    dialogues.expect(tx, incoming, "announce set", given, "value")
    hint = elements.hint(fault.element)
    ask = _("{label}?").format(label=elements.label(fault.element)) + (f" ({hint})" if hint else "")
    why = [] if fault.code in ("missing", "placeholder") else [elements.fault_text(fault)]
    words = [
        part
        for part in (
            trouble,
            _("{reference}: {count} still to be done").format(reference=one.reference, count=len(found)),
            *why,
            ask,
            _("`cancel` stops."),
        )
        if part
    ]
    return Reply("\n".join(words), data={"announcement": one.number, "asked": fault.element}, error="missing_parameter")
