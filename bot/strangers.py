"""Joining with an invitation code, or applying for membership: all that people can do whom the office does not know yet."""

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from bot import newcomers
from bot.language import clean, words
from bot.messages import Incoming, Reply
from core.access import Actor, Permission
from core.db import enter
from core.errors import AppError, NotFound
from core.i18n import _, speaking
from core.keys import KeyRing
from core.screening import Screener
from core.transaction import Tx
from people import queries, rules, usecases

JOINING = frozenset({"join", "start", "加入", "绑定"})


class Office(Protocol):
    """What joining needs of the house."""

    @property
    def screener(self) -> Screener:
        """Reads outgoing texts."""

    @property
    def keys(self) -> KeyRing:
        """Seals personal data."""


def answer(office: Office, session: Session, incoming: Incoming, now: datetime) -> Reply | None:
    """Link the account when a valid code is sent in private; otherwise say how to get one.

    Groups get no answer; but whoever presses a button in one is told in private.
    """
    if not incoming.private and not incoming.button:
        return None
    applying = newcomers.words_of(incoming) if incoming.private else None
    if applying is not None:
        return _apply(office, session, incoming, applying, now)
    code = code_in(incoming) if incoming.private else ""
    if not code:
        text = _(
            "Welcome. To join, send: join ‹invitation code›. The association's secretariat gives you the code. "
            "To apply for membership, send: apply"
        )
        return Reply(text, error="stranger", personal=not incoming.private)
    if not usecases.take_trial(session, incoming.platform, incoming.account, now):
        return Reply(
            _("Too many codes were tried from this account. Please try again in an hour."), error="too_many_tries"
        )
    try:
        with session.begin_nested():
            reply = join(office, session, incoming, code, now)
    except AppError as refusal:
        return Reply(refusal.text, error=refusal.code)
    usecases.forget_trials(session, incoming.platform, incoming.account, now)
    return reply


def _apply(office: Office, session: Session, incoming: Incoming, given: list[str], now: datetime) -> Reply:
    try:
        with session.begin_nested():
            return newcomers.answer(office, session, incoming, given, now)
    except AppError as refusal:
        return Reply(refusal.text, error=refusal.code)


def code_in(incoming: Incoming) -> str:
    """The invitation code that a line gives after `join` or `/start`; empty when it is another line."""
    typed = words(clean(incoming.text).removeprefix("/").removeprefix("／"))
    if len(typed) < 2 or typed[0].plain not in JOINING:
        return ""
    return " ".join(word.text for word in typed[1:])


def joins_elsewhere(incoming: Incoming) -> bool:
    """Whether somebody who is known already sends a code: for another association, or from a new account."""
    return incoming.private and rules.is_code(code_in(incoming))


def join(office: Office, session: Session, incoming: Incoming, code: str, now: datetime) -> Reply:
    """Spend an invitation code on this account and greet the person in their language.

    Refusals are worded before that language is known, so that they say nothing about the code.
    """
    found = queries.invitation_by_hash(session, rules.code_hash(code))
    if found is None:
        raise NotFound("code_invalid", _("This code is not valid (any more). Ask the secretariat for a new one."))
    _invitation, person, association = found
    enter(session, association.id)
    actor = Actor("invitation", permissions=frozenset({Permission.USE_OFFICE}))
    tx = Tx(session, actor, association, now, office.screener, office.keys, incoming.platform)
    usecases.join(tx, code=code, platform=incoming.platform, account=incoming.account, chat=incoming.chat)
    tx.finish()
    with speaking(person.language or association.language):
        text = _("Welcome, {name}. You are linked with {association}. `help` shows what you can do.")
        return Reply(text.format(name=person.name, association=association.name))
