"""What this package tells the others of itself."""

from surveys import criteria, holdings, links


def register() -> None:
    """Audiences, what is kept about people, and the addresses that messages carry."""
    criteria.register()
    holdings.register()
    links.register()
