"""Where updates come in: slack-bolt tells them apart, and none is acknowledged before it is stored.

Bolt's own verification raises on forged requests and logs their bodies, and its own authorisation asks Slack before
anything is stored; so requests are verified before Bolt sees them, and Bolt is told who we are.
"""

import asyncio
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Mapping

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.messages import Incoming
from bot.platforms.base import Gate
from bot.platforms.slack.forms import FORM
from bot.platforms.slack.reading import COMMAND, Json, Kind, parse, stored
from bot.platforms.slack.wire import Wire

log = logging.getLogger(__name__)
QUIET = logging.getLogger("slack_bolt.guildhall")
QUIET.setLevel(logging.ERROR)
LARGEST_BODY = 1_000_000
STORE_SECONDS = 2.4
"""Slack waits three seconds for an acknowledgement; a form's window also waits for its next page within this time."""
NAME = "slack"
SPARE_ID = "guildhall_spare_id"
Answer = tuple[int, dict[str, str], str]


class Window:
    """The open window of a form that was just sent: as long as Slack waits, it can turn to another page."""

    def __init__(self) -> None:
        self._page: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()

    def turn(self, view: Json) -> bool:
        """Show another page; False when the window is gone."""
        if self._page.done():
            return False
        self._page.set_result(view)
        return True

    def leave(self) -> None:
        """There is no other page."""
        if not self._page.done():
            self._page.set_result(None)

    async def page(self, seconds: float) -> Json | None:
        """The page to turn to, once it is known; None when there is none or it takes too long."""
        await asyncio.wait({self._page}, timeout=seconds)
        self.leave()
        return self._page.result()


HandOn = Callable[[str, str, Window | None], None]


