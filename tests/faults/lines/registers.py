"""Professional registers: entries, proposals of members, spreadsheets, reports."""

from bot.messages import FileIn
from tests.faults.lines.line import Line

ENGINEER = ("钱办", "register add safety_engineer M-1 季工 煤矿 高级 ZC-1 2028-01-01")
PROPOSED = ("联络1", "my register add safety_engineer 季工 煤矿 高级 ZC-2 2028-01-01")
SHEET = FileIn(
    "注安师.csv", "会员编号,姓名,专业类别,级别,注册证号,注册有效期至\nM-0001,季工,煤矿,高级,ZC-9,2028-01-01\n".encode()
)


def uploaded(house):
    """A spreadsheet that waits for confirmation."""
    from tests.houses import Voice

    reply = Voice(house, "钱办").do("register import safety_engineer", files=(SHEET,))
    assert reply.error is None, reply.text


def with_file(house):
    """An entry that carries a file."""
    from tests.houses import Voice

    line = "register add technical_service M-1 检测检验 APJ-1 省厅 2028-01-01"
    reply = Voice(house, "钱办").do(line, files=(FileIn("证书.pdf", b"%PDF"),))
    assert reply.error is None, reply.text


CHANGING = {
    "my register add": Line("联络1", PROPOSED[1]),
    "my register edit": Line("联络1", "my register edit E-1 级别=中级", before=(ENGINEER,)),
    "my register end": Line("联络1", "my register end E-1 调离", before=(ENGINEER,)),
    "register add": Line(*ENGINEER),
    "register confirm": Line("钱办", "register confirm 1", before=(PROPOSED,)),
    "register decline": Line("钱办", "register decline 1 资料不全", before=(PROPOSED,)),
    "register edit": Line("钱办", "register edit E-1 level=中级", before=(ENGINEER,)),
    "register end": Line("钱办", "register end E-1 调离", before=(ENGINEER,)),
    "register export": Line("钱办", "register export safety_engineer", before=(ENGINEER,)),
    "register file": Line("钱办", "register file E-1", before=(with_file,)),
    "register import": Line("钱办", "register import safety_engineer", (SHEET,)),
    "register import confirm": Line("钱办", "register import confirm 1", before=(uploaded,)),
    "register import undo": Line(
        "钱办", "register import undo 1", before=(uploaded, ("钱办", "register import confirm 1"))
    ),
}
READING = {
    "my register list": Line("联络1", "my register list"),
    "my register show": Line("联络1", "my register show E-1", before=(ENGINEER,)),
    "register fields": Line("钱办", "register fields safety_engineer"),
    "register list": Line("钱办", "register list"),
    "register proposal": Line("钱办", "register proposal 1", before=(PROPOSED,)),
    "register report": Line("钱办", "register report safety_engineer"),
    "register show": Line("钱办", "register show E-1", before=(ENGINEER,)),
    "register template": Line("钱办", "register template safety_engineer"),
    "register waiting": Line("钱办", "register waiting"),
}
