"""Reminder rules: looked at, tried out, switched on by two people; why somebody was told, and putting it off."""

from dataclasses import replace

from bot.commands.reminder_parameters import (
    About,
    Days,
    Every,
    Filter,
    KindName,
    OneSubject,
    Points,
    RuleRef,
    Somebody,
    Till,
    UnitName,
    Whom,
    Wording,
    Words,
    WorkDays,
)
from bot.messages import Button, FileOut, Reply, Table
from bot.parameters import Title
from bot.registry import command
from core.access import Permission
from core.calendar import Unit
from core.i18n import N_, _, language
from core.transaction import Tx
from people import audiences
from reminders import previews, queries, reasons, usecases
from reminders.kinds import FILTERS, KINDS
from reminders.rules import schedule as schedules
from reminders.rules.schedule import Schedule
from reminders.rules.shipped import Rule

SHOWN = 20


def _state(rule: Rule) -> str:
    return _("on since {day}").format(day=rule.since) if rule.since else _("off")


def _whom(rule: Rule) -> str:
    return _("the people concerned") if rule.own else audiences.describe(rule.audience or {})


@command(
    "reminder list",
    zh="提醒 列表",
    summary=N_("Every reminder rule, and whether it is on"),
    permission=Permission.MANAGE_REMINDERS,
)
def list_rules(tx: Tx) -> Reply:
    """The rules by number."""
    found = queries.rules(tx.session)
    rows = tuple((r.reference, r.name(language()), schedules.describe(r.schedule), _whom(r), _state(r)) for r in found)
    table = Table((_("Rule"), _("What"), _("When"), _("Whom"), _("State")), rows)
    on = sum(rule.since is not None for rule in found)
    text = _("{count} rules, {on} of them on. A rule is switched on after its preview has been approved.")
    data = [{"rule": rule.reference, "kind": rule.kind, "on": rule.since is not None} for rule in found]
    return Reply(text.format(count=len(found), on=on), table=table, data=data)


@command(
    "reminder show",
    zh="提醒 查看",
    summary=N_("One rule in full, with its words"),
    permission=Permission.MANAGE_REMINDERS,
)
def show(_tx: Tx, rule: RuleRef) -> Reply:
    """The rule, and buttons to try it out or switch it."""
    return _shown(rule)


def _shown(rule: Rule, extra: str = "") -> Reply:
    kind = KINDS.get(rule.kind)
    lines = [
        f"{rule.reference} {rule.name(language())} · {_state(rule)}",
        _("About: {kind}").format(kind=_(kind.label) if kind else rule.kind),
        _("When: {when}").format(when=schedules.describe(rule.schedule)),
        _("Whom: {whom}").format(whom=_whom(rule)),
        *([_("Only: {filter}").format(filter=_filter(rule))] if rule.filters else []),
        *([_("Required: cannot be put off beyond its date")] if rule.legal else []),
        *(f"{name}: {text}" for name, text in sorted(rule.texts.items(), reverse=True)),
    ]
    switch = (
        Button(_("Switch it off"), f"reminder disable {rule.reference}")
        if rule.since
        else Button(_("Ask to switch it on"), f"reminder enable {rule.reference}")
    )
    buttons = ((Button(_("Preview"), f"reminder preview {rule.reference}"), switch),)
    data = {"rule": rule.reference, "on": rule.since is not None, "version": rule.version}
    return Reply("\n".join([*lines, extra]).strip(), buttons=buttons, data=data)


def _filter(rule: Rule) -> str:
    return " ".join(f"{_(FILTERS.get(name, name))}={','.join(values)}" for name, values in (rule.filters or {}).items())


@command(
    "reminder preview",
    zh="提醒 预览",
    summary=N_("Exactly who would get what in the next 30 days"),
    permission=Permission.MANAGE_REMINDERS,
)
def preview(tx: Tx, rule: RuleRef) -> Reply:
    """The days, subjects and people; all of them as a file when there are many."""
    found = previews.preview(tx, rule) if rule.kind in KINDS else []
    away = sum(not line.reachable for line in found)
    text = _(
        "{reference} would send {count} reminders to {people} people in the next {days} days; {away} cannot be reached."
    )
    head = text.format(
        reference=rule.reference,
        count=len(found),
        people=len({line.person for line in found}),
        days=previews.DAYS,
        away=away,
    )
    sample = "\n" + _("For example: {words}").format(words=found[0].words) if found else ""
    rows = tuple((str(line.day), line.reference, line.title, str(line.due_on), _named(line)) for line in found[:SHOWN])
    table = Table((_("Goes out"), _("Reference"), _("What"), _("Due"), _("Person")), rows) if rows else None
    buttons = ((Button(_("Ask to switch it on"), f"reminder enable {rule.reference}"),),) if not rule.since else ()
    data = [[str(line.day), line.reference, line.person, line.reachable] for line in found]
    return Reply(head + sample, table=table, files=_whole(rule, found), buttons=buttons, data=data)


def _named(line: previews.Line) -> str:
    return line.person if line.reachable else _("{name} (cannot be reached)").format(name=line.person)


