"""Tables of meetings, split by subject."""

from meetings.models.bodies import BodyRule, BodySeat
from meetings.models.meetings import Attendee, Meeting, Minutes, Proxy
from meetings.models.votes import (
    BallotPaper,
    CountedBallot,
    Motion,
    MotionResult,
    OpenVote,
    Recusal,
    SealedBallot,
    Voter,
    VotingRight,
)

__all__ = [
    "Attendee",
    "BallotPaper",
    "BodyRule",
    "BodySeat",
    "CountedBallot",
    "Meeting",
    "Minutes",
    "Motion",
    "MotionResult",
    "OpenVote",
    "Proxy",
    "Recusal",
    "SealedBallot",
    "Voter",
    "VotingRight",
]
