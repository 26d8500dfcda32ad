"""Bodies, meetings and motions, from the seats to the minutes. The board of supervisors has three: two members, one clerk."""

from bot.messages import FileIn
from tests.faults.lines.line import Line

SEATED = tuple(("钱办", f"body seat 监事会 {name}") for name in ("联络1", "联络2", "钱办"))
CALLED = (*SEATED, ("钱办", "meeting call 监事会 2026-10-20 14:00 会议室 三届五次会议 一、审议报告"))
PUT = (*CALLED, ("钱办", "motion put K-1 标题一 议案正文一"))
MET = (12 + 4 / 24, *((name, "meeting attend K-1") for name in ("联络1", "联络2", "钱办")))
SITTING = (*PUT, *MET, ("钱办", "meeting open K-1 联络1"))
VOTING = (*SITTING, ("钱办", "motion open V-1 分钟=10"))
VOTED = (*VOTING, *((name, "motion vote V-1 同意") for name in ("联络1", "联络2", "钱办")), 11 / 1440)
COUNTED = (*VOTED, ("钱办", "motion close V-1"))
SECRET = (
    *CALLED,
    ("钱办", "motion put K-1 标题一 议案正文一 --secret"),
    *MET,
    ("钱办", "meeting open K-1 联络1"),
    ("钱办", "motion open V-1 分钟=10"),
)
ELECTING = (
    *CALLED,
    ("钱办", "motion put K-1 选举监事长 选举监事长一名 候选人=联络1、联络2 名额=1 --secret"),
    *SECRET[len(CALLED) + 1 :],
    ("联络1", "motion paper V-1"),
)
COUNCIL = (
    ("钱办", "member edit M-1 rank=理事"),
    ("秦书", "body set 理事会 委托=1 章程第二十条"),
    ("卢副", "approval approve P-{approval}"),
    ("钱办", "meeting call 理事会 2026-10-20 14:00 会议室 三届五次会议 一、审议报告"),
)
PROXY = ("联络1", "meeting proxy K-1 联络2")
OVER = (*COUNTED, ("钱办", "meeting close K-1"))
MINUTED = (*OVER, ("钱办", "meeting minutes K-1 正文"), ("卢副", "approval approve P-{approval}"))
CHANGING = {
    "body seat": Line(*SEATED[0]),
    "body unseat": Line("钱办", "body unseat 监事会 联络1", before=SEATED),
    "body set": Line("秦书", "body set 监事会 法定人数=2/3 章程第二十条"),
    "meeting call": Line(*CALLED[-1], before=SEATED),
    "meeting change": Line("钱办", "meeting change K-1 place=另一室", before=CALLED),
    "meeting cancel": Line("钱办", "meeting cancel K-1 改期", before=CALLED),
    "meeting adjourn": Line("钱办", "meeting adjourn K-1 2026-10-30 14:00 人数不足", before=(*CALLED, 12 + 4 / 24)),
    "meeting invite": Line("钱办", "meeting invite K-1 闲人", before=CALLED),
    "meeting document": Line(
        "钱办", "meeting document K-1", (FileIn("材料.txt", "会费收支表".encode()),), before=CALLED
    ),
    "meeting attend": Line("联络1", "meeting attend K-1", before=CALLED),
    "meeting excuse": Line("联络1", "meeting excuse K-1 出差", before=CALLED),
    "meeting leave": Line("钱办", "meeting leave K-1 联络2", before=SITTING),
    "meeting open": Line("钱办", "meeting open K-1 联络1", before=(*PUT, *MET)),
    "meeting close": Line("钱办", "meeting close K-1", before=COUNTED),
    "meeting minutes": Line("钱办", "meeting minutes K-1 正文", before=OVER, random=True),
    "meeting proxy": Line(*PROXY, before=COUNCIL),
    "meeting proxy-end": Line("联络1", "meeting proxy-end K-1", before=(*COUNCIL, PROXY)),
    "motion put": Line("钱办", "motion put K-1 标题一 议案正文一", before=CALLED),
    "motion edit": Line("钱办", "motion edit V-1 title=新", before=PUT),
    "motion withdraw": Line("钱办", "motion withdraw V-1 再议", before=PUT),
    "motion recuse": Line("联络1", "motion recuse V-1 利害关系", before=SITTING),
    "motion open": Line("钱办", "motion open V-1 分钟=10", before=SITTING),
    "motion vote": Line("联络1", "motion vote V-1 同意", before=VOTING),
    "motion remind": Line("钱办", "motion remind V-1", before=VOTING),
    "motion close": Line("钱办", "motion close V-1", before=VOTED),
    "motion announce": Line("钱办", "motion announce V-1", before=COUNTED),
    "motion paper": Line("联络1", "motion paper V-1", before=SECRET, random=True),
    "motion cast": Line(
        "联络1", "motion cast {paper} 同意", before=(*SECRET, ("联络1", "motion paper V-1")), random=True
    ),
}
READING = {
    "motion pick": Line("联络1", "motion pick {paper} 联络1", before=ELECTING, random=True),
    "body list": Line("钱办", "body list"),
    "body show": Line("钱办", "body show 监事会", before=SEATED),
    "meeting list": Line("钱办", "meeting list", before=CALLED),
    "meeting show": Line("钱办", "meeting show K-1", before=CALLED),
    "meeting quorum": Line("钱办", "meeting quorum K-1", before=CALLED),
    "meeting read": Line("钱办", "meeting read K-1", before=MINUTED),
    "motion list": Line("钱办", "motion list", before=PUT),
    "motion show": Line("钱办", "motion show V-1", before=PUT),
    "motion result": Line("钱办", "motion result V-1", before=COUNTED),
}
