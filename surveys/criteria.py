"""What this package adds to the choice of an audience: who has not answered a running survey."""

import unicodedata
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, select

from core.errors import BadInput
from core.i18n import N_, _
from people import audiences
from people.audiences import Criterion
from people.models import Person
from surveys.models import Survey, SurveyInvitee
from surveys.rules.lifecycle import State


def survey_number(words: str) -> int:
    """The number in ``S-0012``, ``s12`` or ``12``. Raises BadInput."""
    digits = unicodedata.normalize("NFKC", words).strip().upper().removeprefix("S-").removeprefix("S")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("survey_form", _("Write a survey like S-0012."))
    return int(digits)


def _silent(values: Sequence[str], _day: date) -> ColumnElement[bool]:
    """As it was last brought up to date: each morning and before each reminder."""
    asked = (
        select(SurveyInvitee.person_id)
        .join(Survey, Survey.id == SurveyInvitee.survey_id)
        .where(
            Survey.number.in_([int(value) for value in values]),
            Survey.association_id == Person.association_id,
            Survey.state == State.OPEN.value,
            SurveyInvitee.answered.is_(False),
        )
    )
    return Person.id.in_(asked)


def register() -> None:
    """Make it known to the audiences."""
    audiences.register(
        Criterion(
            "unanswered",
            "未答",
            N_("has not answered"),
            lambda words: str(survey_number(words)),
            _silent,
            show=lambda value: f"S-{int(value):04d}",
        )
    )
