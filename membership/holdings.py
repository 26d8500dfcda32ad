"""What this package keeps about a person: the units they act for, and the roster rows in which they came."""

from sqlalchemy import select, update

from core import attachments
from core.transaction import Tx
from membership.models import ImportBatch, ImportRow, Unit, UnitContact
from people import holdings
from people.holdings import Facts, Holding, mentions, rows
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
    found = tx.session.scalars(select(ImportRow).where(mentions(ImportRow.data, person.name, person.phone)))
    return [row for row in found if row.data.get("contact") == person.name or row.data.get("phone") == person.phone]


def _rosters(tx: Tx, person: Person) -> Facts:
    return [{"row": row.row, **{key: row.data.get(key) for key in ("contact", "phone")}} for row in _named(tx, person)]


def _erase_rosters(tx: Tx, person: Person) -> int:
    """The rows lose the contact; the uploaded files, which hold the same words, lose their content."""
    found = _named(tx, person)
    for row in found:
        row.data = row.data | {"contact": "", "phone": None}
    batches = select(ImportBatch.attachment_id).where(ImportBatch.id.in_({row.batch_id for row in found}))
    attachments.erase(tx.session, list(tx.session.scalars(batches)))
    return len(found)


def register() -> None:
    """Make them known to the requests that show or erase a person's data."""
    holdings.register(Holding("units", "代表的会员单位", _units, end=_end_units))
    holdings.register(Holding("rosters", "名册中的记录", _rosters, _erase_rosters))
