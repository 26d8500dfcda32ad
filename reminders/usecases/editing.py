"""Writing rules: an edited rule is off until its preview has been approved anew."""

from dataclasses import replace
from typing import Any

from core import holds
from core.access import Permission, usecase
from core.errors import BadInput
from core.i18n import LANGUAGES, _
from core.numbering import next_numbers
from core.transaction import Tx
from people.audiences import Audience
from reminders import queries
from reminders.kinds import FILTERS, KINDS, Kind
from reminders.models import ReminderRule
from reminders.rules import schedule as schedules
from reminders.rules import wording
from reminders.rules.schedule import Schedule
from reminders.rules.shipped import OWN_FROM, Rule


@usecase(Permission.MANAGE_REMINDERS)
def add_rule(
    tx: Tx, *, kind: Kind, name: str, schedule: Schedule, text: str, audience: Audience | None = None
) -> tuple[Rule, bool]:
    """Write a rule of one's own; it is off. Returns it, and whether its words may be sent. Raises BadInput."""
    number = next_numbers(tx.session, tx.association.id, "reminder_rule")[0] + OWN_FROM - 1
    rule = Rule(
        number=number,
        kind=kind.name,
        names=dict.fromkeys(LANGUAGES, name.strip()[:80]),
        schedule=schedules.check(schedule),
        texts=dict.fromkeys(LANGUAGES, wording.check(text)),
        own=audience is None,
        audience=None if audience is None else _plain(audience),
    )
    return _stored(tx, rule, "add")


@usecase(Permission.MANAGE_REMINDERS)
def edit_rule(
    tx: Tx,
    *,
    rule: Rule,
    schedule: Schedule | None = None,
    text: str | None = None,
    audience: Audience | None = None,
    own: bool | None = None,
    filters: dict[str, list[str]] | None = None,
) -> tuple[Rule, bool]:
    """Change a rule and switch it off. ``text`` is in the language of whoever edits. Returns the rule, and whether its
    words may be sent. Raises BadInput.
    """
    changed: dict[str, Any] = {}
    if schedule is not None:
        changed["schedule"] = schedules.check(schedule)
    if text is not None:
        changed["texts"] = rule.texts | {tx.actor.language or tx.association.language: wording.check(text)}
    if audience is not None or own:
        changed |= {"own": bool(own), "audience": None if own else _plain(audience or {})}
    if filters is not None:
        changed["filters"] = _checked(rule, filters)
    if not changed:
        raise BadInput("nothing_to_change", _("Say what to change: points=…, every=…, until=…, audience=… or text=…."))
    return _stored(tx, replace(rule, **changed), "edit")


def _plain(audience: Audience) -> dict[str, list[str]]:
    return {name: list(values) for name, values in audience.items()}


def _checked(rule: Rule, filters: dict[str, list[str]]) -> dict[str, list[str]]:
    known = KINDS[rule.kind].filters
    wrong = [name for name in filters if name not in known]
    if wrong:
        text = _("This kind cannot be narrowed down by “{name}”. Use: {known}")
        names = _(", ").join(_(FILTERS.get(name, name)) for name in known) or _("none")
        raise BadInput("reminder_filter", text.format(name=wrong[0][:40], known=names))
    return filters


def _stored(tx: Tx, rule: Rule, verb: str) -> tuple[Rule, bool]:
    row = stored_row(tx, rule)
    row.since = None
    tx.session.flush()
    data = {"version": row.version, "points": list(rule.schedule.points), "audience": rule.audience, "own": rule.own}
    tx.record(f"reminder:rule:{verb}", rule.subject, data)
    return queries.as_rule(row), may_go(tx, rule)


def may_go(tx: Tx, rule: Rule) -> bool:
    """Whether screening lets the words of a rule go, in every language."""
    checked = [holds.check(tx, f"{rule.subject}:{name}", text).may_go for name, text in sorted(rule.texts.items())]
    return all(checked)


def stored_row(tx: Tx, rule: Rule) -> ReminderRule:
    """The association's own version of the rule, made when there is none, with these contents."""
    row = queries.row_of(tx.session, rule.number, lock=True)
    if row is None:
        row = ReminderRule(number=rule.number, version=0)
        tx.session.add(row)
    plan = rule.schedule
    row.kind, row.names, row.texts = rule.kind, rule.names, rule.texts
    row.points, row.unit, row.every = list(plan.points), plan.unit.value, plan.every
    row.until_point, row.keeps_day = plan.until, plan.keeps_day
    row.own, row.audience, row.filters = rule.own, rule.audience or {}, rule.filters or {}
    row.priority, row.legal, row.since = rule.priority, rule.legal, rule.since
    row.version += 1
    row.changed_by, row.changed_at = tx.actor.person_id, tx.now
    return row
