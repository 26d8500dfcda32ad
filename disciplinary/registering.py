"""What this package tells the others: it wants to hear of every text that becomes held."""

from core import holds
from core.access import Permission
from core.holds import ScreenedText
from core.transaction import Tx
from disciplinary import usecases


def register() -> None:
    """Have every held text flagged."""
    if flag_held not in holds.HELD:
        holds.HELD.append(flag_held)


def flag_held(tx: Tx, entry: ScreenedText) -> None:
    """The system flags it; whoever wrote it stays in the audit data."""
    usecases.flag(tx.as_system("screening", Permission.FLAG_MISUSE), entry=entry, author=tx.actor.name)
