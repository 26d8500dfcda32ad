"""The office itself: people, members, imports, announcements, approvals, workbooks."""

from tests.faults.lines.line import ROSTER, Line
from tests.houses import found, link


def another_association(house):
    """A second association in which the clerk's account on Telegram is linked, too."""
    found(house, name="邻省安全生产协会", code="51360000500012341U", admin="邻秘")
    for name in ("邻秘", "钱办"):
        link(house, name, platform="telegram", account="777")


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
    "export get": Line("秦书", "export get 2026-10", before=(("秦书", "export month 2026-10"),)),
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
    "outbox arrived": Line("秦书", "outbox arrived 3"),
    "outbox resend": Line("秦书", "outbox resend 3"),
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
    "switch": Line("777", "switch 邻省安全生产协会", before=(another_association,), platform="telegram"),
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
