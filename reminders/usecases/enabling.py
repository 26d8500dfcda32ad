"""Switching rules on, after a second person has seen what they would send, and off, at once."""

from datetime import timedelta
from functools import partial
from typing import Any

from core import approvals
from core.access import Permission, Role, usecase
from core.deadlines import calendar_of
from core.errors import Conflict, RuleViolated
from core.i18n import _, in_every_language, language
from core.outbox import Message, Priority
from core.transaction import Tx
from people.audiences import ONE_PERSON, holds_role, recipients
from people.models import Person
from reminders import dues, notices, queries
from reminders.kinds import KINDS
from reminders.models import ReminderRule
from reminders.rules.schedule import coming
from reminders.rules.shipped import Rule
from reminders.usecases.editing import may_go, stored_row

ENABLE = "reminders.enable"
OFFICERS = (Role.SECRETARY_GENERAL, Role.DEPUTY)
PREVIEW_DAYS = 30


@usecase(Permission.MANAGE_REMINDERS)
def ask_enable(tx: Tx, *, rule: Rule) -> approvals.Approval:
    """Ask another officer to look at the preview and switch a rule on. Raises Conflict, RuleViolated."""
    if rule.since is not None:
        raise Conflict("reminder_on", _("This rule is on already."))
    if rule.kind not in KINDS:
        raise RuleViolated("reminder_kind_missing", _("Nothing of this kind is kept here, so the rule cannot work."))
    if not may_go(tx, rule):
        raise RuleViolated(
            "held_by_screening", _("Screening holds the words of this rule. Reword it, or have it released.")
        )
    if queries.row_of(tx.session, rule.number, lock=True) is None:
        stored_row(tx, rule)
        tx.session.flush()
    arguments = {"number": rule.number, "asker": tx.actor.person_id}
    approval = approvals.request(tx, ENABLE, subject=rule.subject, arguments=arguments, summary=_summary(tx, rule))
    _tell_officers(tx, rule, approval)
    return approval


def _summary(tx: Tx, rule: Rule) -> str:
    last = tx.today + timedelta(days=PREVIEW_DAYS)
    found = [
        item
        for window in coming(rule.schedule, calendar_of(tx.session), tx.today, last)
        for item in dues.found(tx, rule, window)
    ]
    text = _("Switch on {reference} “{name}”: {count} reminders to {people} people in the next {days} days")
    return text.format(
        reference=rule.reference,
        name=rule.name(language()),
        count=len(found),
        people=len({item.person_id for item in found}),
        days=PREVIEW_DAYS,
    )


def _tell_officers(tx: Tx, rule: Rule, approval: approvals.Approval) -> None:
    write = partial(_asked, rule, tx.actor.name)
    button = {"labels": in_every_language(notices.show_request), "command": f"approval show {approval.reference}"}
    message = Message(
        f"approval:{approval.number}:asked",
        f"approval:{approval.number}",
        in_every_language(write),
        [[button]],
        priority=Priority.URGENT,
        expires_at=approval.expires_at,
    )
    others = holds_role(OFFICERS, tx.today) & (Person.id != (tx.actor.person_id or 0)) & Person.left_at.is_(None)
    tx.notify(message, recipients(others))


def _asked(rule: Rule, asker: str) -> str:
    return notices.awaits(rule.reference, rule.name(language()), asker)


@usecase(Permission.MANAGE_REMINDERS)
def disable(tx: Tx, *, rule: Rule) -> Rule:
    """Switch a rule off at once; what is queued already still goes out. Raises Conflict when it is off."""
    row = queries.row_of(tx.session, rule.number, lock=True)
    if row is None or row.since is None:
        raise Conflict("reminder_off", _("This rule is off already."))
    row.since, row.version = None, row.version + 1
    row.changed_by, row.changed_at = tx.actor.person_id, tx.now
    tx.record("reminder:rule:disable", rule.subject, {"version": row.version})
    return queries.as_rule(row)


def _version(tx: Tx, arguments: dict[str, Any]) -> str:
    row = queries.row_of(tx.session, arguments["number"])
    return "" if row is None else f"{row.version}:{row.since or 'off'}"


def _enable(tx: Tx, arguments: dict[str, Any]) -> ReminderRule:
    row = queries.row_of(tx.session, arguments["number"], lock=True)
    if row is None:
        raise Conflict("object_changed", _("It was changed after approval was asked for. Ask for it anew."))
    row.since = tx.today
    tx.record("reminder:rule:enable", f"reminder_rule:{row.number}", {"version": row.version, "since": tx.today})
    return row


def _declined(tx: Tx, arguments: dict[str, Any], reason: str) -> None:
    reference = f"R{arguments['number']}"
    texts = in_every_language(partial(notices.declined, reference, reason))
    key = f"reminder_rule:{arguments['number']}:declined:{tx.now.timestamp():.0f}"
    message = Message(key, f"reminder_rule:{arguments['number']}", texts)
    tx.notify(message, ONE_PERSON, {"person": arguments["asker"]})
    tx.record("reminder:rule:decline", f"reminder_rule:{arguments['number']}", {"reason": reason})


approvals.APPROVABLE[ENABLE] = approvals.Approvable(
    version=_version, execute=_enable, declined=_declined, permission=Permission.MANAGE_REMINDERS, tells=True
)
