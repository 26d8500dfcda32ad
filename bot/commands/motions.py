"""Motions from the first word to the result."""

from announcements import usecases as announcements
from announcements.rules.kinds import Kind
from bot.commands.meeting_parameters import (
    Concerns,
    Drafters,
    MatterName,
    Minutes,
    MotionRef,
    Names,
    Places,
    Secret,
    Subject,
    Where,
    Wording,
)
from bot.commands.meetings import held, some_names
from bot.messages import Button, Reply, Table
from bot.parameters import Page, Reason, Title, Until
from bot.registry import command
from core.access import Permission
from core.errors import NotFound, RuleViolated
from core.i18n import N_, _
from core.transaction import Tx
from meetings import queries, usecases
from meetings.models import Meeting, Motion, MotionResult
from meetings.notices import letters
from meetings.rules import motions
from meetings.rules.ballots import in_words as in_words_of
from meetings.rules.bodies import Matter, in_words, rule_of
from meetings.rules.counting import Outcome, Roll, quorum_met
from meetings.rules.motions import State

PAGE = 10


@command(
    "motion put",
    zh="议案 提出",
    summary=N_("Put a motion to a meeting, or to a body for written consent"),
    permission=Permission.MANAGE_MEETINGS,
)
def put(
    tx: Tx,
    where: Where,
    title: Title,
    wording: Wording = "",
    matter: MatterName = Matter.ORDINARY,
    subject: Subject = "",
    secret: Secret = False,
    candidates: Names | None = None,
    places: Places = 1,
    concerned: Concerns | None = None,
    drafters: Drafters | None = None,
) -> Reply:
    """Put a motion; the vote begins when it is opened."""
    meeting = where if isinstance(where, Meeting) else None
    made = usecases.put(
        tx,
        meeting=meeting,
        body=None if isinstance(where, Meeting) else where,
        title=title,
        wording=wording,
        matter=matter,
        about=subject,
        secret=secret,
        candidates=candidates or [],
        places=places,
        concerns=concerned or [],
        drafters=[person.id for person in drafters or []],
    )
    return _put(tx, made)


def _put(tx: Tx, motion: Motion) -> Reply:
    if motion.state == State.HELD:
        return held(motion.reference, motion.findings)
    rule = queries.bodies(tx.session, tx.today)[motion.body].rule_for(Matter(motion.matter))
    text = _("{reference} “{title}” is put. Rule: {rule}").format(
        reference=motion.reference, title=motion.title, rule=in_words(rule)
    )
    buttons = ((Button(_("Open the vote"), f"motion open {motion.reference}"),),) if motion.meeting_id else ()
    data = {"motion": motion.number, "state": motion.state, "secret": motion.secret, "matter": motion.matter}
    return Reply(text, buttons=buttons, data=data)


@command(
    "motion edit", zh="议案 修改", summary=N_("Reword a motion before the vote"), permission=Permission.MANAGE_MEETINGS
)
def edit(tx: Tx, motion: MotionRef, wording: Wording = "", title: Title = "") -> Reply:
    """Reword a motion; it is screened again."""
    return _put(tx, usecases.reword(tx, motion=motion, title=title, wording=wording))


@command(
    "motion withdraw",
    zh="议案 撤回",
    summary=N_("Take a motion back before the vote"),
    permission=Permission.MANAGE_MEETINGS,
)
def withdraw(tx: Tx, motion: MotionRef, reason: Reason) -> Reply:
    """Withdraw a motion."""
    usecases.withdraw(tx, motion=motion, reason=reason)
    return Reply(_("{reference} is withdrawn.").format(reference=motion.reference))


