"""The secret address of a person's calendar: made, and taken back."""

import secrets
from hashlib import sha256

from core.access import Permission, usecase
from core.errors import NotFound, RuleViolated
from core.i18n import _
from core.transaction import Tx
from reminders import queries
from reminders.models import CalendarLink

PATH = "/calendar/"


@usecase(Permission.USE_OFFICE)
def link_calendar(tx: Tx) -> str:
    """A new address, which calendar programs can follow; a former one stops. Raises RuleViolated without a public address."""
    if not tx.public_url:
        text = _(
            "The office has no public address (GUILDHALL_PUBLIC_URL). `calendar file` gives the calendar as a file."
        )
        raise RuleViolated("no_public_address", text)
    _revoke(tx)
    token = secrets.token_urlsafe(32)
    tx.session.add(
        CalendarLink(person_id=tx.actor.person_id or 0, token_hash=hash_of(token), made_at=tx.now, revoked_at=None)
    )
    tx.record("calendar:link:make", f"person:{tx.actor.person_id}")
    return f"{tx.public_url.rstrip('/')}{PATH}{token}.ics"


@usecase(Permission.USE_OFFICE)
def unlink_calendar(tx: Tx) -> None:
    """The address stops working at once. Raises NotFound when there is none."""
    if not _revoke(tx):
        raise NotFound("calendar_link_unknown", _("You have no calendar address. `calendar link` makes one."))
    tx.record("calendar:link:revoke", f"person:{tx.actor.person_id}")


def _revoke(tx: Tx) -> int:
    found = queries.open_links(tx.session, tx.actor.person_id or 0)
    for link in found:
        link.revoked_at = tx.now
    return len(found)


def hash_of(token: str) -> str:
    """What is kept of an address."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
