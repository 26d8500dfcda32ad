"""Dues in workbooks: the sheet of the month with its reconciliations, and the ageing with the charges behind it."""

from datetime import date

from core import attachments
from core.access import Permission, usecase
from core.i18n import speaking
from core.transaction import Tx
from exports import workbook
from exports.month import Check
from exports.sheets import Cell, Column, Kind, Sheet
from membership.models import DuesCharge
from membership.queries import dues, dues_month
from membership.queries.dues import ChargeFilter
from membership.queries.dues_month import Flow
from membership.rules import classes
from membership.rules.dues import standing
from membership.rules.dues.money import as_decimal
from membership.rules.dues.standing import Bucket, View

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _money(zh: str, name: str) -> Column:
    return Column(zh, name, Kind.SCORE, 14)


FEES = (
    Column("收费项目", "item", width=10),
    Column("收费性质", "nature", width=10),
    Column("年度", "year", Kind.TEXT, 8),
    Column("收费对象", "class", width=16),
    _money("标准（元/年）", "standard"),
    Column("依据", "basis", width=36),
    Column("通过日期", "adopted_on", Kind.DATE, 12),
    _money("期初应收（元）", "opening"),
    Column("本月计收户数", "charges", Kind.NUMBER, 10),
    _money("本月计收（元）", "charged"),
    _money("本月作废（元）", "voided"),
    _money("本月减免（元）", "waived"),
    _money("本月实收（元）", "received"),
    _money("本月退费（元）", "refunded"),
    _money("期末应收（元）", "closing"),
)
NOTE = (
    "会费按会员（代表）大会通过的标准收取，与评级、委托事项和其他服务不挂钩，退会不收费。"
    "期末应收为负数的，为多缴待退。服务内容、监督电话见本会收费公示。"
)


def month_sheets(tx: Tx, begin: date, end: date) -> list[Sheet]:
    """收费: what was charged, received, refunded and let go in the month, by year and class, with standard and basis."""
    flows = dues_month.flows(tx.session, begin, end)
    adopted = dues_month.adopted(tx.session)
    with speaking("zh_CN"):
        rows = [_fee_line(year, rank, flow, adopted.get((year, rank))) for (year, rank), flow in flows.items()]
    own = ("opening", "charged", "voided", "waived", "received", "refunded", "closing")
    sums = {name: as_decimal(sum(getattr(flow, name) for flow in flows.values())) for name in own}
    counts = sum(flow.charges for flow in flows.values())
    blank = (None,) * 6
    totals: tuple[Cell, ...] = ("合计", *blank, sums["opening"], counts, *(sums[name] for name in own[1:]))
    return [Sheet("收费", "fees", FEES, rows, totals=totals, notes=(NOTE,))]


def _fee_line(year: int, rank: str, flow: Flow, decided: tuple[int, str, date] | None) -> tuple[Cell, ...]:
    standard, basis, on = decided or (None, "", None)
    money = [
        as_decimal(x) for x in (flow.charged, flow.voided, flow.waived, flow.received, flow.refunded, flow.closing)
    ]
    head = (
        "会费",
        "会费",
        str(year),
        classes.label(rank),
        None if standard is None else as_decimal(standard),
        basis,
        on,
    )
    return (*head, as_decimal(flow.opening), flow.charges, *money)


def month_checks(tx: Tx, begin: date, end: date) -> list[Check]:
    """Two reconciliations of the month's dues, in fen; none for an association that charges no dues."""
    flows = dues_month.flows(tx.session, begin, end).values()
    if not flows:
        return []
    counted = sum(flow.closing for flow in flows)
    paid, entered = dues_month.paid_twice_counted(tx.session)
    return [
        Check(
            "期初+计收−作废−减免−实收+退费=期末（会费，分）",
            "dues_balance",
            counted,
            dues_month.owed_on(tx.session, end),
        ),
        Check("各笔应缴的已缴数=收退费流水合计（会费，分）", "dues_entries", entered, paid),
    ]


OPEN = (
    Column("会费编号", "charge", width=11),
    Column("会员编号", "member", width=11),
    Column("单位名称", "name", width=40),
    Column("统一社会信用代码", "code", width=22),
    Column("年度", "year", Kind.TEXT, 8),
    Column("会籍", "class", width=14),
    _money("应缴（元）", "amount"),
    _money("已缴（元）", "paid"),
    _money("减免（元）", "waived"),
    _money("尚欠（元）", "owed"),
    Column("到期日", "due_on", Kind.DATE, 12),
    Column("逾期天数", "days", Kind.NUMBER, 9),
    Column("状态", "state", width=12),
    Column("金额", "amount_paid", Kind.SCORE, 12),
    Column("日期", "received_on", Kind.DATE, 12),
    Column("收据号", "receipt", width=18),
)


@usecase(Permission.EXPORT)
def export_dues(tx: Tx, *, year: int | None = None) -> tuple[str, bytes, int]:
    """Name and bytes of a workbook with the ageing and every charge that is still owed, and how many these are.

    The last three columns are empty: filled in, the sheet can be sent back as a list of payments.
    """
    charges = dues.charges(tx.session, ChargeFilter(tx.today, View.UNPAID, year))
    with speaking("zh_CN"):
        rows = [_open_line(charge, tx.today) for charge in charges]
        sheets = [Sheet("会费明细", "open", OPEN, rows), _ages(tx)]
    made_at = tx.now.astimezone(tx.association.timezone).replace(tzinfo=None, microsecond=0)
    content = workbook.write(sheets, made_at, f"{tx.association.name} 会费账龄")
    stored = attachments.store(tx.session, f"会费-{tx.today.isoformat()}.xlsx", content, XLSX, tx.now)
    tx.record("export:dues:make", "export:dues", {"sha256": stored.sha256, "rows": len(rows)})
    return stored.name, content, len(rows)


def _ages(tx: Tx) -> Sheet:
    owed = {(line.rank, line.bucket): line.owed for line in dues.ageing(tx.session, tx.today)}
    columns = (
        Column("会籍", "class", width=18),
        *(_money(bucket.label + "（元）", bucket.value) for bucket in Bucket),
        _money("合计（元）", "total"),
    )
    by_rank = {rank: [owed.get((rank, bucket), 0) for bucket in Bucket] for rank in dict.fromkeys(r for r, _b in owed)}
    rows: list[tuple[Cell, ...]] = [
        (classes.label(rank), *[as_decimal(part) for part in (*fen, sum(fen))]) for rank, fen in by_rank.items()
    ]
    sums = [sum(fen[index] for fen in by_rank.values()) for index in range(len(Bucket))]
    totals: tuple[Cell, ...] = ("合计", *[as_decimal(part) for part in (*sums, sum(sums))])
    return Sheet("账龄", "ageing", columns, rows, totals=totals)


def _open_line(charge: DuesCharge, today: date) -> tuple[Cell, ...]:
    state = standing.state_of(amount=charge.amount, paid=charge.paid, waived=charge.waived, void=False)
    return (
        charge.reference,
        charge.unit.reference,
        charge.unit.name,
        charge.unit.code,
        str(charge.year),
        classes.label(charge.rank),
        *map(as_decimal, (charge.amount, charge.paid, charge.waived, charge.outstanding)),
        charge.due_on,
        standing.days_overdue(charge.due_on, today),
        state.label,
        None,
        None,
        None,
    )
