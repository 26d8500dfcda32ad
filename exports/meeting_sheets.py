"""Two sheets of the month's workbook: the meetings that took place, and what was decided with which votes."""

from dataclasses import astuple
from datetime import date

from core.i18n import speaking
from core.transaction import Tx
from exports.sheets import Cell, Column, Kind, Sheet
from meetings import queries

HELD = (
    Column("会议编号", "meeting", width=11),
    Column("机构", "body", width=16),
    Column("标题", "title", width=40),
    Column("日期", "held_on", Kind.DATE, 12),
    Column("地点", "place", width=24),
    Column("应到", "seats", Kind.NUMBER, 8),
    Column("实到", "present", Kind.NUMBER, 8),
    Column("其中委托", "by_proxy", Kind.NUMBER, 10),
    Column("议案", "motions", Kind.NUMBER, 8),
    Column("通过", "adopted", Kind.NUMBER, 8),
    Column("会次", "sessions", Kind.NUMBER, 8),
)
DECIDED = (
    Column("议案编号", "motion", width=11),
    Column("机构", "body", width=16),
    Column("事项", "matter", width=14),
    Column("标题", "title", width=40),
    Column("关于", "about", width=16),
    Column("日期", "decided_on", Kind.DATE, 12),
    Column("无记名", "secret", width=9),
    Column("书面", "written", width=9),
    Column("应到", "seats", Kind.NUMBER, 8),
    Column("实到", "present", Kind.NUMBER, 8),
    Column("同意", "yes", Kind.NUMBER, 8),
    Column("反对", "no", Kind.NUMBER, 8),
    Column("弃权", "abstain", Kind.NUMBER, 8),
    Column("未投", "silent", Kind.NUMBER, 8),
    Column("回避", "barred", Kind.NUMBER, 8),
    Column("基数", "base", Kind.NUMBER, 8),
    Column("须得票", "needed", Kind.NUMBER, 9),
    Column("结果", "outcome", width=12),
    Column("决议号", "resolution", width=26),
)
YES_NO = {True: "是", False: "否"}


def month_sheets(tx: Tx, begin: date, end: date) -> list[Sheet]:
    """Both sheets for a month, in Chinese."""
    with speaking("zh_CN"):
        held = [astuple(row) for row in queries.meetings_held(tx.session, tx.association, begin, end)]
        decided = [_spelled(astuple(row)) for row in queries.decisions(tx.session, begin, end)]
        return [Sheet("会议", "meetings", HELD, held), Sheet("表决", "decisions", DECIDED, decided)]


def _spelled(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return tuple(YES_NO[cell] if isinstance(cell, bool) else cell for cell in row)
