"""A council for tests: member units with a contact each, in chat, and the office that keeps their meetings."""

from dataclasses import dataclass
from datetime import date

from core.db import open_session
from membership.models import Unit, UnitContact
from people.models import ChatIdentity, Person, RoleGrant
from tests.houses import Voice, found, link

AGENDA = "一、审议会费标准\n二、其他"


@dataclass
class Board:
    """The house, two officers, a clerk, and the people of the council by number from 1."""

    house: object
    secretary: Voice
    deputy: Voice
    clerk: Voice
    members: list[Voice]

    def __getitem__(self, number):
        return self.members[number - 1]

    def call(self, body="理事会", days=8, at="10:00", rest="会议室 第三次会议 " + AGENDA, **more):
        """Call a meeting so many days from now; returns its number."""
        day = (self.house.clock.now.date().toordinal()) + days
        words = f"meeting call {body} {date.fromordinal(day).isoformat()} {at} {rest}"
        reply = self.clerk.do(words, **more)
        assert reply.error is None, reply.text
        return reply.data["meeting"]

    def gather(self, number, people, days=8):
        """Move on to the beginning and let these people check in."""
        self.house.clock.forward(days=days)
        for one in people:
            reply = self[one].do(f"meeting attend K-{number}")
            assert reply.data["present"], reply.text

    def open(self, people=range(1, 10), chair="理1", **more):
        """A meeting in session with these people."""
        number = self.call(**more)
        self.gather(number, people)
        reply = self.clerk.do(f"meeting open K-{number} {chair}")
        assert reply.error is None, reply.text
        return number

    def put(self, where, rest="调整会费标准 同意调整会费标准。"):
        """Put a motion; returns its number."""
        reply = self.clerk.do(f"motion put {where} {rest}")
        assert reply.error is None, reply.text
        return reply.data["motion"]

    def vote(self, number, *choices):
        """Everyone in turn votes; None stays silent."""
        for voice, choice in zip(self.members, choices, strict=False):
            if choice is not None:
                reply = voice.do(f"motion vote V-{number} {choice}")
                assert reply.error is None, reply.text


def board(house, count=9, rank="council"):
    """An association with officers and this many units of a class, each with a contact called 理1, 理2 …"""
    found(house)
    people = [("卢副", "deputy"), ("钱办", "staff")]
    with open_session(house.engine, 1) as session:
        for name, role in people:
            add_person(session, house, name, role)
        for number in range(1, count + 1):
            add_unit(session, house, number, rank)
    for name, _role in people:
        link(house, name)
    voices = [Voice(house, f"理{n}") for n in range(1, count + 1)]
    return Board(house, Voice(house, "秦书"), Voice(house, "卢副"), Voice(house, "钱办"), voices)


def add_person(session, house, name, role, *, chat=False):
    """A person with a role, perhaps in chat."""
    now = house.clock()
    person = Person(name=name, added_at=now)
    session.add(person)
    session.flush()
    session.add(RoleGrant(person_id=person.id, role=role, starts_on=now.date()))
    if chat:
        row = ChatIdentity(
            person_id=person.id, platform="console", account=name, chat=name, linked_at=now, chosen_at=now
        )
        session.add(row)
        session.flush()
        person.identity_id = row.id
    session.flush()
    return person


def add_unit(session, house, number, rank):
    """A member unit with its contact."""
    person = add_person(session, house, f"理{number}", "contact", chat=True)
    unit = Unit(
        number=number,
        code=f"{number:018d}",
        name=f"单位{number}",
        name_key=f"单位{number}",
        category="training",
        rank=rank,
        region="",
        joined_on=house.clock().date(),
        status="active",
    )
    session.add(unit)
    session.flush()
    session.add(UnitContact(unit_id=unit.id, person_id=person.id, since=house.clock().date()))
    session.flush()


def acts_for(house, name, number):
    """A person acts for one more unit, from now on."""
    from sqlalchemy import select

    with open_session(house.engine, 1) as session:
        person = session.scalars(select(Person).where(Person.name == name)).one()
        unit = session.scalars(select(Unit).where(Unit.number == number)).one()
        session.add(UnitContact(unit_id=unit.id, person_id=person.id, since=house.clock().date()))


def strict(house):
    """The same house with a screener that holds one word, so that a test does not hang on the screening rules."""
    from dataclasses import replace

    from core.screening import Finding, Severity

    def screener(text, _session, _today):
        start = text.find("否则")
        found = Finding("M02", Severity.HIGH, start, start + 2, "否则", "test", "依据", "原因", "改写")
        return (found,) if start >= 0 else ()

    return replace(house, screener=screener)


def tables_of(house):
    """Every row of every table as text, by table: what somebody with the database sees."""
    from sqlalchemy import inspect, text

    found = {}
    with house.engine.connect() as connection:
        for name in inspect(house.engine).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{name}"')).mappings()
            found[name] = [dict(row) for row in rows]
    return found
