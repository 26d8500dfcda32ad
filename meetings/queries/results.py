"""Counting a motion from what is stored: for the result, and again at any later time."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.associations import Association
from core.audit import canonical
from core.i18n import _, speaking
from meetings.models import CountedBallot, Motion, MotionResult, Voter
from meetings.notices import letters
from meetings.queries import seats, votes
from meetings.rules.bodies import rule_of
from meetings.rules.counting import Ballot, Count, Roll, count_election, count_question


@dataclass(frozen=True)
class Counted:
    """A count, and the digest of everything that it rests on."""

    count: Count
    digest: str


def count(session: Session, motion: Motion, chair_seat: str = "") -> Counted:
    """Count a motion by its frozen rule. ``chair_seat``: whose vote decides a tie, where the rule says so."""
    roll = votes.voters(session, motion)
    by_seat = _votes_by_seat(session, motion, roll)
    ballots = list(by_seat.values()) if not motion.secret else _secret_ballots(session, motion)
    rule, figures = rule_of(motion.rule), roll_of(motion, roll)
    if motion.candidates:
        found = count_election(figures, rule, ballots, len(motion.candidates), motion.places)
    else:
        found = count_question(figures, rule, ballots, by_seat.get(chair_seat))
    return Counted(found, _digest(motion, roll, by_seat, ballots, found))


def roll_of(motion: Motion, roll: list[Voter]) -> Roll:
    """Seats, barred and present of a motion as they are now. By written consent whoever has answered is there."""
    able = [voter for voter in roll if not voter.bar]
    there = [voter for voter in able if (voter.present if motion.meeting_id is not None else voter.voted)]
    return Roll(len(roll), len(roll) - len(able), len(there))


def _votes_by_seat(session: Session, motion: Motion, roll: list[Voter]) -> dict[str, Ballot]:
    seats = {voter.id: voter.seat for voter in roll if not voter.bar}
    cast = votes.open_votes(session, motion)
    return {seats[vote.voter_id]: tuple(vote.choice) for vote in cast if vote.voter_id in seats}


def _secret_ballots(session: Session, motion: Motion) -> list[Ballot]:
    found = session.scalars(select(CountedBallot.choice).where(CountedBallot.motion_id == motion.id))
    return sorted(tuple(choice) for choice in found)


def _digest(motion: Motion, roll: list[Voter], by_seat: dict[str, Ballot], ballots: list[Ballot], found: Count) -> str:
    evidence = {
        "motion": motion.number,
        "text": [motion.title, motion.wording, motion.candidates, motion.places],
        "rule": motion.rule,
        "roll": sorted([voter.seat, voter.bar, voter.present, voter.voted] for voter in roll),
        "votes": sorted(by_seat.items()) if not motion.secret else ballots,
        "figures": figures_of(found),
    }
    return sha256(canonical(evidence).encode()).hexdigest()


def figures_of(found: Count) -> dict[str, Any]:
    """A count as plain figures, as they are stored, audited and shown."""
    return {
        "outcome": found.outcome.value,
        "seats": found.roll.seats,
        "barred": found.roll.barred,
        "present": found.roll.present,
        "yes": found.yes,
        "no": found.no,
        "abstain": found.abstain,
        "silent": found.silent,
        "base": found.base,
        "needed": found.needed,
        "by_chair": found.by_chair,
        "votes": list(found.votes),
        "elected": list(found.elected),
    }


def recount(session: Session, motion: Motion, result: MotionResult) -> bool:
    """Whether counting again from what is stored gives exactly the recorded result."""
    again = count(session, motion, result.chair_seat)
    stored = {name: getattr(result, name) for name in figures_of(again.count)}
    return stored == figures_of(again.count) and again.digest == result.digest


def figures_recorded(result: MotionResult) -> dict[str, Any]:
    """The recorded figures of a result."""
    names = ("outcome", "seats", "barred", "present", "yes", "no", "abstain", "silent", "base", "needed", "by_chair")
    return {name: getattr(result, name) for name in (*names, "votes", "elected")}


def resolution_text(
    session: Session, association: Association, motion: Motion, result: MotionResult
) -> tuple[str, str]:
    """Title and text of an announcement of a resolution, in the association's language, for whoever drafts it."""
    with speaking(association.language):
        body = letters.resolution_published(
            association=association.name,
            body=seats.bodies(session, result.decided_on)[motion.body].label,
            resolution=result.resolution or "",
            title=motion.title,
            wording=motion.wording,
            day=result.decided_on.isoformat(),
        )
        return _("Resolution: {title}").format(title=motion.title), body
