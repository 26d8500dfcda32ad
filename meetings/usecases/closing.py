"""Closing a vote: counted once, recorded for good, numbered when adopted, and told to everyone."""

from collections.abc import Callable

from core.access import Permission, usecase
from core.numbering import next_numbers
from core.transaction import Tx
from meetings import queries
from meetings.models import Meeting, Motion, MotionResult
from meetings.notices import letters
from meetings.queries import Counted
from meetings.rules import motions
from meetings.rules.bodies import rule_of
from meetings.rules.counting import Count
from meetings.rules.motions import State
from meetings.usecases import rolls
from meetings.usecases.recusing import refresh_bars
from meetings.usecases.secrecy import empty_urn
from meetings.usecases.telling import body_of, on_the_roll, tell

Listener = Callable[[Tx, Motion, MotionResult], None]
LISTENERS: dict[str, Listener] = {}
"""Kind of subject (``case`` of ``case:3``) → what its own package does, in the same transaction, once it is decided."""


@usecase(Permission.VOTE)
def close_motion(tx: Tx, *, motion: Motion) -> MotionResult:
    """End a vote and record its result, which nothing can change any more.

    Raises Conflict while the time to vote is not up and somebody has not voted.
    """
    motion = queries.motion_by_number(tx.session, motion.number, lock=True)
    meeting = check_close(tx, motion)
    refresh_bars(tx, motion)
    if motion.secret:
        empty_urn(tx, motion)
    motion.state, motion.closed_at = State.CLOSED, tx.now
    tx.session.flush()
    chair_seat = _chair_seat(tx, motion, meeting)
    counted = queries.count(tx.session, motion, chair_seat)
    result = _record(tx, motion, counted, chair_seat)
    _tell(tx, motion, counted.count, result)
    kind = motion.about.partition(":")[0]
    if kind in LISTENERS:
        LISTENERS[kind](tx, motion, result)
    return result


def check_close(tx: Tx, motion: Motion) -> Meeting | None:
    """Whether this actor may end this vote now; returns its meeting. Raises NotAllowed, Conflict."""
    meeting = queries.meeting_by_id(tx.session, motion.meeting_id) if motion.meeting_id is not None else None
    rolls.check_presides(tx, meeting)
    waiting = queries.waiting(tx.session, motion)
    motions.check_closable(State(motion.state), motion.closes_at, tx.now, waiting=waiting)
    return meeting


def _chair_seat(tx: Tx, motion: Motion, meeting: Meeting | None) -> str:
    """The seat whose vote decides a tie: the chair's own, never one that the chair only acts for."""
    if motion.secret or meeting is None or not rule_of(motion.rule).chair_breaks_ties:
        return ""
    own = [r.voter.seat for r in queries.rights_of(tx.session, motion, meeting.chair_id) if not r.as_agent]
    return own[0] if own else ""


def _record(tx: Tx, motion: Motion, counted: Counted, chair_seat: str) -> MotionResult:
    figures = queries.figures_of(counted.count)
    resolution = _resolution(tx, motion) if counted.count.outcome.positive else None
    result = MotionResult(
        motion_id=motion.id,
        **figures,
        chair_seat=chair_seat,
        resolution=resolution,
        decided_on=tx.today,
        digest=counted.digest,
    )
    tx.session.add(result)
    tx.session.flush()
    tx.record("motion:result:record", motion.subject, figures | {"resolution": resolution, "digest": counted.digest})
    return result


def _resolution(tx: Tx, motion: Motion) -> str:
    """The next number of this body in this year: allocated with the result, so there is no gap."""
    year = tx.today.year
    number = next_numbers(tx.session, tx.association.id, f"resolution:{motion.body}", year=year)[0]
    return motions.resolution_number(body_of(tx, motion.body).zh, year, number)


def _tell(tx: Tx, motion: Motion, count: Count, result: MotionResult) -> None:
    def write() -> str:
        return letters.decided(
            reference=motion.reference,
            title=motion.title,
            figures=queries.figures_of(count),
            majority=motions.majority_words(rule_of(motion.rule).majority, count.base),
            candidates=motion.candidates,
            resolution=result.resolution or "",
        )

    tell(tx, f"{motion.subject}:result", f"{motion.subject}:result", write, on_the_roll(motion))
