"""The proof of service of an announcement as a sheet. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from announcements.queries import Copy
from exports.sheets import Cell, Column, Kind, Sheet

STATES = {
    "pending": "待发送",
    "held": "暂停",
    "sending": "发送中",
    "sent": "已送达",
    "failed": "失败",
    "unknown": "结果不明",
    "unreachable": "无法送达",
    "cancelled": "已取消",
    "dead": "多次失败",
}
COLUMNS = (
    Column("序号", "row", Kind.NUMBER, 8),
    Column("姓名", "name", width=14),
    Column("渠道", "platform", width=12),
    Column("状态", "state", width=12),
    Column("平台消息编号", "message_id", width=22),
    Column("送达时间", "sent_at", Kind.MOMENT, 18),
    Column("确认时间", "acknowledged_at", Kind.MOMENT, 18),
    Column("确认渠道", "channel", width=16),
    Column("原因", "error", width=20),
)


def sheet(zone: ZoneInfo, document_number: str, title: str, copies: Sequence[Copy]) -> Sheet:
    """One row per recipient; times are of the association's zone."""
    rows: list[tuple[Cell, ...]] = []
    for index, copy in enumerate(copies, 1):
        rows.append(
            (
                index,
                copy.name,
                copy.platform,
                STATES.get(copy.state, copy.state),
                copy.message_id,
                _local(zone, copy.sent_at),
                _local(zone, copy.acknowledged_at),
                copy.channel,
                copy.error,
            )
        )
    return Sheet("送达证明", "proof", COLUMNS, rows, notes=(f"{document_number} {title}",))


def _local(zone: ZoneInfo, moment: datetime | None) -> datetime | None:
    return moment.astimezone(zone).replace(tzinfo=None, microsecond=0) if moment else None
