"""How somebody who acts for a unit names it: one of their own, the only one when there is one."""

from typing import Annotated

from bot.commands.members import read_member
from bot.parameters import Choice, Parameter
from core.errors import BadInput, NotFound
from core.i18n import N_, _
from core.transaction import Tx
from membership import queries
from membership.models import Unit


def _read_own(tx: Tx, raw: str) -> Unit:
    found = read_member(tx, raw)
    if found.id not in {one.id for one in _mine(tx)}:
        raise NotFound("member_unknown", _("There is no such member. `member find ‹words›` looks for one."))
    return found


def _mine(tx: Tx) -> list[Unit]:
    return queries.units_for(tx.session, tx.actor.person_id or 0)


def _choices(tx: Tx) -> list[Choice]:
    return [(unit.reference, f"{unit.reference} {unit.name}"[:60]) for unit in _mine(tx)]


def own_unit(tx: Tx, given: Unit | None) -> Unit:
    """The unit that is meant. Raises BadInput when it could be several, NotFound when there is none."""
    mine = _mine(tx)
    if given is not None:
        return given
    if not mine:
        raise NotFound("no_unit", _("You act for no member. Ask the secretariat to enter you as a contact."))
    if len(mine) > 1:
        names = "; ".join(f"{unit.reference} {unit.name}" for unit in mine[:5])
        raise BadInput("member_ambiguous", _("Several members match. Give the number: {names}").format(names=names))
    return mine[0]


OwnUnit = Annotated[
    Unit, Parameter(N_("member"), _read_own, zh="会员", hint=N_("one of your own, like M-0042"), choices=_choices)
]
