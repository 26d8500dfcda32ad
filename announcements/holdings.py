"""What announcements keep about a person: receipts they confirmed, objections they raised, kinds they do not want."""

from sqlalchemy import delete, select, update

from announcements.models import Acknowledgement, Announcement, Objection, OptOut
from core import attachments
from core.transaction import Tx
from people import holdings
from people.holdings import GONE, Facts, Holding, rows
from people.models import Person


def _receipts(tx: Tx, person: Person) -> Facts:
    query = (
        select(Announcement.document_number, Announcement.title, Acknowledgement.version, Acknowledgement.at)
        .join(Announcement, Announcement.id == Acknowledgement.announcement_id)
        .where(Acknowledgement.person_id == person.id)
        .order_by(Acknowledgement.at)
    )
    return rows(tx.session.execute(query), "document_number", "title", "version", "at")


def _own(tx: Tx, person: Person) -> list[Objection]:
    query = select(Objection).where(Objection.person_id == person.id).order_by(Objection.number)
    return list(tx.session.scalars(query))


def _objections(tx: Tx, person: Person) -> Facts:
    facts = rows(_own(tx, person), "reference", "unit", "state", "received_at", "ruling", "ruled_at")
    for fact, one in zip(facts, _own(tx, person), strict=True):
        plain = tx.keys.open(tx.session, person.id, one.sealed)
        fact["words"] = plain.decode() if plain is not None else GONE
    return facts


def _erase_objections(tx: Tx, person: Person) -> int:
    """Number, state and the unit stay: that the notice was objected to and decided is the association's record."""
    found = _own(tx, person)
    attachments.erase(tx.session, [one.attachment_id for one in found if one.attachment_id is not None])
    mine = update(Objection).where(Objection.person_id == person.id)
    tx.session.execute(mine.values(sealed=b"").execution_options(synchronize_session=False))
    for one in found:
        one.ruling = GONE if one.ruling else None
    return len(found)


def _wishes(tx: Tx, person: Person) -> Facts:
    found = tx.session.scalars(select(OptOut).where(OptOut.person_id == person.id).order_by(OptOut.kind))
    return rows(found, "kind", "since")


def _end_wishes(tx: Tx, person: Person) -> int:
    return tx.session.execute(delete(OptOut).where(OptOut.person_id == person.id)).rowcount  # type: ignore[attr-defined,no-any-return]


def register() -> None:
    """Make them known to the requests that show or erase a person's data."""
    holdings.register(Holding("receipts", "签收记录", _receipts))
    holdings.register(Holding("objections", "异议与意见", _objections, _erase_objections))
    holdings.register(Holding("wishes", "退订", _wishes, _end_wishes, end=_end_wishes))