def _whole(rule: Rule, found: list[previews.Line]) -> tuple[FileOut, ...]:
    if len(found) <= SHOWN:
        return ()
    lines = [
        f"{line.day}\t{line.reference}\t{line.title}\t{line.due_on}\t{_named(line)}\t{line.words}" for line in found
    ]
    name = _("{reference} preview.txt").format(reference=rule.reference)
    return (FileOut(name, ("\ufeff" + "\r\n".join(lines)).encode(), "text/plain"),)


@command(
    "reminder enable",
    zh="提醒 启用",
    summary=N_("Ask another officer to look at the preview and switch a rule on"),
    permission=Permission.MANAGE_REMINDERS,
)
def enable(tx: Tx, rule: RuleRef) -> Reply:
    """Nothing is sent before somebody else has agreed."""
    approval = usecases.ask_enable(tx, rule=rule)
    text = _("{reference} waits for another officer: {summary}")
    words = text.format(reference=approval.reference, summary=approval.summary)
    return Reply(words, data={"approval": approval.number, "rule": rule.reference})


@command(
    "reminder disable",
    zh="提醒 停用",
    summary=N_("Switch a rule off at once"),
    permission=Permission.MANAGE_REMINDERS,
)
def disable(tx: Tx, rule: RuleRef) -> Reply:
    """Off, and on again only after an approval."""
    return _shown(usecases.disable(tx, rule=rule))


@command(
    "reminder add",
    zh="提醒 新建",
    summary=N_("Write a rule of your own; it is off until its preview is approved"),
    permission=Permission.MANAGE_REMINDERS,
)
def add(tx: Tx, kind: KindName, title: Title, points: Days, text: Words, audience: Whom | None = None) -> Reply:
    """A rule about one kind of subject, for the people concerned or for an audience."""
    whom = None if audience in (None, "own") else audience
    made, may_go = usecases.add_rule(tx, kind=kind, name=title, schedule=Schedule(points), text=text, audience=whom)  # type: ignore[arg-type]
    return _edited(made, may_go)


@command(
    "reminder edit",
    zh="提醒 修改",
    summary=N_("Change a rule; it is off until its preview is approved anew"),
    permission=Permission.MANAGE_REMINDERS,
)
def edit(
    tx: Tx,
    rule: RuleRef,
    points: Points | None = None,
    every: Every | None = None,
    until: Till | None = None,
    unit: UnitName | None = None,
    audience: Whom | None = None,
    only: Filter | None = None,
    text: Wording | None = None,
) -> Reply:
    """Days, repeats, audience, filter or words; the words are those of your language."""
    changed, may_go = usecases.edit_rule(
        tx,
        rule=rule,
        schedule=_schedule(rule.schedule, points, every, until, unit),
        text=text,
        audience=audience if isinstance(audience, dict) else None,
        own=True if audience == "own" else None,
        filters=only,
    )
    return _edited(changed, may_go)


def _schedule(
    plan: Schedule, points: tuple[int, ...] | None, every: int | None, until: int | None, unit: Unit | None
) -> Schedule | None:
    if points is None and every is None and until is None and unit is None:
        return None
    plan = replace(plan, points=points or plan.points, unit=unit or plan.unit)
    if every == 0:
        return replace(plan, every=None, until=None)
    return replace(plan, every=every or plan.every, until=plan.until if until is None else until)


def _edited(rule: Rule, may_go: bool) -> Reply:
    note = _("It is off. Look at the preview and ask for it to be switched on.")
    if not may_go:
        note = _("Screening holds its words: reword them, or have them released, before it can be switched on.")
    reply = _shown(rule, note)
    return reply if may_go else replace(reply, error="held_by_screening")


@command(
    "reminder run",
    zh="提醒 立即发送",
    summary=N_("Send now what a rule owes, without waiting for the hour"),
    permission=Permission.MANAGE_REMINDERS,
)
def run(tx: Tx, rule: RuleRef) -> Reply:
    """What was sent before is not sent again."""
    sent = usecases.run_now(tx, rule=rule)
    return Reply(_("{count} reminders are on their way.").format(count=sent), data={"sent": sent})


@command(
    "reminder why",
    zh="提醒 原因",
    summary=N_("Why somebody was reminded of something, or was not"),
    permission=Permission.MANAGE_REMINDERS,
)
def why(tx: Tx, about: About) -> Reply:
    """One line for each rule, subject and person."""
    found = reasons.reasons(tx, about)
    if not found:
        return Reply(_("No rule is about this."), data=[])
    lines = [
        " · ".join(part for part in (one.rule, one.title, one.person) if part) + _(": ") + one.words for one in found
    ]
    data = [[one.rule, one.title, one.person, one.words] for one in found]
    return Reply("\n".join(lines), data=data)


@command(
    "reminder snooze",
    zh="提醒 推迟",
    summary=N_("Hear of it again after some working days"),
    permission=Permission.ACKNOWLEDGE,
)
def snooze(tx: Tx, rule: RuleRef, days: WorkDays, subject: OneSubject = "", person: Somebody | None = None) -> Reply:
    """Put a reminder off: your own, or, for the office, somebody else's."""
    if person is None:
        until, count = usecases.snooze(tx, rule=rule, days=days, subject=subject)
    else:
        until, count = usecases.snooze_for(tx, rule=rule, days=days, person=person, subject=subject)
    text = _("Put off: you will hear of it again on {day}, if it is still open then.")
    return Reply(text.format(day=until), data={"until": str(until), "subjects": count})
