"""Why somebody was reminded of something, or was not: for each rule, subject and person, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.calendar import Calendar
from core.deadlines import calendar_of
from core.i18n import N_, _, language
from core.outbox import State as Stand
from core.transaction import Tx
from people import queries as people
from reminders import dues, queries
from reminders.dues import Found
from reminders.kinds import KINDS, Kind
from reminders.models import ReminderSent
from reminders.queries import Copy
from reminders.rules.schedule import CATCH_UP_DAYS, State
from reminders.rules.shipped import Rule

NEWEST = 20
STATES = {
    Stand.PENDING: N_("waiting to be sent"),
    Stand.SENDING: N_("being sent"),
    Stand.HELD: N_("held back"),
    Stand.FAILED: N_("refused by the platform"),
    Stand.UNKNOWN: N_("unknown whether it arrived"),
    Stand.DEAD: N_("given up after many tries"),
    Stand.CANCELLED: N_("taken back before it went out"),
}


@dataclass(frozen=True)
class Reason:
    """One answer: by which rule, about what, for whom, and why or why not."""

    rule: str
    title: str
    person: str
    words: str


def reasons(tx: Tx, owner: str) -> list[Reason]:
    """Everything there is to say about one thing that people know, rule by rule."""
    calendar = calendar_of(tx.session)
    found: list[Reason] = []
    for rule in queries.rules(tx.session):
        kind = KINDS.get(rule.kind)
        if kind is not None and (kind.prefix or kind.name) in (owner.partition(":")[0], "deadline"):
            found += _of_rule(tx, rule, kind, owner, calendar)
    return found


def _of_rule(tx: Tx, rule: Rule, kind: Kind, owner: str, calendar: Calendar) -> Iterator[Reason]:
    open_ones, quiet = dues.of_owner(tx, rule, owner), kind.quiet or rule.kind == "deadline"
    entries = queries.told(tx.session, owner=owner, rule=rule.number, limit=NEWEST)
    yield from _past(tx, rule, entries, {item.subject: kind.title(item.title) for item in open_ones})
    if rule.since is None:
        if open_ones or entries or not quiet:
            yield _said(rule, "", "", _("the rule is off"))
        return
    reachable = {one.person_id for one in people.identities_of(tx.session, _people(open_ones)) if _works(one)}
    for item in open_ones:
        yield _said(rule, kind.title(item.title), item.name or "", _next(tx, rule, item, calendar, entries, reachable))
    lonely = tx.session.connection().execute(dues.lonely(tx, rule)).all() if rule.own else []
    for row in lonely:
        if owner in (row.owner, row.subject):
            yield _said(rule, kind.title(row.title), "", _("nobody is entered whom one could tell"))
    if not open_ones and not quiet and all(owner not in (row.owner, row.subject) for row in lonely):
        yield _said(rule, "", "", _("nothing is open: it is done already, or has no date"))


def _works(identity: Any) -> bool:
    return identity.unreachable_since is None


def _people(items: Sequence[Found]) -> list[int]:
    return [item.person_id for item in items if item.person_id is not None]


def _said(rule: Rule, title: str, person: str, words: str) -> Reason:
    return Reason(f"{rule.reference} {rule.name(language())}", title, person, words)


def _past(tx: Tx, rule: Rule, entries: Sequence[ReminderSent], titles: dict[str, str]) -> Iterator[Reason]:
    copies = queries.copies(tx.session, entries)
    names = queries.names_of(tx.session, {entry.person_id for entry in entries})
    for entry in entries:
        person = names[entry.person_id].name if entry.person_id in names else ""
        title = titles.get(entry.subject, entry.subject)
        words = _entry_words(tx, rule, entry, copies.get(entry.id))
        yield _said(rule, title, person, words)


def _entry_words(tx: Tx, rule: Rule, entry: ReminderSent, copy: Copy | None) -> str:
    when = tx.association.show(entry.at)
    if entry.state == State.MISSED:
        text = _("not sent: noticed on {when}, more than {days} days after its day")
        return text.format(when=when, days=CATCH_UP_DAYS)
    if entry.state == State.SNOOZED:
        until = queries.snoozes(tx.session, rule.number, entry.subject, tx.today).get(entry.person_id)
        return _("put off until {day}").format(day=until) if until else _("was put off when its day came")
    if entry.state == State.COALESCED:
        return _("left out: a later one went out instead")
    return _sent_words(tx, when, copy)


def _sent_words(tx: Tx, when: str, copy: Copy | None) -> str:
    if copy is None:
        return _("claimed on {when}, but its message is gone").format(when=when)
    if copy.state == Stand.UNREACHABLE:
        return _("not sent on {when}: this person could not be reached in chat").format(when=when)
    if copy.state == Stand.SENT:
        text = _("sent on {when} ({platform}, message {id})")
        shown = tx.association.show(copy.sent_at) if copy.sent_at else when
        return text.format(when=shown, platform=copy.platform, id=copy.message_id or "?")
    text = _("queued on {when}; the message is “{state}” {error}")
    return text.format(when=when, state=_(STATES[Stand(copy.state)]), error=copy.error or "").strip()


def _next(
    tx: Tx, rule: Rule, item: Found, calendar: Calendar, entries: Sequence[ReminderSent], reachable: set[int]
) -> str:
    until = queries.snoozes(tx.session, rule.number, item.subject, tx.today).get(item.person_id or 0)
    if until is not None:
        return _("put off until {day}").format(day=until)
    days = [rule.schedule.day(calendar, item.due_on, point) for point in rule.schedule.all_points]
    coming = [day for day in days if day > tx.today]
    words = (
        _("due again on {day}")
        if any(entry.subject == item.subject for entry in entries)
        else _("not due yet: on {day}")
    )
    said = words.format(day=coming[0]) if coming else _not_coming(rule, days, tx.today, item, entries)
    if item.person_id not in reachable:
        said += _("; this person cannot be reached in chat now")
    return said


def _not_coming(rule: Rule, days: list[date], today: date, item: Found, entries: Sequence[ReminderSent]) -> str:
    told = any(entry.subject == item.subject and entry.person_id == item.person_id for entry in entries)
    if told:
        return _("no further day is planned")
    if rule.since is not None and days and days[-1] < rule.since:
        return _("its days were over before the rule was switched on ({day})").format(day=rule.since)
    return _("due since {day}: goes out at the next run in working hours").format(
        day=max(d for d in days if d <= today)
    )
