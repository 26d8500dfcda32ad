"""A line that is run, and the state that it needs."""

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from bot.messages import FileIn, Incoming
from bot.screener import screened
from core.db import open_session
from core.outbox import OutboxMessage, State
from tests.houses import START, Voice, furnish, open_for_test

CSV = (
    "单位名称,统一社会信用代码,单位类别,会籍,入会日期,联系人,手机\n"
    "新月检测有限公司,91330100MB2X4K7Q3P,检测检验机构,会员单位,2020-01-01,季新,13900000000\n"
    "青禾检测有限公司,91330100MB2X4K7Q1H,检测检验机构,理事,2020-03-01,另一位,13900000001\n"
).encode()
ROSTER = FileIn("名册.csv", CSV)


@dataclass(frozen=True)
class Line:
    """Who says what, with which files; ``before`` is what others say first, and how many days pass meanwhile.

    A step before is (person, text), (person, text, expected error), a number of days, or something done to the house.
    ``{name}`` in a text is filled from what the replies before it said. ``random`` lines leave other secrets each
    time: there only the sizes of the tables can be compared. ``screened`` lines meet the real screening.
    """

    person: str
    text: str
    files: tuple[FileIn, ...] = ()
    before: tuple[Any, ...] = ()
    random: bool = False
    screened: bool = False
    platform: str = "console"
    fields: dict[str, str] = field(default_factory=dict)
    public_url: str = ""

    @property
    def now(self):
        """The moment at which the line is said."""
        return START + timedelta(days=sum(step for step in self.before if isinstance(step, int | float)))

    @contextmanager
    def opened(self, url, folder, *, now=None):
        """A house as this line meets it."""
        with open_for_test(url, folder, start=now or self.now) as house:
            seen = replace(house, public_url=self.public_url or house.public_url)
            yield replace(seen, screener=screened) if self.screened else seen

    def prepared(self, house):
        """Say what comes before; returns what the replies said."""
        known = {}
        for step in self.before:
            if callable(step):
                step(house)
            elif isinstance(step, int | float):
                house.clock.forward(days=step)
            else:
                known |= _said(house, known, *step)
        return known

    def filled(self, known):
        """The line with its gaps filled from what was said before it."""
        return replace(self, text=self.text.format_map(known) if known else self.text)

    def incoming(self, update, **other):
        """The line as an update that a script sends."""
        return Incoming(
            self.platform,
            update,
            self.person,
            self.person,
            text=self.text,
            files=self.files,
            fields={"_confirm": "yes"} | self.fields,
            interactive=False,
            display_name="t",
            **other,
        )


def _said(house, known, person, text, error=None):
    reply = Voice(house, person).do(text.format_map(known), fields={"_confirm": "yes"})
    assert reply.error == error, (text, reply.text)
    return reply.data if isinstance(reply.data, dict) else {}


def prepare(house):
    """A state in which each of the lines below makes sense."""
    office = furnish(house)
    for title in ("第一件", "第二件", "第三件"):
        office.clerk.do(f"announce draft 通知 {title} 全体 正文{title}")
    office.clerk.do("announce submit A-3")
    office.clerk.do("announce submit A-2")
    office.deputy.do("approval approve P-3")
    office.clerk.do("qualification set M-1 甲级资质 2027-05-01")
    for name in ("闲人", "旧人"):
        office.clerk.do(f"person add {name}")
    office.secretary.do("person remove 旧人 离任", fields={"_confirm": "yes"})
    office.secretary.do("person hold 联络2 待查")
    office.clerk.do("member status M-2 suspended 待查")
    with open_session(house.engine) as session:
        changed = update(OutboxMessage).where(OutboxMessage.state == State.PENDING).values(state=State.HELD)
        session.execute(changed, execution_options={"unscoped": True})
        for content, state in ((1, State.FAILED), (3, State.UNKNOWN)):
            ended = update(OutboxMessage).where(OutboxMessage.content_id == content).values(state=state)
            session.execute(ended, execution_options={"unscoped": True})
    office.clerk.do("member status M-2 active 已查清")
    office.clerk.do("member import", files=(ROSTER,))
    office.clerk.do("member import", files=(FileIn("乙.csv", CSV.replace(b"3P", b"4T").replace(b"1H", b"2L")),))
    office.clerk.do("import confirm I-2")
    return office
