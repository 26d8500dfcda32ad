"""Facts that are graded."""

from bot.messages import FileIn
from tests.faults.lines.line import Line

SHEET = FileIn("事实.csv", "会员,项目,日期,证据\nM-1,industry_warning,2026-03-02,警告决定书\n".encode())
ADDED = ("钱办", "fact add M-1 dishonest_list 2026-03-02 列入决定书〔2026〕3号 现场检查发现")
CHANGING = {
    "fact add": Line(*ADDED),
    "fact amend": Line("钱办", "fact amend Q-1 日期抄错 day=2026-03-03", before=(ADDED,)),
    "fact correct": Line("钱办", "fact correct Q-1 2026-09-01 已整改", before=(ADDED,)),
    "fact repair": Line("钱办", "fact repair Q-1 2026-09-01 已移出名单", before=(ADDED,)),
    "fact revoke": Line("钱办", "fact revoke Q-1 登错单位", before=(ADDED,)),
    "fact import": Line("钱办", "fact import --enter", files=(SHEET,)),
}
READING = {
    "fact list": Line("钱办", "fact list M-1", before=(ADDED,)),
    "fact show": Line("钱办", "fact show Q-1", before=(ADDED,)),
}
