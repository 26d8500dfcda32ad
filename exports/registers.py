"""Filtered lists of members as workbooks."""

from collections.abc import Sequence
from datetime import datetime

from core import attachments
from core.access import Permission, usecase
from core.i18n import speaking
from core.transaction import Tx
from exports import recap, workbook
from exports.sheets import Cell, Column, Kind, Sheet
from membership import queries
from membership.models import Unit
from membership.queries import Filter
from membership.rules import categories, classes, standing
from membership.rules.roster import Row

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    Column("会员编号", "member", width=11),
    Column("单位名称", "name", width=40),
    Column("统一社会信用代码", "code", width=22),
    Column("单位类别", "category", width=22),
    Column("会籍", "class", width=14),
    Column("地区", "region", width=12),
    Column("入会日期", "joined_on", Kind.DATE, 12),
    Column("状态", "status", width=10),
    Column("注册安全工程师人数", "engineers", Kind.NUMBER, 12),
    Column("资质有效期至", "valid_until", Kind.DATE, 12),
    Column("联系人", "contact", width=12),
    Column("手机", "phone", width=16),
    Column("备注", "remark", width=30),
)


@usecase(Permission.EXPORT)
def export_members(tx: Tx, *, chosen: Filter) -> tuple[str, bytes, int]:
    """Name and bytes of a workbook with the members that a filter names, and how many they are."""
    facts = queries.facts_of(tx.session)
    rows = [_line(unit, facts.get(unit.id, queries.NO_FACTS)) for unit in queries.units(tx.session, chosen)]
    made_at = tx.now.astimezone(tx.association.timezone).replace(tzinfo=None, microsecond=0)
    content = workbook.write([Sheet("会员名册", "register", COLUMNS, rows)], made_at, f"{tx.association.name} 会员名册")
    stored = attachments.store(tx.session, f"会员名册-{tx.today.isoformat()}.xlsx", content, XLSX, tx.now)
    tx.record("export:register:make", "export:register", {"sha256": stored.sha256, "rows": len(rows)})
    return stored.name, content, len(rows)


def _line(unit: Unit, facts: queries.Facts) -> tuple[Cell, ...]:
    """A unit in Chinese words, with its first contact: what an import understands again."""
    contact = next(iter(facts.contacts.values()), None)
    with speaking("zh_CN"):
        return (
            unit.reference,
            unit.name,
            unit.code,
            categories.label(unit.category),
            classes.label(unit.rank),
            unit.region,
            unit.joined_on,
            standing.Status(unit.status).label,
            unit.engineers,
            facts.valid_until,
            contact.name if contact else None,
            contact.phone if contact else None,
            unit.remark,
        )


def recap_of(rows: Sequence[Row], made_at: datetime) -> tuple[str, bytes]:
    """Name and bytes of the recap of a roster import. Writes nothing to the database."""
    return "导入结果.xlsx", workbook.write([recap.sheet(rows)], made_at)
