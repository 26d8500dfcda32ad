"""What the association has settled about its messages: quiet hours, reminders, the length of public notices."""

from dataclasses import replace
from datetime import time

from announcements.rules.quiet import Manners
from core.access import Permission, usecase
from core.associations import locked, settle
from core.errors import BadInput
from core.i18n import _
from core.transaction import Tx

MOST = {"chase_every": 60, "chase_times": 20, "escalate_after": 60, "notice_days": 90}


@usecase(Permission.MANAGE_OFFICE)
def choose_manners(tx: Tx, *, changes: dict[str, int | bool | time]) -> Manners:
    """Change some of the settings (names of ``Manners``). Raises BadInput for a number out of range."""
    for name, most in MOST.items():
        value = changes.get(name, 0)
        if isinstance(value, time) or not 0 <= int(value) <= most:
            raise BadInput("setting_range", _("This setting lies between 0 and {most}.").format(most=most))
    former = Manners.of(locked(tx.session, tx.association).settings)
    chosen = replace(former, **changes)  # type: ignore[arg-type]
    settle(tx.session, tx.association, "announcements", chosen.stored())
    tx.record("association:announcements:settle", f"association:{tx.association.code}", chosen.stored())
    return chosen
