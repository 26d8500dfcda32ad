"""What a text still lacks before it may go to approval, and again at the moment it is published."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from announcements.models import Announcement
from announcements.queries.notices import over_at, results_of, tally, undecided
from announcements.queries.texts import announcement_by_id, versions_of
from announcements.rules import elements, kinds, objections
from announcements.rules.kinds import Fault, Kind, Rule
from announcements.rules.lifecycle import State
from announcements.rules.quiet import Manners
from core.associations import Association
from core.calendar import Period, Unit
from core.deadlines import calendar_of
from core.i18n import _

VERSIONED = ("title", "body", "audience", "elements", "attachments")
"""What a version keeps of its announcement."""
STANDS = (State.SCHEDULED, State.PUBLISHED)


def rule_here(association: Association, kind: Kind, on: date) -> Rule:
    """The rule of a kind as this association applies it: it may ask for more days than the least, and not count the first."""
    rule = kinds.rule_for(kind, on)
    manners = Manners.of(association.settings)
    if kind is not Kind.PUBLIC_NOTICE or rule.period is None:
        return rule
    first = rule.period.count_first_day if manners.count_first_day is None else manners.count_first_day
    amount = max(rule.period.amount, manners.notice_days)
    return replace(rule, period=Period(amount, rule.period.unit, first, rule.period.roll))


def faults_of(session: Session, association: Association, one: Announcement, now: datetime) -> list[Fault]:
    """Everything that keeps a text from being published at a moment (or at the hour it is scheduled for)."""
    day = association.day(max(now, one.scheduled_for or now))
    fields = elements.as_fields(one.title, one.body, one.elements)
    if one.parent_id is not None:
        parent = announcement_by_id(session, one.parent_id)
        fields[_parent_element(one)] = parent.document_number or parent.reference
    rule = rule_here(association, Kind(one.kind), day)
    faults = kinds.check_elements(rule, fields, day, calendar_of(session))
    faults += [Fault(name, "placeholder") for name in unfilled(one)]
    if one.kind == Kind.RESULT and one.parent_id is not None:
        faults += _conclusion_faults(session, association, parent, now)
        others = [result for result in results_of(session, parent) if result.id != one.id and result.state in STANDS]
        faults += [Fault("concludes", "concluded", other.document_number or other.reference) for other in others]
    return faults


def is_provisional(session: Session, association: Association, one: Announcement) -> bool:
    """Whether the last day of its period may still move, because the holidays of a year it touches are not published."""
    ends = [one.runs_from, one.runs_until]
    if one.runs_until is None:
        ends = [date.fromisoformat(one.elements[name]) for name in ("starts", "ends") if one.elements.get(name)]
    period = rule_here(association, Kind(one.kind), ends[0]).period if ends and ends[0] else None
    if period is None or period.unit is not Unit.WORK_DAY:
        return False
    calendar = calendar_of(session)
    return any(day is not None and not calendar.knows(day) for day in ends)


def running(session: Session, today: date) -> list[Announcement]:
    """Published announcements whose period has not ended, in their order."""
    query = select(Announcement).where(Announcement.state == State.PUBLISHED, Announcement.runs_until >= today)
    return list(session.scalars(query.order_by(Announcement.number)))


def changed_since(session: Session, one: Announcement) -> bool:
    """Whether the working copy differs from the newest version, or there is no version yet."""
    versions = versions_of(session, one)
    if not versions or one.restart_reason:
        return True
    return any(getattr(versions[-1], name) != getattr(one, name) for name in VERSIONED)


def unfilled(one: Announcement) -> list[str]:
    """Fields of the template that still stand in the text."""
    standing = elements.placeholders(one.title, one.body, *map(str, one.elements.values()))
    return [name for name in one.fields if name in standing]


def _parent_element(one: Announcement) -> str:
    return "concludes" if one.kind == Kind.RESULT else "corrects"


def _conclusion_faults(session: Session, association: Association, notice: Announcement, now: datetime) -> list[Fault]:
    over = over_at(notice, association.timezone)
    if notice.state != State.PUBLISHED or over is None:
        return [Fault("concludes", "not_in_force")]
    faults = []
    if now < over:
        faults.append(Fault("concludes", "period_runs", str(notice.runs_until)))
    waiting = undecided(session, notice)
    if waiting:
        faults.append(Fault("concludes", "objections_open", str(waiting)))
    return faults


def raised_against(session: Session, one: Announcement) -> list[str]:
    """Of a result: what was objected to its notice, and a warning when its text says that nobody did."""
    if one.kind != Kind.RESULT or one.parent_id is None:
        return []
    counts = tally(session, announcement_by_id(session, one.parent_id))
    if not counts:
        return []
    lines = [_("Objections raised against the notice: {counts}").format(counts=objections.counted_words(counts))]
    if objections.says_none_raised(f"{one.title}\n{one.body}"):
        lines.append(_("⚠ The text says that nobody objected. Correct it before it goes out."))
    return lines


def period_words(session: Session, starts: date | str, ends: date | str) -> str:
    """The period of a notice in words, with its working days."""
    first, last = (date.fromisoformat(day) if isinstance(day, str) else day for day in (starts, ends))
    calendar = calendar_of(session)
    days = sum(calendar.is_workday(first + timedelta(days=n)) for n in range((last - first).days + 1))
    return _("Period: {first} to {last} ({days} working days)").format(first=first, last=last, days=days)
