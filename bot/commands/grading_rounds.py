"""Rounds of grading: previewed, opened, watched, moved from stage to stage, cancelled."""

from datetime import date, timedelta

from announcements import queries as announcements
from announcements.queries import NoticeState
from announcements.rules.lifecycle import Phase
from bot.commands.grading_parameters import (
    Council,
    Evaluators,
    FirstDays,
    Months,
    NoticeDays,
    Open,
    Population,
    ReviewDays,
    RoundRef,
    SchemeRef,
    SelfDays,
    StageName,
)
from bot.commands.grading_preview import plan_of, until
from bot.commands.members import MemberRef
from bot.messages import Button, Reply, Table
from bot.parameters import Page, Reason, Title
from bot.registry import command
from core.access import Permission
from core.deadlines import calendar_of
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import GradingRound
from membership.notices.grading import spread_words
from membership.queries import grading, rounds
from membership.rules.grading.terms import Stage
from membership.rules.rounds import CANCELLED, State, label_of
from membership.rules.scoring import stage_label
from membership.usecases import assigning
from membership.usecases import rounds as usecases
from people import audiences

PAGE = 15


@command(
    "grading open",
    zh="评定 开启",
    summary=N_("Open a round: its members are fixed, and asked for their own assessment"),
    permission=Permission.MANAGE_GRADING,
)
def open_round(
    tx: Tx,
    scheme: SchemeRef,
    title: Title,
    population_: Population,
    self_days: SelfDays | None = None,
    first_days: FirstDays | None = None,
    review_days: ReviewDays | None = None,
    notice_days: NoticeDays | None = None,
    months: Months | None = None,
    show_former: Open = False,
    council: Council = False,
) -> Reply:
    """Who is graded is who belongs to the population at this moment; `grading preview` shows it first."""
    days = (self_days, first_days, review_days, notice_days, months)
    made = usecases.open_round(
        tx, version=scheme, plan=plan_of(title, population_, days, blind=not show_former, council=council)
    )
    text = _("{reference} “{title}” is open for {count} member units; they are asked for their assessment.")
    lines = [text.format(reference=made.reference, title=made.title, count=made.members), *_deadlines(tx, made)]
    row = (
        Button(_("Assign evaluators"), f"grading assign {made.reference}"),
        Button(_("Where it stands"), f"grading show {made.reference}"),
    )
    data = {"round": made.number, "members": made.members, "state": made.state}
    return Reply("\n".join(lines), buttons=(row,), data=data)


def _deadlines(tx: Tx, round_: GradingRound) -> list[str]:
    found = rounds.deadlines_of(tx.session, round_)
    return [until(stage, one.due_on, provisional=one.provisional) for stage, one in found.items()]


@command(
    "grading list", zh="评定 列表", summary=N_("Rounds of grading, the newest first"), permission=Permission.EVALUATE
)
def list_all(tx: Tx, page: Page = 1) -> Reply:
    """Each with its scheme, state and size."""
    found = rounds.rounds(tx.session, limit=PAGE + 1, offset=PAGE * (max(page, 1) - 1))
    rows = tuple(
        (one.reference, one.title, rounds.version_of(tx.session, one).reference, label_of(one.state), str(one.members))
        for one in found[:PAGE]
    )
    table = Table((_("Number"), _("Title"), _("Scheme"), _("State"), _("Members")), rows) if rows else None
    buttons = [(Button(_("Show {name}").format(name=row[0]), f"grading show {row[0]}"),) for row in rows[:5]]
    if len(found) > PAGE:
        buttons.append((Button(_("More"), f"grading list page={page + 1}"),))
    text = _("Rounds of grading") if rows else _("There is no round yet.")
    return Reply(text, table=table, buttons=tuple(buttons), data=[list(row) for row in rows])


@command(
    "grading show",
    zh="评定 查看",
    summary=N_("Where a round stands, what is missing, what comes next"),
    permission=Permission.EVALUATE,
)
def show(tx: Tx, round: RoundRef) -> Reply:
    """The stages with their last days and how far each is; after the lock how the grades are spread."""
    version = grading.scheme_by_id(tx.session, round.scheme_id)
    notice = announcements.notice_state(tx.session, tx.association, round.subject, tx.now)
    lines = [
        f"{round.reference} {round.title} · {label_of(round.state)}",
        _("{scheme}; {count} member units; {audience}").format(
            scheme=version.reference, count=round.members, audience=audiences.describe(round.population)
        ),
        *_progress(tx, round),
        *([] if round.state == CANCELLED else _notice(notice, tx.today)),
    ]
    spread = rounds.spread_of(tx.session, round)
    if spread:
        lines.append(_("Grades: {spread}").format(spread=spread_words(spread)))
    if round.cancelled_why:
        lines.append(_("Broken off: {reason}").format(reason=round.cancelled_why))
    data = {"round": round.number, "state": round.state, "members": round.members, "spread": spread}
    return Reply("\n".join(lines), buttons=_late(tx, round, notice) + _ways(round), data=data)


def _progress(tx: Tx, round_: GradingRound) -> list[str]:
    done, ends = rounds.progress(tx.session, round_), rounds.deadlines_of(tx.session, round_)
    lines = [
        _("{stage} until {day}: {done} of {all} handed in").format(
            stage=stage_label(Stage.SELF), day=ends[Stage.SELF].words, done=done.handed_in, all=done.members
        )
    ]
    for stage in (Stage.FIRST, Stage.REVIEW):
        text = _("{stage} until {day}: {assigned} of {all} assigned, {done} finished")
        counts = {"assigned": done.assigned.get(stage, 0), "done": done.finished.get(stage, 0), "all": done.members}
        lines.append(text.format(stage=stage_label(stage), day=ends[stage].words, **counts))
    return lines