class Door:
    """Verifies, stores, acknowledges, and hands on what is new."""

    def __init__(
        self, wire: Wire, gate: Gate, hand_on: HandOn, before: Callable[[], Awaitable[None]], secret: str = ""
    ) -> None:
        self._wire = wire
        self._gate = gate
        self._hand_on = hand_on
        self._before = before
        self._secret = secret
        self._turn = asyncio.Lock()
        self._storing: set[asyncio.Task[bool]] = set()
        self.identity = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=wire.token)

        async def who_we_are() -> AuthorizeResult:
            return self.identity

        self.app = AsyncApp(
            client=wire,
            authorize=who_we_are,
            process_before_response=True,
            request_verification_enabled=False,
            raise_error_for_unhandled_request=True,
            logger=QUIET,
            name="guildhall",
        )
        self._listen()

    def _listen(self) -> None:
        everything = re.compile("")
        self.app.command(COMMAND)(self._typed)
        self.app.action(everything)(self._pressed)
        self.app.view(FORM)(self._sent)
        self.app.view_closed(FORM)(self._closed)
        self.app.event("message")(self._written)
        self.app.event("app_home_opened")(self._home)
        self.app.error(self._not_understood)

    # coming in

    async def http(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """A posted request: (status, headers, content). 200 only for what is durably stored, or nothing to us."""
        if len(body) > LARGEST_BODY:
            return 413, {}, "too large"
        if not is_signed(self._secret, headers, body):
            return 401, {}, "unauthorised"
        try:
            # Only what is signed counts: Bolt takes orders from other headers.
            kept = {name: value for name, value in headers.items() if name.lower() == "content-type"}
            request = AsyncBoltRequest(body=body.decode(), headers=dict(kept), context={SPARE_ID: _digest(headers)})
        except Exception:
            return 400, {}, "not understood"
        response = await self._dispatched(request)
        return response.status, response.first_headers(), response.body

    async def socket(self, payload: Json, envelope: str) -> BoltResponse:
        """What came through Socket Mode."""
        try:
            request = AsyncBoltRequest(mode="socket_mode", body=payload, context={SPARE_ID: f"envelope:{envelope}"})
        except Exception:
            return BoltResponse(status=400, body="not understood")
        return await self._dispatched(request)

    async def _dispatched(self, request: AsyncBoltRequest) -> BoltResponse:
        try:
            return await self.app.async_dispatch(request)
        except Exception as error:
            # A body that Bolt cannot read makes its error handlers fail as well.
            return await self._not_understood(error)

    # listeners of Bolt: it looks at their parameters' names

    async def _typed(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> BoltResponse:
        return await self._taken(Kind.COMMAND, ack, body, context)

    async def _pressed(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> BoltResponse:
        return await self._taken(Kind.PRESS, ack, body, context)

    async def _closed(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> BoltResponse:
        return await self._taken(Kind.CLOSED, ack, body, context)

    async def _written(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> BoltResponse:
        return await self._taken(Kind.LINE, ack, body, context)

    async def _home(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> BoltResponse:
        return await self._taken(Kind.HOME, ack, body, context)

    async def _sent(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> BoltResponse:
        clock = asyncio.get_running_loop().time
        window, end = Window(), clock() + STORE_SECONDS
        response = await self._taken(Kind.FORM, ack, body, context, window)
        if response.status != 200 or context.get("known"):
            return response
        page = await window.page(max(0.05, end - clock()))
        return await ack(response_action="update", view=page) if page else response

    async def _not_understood(self, error: Exception) -> BoltResponse:
        """What nobody listens to is fine; a body of another shape is refused without a word of it in the log."""
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=200, body="")
        log.warning("a request that cannot be understood", extra={"fields": {"error": type(error).__name__}})
        return BoltResponse(status=400, body="not understood")

    # storing

    async def _taken(
        self, kind: Kind, ack: AsyncAck, body: Json, context: AsyncBoltContext, window: Window | None = None
    ) -> BoltResponse:
        update_id = number_of(kind, body, str(context.get(SPARE_ID) or ""))
        parsed = parse(update_id, kind, body)
        if parsed is None or not await self._wanted(parsed.incoming):
            return await ack()
        task = asyncio.create_task(self._store(update_id, stored(kind, body), window))
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)
        done, _late = await asyncio.wait({task}, timeout=STORE_SECONDS)
        if not done or task.exception() is not None:
            # Slack tells the person, or sends it again; what is stored late is still worked on.
            log.error("an update could not be stored in time", exc_info=task.exception() if done else None)
            return BoltResponse(status=503, body="try again")
        context["known"] = not task.result()
        return await ack()

    async def _wanted(self, incoming: Incoming) -> bool:
        """What people write to each other in a channel is not even stored, unless the house listens to them there."""
        if not incoming.overheard:
            return True
        return await asyncio.to_thread(self._gate.listens, NAME, incoming.chat, incoming.account)

    async def _store(self, update_id: str, raw: str, window: Window | None) -> bool:
        async with self._turn:
            await self._before()
            new = await asyncio.to_thread(self._gate.receive, NAME, update_id, raw)
        if new:
            self._hand_on(update_id, raw, window)
        return new


def is_signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether Slack signed a request within the last five minutes. The library raises on what is forged badly enough."""
    try:
        return SignatureVerifier(secret).is_valid_request(body, dict(headers))
    except Exception:
        return False


def number_of(kind: Kind, body: Json, spare: str) -> str:
    """The number by which a repeated update is known again: Slack's own where there is one."""
    view = body.get("view")
    if kind == Kind.CLOSED and isinstance(view, dict) and view.get("id"):
        return f"closed:{view['id']}"[:120]
    event, trigger = body.get("event_id"), body.get("trigger_id")
    if isinstance(event, str) and event:
        return f"{kind}:{event}"[:120]
    if isinstance(trigger, str) and trigger:
        # What Slack builds it from is not ours to know: of a secret answer the number must not tell whose it was.
        return f"{kind}:{hashlib.sha256(trigger.encode()).hexdigest()}"
    return f"{kind}:{spare}"[:120]


def _digest(headers: Mapping[str, str]) -> str:
    """The signature stands for a request that has no number."""
    signature = next((value for name, value in headers.items() if name.lower() == "x-slack-signature"), "")
    return "signature:" + hashlib.sha256(signature.encode()).hexdigest()
