"""Requests to the loopback Slack and its answers, and what can go wrong with them."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.loopback.slack_methods import Methods
from tests.loopback.slack_rules import Refusal
from tests.loopback.slack_world import Json, World
from tests.loopback.telegram_http import Call, Fault

SCOPES = "chat:write,commands,files:read,files:write,im:history,im:write,users:read"
JSON_VALUES = {"blocks", "view", "files"}


class Desk:
    """Answers the Web API, ``response_url``, uploads and downloads; records every call."""

    def __init__(self, world: World, methods: Methods, clock: Callable[[], float]) -> None:
        self.world = world
        self.methods = methods
        self.clock = clock
        self.token, self.app_token = "xoxb-loopback-token", "xapp-loopback-token"
        self.scopes = SCOPES
        self.revoked = ""
        self.calls: list[Call] = []
        self.faults: list[tuple[str, Fault]] = []
        self.before: Callable[[Call], None] = lambda _call: None

    def add_routes(self, application: web.Application) -> None:
        application.router.add_route("*", "/api/{method}", self._api)
        application.router.add_post("/respond/{key}", self._respond)
        application.router.add_post("/upload/{key}", self._upload)
        application.router.add_get("/files/{key}/download", self._download)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        given = await parameters(request)
        return await self._answered(request, request.match_info["method"], given, lambda: self._result(request, given))

    def _result(self, request: web.Request, given: Json) -> web.Response:
        method = request.match_info["method"]
        try:
            self._check_token(method, request.headers.get("Authorization", ""), given)
            with self.world.lock:
                body = json.loads(json.dumps({"ok": True} | self.methods.call(method, given)))
        except Refusal as refusal:
            headers = {"Retry-After": str(refusal.wait)} if refusal.wait else {}
            answer = {"ok": False, "error": refusal.code} | refusal.more
            return web.json_response(answer, status=refusal.status, headers=headers)
        return web.json_response(body, headers={"X-OAuth-Scopes": self.scopes})

    def _check_token(self, method: str, header: str, given: Json) -> None:
        if self.revoked:
            raise Refusal(self.revoked)
        wanted = self.app_token if method == "apps.connections.open" else self.token
        if header.removeprefix("Bearer ") != wanted and given.get("token") != wanted:
            raise Refusal("invalid_auth" if header else "not_authed")

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()

        def answer() -> web.Response:
            status, text = self.methods.respond(request.match_info["key"], body)
            return web.Response(status=status, text=text)

        return await self._answered(request, "respond", body, answer)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        content = await request.read()
        key = request.match_info["key"]
        return await self._answered(
            request, "upload", {}, lambda: web.Response(status=self.methods.uploaded(key, content), text="OK")
        )

    async def _download(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        return await self._answered(request, "file", {"key": key}, lambda: self._file(request, key))

    def _file(self, request: web.Request, key: str) -> web.Response:
        """Without the right token Slack shows its login page, with status 200."""
        if request.headers.get("Authorization") != f"Bearer {self.token}" or "files:read" not in self.scopes:
            return web.Response(text="<html>Sign in to Slack</html>", content_type="text/html")
        if key not in self.world.contents:
            return web.Response(status=404, text="not found")
        return web.Response(body=self.world.contents[key])

    async def _answered(
        self, request: web.Request, name: str, given: Json, answer: Callable[[], web.Response]
    ) -> web.StreamResponse:
        call = Call(name, given, self.clock(), headers=dict(request.headers))
        self.calls.append(call)
        self.before(call)
        fault = next((f for method, f in self.faults if method == name and f.due()), None)
        if fault is None:
            made = answer()
            call.outcome = outcome_of(made)
            return made
        call.outcome = fault.kind
        return await faulty(request, fault, answer)


async def faulty(request: web.Request, fault: Fault, answer: Callable[[], web.Response]) -> web.StreamResponse:
    kind: str = fault.kind
    if kind == "flood":
        after = fault.detail.get("retry_after", 1)
        headers = {} if after is None else {"Retry-After": str(after)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    if kind == "status":
        page = "<html><body><h1>Bad Gateway</h1></body></html>"
        return web.Response(text=page, content_type="text/html", status=fault.detail.get("code", 500))
    if kind == "error":
        return web.json_response({"ok": False, "error": fault.detail["code"]})
    if kind != "cut":
        made = answer()
        if kind == "slow":
            await asyncio.sleep(fault.detail.get("seconds", 1.0))
            return made
        if kind in ("truncated", "garbage"):
            text = (made.text or "")[: len(made.text or "") // 2] if kind == "truncated" else fault.detail["text"]
            return web.Response(text=text, content_type=fault.detail.get("content_type", "application/json"))
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def outcome_of(answer: web.Response) -> str:
    if answer.content_type != "application/json":
        return str(answer.status)
    body = json.loads(answer.text or "{}")
    return "ok" if body.get("ok") else str(body.get("error"))


async def parameters(request: web.Request) -> Json:
    """What a request carries, in any of the ways the API allows."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        found |= await request.json()
    else:
        found |= {name: str(value) for name, value in (await request.post()).items()}
    return {name: json.loads(v) if name in JSON_VALUES and isinstance(v, str) else v for name, v in found.items()}


def wait_for(condition: Callable[[], Any], seconds: float) -> Any:
    """Wait in a thread that may block; the condition's value. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise TimeoutError("the loopback Slack waited in vain")
        time.sleep(0.01)
    return value
