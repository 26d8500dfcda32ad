"""What this package tells the others of itself."""

from announcements import criteria, holdings
from announcements.usecases.recounting import recount
from core import deadlines


def register() -> None:
    """Audiences, what is kept about people, and that periods are counted anew when holidays come."""
    criteria.register()
    holdings.register()
    if recount not in deadlines.RECOUNTED:
        deadlines.RECOUNTED.append(recount)
