"""Sending what is due: claimed in the ledger first, so that two timers, late ones and jumping clocks tell nobody twice."""

import logging
import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from core.access import Permission, usecase
from core.deadlines import calendar_of
from core.errors import RuleViolated
from core.i18n import _, in_every_language, language
from core.outbox import Message
from core.outbox.many import enqueue_many
from core.transaction import Tx
from reminders import dues, notices, queries
from reminders.dues import Claimed
from reminders.kinds import KINDS
from reminders.notices import SNOOZE_DAYS
from reminders.rules import moments, wording
from reminders.rules.schedule import windows
from reminders.rules.shipped import Rule

log = logging.getLogger(__name__)


def send_due(tx: Tx) -> str:
    """The timer's part, every hour: everything due and not yet sent, in working hours only. A rule that fails is noted and
    never keeps the others from running.
    """
    if not moments.is_open(tx.now, tx.association.timezone):
        return "outside working hours"
    sent, failed = 0, []
    for rule in queries.rules(tx.session):
        if rule.since is None or rule.kind not in KINDS:
            continue
        entries = len(tx.entries)
        try:
            with tx.session.begin_nested():
                sent += run_rule(tx, rule)
        except Exception:
            del tx.entries[entries:]
            failed.append(rule.reference)
            log.exception("a reminder rule failed", extra={"fields": {"rule": rule.reference}})
    return f"{sent} reminders" + (f", failed: {' '.join(failed)}" if failed else "")


@usecase(Permission.MANAGE_REMINDERS)
def run_now(tx: Tx, *, rule: Rule) -> int:
    """Send what a rule owes without waiting for the timer. Returns how many copies. Raises RuleViolated."""
    if rule.since is None:
        raise RuleViolated("reminder_off", _("This rule is off. Look at its preview and ask for it to be switched on."))
    if not moments.is_open(tx.now, tx.association.timezone):
        raise RuleViolated("reminder_hours", _("Reminders go out between 9:00 and 17:00. It will be done then."))
    sent = run_rule(tx, rule)
    tx.record("reminder:rule:ask", rule.subject, {"sent": sent})
    return sent


def run_rule(tx: Tx, rule: Rule) -> int:
    """Claim and queue what one rule owes today. Returns how many copies were queued."""
    calendar = calendar_of(tx.session)
    if rule.since is None or not (rule.schedule.keeps_day or calendar.is_workday(tx.today)):
        return 0
    prepare = KINDS[rule.kind].prepare
    if prepare is not None:
        prepare(tx)
    token = secrets.token_hex(8)
    new = sum(dues.claim(tx, rule, w, token) for w in windows(rule.schedule, calendar, tx.today, rule.since))
    new += dues.claim_woken(tx, rule, token)
    if not new:
        return 0
    sent = _queue(tx, rule, token)
    tx.record("reminder:rule:run", rule.subject, {"entered": new, "sent": sent, "run": token})
    return sent


def _queue(tx: Tx, rule: Rule, token: str) -> int:
    claimed = dues.claimed(tx, rule, token)
    messages = [_one(tx, rule, item) for item in claimed] if rule.own else _lists(tx, rule, token, claimed)
    return enqueue_many(tx.session, tx.association.id, messages, dues.addressed(tx, token), tx.now)


def _one(tx: Tx, rule: Rule, item: Claimed) -> Message:
    texts = in_every_language(partial(_words, tx, rule, item))
    if rule.legal:
        texts = {name: f"{text}\n{line}" for (name, text), line in zip(texts.items(), _legal().values(), strict=True)}
    return _message(tx, rule, item.key, texts, _own_buttons(rule, item))


def _legal() -> dict[str, str]:
    return in_every_language(notices.legal_line)


def _words(tx: Tx, rule: Rule, item: Claimed) -> str:
    kind = KINDS[rule.kind]
    template = rule.texts.get(language()) or next(iter(rule.texts.values()))
    return wording.filled(
        template,
        reference=kind.reference(item.owner),
        title=kind.title(item.title),
        due=item.due_on,
        today=tx.today,
        association=tx.association.name,
    )


def _lists(tx: Tx, rule: Rule, token: str, claimed: Sequence[Claimed]) -> list[Message]:
    """One list for all who are told the same; almost always that is everybody."""
    alike: dict[frozenset[str], list[int]] = defaultdict(list)
    for person, subjects in dues.subjects_by_person(tx, token).items():
        alike[subjects].append(person)
    items = {item.subject: item for item in claimed}
    found = []
    for index, (subjects, people) in enumerate(sorted(alike.items(), key=lambda group: -len(group[1]))):
        key = f"reminder:{rule.number}:{token}" + (f":{index}" if index else "")
        if index:
            dues.rekey(tx, token, people, key)
        chosen = [item for name, item in items.items() if name in subjects]
        texts = in_every_language(partial(_list_words, tx, rule, chosen))
        found.append(_message(tx, rule, key, texts, [_snooze_buttons(rule, "")]))
    return found


def _list_words(tx: Tx, rule: Rule, items: Sequence[Claimed]) -> str:
    return notices.listed(rule.name(language()), [_words(tx, rule, item) for item in items], tx.association.name)


def _message(tx: Tx, rule: Rule, key: str, texts: dict[str, str], buttons: list[list[dict[str, Any]]]) -> Message:
    seed = f"{tx.association.id}:{rule.number}:{tx.today.isoformat()}"
    due_at = moments.jittered(tx.now, tx.association.timezone, seed)
    return Message(key, f"reminder:{rule.number}", texts, buttons, priority=rule.priority, due_at=due_at)


def _own_buttons(rule: Rule, item: Claimed) -> list[list[dict[str, Any]]]:
    kind = KINDS[rule.kind]
    rows = [_snooze_buttons(rule, f" subject={item.subject}")]
    if kind.button is None:
        return rows
    label, line = kind.button
    labels: Callable[[], str] = lambda: _(label)  # noqa: E731 - translated once for each language
    command = line.format(reference=kind.reference(item.owner))
    return [[{"labels": in_every_language(labels), "command": command}], *rows]


def _snooze_buttons(rule: Rule, subject: str) -> list[dict[str, Any]]:
    return [
        {
            "labels": in_every_language(partial(notices.snooze_label, days)),
            "command": f"reminder snooze {rule.reference} {days}{subject}",
        }
        for days in SNOOZE_DAYS
    ]
