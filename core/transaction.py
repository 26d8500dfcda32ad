"""The unit of work that every use case gets: one session, one actor, one moment, one audit."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core import audit, outbox
from core.access import Actor, Permission
from core.associations import Association
from core.keys import KeyRing
from core.screening import Finding, Screener


@dataclass
class Tx:
    """What a use case works with. It never commits: the edge does, once, with everything in it."""

    session: Session
    actor: Actor
    association: Association
    now: datetime
    screener: Screener
    keys: KeyRing
    channel: str = "system"
    public_url: str = ""
    entries: list[audit.Entry] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The association's calendar day."""
        return self.association.day(self.now)

    @property
    def recorded(self) -> int:
        """How many audit records this unit of work has made."""
        return len(self.entries)

    def record(
        self,
        action: str,
        subject: str,
        data: Mapping[str, Any] | None = None,
        *,
        person: int | None = None,
        personal: Mapping[str, Any] | None = None,
    ) -> None:
        """Note one action on one object for the audit.

        ``data`` is stored as it is: numbers, codes and words of office. What concerns a natural person goes into
        ``personal`` and is sealed under the key of ``person``.
        """
        sealed = None
        if personal is not None:
            if person is None:
                raise ValueError("personal data needs the person it belongs to")
            sealed = self.keys.seal(self.session, person, audit.canonical(personal).encode())
        details = dict(data or {}, channel=self.channel)
        if self.actor.on_behalf_of:
            details["human"] = self.actor.on_behalf_of
        self.entries.append(
            audit.Entry(
                at=self.now,
                actor=self.actor.reference,
                action=action,
                object=subject,
                data=audit.canonical(details),
                person_id=person,
                sealed=sealed,
            )
        )

    def notify(
        self, message: outbox.Message, recipients: outbox.Recipients, values: Mapping[str, Any] | None = None
    ) -> int:
        """Queue a message for delivery after the commit; see ``core.outbox.enqueue``. The actor hears how it went."""
        message = message if message.report_to else replace(message, report_to=self.actor.person_id)
        return outbox.enqueue(self.session, self.association.id, message, recipients, self.now, values)

    def screen(self, text: str) -> tuple[Finding, ...]:
        """What in this text could be misuse of administrative authority."""
        return self.screener(text, self.session, self.today)

    def as_system(self, name: str, *permissions: Permission) -> "Tx":
        """The same unit of work, acting as a named part of the system; the human stays in the audit data."""
        actor = Actor(name, permissions=frozenset(permissions), on_behalf_of=self.actor.reference)
        return replace(self, actor=actor)

    def finish(self) -> list[int]:
        """Append the audit records, just before the commit. Returns their numbers: the receipts of the action."""
        if not self.entries:
            return []
        self.session.flush()
        numbers = audit.append(self.session, self.association.id, self.entries)
        self.entries.clear()
        return numbers
