"""Many members for surveys, and the short ways through one: opened, answered, closed."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import select

from bot.dispatch import House
from core.access import Actor, Permission
from core.associations import association_by_id
from core.db import open_session
from core.transaction import Tx
from membership.models import Unit, UnitContact
from people.models import ChatIdentity, Person, RoleGrant
from surveys import queries, usecases
from surveys.models import Survey
from tests.houses import Office, Voice, furnish

CANARY = "金丝雀意见"
HALVES = {"杭州市": 6, "宁波市": 7}
SHEET = {
    **dict.fromkeys(
        (
            *("response_time", "response_care", "expertise_advice", "expertise_standards", "openness_affairs"),
            *("openness_notice", "fees_basis", "fees_value", "fairness_equal", "fairness_process", "overall"),
        ),
        4,
    ),
    "recommend": 9,
}


def settle(house: House, where: Mapping[str, int], *, chats: bool = True) -> list[Voice]:
    """So many units in each region, each with a contact called 会员1, 会员2 …, in chat or not."""
    voices = []
    with open_session(house.engine, 1) as session:
        for number, region in enumerate((region for region, count in where.items() for _i in range(count)), 1):
            person = Person(name=f"会员{number}", added_at=house.clock())
            unit = Unit(
                number=100 + number, code=f"C{number:017d}", name=f"{region}单位{number}", name_key=f"u{number}"
            )
            unit.category, unit.rank, unit.region, unit.status = "testing", "member", region, "active"
            unit.joined_on = date(2020, 1, 1)
            session.add_all([person, unit])
            session.flush()
            session.add(UnitContact(unit_id=unit.id, person_id=person.id, since=date(2020, 1, 1)))
            session.add(RoleGrant(person_id=person.id, role="contact", starts_on=date(2020, 1, 1)))
            if chats:
                person.identity_id = _chat(house, session, person)
            voices.append(Voice(house, person.name))
    return voices


def _chat(house: House, session: Any, person: Person) -> int:
    moment = house.clock()
    identity = ChatIdentity(person_id=person.id, platform="console", account=person.name, chat=person.name)
    identity.linked_at = identity.chosen_at = moment
    session.add(identity)
    session.flush()
    return identity.id


def opened(
    house: House,
    where: Mapping[str, int] | None = None,
    *,
    line: str = "问卷 新建 2026年服务测评 全体 2026-10-20 service_quality 分组=地区",
    chats: bool = True,
) -> tuple[Office, list[Voice]]:
    """An office whose survey S-1 has been opened to everybody."""
    office = furnish(house)
    voices = settle(house, where or HALVES, chats=chats)
    office.clerk.do(line)
    request = office.clerk.do("问卷 发起 S-1").data["approval"]
    assert office.deputy.do(f"审批 同意 P-{request}").error is None
    return office, voices


def hand_in(voice: Voice, **answers: Any) -> None:
    """Answer the standard survey in chat, line by line, and hand it in."""
    voice.do("问卷 填写 S-1 1 4")
    with open_session(voice.house.engine, 1) as session:
        codes = [one.code for one in queries.form_of(queries.survey_by_number(session, 1)).questions]
    for number, code in enumerate(codes, 1):
        value = (SHEET | answers).get(code)
        if value is not None:
            reply = voice.do(f"问卷 填写 S-1 {number} {value}")
            assert reply.error is None, reply.text
    assert voice.do("问卷 提交 S-1").error is None


def press_through(voice: Voice) -> None:
    """Answer the standard survey by buttons and typed words only, as at a telephone, and hand it in."""
    reply = voice.say("问卷 填写 S-1")
    while "question" in reply.data:
        kind = reply.data["kind"]
        if kind == "multiple":
            voice.press("☐ 培训交流")
            reply = voice.press("下一题")
        elif kind in ("number", "text"):
            reply = voice.say("12" if kind == "number" else CANARY)
        else:
            reply = voice.say(button=reply.buttons[0][-1].token)
    voice.press("提交")


@contextmanager
def acting(house: House, name: str) -> Iterator[tuple[Tx, Survey]]:
    """A unit of work for a person, with survey S-1."""
    from tests.houses import tx_for

    with tx_for(house, name) as tx:
        yield tx, queries.survey_by_number(tx.session, 1)


@contextmanager
def nobody(house: House) -> Iterator[tuple[Tx, Survey]]:
    """A unit of work as the web page has it."""
    with open_session(house.engine, 1) as session:
        actor = Actor("respondent", permissions=frozenset({Permission.ANSWER}))
        association = association_by_id(session, 1)
        tx = Tx(session, actor, association, house.clock(), house.screener, house.keys, "web")
        yield tx, queries.survey_by_number(session, 1)
        tx.finish()


def token_of(house: House, name: str) -> str:
    """The code that a person's link carries."""
    with acting(house, name) as (tx, survey):
        return queries.box_of(tx.session, house.keys, survey).token(tx.actor.person_id or 0)


def answered(house: House, names: Iterable[str], *, number: int = 1, **answers: Any) -> None:
    """These people have handed in the standard survey, with these answers."""
    with nobody(house) as (tx, _first):
        survey = queries.survey_by_number(tx.session, number)
        box = queries.box_of(tx.session, house.keys, survey)
        for person in tx.session.scalars(select(Person).where(Person.name.in_(list(names)))):
            token = box.token(person.id)
            usecases.hand_in_by_code(tx, survey=survey, token=token, sheet=SHEET | answers)


def members(first: int, last: int) -> list[str]:
    """会员3 … 会员7."""
    return [f"会员{number}" for number in range(first, last + 1)]


def by_code(house: House, token: str, **answers: Any) -> str:
    """Hand in by a code, as the web page does; returns the outcome."""
    with nobody(house) as (tx, survey):
        return usecases.hand_in_by_code(tx, survey=survey, token=token, sheet=SHEET | answers).value
