"""Surveys from the first draft to what is done about the answers."""

from bot.messages import FileIn
from tests.faults.lines.line import Line

MADE = (("钱办", "survey create 2026年服务测评 全体 2026-12-20 service_quality"),)
OPEN = (*MADE, ("钱办", "survey open S-1"), ("卢副", "approval approve P-{approval}"))
SHORT = (
    ("钱办", "survey create 一题 全体 2026-12-20 service_quality"),
    *(("钱办", f"survey drop S-1 {number}") for number in range(15, 1, -1)),
    ("钱办", "survey open S-1"),
    ("卢副", "approval approve P-{approval}"),
    ("联络1", "survey answer S-1 1 4"),
)
NAMED = (
    ("钱办", "survey create 记名测评 全体 2026-12-20 service_quality --identified"),
    ("钱办", "survey open S-1"),
    ("卢副", "approval approve P-{approval}"),
    ("钱办", "survey close S-1"),
)
CLOSED = (*OPEN, ("钱办", "survey close S-1"))
ACTION = (*CLOSED, ("钱办", "survey action add S-1 钱办 2026-12-30 整改一"))
TEMPLATE = 'code = "own"\ntitle = "自己的问卷"\nversion = "3"\n[[question]]\nkind = "likert"\ntext = "满意吗"\n'
CHANGING = {
    "survey upload": Line("钱办", "survey upload", (FileIn("自己的.toml", TEMPLATE.encode()),)),
    "survey create": Line(*MADE[0], random=True),
    "survey edit": Line("钱办", "survey edit S-1 title=新", before=MADE),
    "survey question": Line("钱办", "survey question S-1 text 还有意见吗", before=MADE),
    "survey drop": Line("钱办", "survey drop S-1 13", before=MADE),
    "survey open": Line("钱办", "survey open S-1", before=MADE),
    "survey remind": Line("钱办", "survey remind S-1", before=OPEN),
    "survey extend": Line("钱办", "survey extend S-1 2026-12-25", before=OPEN),
    "survey slips": Line("钱办", "survey slips S-1 张数=1", before=OPEN, random=True),
    "survey answer": Line("联络1", "survey answer S-1 1 4", before=OPEN, random=True),
    "survey submit": Line("联络1", "survey submit S-1", before=SHORT, random=True),
    "survey close": Line("钱办", "survey close S-1", before=OPEN, random=True),
    "survey export": Line("钱办", "survey export S-1", before=CLOSED),
    "survey answers": Line("钱办", "survey answers S-1", before=NAMED),
    "survey action add": Line(*ACTION[-1], before=CLOSED),
    "survey action done": Line("钱办", "survey action done T-1 已办", before=ACTION),
    "survey year": Line("钱办", "survey year 2026", before=CLOSED),
}
READING = {
    "survey templates": Line("钱办", "survey templates"),
    "survey preview": Line("钱办", "survey preview S-1", before=MADE),
    "survey list": Line("钱办", "survey list", before=OPEN),
    "survey status": Line("钱办", "survey status S-1", before=OPEN),
    "survey report": Line("钱办", "survey report S-1", before=CLOSED),
    "survey action list": Line("钱办", "survey action list", before=ACTION),
}
