"""Slack as a platform of the office: it receives posts or through Socket Mode, and delivery sends through it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from slack_bolt.authorization import AuthorizeResult

from bot.platforms.base import DeliveryError, Gate, Limits, Outgoing, Sent
from bot.platforms.halfway import Halfway
from bot.platforms.lanes import Lanes
from bot.platforms.pacing import Pacer
from bot.platforms.patience import Patience, Tempo
from bot.platforms.slack.answering import Answerer
from bot.platforms.slack.directory import Directory
from bot.platforms.slack.door import NAME, Answer, Door, Window
from bot.platforms.slack.examining import Finding, examined
from bot.platforms.slack.reading import account_of, read
from bot.platforms.slack.replying import Replier, Ways
from bot.platforms.slack.shipping import Shipment, Shipper, shipment_of
from bot.platforms.slack.socket import PING_SECONDS, Socket
from bot.platforms.slack.wire import Wire
from bot.platforms.turns import Turns

LIMITS = Limits(per_second=5.0, per_chat_seconds=1.1, per_group_minute=54, text_length=12_000)
"""One message a second in a channel is documented, and has a little room here for jitter on the way; “several hundred
a minute” is all that Slack says about a workspace."""
GRACE_SECONDS = 10.0


@dataclass(frozen=True)
class Entry:
    """How Slack reaches us: with ``app_token`` through Socket Mode, else by posts signed with ``secret``.

    ``home`` is the public address of the office's pages.
    """

    secret: str = ""
    app_token: str = ""
    home: str = ""


class SlackPlatform:
    """One bot in one workspace. Safe to make before an event loop runs."""

    name = NAME
    limits = LIMITS

    def __init__(
        self,
        wire: Wire,
        gate: Gate,
        entry: Entry,
        tempo: Tempo,
        *,
        ping_seconds: float = PING_SECONDS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._wire = wire
        self._gate = gate
        self._entry = entry
        self._ping_seconds = ping_seconds
        self._patience = Patience(tempo, sleep)
        self._taken_up = False
        self._taking_up = asyncio.Lock()
        self._lanes = Lanes()
        self._halfway: Halfway[Shipment] = Halfway()
        self._shipper = Shipper(wire, tempo.between, sleep)
        directory = Directory(wire)
        self.pacer = Pacer(replace(LIMITS, per_chat_seconds=tempo.between))
        turns = Turns(self.pacer, sleep)
        replier = Replier(Ways(wire, self._shipper, directory, self._patience, turns, entry.home))
        self._answerer = Answerer(wire, gate, replier, directory, self._patience)
        self._door = Door(wire, gate, self._line_up, self._take_up, entry.secret)

    # who we are

    async def identify(self) -> str:
        """Our account and workspace. Raises a DeliveryError; Unauthorised when the token is refused."""
        known = await self._wire.auth_test()
        self._door.identity = AuthorizeResult(
            enterprise_id=None,
            team_id=known.get("team_id"),
            bot_id=known.get("bot_id"),
            bot_user_id=known.get("user_id"),
            bot_token=self._wire.token,
        )
        return f"@{known.get('user', '')} · {known.get('team', '')}"

    async def examine(self) -> list[Finding]:
        """What is set up and what is missing, for an operator. Raises a DeliveryError when Slack cannot be asked."""
        return await examined(self._wire, self._entry.app_token, self._entry.secret, self._entry.home)

    # delivery

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send one notice; a long one in several messages, a second apart. Raises one of the DeliveryError kinds.

        Called again after RetryLater or Uncertain it goes on with the message that failed.
        """
        shipment = self._halfway.take(outgoing) or shipment_of(outgoing, self._entry.home)
        try:
            return await self._shipper.ship(shipment)
        except DeliveryError:
            if shipment.done:
                self._halfway.keep(outgoing, shipment)
            raise

    # receiving

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """A request posted by Slack: (status, headers, content). 200 only for what is durably stored."""
        return await self._door.http(headers, body)

    async def process(self, update_id: str, raw: str) -> None:
        """Do all that a stored update asks for, in its turn among the person's, and wait until the reply is accepted."""
        await self._lanes.put(account_of(raw), lambda: self._answer(update_id, raw, None))

    async def run(self) -> None:
        """Receive until cancelled: first what was left unfinished, then what comes. Running work may end before it stops."""
        try:
            await self._patience.until_done(self.identify, "Slack is not ready")
            await self._take_up()
            if self._entry.app_token:
                await Socket(self._door, self._wire, self._entry.app_token, self._ping_seconds).run()
            await asyncio.Event().wait()
        finally:
            # The connections stay: delivery may still be sending through them.
            await self._lanes.close(GRACE_SECONDS)

    async def close(self) -> None:
        """Finish what is running and close the connections."""
        await self._lanes.close(GRACE_SECONDS)
        await self._wire.close()

    def _line_up(self, update_id: str, raw: str, window: Window | None = None) -> None:
        self._lanes.put(account_of(raw), lambda: self._answer(update_id, raw, window))

    async def _answer(self, update_id: str, raw: str, window: Window | None) -> None:
        try:
            parsed = read(update_id, raw)
            if parsed is None:
                await self._answerer.replied(update_id)
            else:
                await self._answerer.answer(parsed, window)
        finally:
            if window is not None:
                window.leave()

    async def _take_up(self) -> None:
        """Line up what an earlier run did not finish, once. Nothing new is stored meanwhile: it would come twice."""
        async with self._taking_up:
            if self._taken_up:
                return
            left = await asyncio.to_thread(self._gate.unfinished, self.name)
            self._taken_up = True
        for update_id, raw in left:
            self._line_up(update_id, raw)
