"""After the lock: the public notice, and corrections that follow from objections which were upheld."""

from dataclasses import dataclass, replace
from datetime import date

from announcements import queries as announcements
from announcements import usecases as public
from announcements.usecases.objections import BARRED
from core.access import Permission, usecase
from core.deadlines import calendar_of
from core.errors import NotAllowed
from core.i18n import _
from core.transaction import Tx
from membership.models import GradingRound, RoundMember, Unit
from membership.notices import grading as notices
from membership.queries import rounds, scoring, units_for
from membership.rules import round_terms
from membership.rules import scoring as rules
from membership.rules.grading.scheme import Indicator
from membership.rules.grading.terms import Stage
from membership.rules.rounds import (
    State,
    check_concerns,
    check_correctable,
    check_ruler,
    check_step,
    check_upheld,
    notice_end,
    state_of,
)
from membership.rules.scoring import Given
from membership.usecases.locking import compute_one, freeze_facts
from membership.usecases.scoring import Entry, enter

LONGEST_LIST = 9_000
"""Characters of a list in the text of a notice; a longer one goes along as a file."""


@dataclass(frozen=True)
class Office:
    """Where objections are sent: a department, its telephone and its address."""

    department: str
    phone: str
    address: str


@usecase(Permission.MANAGE_GRADING)
def announce(tx: Tx, *, round_: GradingRound, office: Office, starts: date, days: int | None = None) -> public.Opened:
    """Write the public notice of the results and ask for its approval: units and grades, no data of any person.

    ``days`` are working days, the first one counted; at least those the round was opened with. Nobody who scored may
    rule on objections. Raises RuleViolated before the lock, and while a notice about the round is under way.
    """
    round_ = rounds.round_by_number(tx.session, round_.number, lock=True)
    standing = rounds.standing_of(tx.session, tx.association, round_, tx.now)
    length = max(days or round_.notice_days, round_.notice_days)
    ends = notice_end(calendar_of(tx.session), starts, length)
    if standing.state is not State.NOTICE:
        planned = replace(standing, notice_begins=starts, notice_ends=ends.day, provisional=ends.provisional)
        check_step(planned, State.NOTICE, tx.today)
    opened = _open_notice(tx, round_, office, starts, ends.day)
    round_.state = State.NOTICE.value
    round_.revision += 1
    data = {"announcement": opened.announcement.number, "starts": starts, "ends": ends.day, "days": length}
    tx.record("grading:notice:write", round_.subject, data)
    return opened


@usecase(Permission.MANAGE_GRADING)
def redate(tx: Tx, *, round_: GradingRound, starts: date, days: int | None = None) -> public.Opened:
    """Give the public notice of a round that is not published yet new dates, and ask for its approval anew.

    For a notice whose first day passed before anybody approved it. It keeps its length in working days, or takes ``days``
    where that is not below what the round was opened with. Raises RuleViolated when no notice waits.
    """
    round_ = rounds.round_by_number(tx.session, round_.number, lock=True)
    state = announcements.notice_state(tx.session, tx.association, round_.subject, tx.now)
    calendar = calendar_of(tx.session)
    length = days or (calendar.workdays_between(*state.planned) if state.planned else 0)
    ends = notice_end(calendar, starts, max(length, round_.notice_days)).day
    opened = public.redate_notice(tx, about=round_.subject, starts=starts, ends=ends)
    round_.revision += 1
    data = {"announcement": opened.announcement.number, "starts": starts, "ends": ends, "former": state.planned}
    tx.record("grading:notice:redate", round_.subject, data)
    return opened


def _public_lines(tx: Tx, round_: GradingRound) -> list[notices.PublicLine]:
    """Units by grade and number: who stands where within a grade is nobody else's business."""
    ladder = [*rounds.spread_of(tx.session, round_)]
    found = rounds.members_of(tx.session, round_)
    found.sort(key=lambda row: (ladder.index(row[0].shown or ""), row[1].number))
    return [(unit.name, member.shown or "") for member, unit in found]


