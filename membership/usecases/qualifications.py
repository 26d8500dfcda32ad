"""Qualifications of member units: entered, renewed, taken off."""

from datetime import date

from core.access import Permission, usecase
from core.errors import NotFound
from core.i18n import _
from core.transaction import Tx
from membership import queries
from membership.models import Qualification, Unit
from membership.rules import units as rules
from membership.usecases.steps import touch


@usecase(Permission.MANAGE_MEMBERS)
def set_qualification(tx: Tx, *, unit: Unit, name: str, until: date | None) -> tuple[date | None, bool]:
    """Enter or renew a qualification; no day is an open end. Returns the former end and whether it was held before."""
    name = rules.check_qualification(name)
    held = queries.qualification_of(tx.session, unit, name)
    former, known = (held.valid_until, True) if held else (None, False)
    if held is None:
        tx.session.add(Qualification(unit_id=unit.id, name=name, valid_until=until))
    else:
        held.valid_until = until
    touch(tx, unit)
    tx.record("member:qualification:set", unit.audit_reference, {"name": name, "from": former, "to": until})
    return former, known


@usecase(Permission.MANAGE_MEMBERS)
def remove_qualification(tx: Tx, *, unit: Unit, name: str) -> None:
    """Take a qualification off the card; the audit keeps what it was. Raises NotFound."""
    held = queries.qualification_of(tx.session, unit, rules.check_qualification(name))
    if held is None:
        raise NotFound("qualification_unknown", _("{unit} holds no “{name}”.").format(unit=unit.name, name=name[:40]))
    tx.session.delete(held)
    touch(tx, unit)
    tx.record("member:qualification:remove", unit.audit_reference, {"name": held.name, "until": held.valid_until})
