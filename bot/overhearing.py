"""What staff write to others in a linked group that was told so: screened, and only its author hears of a finding.

Nothing that anybody else writes comes this far, and of what staff write nothing is kept unless something is found.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from bot.messages import Incoming
from core.access import Permission
from core.associations import association_by_id
from core.db import enter
from core.i18n import speaking
from core.keys import KeyRing
from core.screening import Screener, Severity
from core.transaction import Tx
from disciplinary import usecases
from people import addresses, groups, queries
from people.models import LinkedGroup, Person

log = logging.getLogger(__name__)


class Office(Protocol):
    """What is needed of the house."""

    @property
    def screener(self) -> Screener:
        """Reads texts."""

    @property
    def keys(self) -> KeyRing:
        """Seals personal data."""


@dataclass(frozen=True)
class Heard:
    """Somebody of the staff, in a group that was told."""

    tx: Tx
    person: Person
    group: LinkedGroup


def listens(office: Office, session: Session, platform: str, chat: str, account: str, now: datetime) -> bool:
    """Whether what this account writes in this group is screened: the group was told, and the account is of the staff."""
    return _heard(office, session, platform, chat, account, now) is not None


def note(office: Office, session: Session, incoming: Incoming, now: datetime) -> None:
    """Screen what was written, and tell its author alone. A hint that asks for nothing is not told."""
    heard = _heard(office, session, incoming.platform, incoming.chat, incoming.account, now)
    if heard is None:
        return
    with speaking(heard.tx.actor.language):
        findings = tuple(one for one in heard.tx.screen(incoming.text) if one.severity is not Severity.LOW)
        if not findings:
            return
        tx = heard.tx.as_system("screening", Permission.FLAG_MISUSE)
        usecases.tell_author(
            tx,
            person=heard.person,
            group=heard.group.name,
            message=f"group:{heard.group.id}:{incoming.update_id}"[:120],
            text=incoming.text,
            findings=findings,
        )
        tx.finish()


def _heard(office: Office, session: Session, platform: str, chat: str, account: str, now: datetime) -> Heard | None:
    for group in groups.told_groups(session, platform, chat):
        number = addresses.person_in(session, platform, account, group.association_id)
        if number is None:
            continue
        enter(session, group.association_id)
        association, person = association_by_id(session, group.association_id), queries.person_by_id(session, number)
        actor = queries.actor_for(session, person, association, association.day(now))
        if actor.may(Permission.DRAFT_ANNOUNCEMENTS):
            return Heard(Tx(session, actor, association, now, office.screener, office.keys, platform), person, group)
    return None
