"""Carrying what happens to the app: signed posts or Socket Mode, three seconds for an acknowledgement, and again."""

import asyncio
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout, WSMsgType, web

from tests.loopback.slack_rules import check_view
from tests.loopback.slack_world import Json, Parcel, World

ACK_SECONDS = 3.0
ENVELOPES = {"event": "events_api", "command": "slash_commands", "interactive": "interactive"}
Outcome = tuple[bool, Any]


class Carrier:
    """Brings parcels to the app. Events come up to three times again, commands and presses do not."""

    def __init__(self, world: World, secret: str, retries: tuple[float, ...]) -> None:
        self.world = world
        self.secret = secret
        self.retries = retries
        self.request_url = ""
        self.ack_seconds = ACK_SECONDS
        self.lost: list[Parcel] = []
        self.refused: list[tuple[Parcel, Any]] = []
        self.sockets: list[web.WebSocketResponse] = []
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._tickets: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def carry(self, parcel: Parcel) -> None:
        """Begin to bring a parcel; call it in the server's loop."""
        task = asyncio.get_running_loop().create_task(self._bring(parcel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _bring(self, parcel: Parcel) -> None:
        while not self.request_url and not self.sockets:  # noqa: ASYNC110 - the address is set from another thread
            await asyncio.sleep(0.01)
        pauses = iter(self.retries if parcel.kind == "event" else ())
        reason = ""
        while True:
            started = time.monotonic()
            taken, answer = await self._once(parcel, reason)
            parcel.seconds.append(time.monotonic() - started)
            parcel.tries += 1
            if taken:
                break
            self.refused.append((parcel, answer))
            pause, reason = next(pauses, None), "http_timeout" if answer == "timeout" else "http_error"
            if pause is None:
                self.lost.append(parcel)
                break
            await asyncio.sleep(pause)
        self._conclude(parcel, answer if taken else None)
        parcel.done.set()

    async def _once(self, parcel: Parcel, reason: str) -> Outcome:
        try:
            if self.sockets:
                return await self._by_socket(parcel, reason)
            return await self._by_post(parcel, reason)
        except (TimeoutError, ClientError, OSError) as error:
            return False, "timeout" if isinstance(error, TimeoutError) else type(error).__name__

    def _conclude(self, parcel: Parcel, answer: Any) -> None:
        """What the client does with the answer to a form: turn the page, or close."""
        if answer is not None:
            parcel.replies.append(answer)
        if parcel.payload.get("type") != "view_submission" or parcel.user is None or answer is None:
            return
        if isinstance(answer, dict) and answer.get("response_action") == "update":
            check_view(answer["view"])
            parcel.user.modal = answer["view"] | {"id": parcel.payload["view"]["id"], "hash": self.world.number("h")}
        elif not isinstance(answer, dict) or "response_action" not in answer:
            parcel.user.modal = None

    # posts

    def signed(self, body: bytes, at: float | None = None, secret: str | None = None) -> dict[str, str]:
        """The headers that prove that Slack sent a body."""
        stamp = str(int(time.time() if at is None else at))
        base = b"v0:" + stamp.encode() + b":" + body
        digest = hmac.new((secret or self.secret).encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    def posted(self, parcel: Parcel) -> tuple[dict[str, str], bytes]:
        """The headers and body of a parcel as they are posted."""
        if parcel.kind == "event":
            return self._complete(json.dumps(parcel.payload).encode(), "application/json")
        form = parcel.payload if parcel.kind == "command" else {"payload": json.dumps(parcel.payload)}
        return self._complete(urlencode(form).encode(), "application/x-www-form-urlencoded")

    def _complete(self, body: bytes, kind: str) -> tuple[dict[str, str], bytes]:
        return {"Content-Type": kind} | self.signed(body), body

    async def _by_post(self, parcel: Parcel, reason: str) -> Outcome:
        headers, body = self.posted(parcel)
        if parcel.tries:
            headers |= {"X-Slack-Retry-Num": str(parcel.tries), "X-Slack-Retry-Reason": reason}
        async with (
            ClientSession(timeout=ClientTimeout(total=self.ack_seconds)) as session,
            session.post(self.request_url, data=body, headers=headers) as answer,
        ):
            text = await answer.text()
            is_json = answer.content_type == "application/json"
            return answer.status == 200, (json.loads(text) if is_json and text else text)

    # Socket Mode

    def ticket(self) -> str:
        """Where to connect, once."""
        ticket = self.world.number("ticket")
        self._tickets.add(ticket)
        return self.world.url.replace("http", "ws") + f"/socket/{ticket}"

    async def open_socket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            raise web.HTTPNotFound
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets) + 1})
        self.sockets.append(socket)
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._acknowledged(json.loads(message.data))
        finally:
            self.sockets.remove(socket)
        return socket

    def _acknowledged(self, message: Json) -> None:
        ack = self._acks.pop(message.get("envelope_id", ""), None)
        if ack is not None and not ack.done():
            ack.set_result(message)

    async def _by_socket(self, parcel: Parcel, reason: str) -> Outcome:
        envelope: Json = {
            "envelope_id": self.world.number("envelope"),
            "type": ENVELOPES[parcel.kind],
            "payload": parcel.payload,
            "accepts_response_payload": parcel.kind != "event",
        }
        if parcel.kind == "event":
            envelope |= {"retry_attempt": parcel.tries, "retry_reason": reason}
        ack = self._acks[envelope["envelope_id"]] = asyncio.get_running_loop().create_future()
        await self.sockets[-1].send_json(envelope)
        return True, (await asyncio.wait_for(ack, self.ack_seconds)).get("payload", "")
