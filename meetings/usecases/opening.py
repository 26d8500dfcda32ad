"""Opening a vote: the rule is frozen, the roll is drawn up, whoever is barred is left out, and everyone is told."""

from datetime import date, datetime, timedelta
from functools import partial

from core.access import Permission, usecase
from core.calendar import end_of_day
from core.errors import BadInput, RuleViolated
from core.i18n import _
from core.transaction import Tx
from meetings import queries
from meetings.models import Meeting, Motion, Voter, VotingRight
from meetings.notices import letters
from meetings.queries import Sitting
from meetings.rules import ballots, calls, motions
from meetings.rules.bars import Bar, seat_bar
from meetings.rules.bodies import Body, Matter, Rule, in_words, stored
from meetings.rules.counting import Roll
from meetings.rules.motions import State
from meetings.usecases import rolls
from meetings.usecases.secrecy import open_urn
from meetings.usecases.sitting import check_quorum
from meetings.usecases.telling import body_of, on_the_roll, tell


@usecase(Permission.VOTE)
def open_motion(tx: Tx, *, motion: Motion, minutes: int | None = None, until: date | None = None) -> Roll:
    """Let the vote begin: in a session, for some minutes or until the chair closes it; in writing, until the end of a day.

    Raises RuleViolated without a quorum, when nobody is left who may vote, or when too few are.
    """
    motion = queries.motion_by_number(tx.session, motion.number, lock=True)
    meeting = queries.meeting_by_id(tx.session, motion.meeting_id) if motion.meeting_id is not None else None
    rolls.check_presides(tx, meeting)
    motions.check_openable(State(motion.state))
    body = body_of(tx, motion.body)
    rule = body.rule_for(Matter(motion.matter))
    motion.closes_at = _closing(tx, meeting, rule, minutes, until)
    there = _in_session(tx, meeting, body) if meeting is not None else _in_writing(tx, body)
    voters = _draw_up(tx, motion, there, rule)
    roll = _figures(voters)
    _check_able(roll, rule, written=meeting is None)
    motion.rule, motion.state, motion.opened_at = stored(rule), State.OPEN, tx.now
    motion.secret = motion.secret or rule.secret
    if motion.secret:
        ballots.check_secrecy(roll.able if meeting is None else roll.present)
        open_urn(tx, motion)
    _announce(tx, motion, rule)
    data = {"seats": roll.seats, "barred": roll.barred, "present": roll.present, "closes_at": motion.closes_at}
    tx.record("motion:vote:open", motion.subject, data | {"rule": motion.rule, "secret": motion.secret})
    return roll


def _closing(tx: Tx, meeting: Meeting | None, rule: Rule, minutes: int | None, until: date | None) -> datetime | None:
    if meeting is not None:
        return tx.now + timedelta(minutes=motions.check_window(minutes)) if minutes is not None else None
    if not rule.written:
        raise RuleViolated("no_written_consent", _("On this matter the body decides in a meeting only."))
    if until is None:
        raise BadInput("until_missing", _("Say until when: until=2026-10-20."))
    closes = end_of_day(until, tx.association.timezone)
    if closes <= tx.now:
        raise BadInput("until_past", _("That day is over."))
    return closes


def _in_session(tx: Tx, meeting: Meeting, body: Body) -> Sitting:
    calls.check_state(calls.State(meeting.state), calls.State.OPEN)
    rolls.keep_in_step(tx, meeting, body)
    return queries.sitting(tx.session, meeting)


def _in_writing(tx: Tx, body: Body) -> Sitting:
    seats: dict[str, list[int]] = {}
    for holder in queries.holders(tx.session, body, tx.today):
        people = seats.setdefault(holder.seat, [])
        people += [] if holder.person_id is None else [holder.person_id]
    return Sitting(seats, frozenset())


def _draw_up(tx: Tx, motion: Motion, there: Sitting, rule: Rule) -> list[Voter]:
    people = {person for holders in there.seats.values() for person in holders} | set(there.agents.values())
    bars = queries.bars(tx.session, motion, people, rule.drafters)
    ties = queries.ties(tx.session, motion, rule.drafters)
    voters = []
    for seat, holders in sorted(there.seats.items()):
        bar = seat_bar(seat, holders, bars, ties)
        voters.append(Voter(motion_id=motion.id, seat=seat, bar=bar.value if bar else ""))
    tx.session.add_all(voters)
    tx.session.flush()
    for voter in voters:
        _entitle(tx, voter, there, bars)
    tx.session.flush()
    return voters


def _entitle(tx: Tx, voter: Voter, there: Sitting, bars: dict[int, Bar | None]) -> None:
    """Who may cast the vote of a seat. An agent who is barred acts for nobody on this motion."""
    if voter.bar:
        return
    agent = there.agents.get(voter.seat)
    chosen = {person: False for person in there.seats[voter.seat] if not bars[person]}
    if agent is not None and not bars[agent]:
        chosen.setdefault(agent, True)
    voter.present = any(person in there.there for person in chosen)
    tx.session.add_all(
        VotingRight(motion_id=voter.motion_id, voter_id=voter.id, person_id=person, as_agent=as_agent)
        for person, as_agent in chosen.items()
    )


def _figures(voters: list[Voter]) -> Roll:
    return Roll(len(voters), sum(bool(v.bar) for v in voters), sum(v.present for v in voters))


def _check_able(roll: Roll, rule: Rule, *, written: bool) -> None:
    if roll.able <= 0:
        raise RuleViolated("nobody_may_vote", _("Nobody is left who may vote on this. Take it to another body."))
    if roll.able < rule.least:
        text = _("{count} may vote; this body needs at least {least}.")
        raise RuleViolated("too_few_voters", text.format(count=roll.able, least=rule.least))
    if not written:
        check_quorum(roll, rule.quorum)


def _announce(tx: Tx, motion: Motion, rule: Rule) -> None:
    ref = motion.reference
    if motion.secret:
        buttons = [("paper", f"motion paper {ref}")]
    elif motion.candidates:
        buttons = [("vote", f"motion vote {ref}")]
    else:
        buttons = [(choice, f"motion vote {ref} {choice}") for choice in ballots.LABELS]
    until = tx.association.show(motion.closes_at) if motion.closes_at else ""
    write = partial(_words, motion, rule, until)
    tell(tx, f"{motion.subject}:open", motion.subject, write, on_the_roll(motion), buttons=buttons)


def _words(motion: Motion, rule: Rule, until: str) -> str:
    return letters.voting_open(
        reference=motion.reference,
        title=motion.title,
        wording=motion.wording,
        rule=in_words(rule),
        until=until,
        candidates=motion.candidates,
        places=motion.places,
    )