def _overdue(notice: NoticeState, today: date) -> bool:
    """Whether it was written for days of which the first has passed before anybody approved it."""
    return notice.phase is Phase.PREPARED and notice.planned is not None and notice.planned[0] < today


def _notice(notice: NoticeState, today: date) -> list[str]:
    """Where the public notice stands: running with its objections, or written and not approved, perhaps too late by now."""
    said = {"notice": f"A-{notice.number:04d}", "count": notice.undecided}
    if notice.phase is Phase.PREPARED and notice.planned is not None:
        begin, end = notice.planned
        lines = [_("{notice}: written for {begin} to {end}, not approved yet").format(begin=begin, end=end, **said)]
        if _overdue(notice, today):
            lines.append(_("⚠ Its first day has passed, so nobody can approve it any more. Give it new dates below."))
        return lines
    if notice.starts is None:
        return []
    text = _("Public notice from {begin} to {end}; undecided objections: {count}")
    return [text.format(begin=notice.starts, end=notice.ends, count=notice.undecided)]


def _late(tx: Tx, round_: GradingRound, notice: NoticeState) -> tuple[tuple[Button, ...], ...]:
    """What helps a round whose notice was not approved in time: new dates in one step."""
    if round_.state != State.NOTICE.value or not _overdue(notice, tx.today):
        return ()
    soon = calendar_of(tx.session).next_workday(tx.today + timedelta(days=1))
    line = f"grading redate {round_.reference}"
    return (
        (
            Button(_("New dates from today"), line),
            Button(_("New dates from {day}").format(day=soon), f"{line} since={soon}"),
        ),
    )


def _ways(round_: GradingRound) -> tuple[tuple[Button, ...], ...]:
    if round_.state in (CANCELLED, State.PUBLISHED.value):
        return ((Button(_("Results"), f"grading results {round_.reference}"),),)
    state = State(round_.state)
    labels = {
        "grading next": _("Next stage"), "grading lock": _("Lock the scores"), "grading announce": _("Public notice"),
        "grading decide": _("Decide"), "grading publish": _("Publish"),
    }  # fmt: skip
    name = usecases.following(state)
    return (
        (
            Button(labels[name], f"{name} {round_.reference}"),
            Button(_("Results"), f"grading results {round_.reference}"),
        ),
    )


@command(
    "grading results",
    zh="评定 结果",
    summary=N_("The members of a round: who is finished, and after the lock score, grade and place"),
    permission=Permission.MANAGE_GRADING,
)
def results(tx: Tx, round: RoundRef, page: Page = 1) -> Reply:
    """By place once there is one, before that by number."""
    found = rounds.members_of(tx.session, round, limit=PAGE + 1, offset=PAGE * (max(page, 1) - 1))
    rows = tuple(
        (
            unit.reference,
            unit.name,
            _("yes") if member.handed_in_at else _("no"),
            member.score or "",
            member.shown or "",
            str(member.rank or ""),
        )
        for member, unit in found[:PAGE]
    )
    table = Table((_("Number"), _("Unit"), _("Handed in"), _("Score"), _("Grade"), _("Place")), rows)
    more = ((Button(_("More"), f"grading results {round.reference} page={page + 1}"),),) if len(found) > PAGE else ()
    return Reply(f"{round.reference} {round.title}", table=table, buttons=more, data=[list(row) for row in rows])


@command(
    "grading assign",
    zh="评定 分配",
    summary=N_("Spread the members of a round over evaluators, for first or second review"),
    permission=Permission.MANAGE_GRADING,
)
def assign(tx: Tx, round: RoundRef, stage: StageName, evaluators: Evaluators, member: MemberRef | None = None) -> Reply:
    """Evenly, leaving out conflicts of interest and whoever scored the member at the other stage; or one member."""
    made = assigning.assign(tx, round_=round, stage=stage, people=evaluators, unit=member)
    names = {person.id: person.name for person in evaluators}
    count = {name: sum(one == person for one in made.taken.values()) for person, name in names.items()}
    shares = _(", ").join(f"{name} {number}" for name, number in count.items())
    head = _("{stage} of {reference}: {shares}").format(
        stage=stage_label(stage), reference=round.reference, shares=shares
    )
    lines = [head]
    if made.left:
        text = _("{count} members are left: everybody named has a tie with them or scored them at the other stage.")
        lines.append(text.format(count=len(made.left)))
    return Reply("\n".join(lines), data={"given": len(made.taken), "left": len(made.left), "people": count})


@command(
    "grading next",
    zh="评定 推进",
    summary=N_("End the stage that runs and begin the next review"),
    permission=Permission.MANAGE_GRADING,
)
def advance(tx: Tx, round: RoundRef) -> Reply:
    """When everybody is finished, or the stage's last day has passed."""
    moved = usecases.advance(tx, round_=round)
    text = _("{reference} stands at “{state}” now.").format(reference=moved.reference, state=label_of(moved.state))
    lines = [text, *_progress(tx, moved)]
    return Reply("\n".join(lines), buttons=_ways(moved), data={"round": moved.number, "state": moved.state})


@command(
    "grading cancel",
    zh="评定 取消",
    summary=N_("Break a round off before it is decided, with the reason"),
    permission=Permission.MANAGE_GRADING,
    sensitive=True,
    confirm=N_("Cancel this round? What was entered stays readable, but nobody gets a grade from it."),
)
def cancel(tx: Tx, round: RoundRef, reason: Reason) -> Reply:
    """Members are told; grades given before stay as they are."""
    usecases.cancel_round(tx, round_=round, reason=reason)
    return Reply(_("{reference} is cancelled.").format(reference=round.reference), data={"round": round.number})
