"""Telegram as a platform of the office: it receives by long polling or a webhook, and delivery sends through it."""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from telegram import BotCommand
from telegram.error import TelegramError

from bot.messages import Incoming
from bot.platforms.base import DeliveryError, Gate, Limits, Outgoing, Sent
from bot.platforms.halfway import Halfway
from bot.platforms.lanes import Lanes
from bot.platforms.pacing import Pacer
from bot.platforms.patience import Patience, Tempo
from bot.platforms.telegram.answering import Answerer
from bot.platforms.telegram.errors import delivery_error
from bot.platforms.telegram.examining import Finding, examined
from bot.platforms.telegram.polling import KINDS, Poller
from bot.platforms.telegram.reading import chat_of, is_talk, overheard, read
from bot.platforms.telegram.shipping import Shipment, Shipper, shipment_of
from bot.platforms.telegram.wire import TelegramBot, Wire, is_number

log = logging.getLogger(__name__)
LIMITS = Limits(per_second=30.0, per_chat_seconds=1.0, per_group_minute=20, text_length=4096)
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name
LARGEST_BODY = 1_000_000
GRACE_SECONDS = 10.0
ORPHAN_SECONDS = 15.0
Menu = list[tuple[str, str, str]]
Answer = tuple[int, dict[str, str], str]


@dataclass(frozen=True)
class Hook:
    """Where Telegram shall post updates, and the secret it shows when it does. Without ``url`` we poll.

    ``public``: there is a public address, whether or not it is used.
    """

    url: str = ""
    secret: str = ""
    public: bool = False


