"""A Slack workspace on the loopback, for the real client library: it enforces the documented limits, signs what it
posts, repeats what is not acknowledged, can be told to fail the n-th call, and records everything that arrived.

    with SlackServer() as server:
        server.request_url = "http://127.0.0.1:8600/hooks/slack"      # or let the app open a socket
        wang = server.person("王")
        wang.command("help")
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.loopback.slack_carrier import Carrier
from tests.loopback.slack_http import Desk, wait_for
from tests.loopback.slack_methods import Methods
from tests.loopback.slack_people import Actor
from tests.loopback.slack_rules import Pace
from tests.loopback.slack_world import Channel, User, World
from tests.loopback.telegram_http import Call, Fault

BODY = 60 * 1024 * 1024


class SlackServer:
    """The server, in a thread of its own. Use it as a context manager."""

    def __init__(
        self,
        *,
        secret: str = "loopback-signing-secret",
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
        retries: tuple[float, ...] = (0.02, 0.1, 0.3),
    ) -> None:
        self.secret = secret
        self.world = World(clock)
        self.methods = Methods(self.world, pace or Pace(clock=clock))
        self.desk = Desk(self.world, self.methods, clock)
        self.carrier = Carrier(self.world, secret, retries)
        self.methods.sockets = self.carrier.ticket
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loopback slack", daemon=True)

    # what a test uses

    @property
    def api(self) -> str:
        """The base of the Web API."""
        return self.world.url + "/api/"

    @property
    def request_url(self) -> str:
        """Where things are posted; Socket Mode is used when the app has opened a socket."""
        return self.carrier.request_url

    @request_url.setter
    def request_url(self, url: str) -> None:
        self.carrier.request_url = url

    def person(self, name: str = "王", number: int | None = None, **more: Any) -> Actor:
        """Somebody in the workspace."""
        identity = f"U{number:04}" if number is not None else self.world.number("U")
        return Actor(self.world, self.world.users.setdefault(identity, User(identity, name, **more)))

    def channel(self, name: str = "council", **more: Any) -> Channel:
        """A channel with the bot in it."""
        identity = self.world.number("C")
        return self.world.channels.setdefault(identity, Channel(identity, name, **more))

    def direct(self) -> Channel:
        """A one-to-one chat between two people: the bot is not in it."""
        identity = self.world.number("D9")
        return self.world.channels.setdefault(identity, Channel(identity, "directmessage", has_bot=False))

    def fail(self, method: str, kind: str, *, nth: int = 1, times: int = 1, **detail: Any) -> None:
        """Make the nth call of a method (or ``respond``, ``upload``, ``file``) from now on fail, ``times`` times.

        ``flood`` answers 429 (``retry_after``), ``status`` an HTML page (``code``), ``cut`` drops the connection before
        anything is done, ``lost_reply`` after it is done, ``truncated`` sends half of the answer, ``garbage`` other
        ``text``, ``error`` answers ``ok: false`` with ``code``, ``slow`` does it and answers after ``seconds``.
        """
        self.desk.faults.append((method, Fault(kind, nth, nth + times - 1, detail)))  # type: ignore[arg-type]

    @contextmanager
    def holding(self) -> Iterator[None]:
        """What people do meanwhile is not carried to the app: a test posts it itself."""
        listeners, self.world.listeners = self.world.listeners, []
        known = len(self.world.parcels)
        yield
        self.world.listeners = listeners
        del self.world.parcels[known:]

    def called(self, method: str) -> list[Call]:
        """The requests for a method, in order of arrival."""
        return [call for call in self.desk.calls if call.method == method]

    def wait(self, condition: Callable[[], Any], seconds: float = 10.0) -> Any:
        """Wait until a condition holds (from a thread that may block); its value. Raises TimeoutError."""
        return wait_for(condition, seconds)

    async def until(self, condition: Callable[[], Any], seconds: float = 10.0) -> Any:
        """The same, from a coroutine."""
        return await asyncio.to_thread(wait_for, condition, seconds)

    def refresh_sockets(self) -> None:
        """Ask the app to connect anew, as Slack does from time to time."""
        for socket in list(self.carrier.sockets):
            message = socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
            asyncio.run_coroutine_threadsafe(message, self._loop)

    def close_sockets(self) -> None:
        """Close all connections."""
        for socket in list(self.carrier.sockets):
            asyncio.run_coroutine_threadsafe(socket.close(), self._loop)

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
        self.world.listeners.append(lambda parcel: self._loop.call_soon_threadsafe(self.carrier.carry, parcel))
        self._started.set()
        self._loop.run_forever()
        self.world.listeners.clear()
        self._loop.run_until_complete(asyncio.gather(self.carrier.stop(), runner.cleanup(), return_exceptions=True))
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=BODY)
        self.desk.add_routes(application)
        application.router.add_get("/socket/{ticket}", self.carrier.open_socket)
        return application

    async def _listen(self, runner: web.AppRunner) -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.world.url = f"http://{host}:{port}"
