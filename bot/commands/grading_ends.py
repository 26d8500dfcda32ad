"""The end of a round: lock, public notice, corrections after objections, vote, decision, publication."""

from announcements import usecases as public
from bot.commands import grading_cards as cards
from bot.commands.grading_gaps import foresee
from bot.commands.grading_parameters import (
    Address,
    Basis,
    Department,
    IndicatorRef,
    NoticeDays,
    ObjectionNumber,
    OfficePhone,
    RoundRef,
    ScoreText,
)
from bot.commands.meeting_parameters import BodyName
from bot.commands.members import MemberRef
from bot.messages import Button, Reply, Table
from bot.parameters import Reason, Since
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import GradingRound, RoundMember, Unit
from membership.notices.grading import spread_words
from membership.queries import people_by_id, rounds, scoring
from membership.rules import scoring as rules
from membership.rules.grading.terms import Stage
from membership.rules.scoring import stage_label
from membership.usecases import correcting, deciding, locking, publishing
from membership.usecases.correcting import Office

FACTS = frozenset({"facts", "事实"})


@command(
    "grading lock",
    zh="评定 锁定",
    summary=N_("End the second review: scores and facts stand still, results are computed"),
    permission=Permission.MANAGE_GRADING,
    sensitive=True,
    confirm=N_("Lock the scores of this round? After that a score changes only through an objection that was upheld."),
    warn=foresee,
)
def lock(tx: Tx, round: RoundRef) -> Reply:
    """Everybody gets score, grade and place; nothing is public yet."""
    spread = locking.lock(tx, round_=round)
    text = _("{reference} is locked. Grades: {spread}").format(reference=round.reference, spread=spread_words(spread))
    row = (
        Button(_("Results"), f"grading results {round.reference}"),
        Button(_("Public notice"), f"grading announce {round.reference}"),
    )
    return Reply(text, buttons=(row,), data={"round": round.number, "spread": spread})


@command(
    "grading announce",
    zh="评定 公示",
    summary=N_("Write the public notice of the results and ask for its approval"),
    permission=Permission.MANAGE_GRADING,
)
def announce(
    tx: Tx,
    round: RoundRef,
    phone: OfficePhone,
    address: Address,
    department: Department = "",
    since: Since | None = None,
    notice_days: NoticeDays | None = None,
) -> Reply:
    """Units and grades, no data of any person. It begins on the day given, or today once it is approved."""
    office = Office(department or _("secretariat"), phone, address)
    return _opened(
        round, correcting.announce(tx, round_=round, office=office, starts=since or tx.today, days=notice_days)
    )


def _opened(round_: GradingRound, opened: public.Opened) -> Reply:
    one, approval = opened.announcement, opened.approval
    row = (Button(_("Preview"), f"announce preview {one.reference}"),)
    data = {"round": round_.number, "announcement": one.number, "approval": approval.number if approval else None}
    data |= {"starts": one.elements["starts"], "ends": one.elements["ends"]}
    if approval is None:
        text = _("{notice} was held by the screening. `announce preview {notice}` shows why.")
        return Reply(text.format(notice=one.reference), buttons=(row,), data=data, error="held")
    text = _("{notice}: public notice from {begin} to {end}. {approval} waits for another officer.")
    words = text.format(
        notice=one.reference, begin=one.elements["starts"], end=one.elements["ends"], approval=approval.reference
    )
    return Reply(words, buttons=(row,), data=data)


@command(
    "grading redate",
    zh="评定 改期",
    summary=N_("Give a public notice that was not approved in time new dates, and ask for its approval anew"),
    permission=Permission.MANAGE_GRADING,
)
def redate(tx: Tx, round: RoundRef, since: Since | None = None, notice_days: NoticeDays | None = None) -> Reply:
    """From today, or the day given, for as many working days as before; the text stays what it was."""
    return _opened(round, correcting.redate(tx, round_=round, starts=since or tx.today, days=notice_days))


