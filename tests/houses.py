"""A furnished office for tests: an association with officers and members, and chats to talk in."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import app, founding
from bot.delivery import Delivery
from bot.dispatch import House
from bot.messages import FileIn, Incoming, Reply
from bot.platforms.base import Outgoing
from bot.platforms.console import ConsolePlatform
from core.access import Actor, Permission
from core.associations import Association
from core.db import make_engine, open_session
from core.keys import load_key_ring
from core.screening import Finding
from core.transaction import Tx
from people.models import ChatIdentity, Person

START = datetime(2026, 10, 8, 2, 0, tzinfo=UTC)
CODE = "5133000050001234X6"
CODES = ("91330100MB2X4K7Q1H", "91330100MB2X4K7Q2L", "91330100MB2X4K7Q3P", "91330100MB2X4K7Q4T")
NUMBERS = count(1)


@dataclass
class Clock:
    """A clock that moves when told."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **how: float) -> None:
        """Move on."""
        self.now += timedelta(**how)


def no_findings(text: str, session: Session, today: date) -> tuple[Finding, ...]:
    """A screener without rules, for what is not about screening."""
    del text, session, today
    return ()


@contextmanager
def open_for_test(url: str, folder: Path, *, start: datetime = START) -> Iterator[House]:
    """A house on a database that has the schema already."""
    app.register()
    engine = make_engine(url)
    try:
        yield House(engine, no_findings, load_key_ring(folder, None), Clock(start))
    finally:
        engine.dispose()


def found(house: House, *, name: str = "试验省安全生产协会", code: str = CODE, admin: str = "秦书") -> str:
    """An association with its first secretary-general; returns the invitation code."""
    return founding.found(house, name=name, code=code, code_word="试安协", admin=admin)


@dataclass
class Voice:
    """Somebody at the console: says lines, presses buttons."""

    house: House
    name: str
    association: str | None = None
    last: Reply | None = None
    chat: str = ""
    seen: list[Outgoing] = field(default_factory=list)

    def say(self, line: str = "", *, button: str | None = None, files: tuple[FileIn, ...] = (), **more: Any) -> Reply:
        """One line, one button or one file; the reply must not be a defect."""
        incoming = Incoming(
            platform=more.pop("platform", "console"),
            update_id=more.pop("update_id", f"t{next(NUMBERS)}"),
            account=more.pop("account", self.name),
            chat=self.chat or self.name,
            text=line,
            button=button,
            files=files,
            association=self.association,
            **more,
        )
        reply = self.house.handle(incoming)
        assert reply is not None
        assert not reply.failed, reply.text
        self.last = reply
        return reply

    def press(self, label: str) -> Reply:
        """Press a button of the last reply."""
        assert self.last is not None
        flat = [button for row in self.last.buttons for button in row]
        token = next(button.token for button in flat if button.label == label)
        return self.say(button=token)

    def do(self, line: str, **more: Any) -> Reply:
        """One command as a script sends it."""
        return self.say(line, interactive=False, **more)


@contextmanager
def tx_for(house: House, name: str, *, association_id: int | None = None) -> Iterator[Tx]:
    """A unit of work for a named person with their rights, committed at the end."""
    from people import queries

    with open_session(house.engine) as session:
        chatter = queries.chatter_by_name(session, name)
        with _entered(session, chatter.association.id):
            actor = queries.actor_for(
                session, chatter.person, chatter.association, chatter.association.day(house.clock())
            )
            tx = Tx(session, actor, chatter.association, house.clock(), house.screener, house.keys, "test")
            yield tx
            tx.finish()


@contextmanager
def _entered(session: Session, association_id: int) -> Iterator[None]:
    from core.db import enter

    enter(session, association_id)
    yield


def system(house: House, association_id: int, *permissions: Permission) -> Any:
    """A unit of work of the system."""

    @contextmanager
    def opened() -> Iterator[Tx]:
        with open_session(house.engine, association_id) as session:
            association = session.get(Association, association_id)
            assert association is not None
            actor = Actor("test", permissions=frozenset(permissions))
            tx = Tx(session, actor, association, house.clock(), house.screener, house.keys, "test")
            yield tx
            tx.finish()

    return opened()


def link(house: House, name: str, *, platform: str = "console", account: str | None = None) -> None:
    """Give a person a chat, as joining does."""
    with open_session(house.engine) as session:
        person = session.scalars(select(Person).where(Person.name == name), execution_options={"unscoped": True}).one()
        session.info["association_id"] = person.association_id
        identity = ChatIdentity(
            person_id=person.id,
            platform=platform,
            account=account or name,
            chat=account or name,
            linked_at=house.clock(),
            chosen_at=house.clock(),
        )
        session.add(identity)
        session.flush()
        person.identity_id = identity.id


def deliver(house: House) -> list[tuple[str, Outgoing]]:
    """Send everything that is due at the console; returns (chat, message) in order."""
    arrived: list[tuple[str, Outgoing]] = []
    platform = ConsolePlatform(lambda chat, outgoing: arrived.append((chat, outgoing)))
    asyncio.run(Delivery(house, {"console": platform}).drain())
    return arrived


@dataclass
class Office:
    """A small working association: a secretary-general, a deputy, one clerk, two members with contacts in chat."""

    house: House
    secretary: Voice
    deputy: Voice
    clerk: Voice
    contacts: list[Voice]


def furnish(house: House) -> Office:
    """Set the office up through its own commands."""
    found(house)
    secretary = Voice(house, "秦书")
    for name, role in (("卢副", "deputy"), ("钱办", "staff")):
        secretary.do(f"person add {name}")
        secretary.do(f"role grant {name} {role}")
        link(house, name)
    deputy, clerk = Voice(house, "卢副"), Voice(house, "钱办")
    for waiting in deputy.do("approval list").data:
        deputy.do(f"approval approve {waiting[0]}")
    contacts = []
    for index, (unit, region) in enumerate((("青禾检测有限公司", "杭州市"), ("云岭安全评价有限公司", "宁波市"))):
        category = "检测检验机构" if index == 0 else "安全评价机构"
        clerk.do(f"member add {unit} {CODES[index]} {category} 会员单位 {region} 2020-03-0{index + 1}")
        clerk.do(f"contact add M-{index + 1} 联络{index + 1}")
        link(house, f"联络{index + 1}")
        contacts.append(Voice(house, f"联络{index + 1}"))
    return Office(house, secretary, deputy, clerk, contacts)
