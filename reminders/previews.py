"""What a rule would send in the coming days, exactly: day, subject, person, and the words as they would be."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.deadlines import calendar_of
from core.i18n import language
from core.transaction import Tx
from people import queries as people
from reminders import dues
from reminders.kinds import KINDS
from reminders.rules import wording
from reminders.rules.schedule import coming
from reminders.rules.shipped import Rule

DAYS = 30


@dataclass(frozen=True)
class Line:
    """One reminder that would go out: when, about what, to whom, and whether they can be reached now."""

    day: date
    reference: str
    title: str
    due_on: date
    person: str
    reachable: bool
    words: str


def preview(tx: Tx, rule: Rule, days: int = DAYS) -> list[Line]:
    """Everything a rule would send from today on for so many days, if it were on and nothing changed; earliest first."""
    calendar, kind = calendar_of(tx.session), KINDS[rule.kind]
    last = tx.today + timedelta(days=days)
    due = [
        (rule.schedule.day(calendar, item.due_on, window.point), item)
        for window in coming(rule.schedule, calendar, tx.today, last)
        for item in dues.found(tx, rule, window)
    ]
    chats = people.identities_of(tx.session, sorted({item.person_id for _day, item in due if item.person_id}))
    reached = {chat.person_id for chat in chats if chat.unreachable_since is None}
    lines = [
        Line(
            day,
            kind.reference(item.owner),
            kind.title(item.title),
            item.due_on,
            item.name or "",
            item.person_id in reached,
            _words(tx, rule, item, day),
        )
        for day, item in due
    ]
    return sorted(lines, key=lambda line: (line.day, line.reference, line.person))


def _words(tx: Tx, rule: Rule, item: dues.Found, day: date) -> str:
    kind = KINDS[rule.kind]
    return wording.filled(
        rule.texts.get(language()) or next(iter(rule.texts.values())),
        reference=kind.reference(item.owner),
        title=kind.title(item.title),
        due=item.due_on,
        today=day,
        association=tx.association.name,
    )