@command(
    "grading correct",
    zh="评定 更正",
    summary=N_("Correct a score, or take the facts anew, after an objection was upheld"),
    permission=Permission.MANAGE_GRADING,
    sensitive=True,
)
def correct(
    tx: Tx,
    round: RoundRef,
    member: MemberRef,
    objection: ObjectionNumber,
    indicator: IndicatorRef,
    score: ScoreText,
    reason: Reason,
) -> Reply:
    """For facts write 事实 更新 instead of indicator and score, once the register is right. Nobody who scored corrects."""
    if indicator.strip().casefold() in FACTS:
        changed = correcting.refresh_facts(tx, round_=round, unit=member, objection=objection, reason=reason)
    else:
        scheme, one = cards.scheme_and(tx, round, indicator)
        given = rules.read_given(scheme, one, score)
        changed = correcting.correct_score(
            tx, round_=round, unit=member, indicator=one, given=given, objection=objection, reason=reason
        )
    return Reply(
        _corrected(member, changed), data={"score": changed.score, "grade": changed.grade, "rank": changed.rank}
    )


def _corrected(unit: Unit, row: RoundMember) -> str:
    text = _("{unit} now has score {score}, grade {grade}, place {rank}.")
    return text.format(unit=unit.reference, score=row.score or "–", grade=row.shown, rank=row.rank or "–")


@command(
    "grading vote",
    zh="评定 表决",
    summary=N_("Put the grades to a council for written consent"),
    permission=Permission.MANAGE_GRADING,
)
def vote(tx: Tx, round: RoundRef, body: BodyName) -> Reply:
    """After the notice, and only where the round asks for a vote."""
    motion = deciding.put_to_vote(tx, round_=round, body=body)
    text = _("{motion} is put. Open it with `motion open {motion}`; when it is adopted, `grading decide` follows.")
    button = Button(_("Open the vote"), f"motion open {motion}")
    return Reply(text.format(motion=motion), buttons=((button,),), data={"motion": motion})


@command(
    "grading decide",
    zh="评定 审定",
    summary=N_("Decide the grades after the notice: another officer agrees, or the council has"),
    permission=Permission.MANAGE_GRADING,
    sensitive=True,
)
def decide(tx: Tx, round: RoundRef, basis: Basis = "") -> Reply:
    """Nothing takes effect yet."""
    approval = deciding.decide(tx, round_=round, basis=basis)
    if approval is not None:
        text = _("{approval} waits for an officer who scored nobody in {round}.")
        words = text.format(approval=approval.reference, round=round.reference)
        return Reply(words, data={"round": round.number, "approval": approval.number})
    text = _("{round} is decided by the council's resolution.")
    button = Button(_("Publish"), f"grading publish {round.reference}")
    return Reply(text.format(round=round.reference), buttons=((button,),), data={"round": round.number})


@command(
    "grading publish",
    zh="评定 公布",
    summary=N_("Let the grades take effect, and tell every member its own result"),
    permission=Permission.MANAGE_GRADING,
    sensitive=True,
    confirm=N_("Publish the grades of this round? They take effect today, and every member is told its result."),
)
def publish(tx: Tx, round: RoundRef) -> Reply:
    """The announcement of the result is written, too, and waits for another officer."""
    count = publishing.publish(tx, round_=round)
    text = _("{count} grades of {round} are in effect from today. The announcement of the result waits for approval.")
    return Reply(text.format(count=count, round=round.reference), data={"round": round.number, "grades": count})


@command(
    "grading history",
    zh="评定 记录",
    summary=N_("Every score of a member in a round: who gave it when, and what superseded it"),
    permission=Permission.MANAGE_GRADING,
)
def history(tx: Tx, round: RoundRef, member: MemberRef) -> Reply:
    """Nothing is ever overwritten; what no longer stands is marked."""
    rounds.member_of(tx.session, round, member)
    found = scoring.score_history(tx.session, round, member)
    names = {person: one.name for person, one in people_by_id(tx.session, [row.scored_by for row in found]).items()}
    titles = {one.id: one.title.text for one in rounds.scheme_of(tx.session, round).indicators}
    rows = tuple(
        (
            stage_label(Stage(row.stage)), titles.get(row.indicator, row.indicator), cards.given(row),
            names.get(row.scored_by, "–"), tx.association.show(row.scored_at), str(len(row.evidence)),
            _("superseded") if row.superseded_at else "",
        )
        for row in found
    )  # fmt: skip
    columns = (_("Stage"), _("Indicator"), _("Score"), _("By"), _("When"), _("Files"), "")
    table = Table(columns, rows) if rows else None
    text = f"{round.reference} {member.reference} {member.name}"
    return Reply(text, table=table, data=[list(row) for row in rows])
