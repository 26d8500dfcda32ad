"""Dues, and members that are entered twice."""

from bot.messages import FileIn
from tests.faults.lines.line import Line

SET = ("钱办", "dues set 2026 「会员单位 3000」 会员大会决议 2025-12-20 2026-12-31")
RAISED = (SET, ("钱办", "dues raise 2026"))
PAID = (*RAISED, ("钱办", "dues pay F-1 1000 2026-10-01 S1"))
LIST = FileIn("流水.csv", "会员编号,金额,日期,收据号\nM-1,1000,2026-10-01,S7\nM-2,99999,2026-10-01,S8\n".encode())


def a_list(house):
    """A list of payments that waits for confirmation."""
    from tests.houses import Voice

    Voice(house, "钱办").do("dues import", files=(LIST,))


CHANGING = {
    "dues cancel": Line("钱办", "dues cancel F-1 计错", before=RAISED),
    "dues correct": Line("钱办", "dues correct F-1 S1 记错", before=PAID),
    "dues export": Line("钱办", "dues export", before=RAISED),
    "dues import": Line("钱办", "dues import", (LIST,), before=RAISED),
    "dues import confirm": Line("钱办", "dues import confirm B-1", before=(*RAISED, a_list)),
    "dues pay": Line("钱办", "dues pay F-1 1000 2026-10-01 S1", before=RAISED),
    "dues preview": Line("钱办", "dues preview 2026", before=(SET,)),
    "dues raise": Line("钱办", "dues raise 2026", before=(SET,)),
    "dues refund": Line("钱办", "dues refund F-1 500 2026-10-02 T1 多收", before=PAID),
    "dues set": Line(*SET),
    "dues waive": Line("钱办", "dues waive F-1 困难", before=RAISED),
    "duplicates compare": Line("钱办", "duplicates compare M-1 M-2"),
    "duplicates dismiss": Line("钱办", "duplicates dismiss M-1 M-2 两家"),
    "duplicates merge": Line("钱办", "duplicates merge M-1 M-2 同一家"),
}
READING = {
    "dues ageing": Line("钱办", "dues ageing", before=PAID),
    "dues card": Line("钱办", "dues card F-1", before=PAID),
    "dues list": Line("钱办", "dues list", before=PAID),
    "dues schedule": Line("钱办", "dues schedule", before=(SET,)),
    "dues show": Line("钱办", "dues show M-1", before=PAID),
    "duplicates": Line("钱办", "duplicates"),
    "my dues": Line("联络1", "my dues", before=PAID),
}
