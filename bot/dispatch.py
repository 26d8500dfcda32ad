"""The road of every action: one update in, one transaction, one reply out."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from bot import conversation, overhearing, reach, strangers, workers
from bot.messages import Button, Incoming, Progress, Reply, Table
from bot.registry import Command
from core import inbox
from core.db import enter, open_session
from core.errors import AppError
from core.i18n import DEFAULT_LANGUAGE, _, speaking
from core.keys import KeyRing
from core.screening import Screener
from core.transaction import Tx
from people import queries, usecases
from people.queries import Chatter

log = logging.getLogger(__name__)
TRIES = 3
DISK_FULL = "53100"
"""PostgreSQL's code for it."""


@dataclass(frozen=True)
class House:
    """What every action needs, put together once by the composition root."""

    engine: Engine
    screener: Screener
    keys: KeyRing
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    public_url: str = ""
    taken_up: set[str] = field(default_factory=set, compare=False, repr=False)
    taking_up: Lock = field(default_factory=Lock, compare=False, repr=False)

    def receive(self, platform: str, update_id: str, raw: str) -> bool:
        """Store a raw update; committed on return. False when it is known."""
        raw = conversation.storable(raw)
        with open_session(self.engine) as session:
            if inbox.store(session, platform, update_id, raw, self.clock(), workers.this_process()):
                return True
            forged = inbox.differs(session, platform, update_id, raw)
        if forged:
            # The number decides what has been done already; a second content under it is not acted upon.
            fields = {"platform": platform, "update": update_id}
            log.error("an update came again with another content", extra={"fields": fields})
        return False

    def listens(self, platform: str, chat: str, account: str) -> bool:
        """Whether what this account writes to the others in this group is to be read; if not, nothing of it is kept."""
        with open_session(self.engine) as session:
            return overhearing.listens(self, session, platform, chat, account, self.clock())

    def replied(self, platform: str, update_id: str) -> None:
        """The reply has reached the platform."""
        with open_session(self.engine) as session:
            inbox.mark_replied(session, platform, update_id, self.clock())

    def unfinished(self, platform: str) -> list[tuple[str, str]]:
        """Recent updates whose reply has not gone out and that no other process answers: ours from now on."""
        with self.taking_up, open_session(self.engine) as session:
            me, again = workers.this_process(), platform in self.taken_up
            self.taken_up.add(platform)
            # At the start nobody in this process answers anything yet: a second door waits until that is settled.
            gone = workers.is_gone if again else lambda holder: holder == me or workers.is_gone(holder)
            return inbox.take_over(session, platform, self.clock(), me, gone)

    def handle(self, incoming: Incoming, progress: Progress | None = None) -> Reply | None:
        """Do what was asked: once, however often it comes; all of it, or nothing. Never raises for what was typed."""
        for attempt in range(TRIES):
            try:
                return self._once(incoming, progress)
            except (OperationalError, IntegrityError) as error:
                log.warning("the database did not take it, attempt %d: %s", attempt + 1, error.orig)
                full = "disk is full" in str(error.orig) or getattr(error.orig, "sqlstate", "") == DISK_FULL
        with speaking(incoming.language or DEFAULT_LANGUAGE):
            return _unavailable(full=full)

    def _once(self, incoming: Incoming, progress: Progress | None) -> Reply | None:
        now = self.clock()
        with open_session(self.engine) as session:
            raw = conversation.storable(incoming.raw)
            taken = inbox.take(session, incoming.platform, incoming.update_id, raw, now)
            if taken.state != inbox.InboxState.NEW:
                return load_reply(taken.reply)
            reply = self._answer(session, incoming, now, progress)
            if incoming.overheard or (reply is not None and reply.secret):
                inbox.settle_secretly(session, taken, state_after(reply), now)
            else:
                inbox.settle(session, taken, state_after(reply), dump_reply(reply), now if reply is None else None)
        return reply

    def _answer(self, session: Session, incoming: Incoming, now: datetime, progress: Progress | None) -> Reply | None:
        if incoming.reachable is not None:
            reach.note(self, session, incoming, now)
            return None
        if incoming.overheard:
            overhearing.note(self, session, incoming, now)
            return None
        try:
            chatter = self._chatter(session, incoming)
        except AppError as refusal:
            with speaking(incoming.language or DEFAULT_LANGUAGE):
                return Reply(refusal.text, error=refusal.code)
        if chatter is None:
            with speaking(incoming.language or DEFAULT_LANGUAGE):
                return strangers.answer(self, session, incoming, now)
        enter(session, chatter.association.id)
        if chatter.identity is not None and chatter.identity.unreachable_since is not None:
            usecases.reachable_again(session, chatter.identity)
        actor = queries.actor_for(session, chatter.person, chatter.association, chatter.association.day(now))
        with speaking(actor.language):
            way = conversation.channel(incoming)
            tx = Tx(session, actor, chatter.association, now, self.screener, self.keys, way, self.public_url)
            reply, command = self._guarded(tx, incoming, progress)
            return replace(reply, secret=command is not None and command.secret)

    def _chatter(self, session: Session, incoming: Incoming) -> Chatter | None:
        if incoming.joining or strangers.joins_elsewhere(incoming):
            return None
        if incoming.platform == "console":
            return queries.chatter_by_name(session, incoming.account, incoming.association)
        first = reach.owner_of(session, incoming) if incoming.button else None
        return queries.chatter_by_account(session, incoming.platform, incoming.account, first)

    def _guarded(self, tx: Tx, incoming: Incoming, progress: Progress | None) -> tuple[Reply, Command | None]:
        """Run it in a savepoint: a refusal or a defect leaves nothing behind but its reply. Also says which command it was."""
        command, step = None, None
        try:
            with tx.session.begin_nested():
                step = conversation.understand(tx, incoming)
                command = None if isinstance(step, Reply) else step.command
                ready = step if isinstance(step, Reply) else conversation.prepare(tx, incoming, step)
                if isinstance(ready, Reply):
                    return conversation.finished(tx, ready, []), command
                reply = conversation.run(tx, ready, incoming, progress)
                receipts = tx.finish()
            return conversation.finished(tx, reply, receipts), command
        except AppError as refusal:
            return conversation.refused(tx, incoming, step, refusal), command
        except Exception as error:
            if may_pass(error):
                raise
            return _defect(incoming, error), command