class TelegramPlatform:
    """One bot account. Safe to make before an event loop runs."""

    name = "telegram"
    limits = LIMITS

    def __init__(
        self,
        bot: TelegramBot,
        wires: tuple[Wire, Wire],
        gate: Gate,
        *,
        hook: Hook | None = None,
        menu: Menu | None = None,
        tempo: Tempo | None = None,
        patience: int = 25,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        tempo = tempo or Tempo()
        self._bot = bot
        self._wires = wires
        self._gate = gate
        self._hook = hook or Hook()
        self._menu = menu or []
        self._patience = Patience(tempo, sleep)
        self._username = ""
        self._knowing = asyncio.Lock()
        self._taken_up = False
        self._taking_up = asyncio.Lock()
        self._lanes = Lanes()
        self._halfway: Halfway[Shipment] = Halfway()
        self.pacer = Pacer(replace(LIMITS, per_chat_seconds=tempo.between))
        self._shipper = Shipper(bot, tempo.between, sleep)
        self._answerer = Answerer(bot, gate, self._shipper, self._patience, self.pacer)
        self._poller = Poller(
            bot,
            gate,
            self._line_up,
            lambda: self._lanes.pending,
            self._drop_hook,
            self._wanted,
            patience=patience,
            retry=tempo.retry,
            sleep=sleep,
        )

    # who we are

    async def identify(self) -> str:
        """Our account as ``@name``. Raises a DeliveryError; Unauthorised when the token is refused."""
        try:
            self._username = (await self._bot.get_me()).username or ""
        except TelegramError as error:
            # The library's own error may name the token, so it is not chained.
            raise delivery_error(error) from None
        return "@" + self._username

    async def examine(self) -> list[Finding]:
        """How updates reach us and what is in the way, for an operator."""
        return await examined(self._bot, self._hook.url, self._hook.public)

    async def publish_menu(self, commands: Menu) -> None:
        """Show (name, English, Chinese) in the command menu: Chinese, unless a person's client speaks English.

        At most 100 commands with names of ``[a-z0-9_]{1,32}`` fit. Raises a DeliveryError.
        """
        english = [BotCommand(name, words[:256]) for name, words, _chinese in commands[:100]]
        chinese = [BotCommand(name, words[:256]) for name, _english, words in commands[:100]]
        try:
            for language, menu in ((None, chinese), ("zh", chinese), ("en", english)):
                await self._bot.set_my_commands(menu, language_code=language)
        except TelegramError as error:
            raise delivery_error(error) from error

    # delivery

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send one notice; a long one in several messages, a second apart. Raises one of the DeliveryError kinds.

        Called again after RetryLater or Uncertain it goes on with the message that failed.
        """
        shipment = self._halfway.take(outgoing) or shipment_of(outgoing)
        try:
            return await self._shipper.ship(shipment)
        except DeliveryError:
            if shipment.done or shipment.moved_to:
                self._halfway.keep(outgoing, shipment)
            raise

    # receiving

    def parse(self, raw: str) -> Incoming | None:
        """What a person did by this update, or None when it is nothing to us. Files are not fetched.

        ``/name@bot`` is understood only after ``identify``.
        """
        parsed = read(raw, self._username)
        return parsed.incoming if parsed is not None else None

    async def process(self, update_id: str, raw: str) -> None:
        """Do all that a stored update asks for, in its turn within its chat, and wait until the reply is accepted."""
        await self._lanes.put(chat_of(raw), lambda: self._answer(update_id, raw))

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """An update posted by Telegram: (status, headers, content). 200 only for what is durably stored."""
        given = next((value for name, value in headers.items() if name.lower() == SECRET_HEADER), None)
        if not is_secret(self._hook.secret, given):
            return 401, {}, "unauthorised"
        if len(body) > LARGEST_BODY:
            return 413, {}, "too large"
        update_id, raw = _posted(body)
        if update_id is None:
            return 400, {}, "not an update"
        try:
            await self._take_up()
            if await self._wanted(raw) and await asyncio.to_thread(self._gate.receive, self.name, update_id, raw):
                self._line_up(update_id, raw)
        except Exception:
            # Telegram posts it again until it gets a 200.
            log.exception("an update could not be stored")
            return 503, {}, "try again"
        return 200, {}, ""

    async def run(self) -> None:
        """Receive until cancelled: first what was left unfinished, then what comes. Running work may end before it stops."""
        orphans = asyncio.create_task(self._look_after_orphans())
        try:
            await self._until_known()
            await self._take_up()
            await self._show_menu()
            if self._hook.url:
                await self._persistently(self._set_hook)
                await asyncio.Event().wait()
            await self._drop_hook()
            await self._poller.run()
        finally:
            orphans.cancel()
            # The connections stay: delivery may still be sending through them.
            await self._lanes.close(GRACE_SECONDS)

    async def close(self) -> None:
        """Finish what is running and close the connections. For good: nothing can be sent afterwards."""
        await self._lanes.close(GRACE_SECONDS)
        for wire in self._wires:
            await wire.shutdown()

    def _line_up(self, update_id: str, raw: str) -> None:
        self._lanes.put(chat_of(raw), lambda: self._answer(update_id, raw))

    async def _answer(self, update_id: str, raw: str) -> None:
        await self._until_known()
        parsed = read(raw, self._username) or overheard(raw)
        if parsed is None:
            await self._answerer.replied(update_id)
        else:
            await self._answerer.answer(parsed)

    async def _wanted(self, raw: str) -> bool:
        """Whether an update is for us. What people write to each other in a group is not, and is not even stored, unless
        the house listens to this person there. Before we know our own name nobody can tell.
        """
        if not self._username or not is_talk(raw) or read(raw, self._username) is not None:
            return True
        heard = overheard(raw)
        if heard is None:
            return False
        who = heard.incoming
        return await asyncio.to_thread(self._gate.listens, self.name, who.chat, who.account)

    async def _take_up(self) -> None:
        """Line up what an earlier run did not finish, once. Nothing new is stored meanwhile: it would come twice."""
        async with self._taking_up:
            if self._taken_up:
                return
            left = await asyncio.to_thread(self._gate.unfinished, self.name)
            self._taken_up = True
        for update_id, raw in left:
            self._line_up(update_id, raw)

    async def _look_after_orphans(self) -> None:
        """Answer what a process beside us received and died over."""
        while True:
            await self._patience.sleep(ORPHAN_SECONDS)
            try:
                for update_id, raw in await asyncio.to_thread(self._gate.unfinished, self.name):
                    self._line_up(update_id, raw)
            except Exception:
                log.exception("unfinished updates could not be looked for")

    async def _until_known(self) -> None:
        """Our own name is needed to tell our commands from other bots'."""
        async with self._knowing:
            if not self._username:
                await self._persistently(self.identify)

    async def _persistently(self, call: Callable[[], Awaitable[object]]) -> None:
        """Try until it works."""
        await self._patience.until_done(call, "Telegram is not ready")

    async def _show_menu(self) -> None:
        try:
            if self._menu:
                await self.publish_menu(self._menu)
        except DeliveryError as error:
            log.warning("the command menu could not be set", extra={"fields": {"reason": error.reason}})

    async def _set_hook(self) -> None:
        try:
            await self._bot.set_webhook(self._hook.url, secret_token=self._hook.secret, allowed_updates=KINDS)
        except TelegramError as error:
            raise delivery_error(error) from None

    async def _drop_hook(self) -> None:
        """A webhook of earlier days keeps updates from us. Without one this may fail: polling will tell."""
        try:
            await self._bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as error:
            log.warning("a webhook could not be removed", extra={"fields": {"reason": delivery_error(error).reason}})


def is_secret(expected: str, given: str | None) -> bool:
    """Whether a header carries the webhook's secret, compared in constant time. Without a secret nothing is let in."""
    if not expected or given is None or not given.isascii():
        return False
    return hmac.compare_digest(expected.encode(), given.encode())


def _posted(body: bytes) -> tuple[str | None, str]:
    """The number of a posted update and its text as it is stored; None for anything else."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None, ""
    number = update.get("update_id") if isinstance(update, dict) else None
    if not is_number(number):
        return None, ""
    return str(number), json.dumps(update)
