"""What screening keeps about a person: what they wrote in a group, where something was found in it."""

from sqlalchemy import select

from core.holds import HoldState, ScreenedText
from core.transaction import Tx
from people import holdings
from people.holdings import GONE, Facts, Holding, rows
from people.models import Person


def _own(tx: Tx, person: Person) -> list[ScreenedText]:
    """What was written in groups. Texts of the office are the association's, whoever drafted them."""
    mine = (ScreenedText.author_id == person.id, ScreenedText.state == HoldState.TOLD)
    return list(tx.session.scalars(select(ScreenedText).where(*mine).order_by(ScreenedText.number)))


def _told(tx: Tx, person: Person) -> Facts:
    return rows(_own(tx, person), "reference", "made_at", "text", "verdict")


def _erase(tx: Tx, person: Person) -> int:
    """That a rule found something stays, without the words."""
    found = _own(tx, person)
    for entry in found:
        entry.text = GONE
        entry.findings = [{**one, "quote": GONE, "why": "", "start": 0, "end": 0} for one in entry.findings]
    return len(found)


def register() -> None:
    """Make it known to the requests that show or erase a person's data."""
    holdings.register(Holding("group_messages", "群内发言筛查", _told, _erase))
