"""What this package tells the others: who is asked and has not voted, and what it keeps about people."""

from meetings import criteria, holdings


def register() -> None:
    """Make the criteria and the holdings known."""
    criteria.register()
    holdings.register()
