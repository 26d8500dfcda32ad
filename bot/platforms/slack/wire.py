"""The HTTP side: every answer is judged before the library blurs it, and nothing is repeated behind our back.

The library's client repeats a request by itself when the connection breaks, which would send a message twice; and it
makes one error of a server page, a refusal and an answer that cannot be read.
"""

import ipaddress
import logging
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.platforms.base import Rejected, RetryLater, Uncertain, Unreachable
from bot.platforms.slack.errors import failure_of, judged, wait_of

API = "https://slack.com/api/"
SLACK_HOSTS = (".slack.com", ".slack-files.com")
GONE_URL = (400, 403, 404, 410)
CONNECT_SECONDS = 10.0
CHUNK = 65_536
QUIET = logging.getLogger("slack_sdk.guildhall")
"""The library formats whole requests for its log unless its logger's own level forbids it."""
QUIET.setLevel(logging.WARNING)


class TooBig(Exception):
    """A file over the limit."""


def api_address(given: str) -> str:
    """The base of the Web API: Slack's own unless told; a bare host gets the path that Slack uses."""
    if not given:
        return API
    return given.rstrip("/") + ("/api/" if urlsplit(given).path in ("", "/") else "/")


class Wire(AsyncWebClient):
    """The library's client. All calls raise DeliveryError kinds. Safe to make before an event loop runs."""

    def __init__(self, token: str, api: str = "", *, timeout: float = 20.0) -> None:
        super().__init__(token=token, base_url=api_address(api), retry_handlers=[], logger=QUIET)
        self._own_host = urlsplit(self.base_url).hostname or ""
        self._elsewhere = self.base_url != API
        self._limit = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=timeout)
        if _is_local(self._own_host):
            self.proxy = None

    def opened(self) -> aiohttp.ClientSession:
        """The one session of this process."""
        if self.session is None or self.session.closed:
            self.session = aiohttp.ClientSession(timeout=self._limit)
        return self.session

    async def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        if self.session is not None:
            await self.session.close()

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        self.opened()
        try:
            result = await super()._request(http_verb=http_verb, api_url=api_url, req_args=req_args)
        except Exception as error:
            # The library's own errors may quote what was sent.
            raise failure_of(error) from None
        judged(result["status_code"], result["headers"], result["data"])
        return result

    # files

    async def upload(self, url: str, content: bytes) -> None:
        """Put a file's bytes where ``files.getUploadURLExternal`` said. Nothing is shown by this alone."""
        try:
            async with self.opened().post(url, data=content, proxy=self.proxy) as answer:
                status, wait = answer.status, wait_of(answer.headers)
        except Exception:
            raise RetryLater("upload_failed", 0.0) from None
        if status == 429 or status >= 500:
            raise RetryLater("flood" if status == 429 else "server_trouble", wait if status == 429 else 0.0)
        if status >= 300:
            raise Rejected(f"http_{status}")

    async def download(self, url: str, limit: int, media_type: str) -> bytes:
        """A file's bytes. Raises TooBig, Rejected when it cannot be had, RetryLater for trouble on the line."""
        if not self._may_carry_token(url):
            raise Rejected("file_address")
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            get = self.opened().get(url, headers=headers, proxy=self.proxy, allow_redirects=False)
            async with get as answer:
                _check_file(answer, media_type)
                return await _read(answer, limit)
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise RetryLater("download_failed", 0.0) from None

    def _may_carry_token(self, url: str) -> bool:
        """Whether an address is Slack's own: our token goes nowhere else."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if self._elsewhere and host == self._own_host:
            return True
        return parts.scheme == "https" and host.endswith(SLACK_HOSTS)

    # answers to a command where it was typed

    def may_answer_at(self, url: str) -> bool:
        """Whether a ``response_url`` is one that Slack (or the configured server) gives out."""
        parts = urlsplit(url)
        return bool(parts.hostname) and (
            self._elsewhere or (parts.scheme == "https" and (parts.hostname or "").endswith(SLACK_HOSTS))
        )

    async def whisper(self, url: str, body: dict[str, Any]) -> None:
        """Post to a ``response_url``: only the person who typed sees it. Raises Unreachable when it is used up."""
        hook = AsyncWebhookClient(url, proxy=self.proxy, session=self.opened(), logger=QUIET, retry_handlers=[])
        hook.proxy = self.proxy
        try:
            answer = await hook.send_dict(body)
        except Exception as error:
            raise failure_of(error) from None
        if answer.status_code in GONE_URL:
            raise Unreachable("response_url_gone")
        if answer.status_code == 429 or answer.status_code >= 500:
            flood = answer.status_code == 429
            raise RetryLater("flood" if flood else "server_trouble", wait_of(answer.headers) if flood else 0.0)
        if answer.status_code >= 300:
            raise Uncertain(f"http_{answer.status_code}")


def _check_file(answer: aiohttp.ClientResponse, media_type: str) -> None:
    """Raise unless the answer is the file: without the right scope Slack shows a login page instead, as a success."""
    if answer.status == 429 or answer.status >= 500:
        raise RetryLater("server_trouble", wait_of(answer.headers) if answer.status == 429 else 0.0)
    if answer.status != 200 or (answer.content_type == "text/html" and media_type != "text/html"):
        raise Rejected("file_unavailable")


async def _read(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        content += chunk
        if len(content) > limit:
            raise TooBig
    return bytes(content)


def _is_local(host: str) -> bool:
    """A server on this machine is not reached through a proxy, which the library would take from the environment."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
