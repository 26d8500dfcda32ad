"""How meetings, motions, bodies and votes are typed."""

import unicodedata
from datetime import UTC, date, datetime, time
from typing import Annotated

from bot.parameters import Choice, Parameter, plain, read_day, read_number, read_text, read_yes, yes_or_no
from core.access import Permission
from core.errors import AppError
from core.i18n import N_
from core.transaction import Tx
from meetings import queries
from meetings.criteria import read_reference
from meetings.models import Meeting, Motion
from meetings.rules import bodies, charter, times
from meetings.rules.bodies import Body, Matter
from membership import queries as members
from people import queries as people
from people.models import Person


def read_meeting(tx: Tx, raw: str) -> Meeting:
    """A meeting that this person may know of."""
    number = read_reference(raw, "K", "K-0003")
    found = queries.meeting_by_number(tx.session, number)
    if not tx.actor.may(Permission.MANAGE_MEETINGS):
        queries.attendances_of(tx.session, found, tx.actor.person_id or 0)
    return found


def read_motion(tx: Tx, raw: str) -> Motion:
    """A motion that this person may know of."""
    found = queries.motion_by_number(tx.session, read_reference(raw, "V", "V-0003"))
    if not tx.actor.may(Permission.MANAGE_MEETINGS) and not queries.is_of(tx.session, found, tx.actor.person_id):
        raise queries.unknown_motion()
    return found


def _read_body(tx: Tx, raw: str) -> Body:
    return bodies.body_named(queries.bodies(tx.session, tx.today).values(), plain(raw))


def _bodies(tx: Tx) -> list[Choice]:
    return [(body.value, body.label) for body in queries.bodies(tx.session, tx.today).values()]


def _read_where(tx: Tx, raw: str) -> Meeting | Body:
    """A meeting by its number, or a body by its name."""
    try:
        number = read_reference(raw, "K", "K-0003")
    except AppError:
        return _read_body(tx, raw)
    return queries.meeting_by_number(tx.session, number)


def _read_matter(_tx: Tx, raw: str) -> Matter:
    return bodies.matter_named(plain(raw))


def _matters(_tx: Tx) -> list[Choice]:
    return [(matter.value, matter.label) for matter in Matter]


def _read_person(tx: Tx, raw: str) -> Person:
    return people.person_named(tx.session, plain(raw))


def _split(raw: str) -> list[str]:
    text = unicodedata.normalize("NFKC", raw)
    for sign in "、;,":
        text = text.replace(sign, " ")
    return text.split()


def _read_people(tx: Tx, raw: str) -> list[Person]:
    return [people.person_named(tx.session, name) for name in _split(raw)]


def _read_names(_tx: Tx, raw: str) -> list[str]:
    return _split(raw)


def _read_concerns(tx: Tx, raw: str) -> list[str]:
    """Member units by number and persons by name, as references."""
    found = []
    for word in _split(raw):
        digits = word.upper().removeprefix("M-")
        if word.upper().startswith("M-") and digits.isascii() and digits.isdigit() and len(digits) <= 9:
            found.append(f"member:{members.unit_by_number(tx.session, int(digits)).number}")
        else:
            found.append(people.person_named(tx.session, word).reference)
    return found


def _read_time(_tx: Tx, raw: str) -> time:
    return times.read_time(raw)


def _read_clauses(_tx: Tx, raw: str) -> dict[str, object]:
    return charter.read_changes(raw)


def _read_vote(_tx: Tx, raw: str) -> str:
    return plain(raw)


def moment(tx: Tx, day: date, at: time) -> datetime:
    """A day and a time of the association's zone as a moment."""
    return datetime.combine(day, at, tx.association.timezone).astimezone(UTC)


MeetingRef = Annotated[Meeting, Parameter(N_("meeting"), read_meeting, zh="会议")]
MotionRef = Annotated[Motion, Parameter(N_("motion"), read_motion, zh="议案")]
BodyName = Annotated[Body, Parameter(N_("body (that decides)"), _read_body, zh="机构", choices=_bodies)]
Where = Annotated[
    Meeting | Body,
    Parameter(N_("meeting or body"), _read_where, zh="会议", hint=N_("K-0003, or a body for written consent")),
]
MatterName = Annotated[Matter, Parameter(N_("matter"), _read_matter, zh="事项", choices=_matters)]
PersonName = Annotated[Person, Parameter(N_("person"), _read_person, zh="人员")]
ChairName = Annotated[Person, Parameter(N_("chair"), _read_person, zh="主持人")]
People = Annotated[list[Person], Parameter(N_("people"), _read_people, zh="人员", hint=N_("separated by commas"))]
Drafters = Annotated[list[Person], Parameter(N_("drafters"), _read_people, zh="起草人", hint=N_("separated by commas"))]
Names = Annotated[list[str], Parameter(N_("candidates"), _read_names, zh="候选人", hint=N_("separated by commas"))]
Concerns = Annotated[
    list[str],
    Parameter(N_("concerned"), _read_concerns, zh="涉及", hint=N_("M-0005 or a person's name, separated by commas")),
]
Places = Annotated[int, Parameter(N_("places"), read_number, zh="名额")]
Minutes = Annotated[int, Parameter(N_("length in minutes"), read_number, zh="分钟")]
At = Annotated[time, Parameter(N_("time"), _read_time, zh="时间", hint=N_("for example 14:30"))]
On = Annotated[date, Parameter(N_("date"), read_day, zh="日期", hint=N_("for example 2026-10-08"))]
Place = Annotated[str, Parameter(N_("place"), read_text, zh="地点")]
Agenda = Annotated[str, Parameter(N_("agenda"), read_text, zh="议程", rest=True, multiline=True)]
NewAgenda = Annotated[str, Parameter(N_("agenda"), read_text, zh="议程", multiline=True)]
Wording = Annotated[str, Parameter(N_("wording"), read_text, zh="正文", rest=True, multiline=True)]
Urgent = Annotated[str, Parameter(N_("urgent"), read_text, zh="紧急", hint=N_("why it cannot wait"))]
Clauses = Annotated[
    dict[str, object], Parameter(N_("clauses"), _read_clauses, zh="条款", hint=N_("for example quorum=2/3 pass=2/3"))
]
Clause = Annotated[str, Parameter(N_("clause"), read_text, zh="依据", hint=N_("the article of the charter"))]
Subject = Annotated[str, Parameter(N_("subject"), read_text, zh="关于", hint=N_("what other records call it"))]
Secret = Annotated[bool, Parameter(N_("secret"), read_yes, zh="无记名", choices=yes_or_no, flag=True)]
Seat = Annotated[str, Parameter(N_("for whom"), read_text, zh="代")]
Vote = Annotated[str, Parameter(N_("vote"), _read_vote, zh="意见", rest=True)]
Token = Annotated[str, Parameter(N_("ballot paper"), read_text, zh="选票")]
