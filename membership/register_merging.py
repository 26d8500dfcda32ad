"""What becomes of register entries when one unit goes into another."""

from sqlalchemy import select, update

from core.i18n import N_
from core.transaction import Tx
from membership import merging
from membership.merging import Moved
from membership.models import RegisterEntry, RegisterImportRow, RegisterProposal, Unit
from membership.rules.registers import catalogue
from membership.rules.registers.entries import key_of


def _entries(tx: Tx, source: Unit, target: Unit) -> Moved:
    """Live entries go over, with the key that they have there; what the other unit has entered itself stays its own."""
    mine = select(RegisterEntry).where(RegisterEntry.unit_id == source.id, RegisterEntry.ended_on.is_(None))
    moved: dict[str, str] = {}
    for entry in tx.session.scalars(mine.order_by(RegisterEntry.id)):
        register = catalogue.registers().get(entry.register)
        key = key_of(register, entry.data, target.id) if register else entry.key
        if _free(tx, entry, key):
            moved[str(entry.id)] = entry.key
            change = update(RegisterEntry).where(RegisterEntry.id == entry.id).values(unit_id=target.id, key=key)
            tx.session.execute(change, execution_options={"synchronize_session": "fetch"})
    return {"keys": moved}


def _free(tx: Tx, entry: RegisterEntry, key: str) -> bool:
    """Whether no other live entry of the register has this key."""
    other = (RegisterEntry.register == entry.register, RegisterEntry.key == key, RegisterEntry.ended_on.is_(None))
    return tx.session.scalar(select(RegisterEntry.id).where(*other, RegisterEntry.id != entry.id)) is None


def register() -> None:
    """Say it to those who merge."""
    waiting = merging.moving(RegisterProposal.unit_id, RegisterProposal.state == "waiting")
    merging.register(RegisterEntry.unit_id, N_("entries of registers"), _entries)
    merging.register(RegisterProposal.unit_id, N_("proposals for registers"), waiting)
    merging.register(RegisterImportRow.unit_id, N_("imported rows of registers"))
