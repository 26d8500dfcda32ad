"""The way of one update: find its chat, fetch its file, let the house do it, bring the reply, note it."""

import asyncio
from dataclasses import replace

from bot.messages import Incoming, Reply
from bot.platforms.base import Gate
from bot.platforms.patience import Patience
from bot.platforms.progress import ProgressLine
from bot.platforms.slack.directory import Directory
from bot.platforms.slack.door import NAME, Window
from bot.platforms.slack.fetching import Fetcher
from bot.platforms.slack.progress import ProgressMessage
from bot.platforms.slack.reading import Kind, Parsed
from bot.platforms.slack.replying import Replier
from bot.platforms.slack.wire import Wire
from bot.strangers import code_in

AT_ONCE = 8


class Answerer:
    """Answers updates, as many at the same time as ``AT_ONCE``."""

    def __init__(self, wire: Wire, gate: Gate, replier: Replier, directory: Directory, patience: Patience) -> None:
        self._wire = wire
        self._gate = gate
        self._replier = replier
        self._directory = directory
        self._patience = patience
        self._fetcher = Fetcher(wire, patience)
        self._room = asyncio.Semaphore(AT_ONCE)

    async def answer(self, parsed: Parsed, window: Window | None = None) -> None:
        """Take one update all the way. What the platform refuses for good is noted as replied, nothing else."""
        if parsed.incoming.overheard:
            await self._handled(parsed.incoming, None)
            await self.replied(parsed.incoming.update_id)
            return
        async with self._room:
            parsed = await self._placed(parsed)
            reply = await self._reply(parsed)
        if window is not None and (reply is None or reply.form is None):
            # The window closes now, not when the answer's turn has come.
            window.leave()
        if reply is None:
            await self._replier.point_to_joining(parsed)
        else:
            await self._replier.bring(parsed, reply, window)
        await self.replied(parsed.incoming.update_id)

    async def replied(self, update_id: str) -> None:
        """Note that nothing is left to do for an update."""
        await self._patience.firmly(self._gate.replied, NAME, update_id)

    async def _placed(self, parsed: Parsed) -> Parsed:
        """With the person's language, and with the one-to-one chat where that is what was meant."""
        account, chat = parsed.incoming.account, parsed.incoming.chat
        parsed = replace(parsed, incoming=replace(parsed.incoming, language=await self._directory.language(account)))
        if parsed.kind == Kind.LINE:
            self._directory.note_chat(account, chat)
        elif parsed.uncertain:
            own = await self._directory.chat(account)
            if not chat or chat == own:
                return _in(parsed, own or account)
        if parsed.kind == Kind.COMMAND and code_in(parsed.incoming):
            # Only the person sees what they type after /guild, so a code counts as shown in private.
            own = await self._directory.chat(account)
            return replace(_in(parsed, own), aside=True) if own else parsed
        return parsed

    async def _reply(self, parsed: Parsed) -> Reply | None:
        """What the house says; a file that cannot be had is refused here."""
        incoming = parsed.incoming
        if parsed.attachments:
            fetched = await self._fetcher.fetch(parsed.attachments, incoming.language)
            if isinstance(fetched, Reply):
                return fetched
            incoming = replace(incoming, files=(fetched,))
        if not incoming.private or parsed.kind == Kind.HOME:
            return await self._handled(incoming, None)
        shown = ProgressMessage(self._wire, incoming.chat, parsed.thread)
        async with ProgressLine(shown, self._patience.tempo.progress) as progress:
            return await self._handled(incoming, progress)

    async def _handled(self, incoming: Incoming, progress: ProgressLine | None) -> Reply | None:
        reply: Reply | None = await self._patience.firmly(self._gate.handle, incoming, progress)
        return reply


def _in(parsed: Parsed, chat: str) -> Parsed:
    """The same, in a one-to-one chat with us."""
    return replace(parsed, incoming=replace(parsed.incoming, chat=chat, private=True))
