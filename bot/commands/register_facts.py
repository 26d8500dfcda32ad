"""What an entry of a register means for grading: offered to whoever keeps facts, and entered only when they press it."""

from bot.messages import Button
from core.access import Permission
from core.i18n import _
from core.transaction import Tx
from membership.models import RegisterEntry
from membership.queries.facts import fact_wanted
from membership.queries.registers import unit_of
from membership.rules.registers.declaration import Register


def fact_lines(tx: Tx, register: Register, entry: RegisterEntry) -> tuple[list[str], list[Button]]:
    """The sentence and the button that propose the fact; nothing where there is none to propose.

    The button carries the whole command, so the officer confirms exactly what the entry says, with the entry named.
    """
    means = register.fact
    if (
        means is None
        or not tx.actor.may(Permission.KEEP_FACTS)
        or not fact_wanted(tx.session, register, entry, tx.today)
    ):
        return [], []
    day, document = entry.data.get(means.day) or "", str(entry.data.get(means.document) or "").replace('"', "”")
    unit = unit_of(tx.session, entry.unit_id)
    line = f'fact add {unit.reference} {means.item} {day} "{document}" same_fact={entry.reference}'
    said = _("This counts for grading only once it is entered as a fact.")
    return [said], [Button(_("Enter it as a fact for grading"), line)]
