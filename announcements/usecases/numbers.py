"""Document numbers: voiding one that was given out, and the association's own code word."""

from announcements import queries
from announcements.models import IssuedNumber
from announcements.rules.document_number import DocumentNumber, check_code_word
from announcements.rules.lifecycle import State
from core.access import Permission, usecase
from core.errors import Conflict, RuleViolated
from core.i18n import _
from core.transaction import Tx


@usecase(Permission.APPROVE, sensitive=True)
def void_number(tx: Tx, *, number: DocumentNumber, reason: str) -> IssuedNumber:
    """A number is void; it keeps its place in the register with the reason and is never given out again.

    Raises RuleViolated while the announcement that bears it is in force, Conflict when it is void already.
    """
    found = queries.issued(tx.session, number)
    if found.voided_at is not None:
        raise Conflict("number_void", _("{number} is void already.").format(number=number))
    bearer = queries.announcement_by_id(tx.session, found.announcement_id)
    if bearer.state == State.PUBLISHED:
        raise RuleViolated(
            "number_in_force", _("{number} is in force. Withdraw the announcement first.").format(number=number)
        )
    found.voided_at, found.voided_by, found.reason = tx.now, tx.actor.person_id, reason
    if bearer.state != State.WITHDRAWN:
        bearer.document_number = None
        bearer.revision += 1
    tx.record("announcement:number:void", bearer.subject, {"number": str(number), "reason": reason})
    return found


@usecase(Permission.MANAGE_OFFICE, sensitive=True)
def choose_code_word(tx: Tx, *, word: str) -> str:
    """The code word of documents from now on; each has its own series in each year.

    Raises RuleViolated for one that belongs to a government body.
    """
    checked = check_code_word(word)
    former, tx.association.code_word = tx.association.code_word, checked
    data = {"former": former, "code_word": checked}
    tx.record("association:codeword:choose", f"association:{tx.association.code}", data)
    return checked
