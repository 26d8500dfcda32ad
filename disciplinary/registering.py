"""What this package tells the others: it reads the files that go out, and wants to hear of every text that becomes held."""

from core import holds, screening
from core.access import Permission
from core.holds import ScreenedText
from core.transaction import Tx
from disciplinary import holdings, usecases
from disciplinary.reading import words_of


def register() -> None:
    """Have files read, and every held text flagged."""
    if words_of not in screening.READERS:
        screening.READERS.append(words_of)
    holdings.register()
    if flag_held not in holds.HELD:
        holds.HELD.append(flag_held)


def flag_held(tx: Tx, entry: ScreenedText) -> None:
    """The system flags it; whoever wrote it stays in the audit data."""
    usecases.flag(tx.as_system("screening", Permission.FLAG_MISUSE), entry=entry, author=tx.actor.name)
