"""One line for every command: what the kill tests and the fault tests run. A new command needs a line here."""

from dataclasses import dataclass, field

from sqlalchemy import update

from bot.messages import FileIn, Incoming
from core.db import open_session
from core.outbox import OutboxMessage, State
from tests.houses import furnish

CSV = (
    "单位名称,统一社会信用代码,单位类别,会籍,入会日期,联系人,手机\n"
    "新月检测有限公司,91330100MB2X4K7Q3P,检测检验机构,会员单位,2020-01-01,季新,13900000000\n"
    "青禾检测有限公司,91330100MB2X4K7Q1H,检测检验机构,理事,2020-03-01,另一位,13900000001\n"
).encode()
ROSTER = FileIn("名册.csv", CSV)


@dataclass(frozen=True)
class Line:
    """Who says what, with which files."""

    person: str
    text: str
    files: tuple[FileIn, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)

    def incoming(self, update: str, **other) -> Incoming:
        """The line as an update that a script sends."""
        return Incoming(
            "console",
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
        for content, state in ((1, State.FAILED), (2, State.UNKNOWN)):
            ended = update(OutboxMessage).where(OutboxMessage.content_id == content).values(state=state)
            session.execute(ended, execution_options={"unscoped": True})
    office.clerk.do("member status M-2 active 已查清")
    office.clerk.do("member import", files=(ROSTER,))
    office.clerk.do("member import", files=(FileIn("乙.csv", CSV.replace(b"3P", b"4T").replace(b"1H", b"2L")),))
    office.clerk.do("import confirm I-2")
    return office


CHANGING = {
    "announce ack": Line("联络1", "announce ack A-2"),
    "announce chase": Line("钱办", "announce chase A-2"),
    "announce draft": Line("钱办", "announce draft 通知 标题 全体 正文"),
    "announce edit": Line("钱办", "announce edit A-1 title=新标题"),
    "announce proof": Line("钱办", "announce proof A-2"),
    "announce submit": Line("钱办", "announce submit A-1"),
    "announce withdraw": Line("卢副", "announce withdraw A-2 有误"),
    "approval approve": Line("卢副", "approval approve P-2"),
    "approval decline": Line("卢副", "approval decline P-2 再改"),
    "calendar publish": Line("秦书", "calendar publish 2027 2027-01-01"),
    "contact add": Line("钱办", "contact add M-2 林新 13900000002"),
    "contact end": Line("钱办", "contact end M-1 联络1"),
    "export month": Line("秦书", "export month 2026-10"),
    "import confirm": Line("钱办", "import confirm I-1"),
    "import undo": Line("钱办", "import undo I-2"),
    "language": Line("钱办", "language en"),
    "leave": Line("联络2", "leave"),
    "member add": Line("钱办", "member add 新月 91330100MB2X4K7Q3P 检测检验机构 会员单位 杭州市"),
    "member edit": Line("钱办", "member edit M-1 region=宁波市"),
    "member export": Line("钱办", "member export region=杭州市"),
    "member import": Line("钱办", "member import", (ROSTER,)),
    "member status": Line("钱办", "member status M-1 suspended 理由"),
    "my data": Line("联络1", "my data"),
    "outbox discard": Line("秦书", "outbox discard"),
    "outbox release": Line("秦书", "outbox release"),
    "outbox arrived": Line("秦书", "outbox arrived 2"),
    "outbox resend": Line("秦书", "outbox resend 2"),
    "outbox retry": Line("秦书", "outbox retry 1"),
    "person add": Line("秦书", "person add 季新"),
    "person disclose": Line("秦书", "person disclose 联络1"),
    "person edit": Line("秦书", "person edit 联络1 phone=13900000003"),
    "person erase": Line("秦书", "person erase 旧人"),
    "person hold": Line("秦书", "person hold 联络1 待查"),
    "person invite": Line("秦书", "person invite 联络1"),
    "person remove": Line("秦书", "person remove 闲人 调离"),
    "person unhold": Line("秦书", "person unhold 联络2 已查清"),
    "qualification remove": Line("钱办", "qualification remove M-1 甲级资质"),
    "qualification set": Line("钱办", "qualification set M-1 甲级资质 2028-05-01"),
    "role end": Line("秦书", "role end 钱办 staff 轮岗"),
    "role grant": Line("秦书", "role grant 钱办 evaluator"),
}
READING = {
    "announce history": Line("钱办", "announce history A-2"),
    "announce list": Line("钱办", "announce list"),
    "announce preview": Line("钱办", "announce preview A-1"),
    "announce status": Line("钱办", "announce status A-2"),
    "approval list": Line("卢副", "approval list"),
    "approval show": Line("卢副", "approval show P-2"),
    "audit list": Line("秦书", "audit list"),
    "audit show": Line("秦书", "audit show R-1"),
    "audit verify": Line("秦书", "audit verify"),
    "calendar deadline": Line("钱办", "calendar deadline 2026-10-08 5 工作日"),
    "cancel": Line("钱办", "cancel"),
    "export list": Line("秦书", "export list"),
    "help": Line("钱办", "help"),
    "import list": Line("钱办", "import list"),
    "member find": Line("钱办", "member find 青禾"),
    "member list": Line("钱办", "member list"),
    "member show": Line("钱办", "member show M-1"),
    "outbox list": Line("秦书", "outbox list"),
    "outbox show": Line("秦书", "outbox show 1"),
    "person list": Line("秦书", "person list"),
    "role list": Line("秦书", "role list 钱办"),
    "start": Line("钱办", "start"),
    "whoami": Line("钱办", "whoami"),
}
