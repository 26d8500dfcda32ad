"""Looking into the audit."""

from typing import Annotated

from bot.messages import Reply, Table
from bot.parameters import Line, Parameter, plain
from bot.registry import command
from core import audit
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx


def _read_receipt(_tx: Tx, raw: str) -> int:
    digits = plain(raw).upper().removeprefix("R").removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("receipt_form", _("Write a receipt like R-42."))
    return int(digits)


Receipt = Annotated[int, Parameter(N_("receipt"), _read_receipt, zh="回执")]


@command("audit list", zh="审计 列表", summary=N_("The latest actions"), permission=Permission.VIEW_AUDIT)
def latest(tx: Tx, object: Line | None = None) -> Reply:
    """The latest audit rows, optionally about one object such as member:42."""
    rows = tuple(_row(entry) for entry in audit.entries(tx.session, object=object, limit=20))
    table = Table((_("Receipt"), _("When (UTC)"), _("Who"), _("Action"), _("Object")), rows)
    return Reply(_("{count} actions").format(count=len(rows)), table=table, data=[list(row) for row in rows])


def _row(entry: audit.AuditEntry) -> tuple[str, ...]:
    return f"R-{entry.seq}", entry.at[:19], entry.actor, entry.action, entry.object


@command("audit show", zh="审计 查看", summary=N_("What a receipt stands for"), permission=Permission.VIEW_AUDIT)
def show(tx: Tx, receipt: Receipt) -> Reply:
    """One audit row in full. What is sealed for a person is not shown: `person disclose` does that, and is recorded."""
    entry = audit.entry_by_number(tx.session, receipt)
    lines = [*_row(entry), entry.data, entry.hash.hex()]
    if entry.sealed is not None:
        lines.append(_("Personal data is sealed under the key of person {number}.").format(number=entry.person_id))
    data = {"seq": entry.seq, "action": entry.action, "object": entry.object, "actor": entry.actor, "data": entry.data}
    return Reply("\n".join(lines), data=data)


@command(
    "audit verify", zh="审计 校验", summary=N_("Recompute the chain of the audit"), permission=Permission.VIEW_AUDIT
)
def verify(tx: Tx) -> Reply:
    """Whether every row is as it was written."""
    result = audit.verify(tx.session, tx.association.id)
    data = {"rows": result.rows, "head": result.head.hex(), "bad_row": result.bad_row}
    if result.intact:
        text = _("{count} rows, all as they were written. Head: {head}")
        return Reply(text.format(count=result.rows, head=result.head.hex()[:16]), data=data)
    text = _("Row R-{row} is not as it was written: {reason}").format(row=result.bad_row, reason=_(result.reason))
    return Reply(text, data=data, error="audit_broken")
