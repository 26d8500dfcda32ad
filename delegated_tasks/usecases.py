"""Keeping the register of entrustments, against which every outgoing text is screened."""

from datetime import date

from core.access import Permission, usecase
from core.errors import Conflict, RuleViolated
from core.i18n import _
from core.numbering import next_numbers
from core.transaction import Tx
from delegated_tasks import queries, rules
from delegated_tasks.models import Mandate
from delegated_tasks.rules import Level


@usecase(Permission.MANAGE_MANDATES)
def enter_mandate(
    tx: Tx,
    *,
    principal: str,
    level: Level,
    document: str,
    starts: date,
    ends: date,
    acts: list[str],
    fee_allowed: bool = False,
) -> Mandate:
    """Enter a written entrustment; ``fee_allowed`` when its document lets the association charge. Raises Conflict when its document is in the register already."""
    rules.check_term(starts, ends)
    known = queries.find_mandate_by_document(tx.session, document)
    if known is not None:
        text = _("{document} is in the register already: {reference}.")
        raise Conflict("mandate_known", text.format(document=document, reference=known.reference))
    mandate = Mandate(
        number=next_numbers(tx.session, tx.association.id, "mandate")[0],
        principal=principal,
        level=level.value,
        document=document,
        acts=acts,
        starts_on=starts,
        ends_on=ends,
        fee_allowed=fee_allowed,
        entered_by=tx.actor.person_id,
        entered_at=tx.now,
    )
    tx.session.add(mandate)
    tx.session.flush()
    data = {"principal": principal, "level": level.value, "document": document, "acts": acts}
    term = {"starts": str(starts), "ends": str(ends), "fee_allowed": fee_allowed}
    tx.record("mandate:entry:add", mandate.subject, data | term)
    return mandate


@usecase(Permission.MANAGE_MANDATES)
def end_mandate(tx: Tx, *, mandate: Mandate, on: date, reason: str) -> Mandate:
    """An entrustment ends before its term, on a day of it that is not in the future. Raises RuleViolated."""
    if mandate.ended_on is not None:
        raise Conflict("mandate_ended", _("It ended on {day} already.").format(day=mandate.ended_on))
    if not mandate.starts_on <= on <= min(mandate.ends_on, tx.today):
        text = _("The last day must lie between {first} and {last}.")
        raise RuleViolated(
            "end_outside_term", text.format(first=mandate.starts_on, last=min(mandate.ends_on, tx.today))
        )
    mandate.ended_on, mandate.end_reason = on, reason
    tx.record("mandate:entry:end", mandate.subject, {"on": str(on), "reason": reason})
    return mandate
