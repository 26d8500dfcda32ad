"""Sending letters about meetings: who gets them, and what their buttons do."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, select

from core.i18n import in_every_language
from core.outbox import Message, Priority
from core.transaction import Tx
from meetings import queries
from meetings.models import Attendee, Meeting, Motion, VotingRight
from meetings.notices import letters
from meetings.rules import bodies as rules
from meetings.rules.bodies import Rule
from people.audiences import recipients
from people.models import Person

Write = Callable[[], str]


def tell(
    tx: Tx,
    key: str,
    subject: str,
    write: Write,
    whom: ColumnElement[bool],
    *,
    buttons: Sequence[tuple[str, str]] = (),
    documents: Sequence[int] = (),
) -> int:
    """Queue one letter, in each reader's language, to everyone present whom the condition names. Returns how many."""
    row = [
        {"labels": in_every_language(partial(letters.button, name)), "command": command} for name, command in buttons
    ]
    message = Message(
        key, subject, in_every_language(write), [row] if row else [], list(documents), priority=Priority.LEGAL
    )
    return tx.notify(message, recipients(whom & Person.left_at.is_(None)))


def asked_to(meeting: Meeting) -> ColumnElement[bool]:
    """The condition on Person that they are asked to a meeting."""
    asked = select(Attendee.person_id).where(Attendee.meeting_id == meeting.id, Attendee.struck_at.is_(None))
    return Person.id.in_(asked)


def on_the_roll(motion: Motion) -> ColumnElement[bool]:
    """The condition on Person that they may cast a vote on a motion."""
    return Person.id.in_(select(VotingRight.person_id).where(VotingRight.motion_id == motion.id))


def invite(tx: Tx, meeting: Meeting, rule: Rule, *, only: int | None = None) -> int:
    """Send the call to everyone who is asked, or to one person who is asked later. Returns how many copies there are."""
    ref = meeting.reference
    buttons = [("attend", f"meeting attend {ref}"), ("excuse", f"meeting excuse {ref}")]
    buttons += [("proxy", f"meeting proxy {ref}")] if rule.proxies else []
    key, whom = f"{meeting.subject}:notice:{meeting.notice}", asked_to(meeting)
    if only is not None:
        key, whom = f"{key}:{only}", whom & (Person.id == only)
    write = partial(_call, tx, meeting, rule)
    return tell(tx, key, meeting.subject, write, whom, buttons=buttons, documents=meeting.documents)


def _call(tx: Tx, meeting: Meeting, rule: Rule) -> str:
    return letters.invited(
        association=tx.association.name,
        body=body_of(tx, meeting.body).label,
        reference=meeting.reference,
        title=meeting.title,
        when=tx.association.show(meeting.starts_at),
        place=meeting.place,
        agenda=meeting.agenda,
        rule=rules.in_words(rule),
        waiver=meeting.waiver,
        notice=meeting.notice,
    )


def body_of(tx: Tx, value: str) -> rules.Body:
    """A body with the rules of today."""
    return queries.bodies(tx.session, tx.today)[value]


def known(meeting: Meeting, tx: Tx) -> dict[str, Any]:
    """What every letter says of a meeting."""
    return {"title": meeting.title, "reference": meeting.reference, "when": tx.association.show(meeting.starts_at)}