@command("motion list", zh="议案 列表", summary=N_("Motions, newest first"), permission=Permission.VOTE)
def list_all(tx: Tx, page: Page = 1) -> Reply:
    """For staff all of them, for others those that are their business."""
    mine = None if tx.actor.may(Permission.MANAGE_MEETINGS) else tx.actor.person_id
    found = queries.motions(tx.session, person_id=mine, limit=PAGE + 1, offset=PAGE * (max(page, 1) - 1))
    names = queries.bodies(tx.session, tx.today)
    rows = tuple((m.reference, names[m.body].label, m.title, _state(tx, m)) for m in found[:PAGE])
    table = Table((_("Number"), _("Body"), _("Title"), _("State")), rows) if rows else None
    buttons = ((Button(_("More"), f"motion list page={page + 1}"),),) if len(found) > PAGE else ()
    text = _("Motions") if rows else _("There is no motion.")
    return Reply(text, table=table, buttons=buttons, data=[list(row) for row in rows])


def _state(tx: Tx, motion: Motion) -> str:
    result = queries.result_of(tx.session, motion) if motion.state == State.CLOSED else None
    return Outcome(result.outcome).label if result else State(motion.state).label


@command("motion show", zh="议案 查看", summary=N_("A motion: text, rule, who has voted"), permission=Permission.VOTE)
def show(tx: Tx, motion: MotionRef) -> Reply:
    """The motion with its rule, and during the vote how many have voted: never how."""
    body = queries.bodies(tx.session, tx.today)[motion.body]
    rule = rule_of(motion.rule) if motion.rule else body.rule_for(Matter(motion.matter))
    kind = _("secret ballot") if motion.secret else _("open ballot")
    lines = [f"{motion.reference} {motion.title} · {State(motion.state).label}", motion.wording]
    lines += [f"{number}. {name}" for number, name in enumerate(motion.candidates, 1)]
    lines += [
        f"{body.label} · {Matter(motion.matter).label} · {kind}",
        in_words(rule),
        _source(rule.source, rule.verified),
    ]
    voted = 0
    if motion.state == State.OPEN:
        roll = queries.voters(tx.session, motion)
        voted = sum(voter.voted for voter in roll)
        lines.append(
            _("{voted} have voted, {waiting} have not.").format(
                voted=voted, waiting=queries.waiting(tx.session, motion)
            )
        )
    buttons = ((Button(_("Vote"), f"motion vote {motion.reference}"),),) if motion.state == State.OPEN else ()
    data = {"motion": motion.number, "state": motion.state, "voted": voted}
    return Reply("\n".join(line for line in lines if line), buttons=buttons, data=data)


def _source(source: str, verified: bool) -> str:
    words = _("Source: {source}").format(source=source)
    return words if verified else words + _(" (to be checked against your charter)")


@command("motion open", zh="议案 表决", summary=N_("Let the vote begin"), permission=Permission.VOTE)
def open_vote(tx: Tx, motion: MotionRef, minutes: Minutes | None = None, until: Until | None = None) -> Reply:
    """Open the vote: for some minutes in a meeting, until the end of a day in writing."""
    roll = usecases.open_motion(tx, motion=motion, minutes=minutes, until=until)
    found = queries.motion_by_number(tx.session, motion.number)
    text = _("Voting on {reference} is open: {able} may vote, {barred} stand aside, {present} are present.").format(
        reference=motion.reference, able=roll.able, barred=roll.barred, present=roll.present
    )
    if found.closes_at is not None:
        text += " " + _("Until: {until}").format(until=tx.association.show(found.closes_at))
    button = Button(_("Close the vote"), f"motion close {motion.reference}")
    data = {"motion": motion.number, "seats": roll.seats, "barred": roll.barred, "present": roll.present}
    return Reply(text, buttons=((button,),), data=data)


def _foresee(tx: Tx, motion: Motion) -> list[str]:
    """Who has voted and who has not, never how; and whether enough are there."""
    usecases.check_close(tx, motion)
    roll = queries.voters(tx.session, motion)
    able = [voter for voter in roll if not voter.bar]
    names = queries.seat_names(tx.session, [voter.seat for voter in able])
    lines = [f"{motion.reference} {motion.title}"]
    for words, voted in ((_("Have voted ({count}): {names}"), True), (_("Have not voted ({count}): {names}"), False)):
        found = [names[voter.seat] for voter in able if voter.voted is voted]
        lines.append(words.format(count=len(found), names=some_names(found) or _("none")))
    return [*lines, _quorum(motion, queries.roll_of(motion, roll))]


