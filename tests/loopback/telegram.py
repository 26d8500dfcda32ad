"""A Telegram Bot API server on the loopback, for the real client library: it enforces the documented limits, can be
told to fail the n-th call, and records everything that arrived.

    with TelegramServer() as server:
        wang = server.person(1001)
        bot = Bot(server.token, base_url=server.base_url, base_file_url=server.base_file_url)
        wang.send("help")
"""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, web

from tests.loopback.telegram_http import Call, Fault, Kind, either, flood, parameters
from tests.loopback.telegram_methods import Methods
from tests.loopback.telegram_rules import Pace, Refusal
from tests.loopback.telegram_world import Actor, Chat, Json, World, written

BODY = 60 * 1024 * 1024


class TelegramServer:
    """The server, in a thread of its own. Use it as a context manager."""

    def __init__(
        self,
        token: str = "123456:loopback-token",
        username: str = "guildhall_test_bot",
        *,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self.username = username
        self.world = World({"id": 123456, "is_bot": True, "first_name": "Guildhall", "username": username})
        self.methods = Methods(self.world, pace or Pace(clock=clock))
        self.clock = clock
        self.calls: list[Call] = []
        self.acknowledged = 0
        self.before: Callable[[Call], None] = lambda _call: None
        self.lacking: dict[str, str] = {}
        self.impatient = False
        self.url = ""
        self._faults: list[tuple[str, Fault]] = []
        self._revoked = False
        self._loop = asyncio.new_event_loop()
        self._news = asyncio.Event()
        self._poller: object = None
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loopback telegram", daemon=True)

    # what a test uses

    @property
    def base_url(self) -> str:
        """For ``Bot(base_url=…)``."""
        return self.url + "/bot"

    @property
    def base_file_url(self) -> str:
        """For ``Bot(base_file_url=…)``."""
        return self.url + "/file/bot"

    def person(
        self,
        number: int,
        name: str = "Wang",
        language: str | None = "zh-hans",
        *,
        opened: bool = True,
        bot: bool = False,
    ) -> Actor:
        """Somebody who (with ``opened``) has talked to the bot before."""
        self.world.chats.setdefault(number, Chat(number, title=name, opened=opened))
        return Actor(self.world, number, name, language, bot)

    def group(self, number: int, title: str = "Council", kind: str = "supergroup") -> Chat:
        """A group with the bot in it; its number is negative."""
        return self.world.chats.setdefault(number, Chat(number, kind, title))

    def migrate(self, group: Chat, number: int) -> Chat:
        """Turn a group into a supergroup with a new number."""
        group.migrated_to = number
        return self.group(number, group.title)

    def revoke(self) -> None:
        """From now on the token is not valid."""
        self._revoked = True

    def fail(self, method: str, kind: Kind, *, nth: int = 1, times: int = 1, **detail: Any) -> None:
        """Make the nth call of a method from now on fail, and the following ones up to ``times``.

        ``flood`` answers 429 (``retry_after``: any value, None leaves it out), ``status`` an HTML page (``code``,
        500 unless told), ``cut`` drops the connection before anything is done, ``lost_reply`` after it is done,
        ``truncated`` sends half of the answer, ``not_ok`` answers ``ok: false`` with status 200 (``error_code``),
        ``slow`` does it and answers after ``seconds``, ``bare`` does it and answers no more than ``result``.
        """
        self._faults.append((method.lower(), Fault(kind, nth, nth + times - 1, detail)))

    def called(self, method: str) -> list[Call]:
        """The requests for a method, in order of arrival."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    def written(self, chat: Chat | int) -> list[Json]:
        """The bot's messages in a chat, as they stand now."""
        return written(self.world.chats[chat] if isinstance(chat, int) else chat)

    def wait(self, condition: Callable[[], Any], seconds: float = 10.0) -> Any:
        """Wait until a condition holds (from a thread that may block); its value. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while not (value := condition()):
            if time.monotonic() > end:
                raise TimeoutError("the loopback Telegram waited in vain")
            time.sleep(0.01)
        return value

    async def until(self, condition: Callable[[], Any], seconds: float = 10.0) -> Any:
        """The same, from a coroutine."""
        end = time.monotonic() + seconds
        while not (value := condition()):
            if time.monotonic() > end:
                raise TimeoutError("the loopback Telegram waited in vain")
            await asyncio.sleep(0.01)
        return value

    # starting and stopping

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.1)
        self._loop.run_until_complete(self._listen(runner))
        self.world.listeners.append(lambda: self._loop.call_soon_threadsafe(self._news.set))
        hooks = self._loop.create_task(self._deliver_webhooks())
        self._started.set()
        self._loop.run_forever()
        self.world.listeners.clear()
        hooks.cancel()
        self._loop.run_until_complete(asyncio.gather(hooks, runner.cleanup(), return_exceptions=True))
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=BODY)
        application.router.add_route("*", "/bot{token}/{method}", self._api)
        application.router.add_get("/file/bot{token}/{path:.*}", self._download)
        return application

    async def _listen(self, runner: web.AppRunner) -> None:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    # answering

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        call = Call(method, await parameters(request), self.clock(), headers=dict(request.headers))
        self.calls.append(call)
        self.before(call)
        fault = next((f for name, f in self._faults if name == method.lower() and f.due()), None)
        if fault is not None:
            call.outcome = fault.kind
            return await self._faulty(request, fault, call)
        status, body = await self._answer(request, call)
        return web.json_response(body, status=status)

    async def _answer(self, request: web.Request, call: Call) -> tuple[int, Json]:
        try:
            self._check_token(request)
            result = await self._result(call)
        except Refusal as refusal:
            call.outcome = str(refusal.code)
            body = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            return refusal.code, body | ({"parameters": refusal.parameters} if refusal.parameters else {})
        call.outcome = "ok"
        return 200, {"ok": True, "result": result}

    def _check_token(self, request: web.Request) -> None:
        given = request.match_info["token"]
        if ":" not in given:
            raise Refusal(404, "Not Found")
        if given != self.token or self._revoked:
            raise Refusal(401, "Unauthorized")

    async def _result(self, call: Call) -> Any:
        if call.method in self.lacking:
            raise Refusal(404, self.lacking[call.method])
        if call.method.lower() == "getupdates":
            return await self._updates(call.parameters)
        with self.world.lock:
            return json.loads(json.dumps(self.methods.find(call.method)(call.parameters)))

    async def _faulty(self, request: web.Request, fault: Fault, call: Call) -> web.StreamResponse:
        if fault.kind == "flood":
            return flood(fault.detail.get("retry_after", 1))
        if fault.kind == "status":
            page = "<html><body><h1>Bad Gateway</h1></body></html>"
            return web.Response(text=page, content_type="text/html", status=fault.detail.get("code", 500))
        if fault.kind == "not_ok":
            return web.json_response({"ok": False, "description": "Bad Request: odd"} | fault.detail)
        if fault.kind == "bare":
            await self._answer(request, call)
            return web.json_response({"ok": True, "result": fault.detail.get("result", True)})
        if fault.kind != "cut":
            status, body = await self._answer(request, call)
            call.outcome = fault.kind
            if fault.kind == "slow":
                await asyncio.sleep(fault.detail.get("seconds", 1.0))
                return web.json_response(body, status=status)
            if fault.kind == "truncated":
                text = json.dumps(body)
                return web.Response(text=text[: len(text) // 2], content_type="application/json")
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _download(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"].removeprefix("docs/")
        if request.match_info["token"] != self.token or path not in self.world.files:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        call = Call("file", {"path": path}, self.clock(), "ok")
        self.calls.append(call)
        fault = next((f for name, f in self._faults if name == "file" and f.due()), None)
        if fault is not None:
            call.outcome = fault.kind
            return await self._faulty(request, fault, call) if fault.kind in ("status", "cut") else flood(1)
        return web.Response(body=self.world.files[path][1])

    # handing out updates

    async def _updates(self, parameters: Json) -> list[Json]:
        if self.methods.webhook["url"]:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        me = self._poller = object()
        offset = int(parameters.get("offset") or 0)
        self._acknowledge(offset)
        if "allowed_updates" in parameters:
            self.world.allowed = parameters["allowed_updates"]
        end = time.monotonic() + min(50, int(parameters.get("timeout") or 0))
        while not (found := self._pending(offset, int(parameters.get("limit") or 100))):
            left = end - time.monotonic()
            if left <= 0 or self.impatient:
                return []
            self._news.clear()
            await either(self._news.wait(), min(left, 0.2))
            if self._poller is not me:
                raise Refusal(409, "Conflict: terminated by other getUpdates request")
        return found

    def _acknowledge(self, offset: int) -> None:
        with self.world.lock:
            self.acknowledged = max(self.acknowledged, offset - 1)
            self.world.updates = [update for update in self.world.updates if update["update_id"] >= offset]

    def _pending(self, offset: int, limit: int) -> list[Json]:
        with self.world.lock:
            return [update for update in self.world.updates if update["update_id"] >= offset][:limit]

    async def _deliver_webhooks(self) -> None:
        """Post each update to the webhook until it answers with success; a failed one comes again soon."""
        async with ClientSession() as session:
            while True:
                await asyncio.sleep(0.02)
                hook, waiting = self.methods.webhook, self._pending(0, 1)
                if not hook["url"] or not waiting:
                    continue
                if await self._posted(session, hook, waiting[0]):
                    self._acknowledge(waiting[0]["update_id"] + 1)

    async def _posted(self, session: ClientSession, hook: Json, update: Json) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook["secret_token"]} if "secret_token" in hook else {}
        try:
            async with session.post(hook["url"], json=update, headers=headers) as answer:
                return answer.status < 300
        except OSError:
            return False
