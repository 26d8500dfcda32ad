"""What this package tells the others of itself."""

from announcements import criteria, holdings


def register() -> None:
    """Audiences, and what is kept about people."""
    criteria.register()
    holdings.register()
