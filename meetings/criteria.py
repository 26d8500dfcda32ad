"""What this package adds to the choice of an audience: who comes to a meeting, and who has not voted."""

import unicodedata
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, select

from core.errors import BadInput
from core.i18n import N_, _
from meetings.models import Attendee, Meeting, Motion, Voter, VotingRight
from meetings.rules.calls import Answer
from people import audiences
from people.audiences import Criterion
from people.models import Person


def read_reference(raw: str, letter: str, example: str) -> int:
    """The number in ``K-0003`` or ``V-0003``, however it is spelt. Raises BadInput."""
    text = unicodedata.normalize("NFKC", raw).strip().upper().removeprefix(f"{letter}-").removeprefix(letter)
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise BadInput("reference_number", _("Write it like {example}.").format(example=example))
    return int(text)


def _meeting(words: str) -> str:
    return str(read_reference(words, "K", "K-0003"))


def _motion(words: str) -> str:
    return str(read_reference(words, "V", "V-0003"))


def _answered(answer: Answer, values: Sequence[str]) -> ColumnElement[bool]:
    query = (
        select(Attendee.person_id)
        .join(Meeting, Meeting.id == Attendee.meeting_id)
        .where(
            Meeting.number.in_([int(value) for value in values]),
            Attendee.struck_at.is_(None),
            Attendee.answer == answer,
        )
    )
    return Person.id.in_(query)


def _attending(values: Sequence[str], _day: date) -> ColumnElement[bool]:
    return _answered(Answer.ATTENDING, values)


def _no_reply(values: Sequence[str], _day: date) -> ColumnElement[bool]:
    return _answered(Answer.NONE, values)


def _not_voted(values: Sequence[str], _day: date) -> ColumnElement[bool]:
    query = (
        select(VotingRight.person_id)
        .join(Voter, Voter.id == VotingRight.voter_id)
        .join(Motion, Motion.id == VotingRight.motion_id)
        .where(Motion.number.in_([int(value) for value in values]), Voter.bar == "", Voter.voted.is_(False))
    )
    return Person.id.in_(query)


def _show_meeting(value: str) -> str:
    return f"K-{int(value):04d}"


def _show_motion(value: str) -> str:
    return f"V-{int(value):04d}"


def register() -> None:
    """Make them known to the audiences."""
    for name, zh, label, condition in (
        ("attending", "参会", N_("attending"), _attending),
        ("no_reply", "未回复会议", N_("has not answered the call"), _no_reply),
    ):
        audiences.register(Criterion(name, zh, label, _meeting, condition, show=_show_meeting, names_people=True))
    audiences.register(
        Criterion("not_voted", "未投票", N_("has not voted"), _motion, _not_voted, show=_show_motion, names_people=True)
    )