def _quorum(motion: Motion, figures: Roll) -> str:
    rule = rule_of(motion.rule)
    met = quorum_met(figures, rule)
    text = (
        _("The quorum is reached: {present} of {able} are there, {share} are needed.")
        if met
        else _("The quorum is NOT reached: {present} of {able} are there, {share} are needed. The vote would be void.")
    )
    return text.format(present=figures.present, able=figures.able, share=rule.quorum.words())


@command(
    "motion close",
    zh="议案 计票",
    summary=N_("End a vote and count it"),
    permission=Permission.VOTE,
    confirm=N_("End this vote and count it now? The result is final."),
    warn=_foresee,
)
def close(tx: Tx, motion: MotionRef) -> Reply:
    """Count the vote; the result is final."""
    return _result(motion, usecases.close_motion(tx, motion=motion))


@command(
    "motion result", zh="议案 结果", summary=N_("The result of a vote with its figures"), permission=Permission.VOTE
)
def result(tx: Tx, motion: MotionRef) -> Reply:
    """The recorded result, and for an open ballot who voted how."""
    found = queries.result_of(tx.session, motion)
    if found is None:
        raise NotFound("result_unknown", _("This motion is not decided yet."))
    reply = _result(motion, found)
    table = None if motion.secret else _roll_call(tx, motion)
    data = reply.data | {"recounted": queries.recount(tx.session, motion, found)}
    return Reply(reply.text, table=table, buttons=reply.buttons, data=data)


def _result(motion: Motion, found: MotionResult) -> Reply:
    figures = queries.figures_recorded(found)
    text = letters.decided(
        reference=motion.reference,
        title=motion.title,
        figures=figures,
        majority=motions.majority_words(rule_of(motion.rule).majority, found.base),
        candidates=motion.candidates,
        resolution=found.resolution or "",
    )
    button = Button(_("Draft an announcement"), f"motion announce {motion.reference}")
    buttons = ((button,),) if found.resolution else ()
    return Reply(text, buttons=buttons, data=figures | {"motion": motion.number, "resolution": found.resolution})


def _roll_call(tx: Tx, motion: Motion) -> Table:
    roll = {voter.id: voter.seat for voter in queries.voters(tx.session, motion)}
    names = queries.seat_names(tx.session, roll.values())
    votes = queries.open_votes(tx.session, motion)
    rows = tuple((names[roll[vote.voter_id]], in_words_of(tuple(vote.choice), motion.candidates)) for vote in votes)
    return Table((_("Seat"), _("Vote")), rows)


@command(
    "motion announce",
    zh="议案 发文",
    summary=N_("Draft the announcement of a resolution"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def announce(tx: Tx, motion: MotionRef) -> Reply:
    """A draft in the words of the resolution; it goes its own way of screening and approval."""
    found = queries.result_of(tx.session, motion)
    if found is None or not found.resolution:
        raise RuleViolated("no_resolution", _("There is no resolution to announce."))
    title, body = queries.resolution_text(tx.session, tx.association, motion, found)
    draft = announcements.draft(tx, kind=Kind.ANNOUNCEMENT, title=title, body=body, audience={})
    button = Button(_("Preview"), f"announce preview {draft.reference}")
    return Reply(f"{draft.reference}\n{title}\n\n{body}", buttons=((button,),), data={"announcement": draft.number})


@command(
    "motion remind",
    zh="议案 催票",
    summary=N_("Remind everyone who has not voted, once a day"),
    permission=Permission.MANAGE_MEETINGS,
)
def remind(tx: Tx, motion: MotionRef) -> Reply:
    """Remind those who have not voted."""
    count = usecases.remind(tx, motion=motion)
    return Reply(_("{count} people are being reminded.").format(count=count), data={"reminded": count})