def state_after(reply: Reply | None) -> inbox.InboxState:
    """What an update has become once it was answered, or needed no answer."""
    if reply is None:
        return inbox.InboxState.IGNORED
    return inbox.InboxState.FAILED if reply.failed else inbox.InboxState.DONE


def may_pass(error: Exception) -> bool:
    """Whether trying the whole action again can help: a lock, a lost connection, a deadlock, a lost race, a full disk."""
    if isinstance(error, IntegrityError):
        return True
    if not isinstance(error, OperationalError):
        return False
    words = str(error.orig)
    return "no such" not in words and "syntax" not in words


def _unavailable(*, full: bool) -> Reply:
    """The answer when the database could not take it after several tries."""
    if full:
        text = _("There is no room left on the machine's disk. Nothing was done; tell whoever runs Guildhall.")
        return Reply(text, error="disk_full", failed=True)
    return Reply(_("The office is busy. Nothing was done; please try again shortly."), error="busy", failed=True)


def _defect(incoming: Incoming, error: Exception) -> Reply:
    reference = secrets.token_hex(4)
    log.error("defect", exc_info=error, extra={"fields": {"reference": reference, "platform": incoming.platform}})
    text = _("Something went wrong here. Nothing was done. Reference: {reference}")
    return Reply(text.format(reference=reference), error="defect", failed=True)


def dump_reply(reply: Reply | None) -> dict[str, Any] | None:
    """The reply as it is kept for a repeated update; files are named, not kept."""
    if reply is None:
        return None
    kept = asdict(replace(reply, files=(), data=None))
    kept["names"] = [file.name for file in reply.files]
    return kept


def load_reply(kept: dict[str, Any] | None) -> Reply | None:
    """The stored reply."""
    if kept is None:
        return None
    names = kept.pop("names", [])
    text = kept["text"] + "".join("\n📎 " + name for name in names)
    table = kept["table"] and Table(tuple(kept["table"]["columns"]), tuple(map(tuple, kept["table"]["rows"])))
    buttons = tuple(tuple(Button(**button) for button in row) for row in kept["buttons"])
    return Reply(**kept | {"text": text, "table": table, "buttons": buttons, "form": None, "files": ()})
