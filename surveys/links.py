"""The address of a person's own sheet: put together when a message is sent, stored nowhere."""

from sqlalchemy.orm import Session

from core.keys import KeyRing
from core.outbox.personal import FILLERS, Fill
from surveys import queries
from surveys.criteria import survey_number
from surveys.rules.lifecycle import State

PATH = "/s/"


def address(public_url: str, token: str) -> str:
    """Where the sheet of a code can be filled in; empty when the office has no public address."""
    return public_url.rstrip("/") + PATH + token if public_url else ""


def _fill(session: Session, keys: KeyRing, subject: str, public_url: str) -> Fill:
    survey = queries.survey_by_number(session, survey_number(subject.split(":")[1]))
    if not public_url or survey.state != State.OPEN:
        return lambda _person: ""
    box = queries.box_of(session, keys, survey)
    return lambda person: address(public_url, box.token(person))


def register() -> None:
    """Let messages about surveys carry them."""
    FILLERS["survey"] = _fill
