"""What this package keeps about a person: the units they act for, and the roster rows in which they came."""

from typing import Any

from sqlalchemy import or_, select, update

from core import attachments
from core.transaction import Tx
from membership.models import DuesBatch, DuesBatchRow, ImportBatch, ImportRow, Unit, UnitContact
from people import holdings
from people.holdings import GONE, Facts, Holding, mentions, rows
from people.models import Person


def _units(tx: Tx, person: Person) -> Facts:
    query = (
        select(Unit.name.label("unit"), UnitContact.since, UnitContact.until)
        .join(Unit, Unit.id == UnitContact.unit_id)
        .where(UnitContact.person_id == person.id)
        .order_by(UnitContact.id)
    )
    return rows(tx.session.execute(query), "unit", "since", "until")


def _end_units(tx: Tx, person: Person) -> int:
    acting = update(UnitContact).where(UnitContact.person_id == person.id, UnitContact.until.is_(None))
    return tx.session.execute(acting.values(until=tx.today)).rowcount  # type: ignore[attr-defined,no-any-return]


def _named(tx: Tx, person: Person) -> list[ImportRow]:
    """Rows that entered the person, or that hold their name or number in a cell of its own."""
    said = or_(ImportRow.person_id == person.id, mentions(ImportRow.data, person.name, person.phone))
    found = tx.session.scalars(select(ImportRow).where(said).order_by(ImportRow.id))
    return [row for row in found if blanked(row.data, person) != row.data or row.person_id == person.id]


def blanked(value: Any, person: Person) -> Any:
    """Stored data of any depth with the cells blanked that hold exactly the person's name or number."""
    if isinstance(value, dict):
        return {key: blanked(inner, person) for key, inner in value.items()}
    if isinstance(value, list):
        return [blanked(inner, person) for inner in value]
    return GONE if value and value in (person.name, person.phone) else value


def _rosters(tx: Tx, person: Person) -> Facts:
    return [{"row": row.row, **{key: row.data.get(key) for key in ("contact", "phone")}} for row in _named(tx, person)]


def _erase_rosters(tx: Tx, person: Person) -> int:
    """The rows lose the contact; the uploaded files, which hold the same words, lose their content."""
    found = _named(tx, person)
    for row in found:
        row.data, row.former = blanked(row.data, person), blanked(row.former, person)
    batches = select(ImportBatch.attachment_id).where(ImportBatch.id.in_({row.batch_id for row in found}))
    attachments.erase(tx.session, list(tx.session.scalars(batches)))
    return len(found)


def _payers(tx: Tx, person: Person) -> list[DuesBatchRow]:
    """Lines of lists of payments that hold the person's name or number in a cell of its own: individual members pay, too."""
    said = mentions(DuesBatchRow.data, person.name, person.phone)
    found = tx.session.scalars(select(DuesBatchRow).where(said).order_by(DuesBatchRow.id))
    return [row for row in found if blanked(row.data, person) != row.data]


def _payments(tx: Tx, person: Person) -> Facts:
    return [
        {"row": row.row, **{key: row.data.get(key) for key in ("name", "on", "receipt")}} for row in _payers(tx, person)
    ]


def _erase_payments(tx: Tx, person: Person) -> int:
    """The lines lose the name; the uploaded lists lose their content. What was paid stays."""
    found = _payers(tx, person)
    for row in found:
        row.data = blanked(row.data, person)
    batches = select(DuesBatch.attachment_id).where(DuesBatch.id.in_({row.batch_id for row in found}))
    attachments.erase(tx.session, list(tx.session.scalars(batches)))
    return len(found)


def register() -> None:
    """Make them known to the requests that show or erase a person's data."""
    holdings.register(Holding("units", "代表的会员单位", _units, end=_end_units))
    holdings.register(Holding("rosters", "名册中的记录", _rosters, _erase_rosters))
    holdings.register(Holding("payments", "缴费清单中的记录", _payments, _erase_payments))
