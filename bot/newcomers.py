"""The door for people whom the office does not know and who want to apply for membership.

Nothing is kept of somebody who only asks. With their name they are entered, may apply and nothing else, and are asked
for the rest like anybody else.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from bot import conversation
from bot.language import clean, words
from bot.messages import Incoming, Reply
from core.access import Actor, Permission
from core.associations import Association, all_associations
from core.db import enter
from core.errors import BadInput, NotAllowed
from core.i18n import _, speaking
from core.keys import KeyRing
from core.screening import Screener
from core.transaction import Tx
from membership import queries as membership
from people import queries, usecases
from people.models import Person
from people.rules import check_name

APPLYING = frozenset({"apply", "入会申请", "申请入会", "入会"})


class Office(Protocol):
    """What applying needs of the house."""

    @property
    def screener(self) -> Screener:
        """Reads outgoing texts."""

    @property
    def keys(self) -> KeyRing:
        """Seals personal data."""


def words_of(incoming: Incoming) -> list[str] | None:
    """What stands after `apply` (also `/start apply`); None when this is another line."""
    typed = words(clean(incoming.text).removeprefix("/").removeprefix("／"))
    if typed and typed[0].plain == "start":
        typed = typed[1:]
    if len(typed) > 1 and typed[0].plain == "入会" and typed[1].plain == "申请":
        typed = typed[1:]
        return [word.text for word in typed[1:]]
    if not typed or typed[0].plain not in APPLYING:
        return None
    return [word.text for word in typed[1:]]


def answer(office: Office, session: Session, incoming: Incoming, given: list[str], now: datetime) -> Reply:
    """Say how to apply, or, with a name, enter the person and ask the first question.

    Raises BadInput for a name that cannot be one, NotAllowed where an association takes no strangers or too much is tried.
    """
    everywhere = all_associations(session)
    if len(everywhere) == 1:
        association: Association | None = everywhere[0]
        name = " ".join(given)
    else:
        association = _named(everywhere, given[0]) if given else None
        name = " ".join(given[1:])
    if association is None or not name:
        return _how(everywhere, association)
    if not usecases.take_trial(session, incoming.platform, incoming.account, now):
        raise NotAllowed("too_many_tries", _("Too much was tried from this account. Please try again in an hour."))
    check_name(name)
    return _received(office, session, replace(incoming, text="apply"), association, name, now)


def _named(everywhere: Sequence[Association], word: str) -> Association | None:
    folded = word.casefold()
    return next(
        (a for a in everywhere if folded in (a.code.casefold(), a.code_word.casefold(), a.name.casefold())), None
    )


def _how(everywhere: Sequence[Association], association: Association | None) -> Reply:
    text = _(
        "To apply for membership of {association}, send: apply {word}‹your name›\n"
        "Your name and this chat account are then kept for the application and for nothing else; "
        "`leave` and the secretariat end that at any time. Applying costs nothing."
    )
    if association is not None or len(everywhere) == 1:
        one = association or everywhere[0]
        word = "" if len(everywhere) == 1 else f"{one.code_word} "
        return Reply(text.format(association=one.name, word=word), error="stranger")
    names = "\n".join(f"{one.code_word} — {one.name}" for one in everywhere)
    asked = _("To which association? Send: apply ‹short name› ‹your name›\n{names}")
    return Reply(asked.format(names=names), error="stranger")


def _received(
    office: Office, session: Session, incoming: Incoming, association: Association, name: str, now: datetime
) -> Reply:
    enter(session, association.id)
    door = Actor("applying", permissions=frozenset({Permission.APPLY}))
    tx = Tx(session, door, association, now, office.screener, office.keys, incoming.platform)
    if not membership.admission_plan(session, tx.today).open:
        text = _("{association} takes applications through its secretariat only.")
        raise NotAllowed("admission_closed", text.format(association=association.name))
    person = usecases.receive_applicant(
        tx, name=name, platform=incoming.platform, account=incoming.account, chat=incoming.chat
    )
    tx.finish()
    return _first_question(tx, incoming, person)


def _first_question(door: Tx, incoming: Incoming, person: Person) -> Reply:
    actor = queries.actor_for(door.session, person, door.association, door.today)
    tx = replace(door, actor=actor, entries=[])
    with speaking(actor.language):
        step = conversation.understand(tx, incoming)
        if isinstance(step, Reply):
            raise BadInput("unknown_command", step.text)
        asked = conversation.prepare(tx, incoming, step)
        text = _("{name}, you are entered as an applicant of {association}. `cancel` stops, `apply` begins again.")
        welcome = text.format(name=person.name, association=door.association.name)
        reply = asked if isinstance(asked, Reply) else Reply("")
        return conversation.finished(tx, replace(reply, text=f"{welcome}\n\n{reply.text}"), [])
