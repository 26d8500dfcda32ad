"""What conversations keep about a person: half-filled questions and the buttons they were shown."""

from sqlalchemy import delete, select

from bot.models import Dialogue, ShownButton
from core.transaction import Tx
from people import holdings
from people.holdings import Facts, Holding, rows
from people.models import Person


def _questions(tx: Tx, person: Person) -> Facts:
    found = tx.session.scalars(select(Dialogue).where(Dialogue.person_id == person.id))
    return rows(found, "platform", "command", "given", "expires_at")


def _forget(tx: Tx, person: Person) -> int:
    """They are of no use to anybody else, and go with the person's time here."""
    count = 0
    for table in (Dialogue, ShownButton):
        count += tx.session.execute(delete(table).where(table.person_id == person.id)).rowcount  # type: ignore[attr-defined]
    return count


def register() -> None:
    """Make them known to the requests that show or erase a person's data."""
    holdings.register(Holding("questions", "未完成的问答", _questions, _forget, end=_forget))
