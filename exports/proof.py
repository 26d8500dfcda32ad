"""The proof of service of an announcement as sheets: every copy, every unit, every reminder, every version. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from announcements.queries import Copy, UnitCopy, Wave
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
    Column("是否打开", "opened", width=18),
    Column("确认时间", "acknowledged_at", Kind.MOMENT, 18),
    Column("确认渠道", "channel", width=16),
    Column("原因", "error", width=20),
    Column("单位", "unit", width=30),
)
UNIT_COLUMNS = (
    Column("会员编号", "unit", width=12),
    Column("单位全称", "name", width=34),
    Column("应送达人数", "people", Kind.NUMBER, 12),
    Column("已送达", "delivered", Kind.NUMBER, 10),
    Column("已确认", "confirmed", Kind.NUMBER, 10),
    Column("结论", "verdict", width=14),
)
WAVE_COLUMNS = (
    Column("事项", "what", width=22),
    Column("对象", "name", width=14),
    Column("渠道", "platform", width=12),
    Column("状态", "state", width=12),
    Column("平台消息编号", "message_id", width=22),
    Column("送达时间", "sent_at", Kind.MOMENT, 18),
    Column("原因", "error", width=20),
)
VERSION_COLUMNS = (
    Column("版本", "version", Kind.NUMBER, 8),
    Column("发布时间", "published_at", Kind.MOMENT, 18),
    Column("签发人", "released_by", width=14),
    Column("标题", "title", width=40),
    Column("应送达人数", "recipients", Kind.NUMBER, 12),
    Column("备注", "remark", width=24),
)
WAVES = {"groups": "发到群", "escalate:chats": "改用其他渠道", "escalate:contacts": "转催单位其他联系人"}


@dataclass(frozen=True)
class VersionLine:
    """One published version, with the name of whoever released it."""

    version: int
    published_at: datetime
    released_by: str
    title: str
    recipients: int
    recalled: bool


@dataclass(frozen=True)
class Proof:
    """All that is known of how an announcement was served."""

    zone: ZoneInfo
    document_number: str
    title: str
    copies: Sequence[Copy]
    units: Mapping[int, Sequence[tuple[str, str]]]
    by_unit: Sequence[UnitCopy]
    waves: Sequence[Wave]
    versions: Sequence[VersionLine] = field(default_factory=tuple)


def sheets(proof: Proof) -> list[Sheet]:
    """The sheets of the workbook; times are of the association's zone."""
    note = (f"{proof.document_number} {proof.title}", "Telegram、Slack 不提供“已打开”信息，仅以确认为准。")
    copies = [_copy(proof, index, copy) for index, copy in enumerate(proof.copies, 1)]
    units = [_unit(one) for one in proof.by_unit]
    waves = [_wave(proof.zone, one) for one in proof.waves]
    versions = [_version(proof.zone, one) for one in proof.versions]
    return [
        Sheet("送达证明", "proof", COLUMNS, copies, notes=note),
        Sheet("单位送达", "units", UNIT_COLUMNS, units),
        Sheet("催阅与转催", "waves", WAVE_COLUMNS, waves),
        Sheet("版本", "versions", VERSION_COLUMNS, versions),
    ]


def _copy(proof: Proof, index: int, copy: Copy) -> tuple[Cell, ...]:
    units = proof.units.get(copy.person_id or 0, ())
    return (
        index,
        copy.name,
        copy.platform,
        STATES.get(copy.state, copy.state),
        copy.message_id,
        _local(proof.zone, copy.sent_at),
        "已确认" if copy.acknowledged_at else "未知（平台不提供）",
        _local(proof.zone, copy.acknowledged_at),
        copy.channel,
        copy.error,
        "、".join(f"{name}（{number}）" for number, name in units),
    )


def _unit(one: UnitCopy) -> tuple[Cell, ...]:
    verdict = "已确认" if one.confirmed else "已送达未确认" if one.delivered else "未送达"
    return (one.unit, one.name, one.people, one.delivered, one.confirmed, verdict)


def _wave(zone: ZoneInfo, one: Wave) -> tuple[Cell, ...]:
    kind, _colon, day = one.key.partition(":")
    what = f"催阅 {day}" if kind == "chase" else WAVES.get(one.key, one.key)
    state = STATES.get(one.state, one.state)
    return (what, one.name, one.platform, state, one.message_id, _local(zone, one.sent_at), one.error)


def _version(zone: ZoneInfo, one: VersionLine) -> tuple[Cell, ...]:
    remark = "发出前撤销" if one.recalled else None
    return (one.version, _local(zone, one.published_at), one.released_by, one.title, one.recipients, remark)


def _local(zone: ZoneInfo, moment: datetime | None) -> datetime | None:
    return moment.astimezone(zone).replace(tzinfo=None, microsecond=0) if moment else None
