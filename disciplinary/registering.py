"""What this package tells the others: it wants to hear of every text that becomes held."""

from core import holds
from disciplinary.usecases import tell_releasers


def register() -> None:
    """Tell those who may release it."""
    if tell_releasers not in holds.HELD:
        holds.HELD.append(tell_releasers)
