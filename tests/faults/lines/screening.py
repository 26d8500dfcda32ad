"""Texts that screening holds, and who lets them go."""

from bot.messages import FileIn
from core import attachments
from core.db import open_session
from tests.faults.lines.line import Line
from tests.houses import link

GRAVE = "各会员单位必须参加本次培训并缴纳培训费1200元，未参加的不予办理年检。"
HELD = (
    ("秦书", "person add 严监"),
    ("秦书", "role grant 严监 supervisor"),
    ("卢副", "approval approve P-{approval}"),
    lambda house: link(house, "严监"),
    ("钱办", f"announce draft 通知 培训 全体 {GRAVE}"),
    ("钱办", "announce submit A-4", "held_by_screening"),
)
RULES = (FileIn("规则.yaml", b"category: M08\nrules: []\n"),)


def keep_rules(house):
    """A file of rules is with the office already: trying it leaves nothing behind."""
    with open_session(house.engine, 1) as session:
        kept = attachments.store(session, RULES[0].name, RULES[0].content, "text/plain", house.clock())
        assert kept.id == 3, "the office holds two files already"


CHANGING = {
    "screen release": Line(
        "严监", "screen release H-5 已与法务核实，委托文件齐全，可以发出", before=HELD, screened=True
    ),
    "screen mark": Line("严监", "screen mark H-5 M05-absent-harmed@2 误报", before=HELD, screened=True),
}
READING = {
    "screen": Line("钱办", f"screen {GRAVE}", screened=True),
    "screen rules try": Line("钱办", "screen rules try file=#3", before=(keep_rules,), screened=True),
    "screen list": Line("钱办", "screen list", before=HELD, screened=True),
    "screen show": Line("钱办", "screen show H-5", before=HELD, screened=True),
    "screen stats": Line("钱办", "screen stats", screened=True),
}
