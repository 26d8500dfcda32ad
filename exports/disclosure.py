"""Everything that is kept about one person, as a workbook: for the person, or for an officer who answers them."""

from core.access import Permission, usecase
from core.transaction import Tx
from exports import workbook
from exports.sheets import Cell, Column, Sheet
from people import queries
from people.holdings import HOLDINGS, Facts
from people.models import Person

COLUMNS = (Column("序号", "row", width=8), Column("项目", "field", width=20), Column("内容", "value", width=60))


@usecase(Permission.MANAGE_OFFICE, sensitive=True)
def disclose(tx: Tx, *, person: Person) -> tuple[str, bytes, dict[str, Facts]]:
    """Name and bytes of the workbook, and the same as data, of any person. Looking is recorded too."""
    return _disclose(tx, person)


@usecase(Permission.USE_OFFICE)
def disclose_own(tx: Tx) -> tuple[str, bytes, dict[str, Facts]]:
    """The same of the person who asks."""
    return _disclose(tx, queries.person_by_id(tx.session, tx.actor.person_id or 0))


def _disclose(tx: Tx, person: Person) -> tuple[str, bytes, dict[str, Facts]]:
    kept = {name: holding.facts(tx, person) for name, holding in HOLDINGS.items()}
    sheets = [_sheet(name, kept[name]) for name in kept if kept[name]]
    made_at = tx.now.astimezone(tx.association.timezone).replace(tzinfo=None, microsecond=0)
    tx.record("person:data:disclose", person.reference, {name: len(facts) for name, facts in kept.items() if facts})
    return f"个人信息-{person.id}.xlsx", workbook.write(sheets, made_at), kept


def _sheet(name: str, facts: Facts) -> Sheet:
    rows: list[tuple[Cell, ...]] = [
        (str(number), field, "" if value is None else str(value))
        for number, fact in enumerate(facts, 1)
        for field, value in fact.items()
    ]
    return Sheet(HOLDINGS[name].zh, name, COLUMNS, rows)