def _open_notice(tx: Tx, round_: GradingRound, office: Office, starts: date, ends: date) -> public.Opened:
    found = _public_lines(tx, round_)
    listed = notices.lines(found)
    long = len(listed) > LONGEST_LIST
    scheme = rounds.version_of(tx.session, round_)
    return public.open_notice(
        tx,
        about=round_.subject,
        title=_("Public notice of the results of “{title}”").format(title=round_.title),
        body="" if long else listed,
        audience={},
        excluded=sorted(scoring.reviewers_of(tx.session, round_)),
        files=[(_("grades {reference}").format(reference=round_.reference) + ".csv", notices.as_csv(found))]
        if long
        else [],
        typed={
            "basis": f"《{scheme.title}》 {scheme.version}",
            "subjects": notices.subjects(count=round_.members),
            "decision": notices.decision(scheme=scheme.title, spread=rounds.spread_of(tx.session, round_)),
            "starts": starts.isoformat(),
            "ends": ends.isoformat(),
            "objection": notices.objection_way(association=tx.association.name),
            "department": office.department,
            "phone": office.phone,
            "address": office.address,
        },
    )


@usecase(Permission.MANAGE_GRADING, sensitive=True)
def correct_score(
    tx: Tx, *, round_: GradingRound, unit: Unit, indicator: Indicator, given: Given, objection: int, reason: str
) -> RoundMember:
    """Correct one score after the lock because an objection was upheld, and compute the member's result anew.

    Raises NotAllowed for whoever scored the member or has a tie with it, RuleViolated without an upheld objection.
    """
    round_ = _correctable(tx, round_, unit, objection)
    stage = rounds.scheme_of(tx.session, round_).counting.deciding or Stage.REVIEW
    told = rules.check_reason(Given(given.score, rules.Verdict.REDUCED), stage, reason)
    enter(tx, Entry(round_, unit, indicator, stage, given, told, objection))
    return _computed(tx, round_, unit, {"objection": objection, "indicator": indicator.id, "reason": told})


@usecase(Permission.MANAGE_GRADING, sensitive=True)
def refresh_facts(tx: Tx, *, round_: GradingRound, unit: Unit, objection: int, reason: str) -> RoundMember:
    """Take a member's facts from the register again because an objection to them was upheld, and compute its result anew.

    The register itself is put right by its own commands. Raises as ``correct_score``.
    """
    round_ = _correctable(tx, round_, unit, objection)
    told = rules.check_reason(Given(None, rules.Verdict.REDUCED), Stage.REVIEW, reason)
    freeze_facts(tx, round_, unit.id)
    return _computed(tx, round_, unit, {"objection": objection, "indicator": "facts", "reason": told})


def _correctable(tx: Tx, round_: GradingRound, unit: Unit, objection: int) -> GradingRound:
    round_ = rounds.round_by_number(tx.session, round_.number, lock=True)
    check_correctable(state_of(round_.state))
    rounds.member_of(tx.session, round_, unit)
    found = announcements.objection_by_number(tx.session, objection)
    notice = announcements.announcement_by_id(tx.session, found.announcement_id)
    check_upheld(found.state, notice.about == round_.subject)
    check_concerns(found.unit, found.ruling or "", unit.name, unit.reference)
    _check_uninvolved(tx, round_, unit, found.person_id)
    return round_


def _check_uninvolved(tx: Tx, round_: GradingRound, unit: Unit, objector: int) -> None:
    me = tx.actor.person_id or 0
    if me == objector:
        raise NotAllowed("second_person", _("Somebody else corrects what you objected to."))
    scorers = [
        f"person:{person}" for people in scoring.scorers_of(tx.session, round_, unit).values() for person in people
    ]
    years = round_terms.terms_on(tx.today).tie_years
    tied = unit.id in scoring.ties_of(tx.session, [me], tx.today, years)[me]
    check_ruler(f"person:{me}", unit.reference, scorers, [unit.reference] if tied else [])


def _computed(tx: Tx, round_: GradingRound, unit: Unit, why: dict[str, object]) -> RoundMember:
    before = rounds.member_of(tx.session, round_, unit)
    former = {"score": before.score, "grade": before.grade}
    round_.revision += 1
    member = compute_one(tx, round_, unit)
    now = {"score": member.score, "grade": member.grade}
    tx.record("grading:score:correct", round_.subject, {"unit": unit.reference, "former": former, "now": now} | why)
    return member


def _tied_to_objector(tx: Tx, objector: int) -> bool:
    """Whether the actor has a tie with a unit that the objector acts for."""
    me, years = tx.actor.person_id or 0, round_terms.terms_on(tx.today).tie_years
    mine = scoring.ties_of(tx.session, [me], tx.today, years)[me]
    return any(unit.id in mine for unit in units_for(tx.session, objector))


BARRED["grading"] = _tied_to_objector
