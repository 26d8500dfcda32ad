"""The people, channels, messages and modals of the loopback Slack."""

import hashlib
import re
import threading
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from tests.loopback.slack_rules import Refusal

Json = dict[str, Any]
DeliveryKind = Literal["event", "command", "interactive"]
LINK = re.compile(r"https?://[^\s<>]+")
TRIGGER_SECONDS, WHISPERS, WHISPER_SECONDS = 3.0, 5, 1800.0
TEAM = "T0LOOP"


@dataclass
class User:
    """A person in the workspace."""

    id: str
    name: str
    locale: str = "zh-CN"
    is_bot: bool = False
    deactivated: bool = False
    modal: Json | None = None
    home: Json | None = None
    whispers: list[Json] = field(default_factory=list)

    @property
    def im(self) -> str:
        return "D" + self.id[1:]


@dataclass
class Channel:
    """A channel, or the one-to-one chat of somebody with the bot (``user`` is set)."""

    id: str
    name: str = "general"
    user: str = ""
    archived: bool = False
    has_bot: bool = True
    messages: dict[str, Json] = field(default_factory=dict)


@dataclass
class Parcel:
    """One thing for the app: it is sent until it is acknowledged. ``replies`` are what the app answered."""

    kind: DeliveryKind
    payload: Json
    user: User | None = None
    tries: int = 0
    done: threading.Event = field(default_factory=threading.Event)
    replies: list[Any] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


class World:
    """Everything the server knows. Safe to use from the test's thread and the server's."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.url = ""
        self.bot = User("U0BOT", "guildhall", is_bot=True)
        self.users: dict[str, User] = {self.bot.id: self.bot}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, Json] = {}
        self.contents: dict[str, bytes] = {}
        self.triggers: dict[str, tuple[str, float]] = {}
        self.used_triggers: set[str] = set()
        self.response_urls: dict[str, Json] = {}
        self.parcels: list[Parcel] = []
        self.listeners: list[Callable[[Parcel], object]] = []
        self.echoes = True
        self._numbers = count(1)

    def number(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers):06}"

    def ts(self) -> str:
        return f"{int(time.time())}.{next(self._numbers):06}"

    # what happens

    def hand_over(self, parcel: Parcel) -> Parcel:
        """Queue something for the app."""
        with self.lock:
            self.parcels.append(parcel)
        for listener in self.listeners:
            listener(parcel)
        return parcel

    def event(self, event: Json, user: User | None = None, **more: Any) -> Parcel:
        body = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A0", "token": "legacy", "event": event}
        body |= {"event_id": self.number("Ev"), "event_time": int(time.time())} | more
        return self.hand_over(Parcel("event", deepcopy(body), user))

    def trigger(self, user: User) -> str:
        identity = f"{self.number('')}.{user.id}.{TEAM}"
        self.triggers[identity] = (user.id, self.clock())
        return identity

    def exchange(self, trigger: Any) -> User:
        """Who may be shown a modal for a trigger: once, and within three seconds."""
        if trigger not in self.triggers:
            raise Refusal("invalid_trigger_id")
        if trigger in self.used_triggers:
            raise Refusal("exchanged_trigger_id")
        user, at = self.triggers[trigger]
        if self.clock() - at > TRIGGER_SECONDS:
            raise Refusal("expired_trigger_id")
        self.used_triggers.add(trigger)
        return self.users[user]

    def response_url(self, user: User, channel: str, shown: Json | None = None) -> str:
        key = self.number("R")
        self.response_urls[key] = {"user": user.id, "channel": channel, "uses": 0, "at": self.clock(), "shown": shown}
        return f"{self.url}/respond/{key}"

    # messages

    def channel(self, key: Any) -> Channel:
        """The channel of a request; a person's id stands for their chat with the bot."""
        if isinstance(key, str) and key.startswith("U"):
            key = self.im(self.user(key)).id
        found = self.channels.get(key) if isinstance(key, str) else None
        if found is None:
            raise Refusal("channel_not_found")
        return found

    def user(self, key: Any) -> User:
        found = self.users.get(key)
        if found is None:
            raise Refusal("user_not_found")
        return found

    def im(self, user: User) -> Channel:
        if user.is_bot:
            raise Refusal("cannot_dm_bot")
        if user.deactivated:
            raise Refusal("user_disabled")
        return self.channels.setdefault(user.im, Channel(user.im, "directmessage", user.id))

    def writable(self, key: Any) -> Channel:
        channel = self.channel(key)
        if channel.archived:
            raise Refusal("is_archived")
        if not channel.has_bot:
            raise Refusal("not_in_channel")
        if channel.user and self.users[channel.user].deactivated:
            raise Refusal("user_disabled")
        return channel

    def post(self, channel: Channel, content: Json) -> Json:
        """A message of the bot; Slack tells the bot about it like about any other."""
        message = {"ts": self.ts(), "bot_id": "B0BOT", "user": self.bot.id} | deepcopy(content)
        with self.lock:
            channel.messages[message["ts"]] = message
        if self.echoes and channel.user:
            told = {"type": "message", "channel": channel.id, "channel_type": "im"} | message
            self.event({k: v for k, v in told.items() if k != "blocks"})
        return message

    def keep_file(self, name: str, content: bytes, **more: Any) -> Json:
        identity = "F" + hashlib.sha256(name.encode("utf-8", "replace") + content).hexdigest()[:10].upper()
        self.contents[identity] = content
        url = f"{self.url}/files/{identity}/download"
        self.files[identity] = {
            "id": identity,
            "name": name,
            "size": len(content),
            "mimetype": "application/octet-stream",
            "url_private": url,
            "url_private_download": url,
        } | more
        return self.files[identity]


def as_slack_writes(text: str) -> str:
    """A typed line as it comes to apps: entities escaped, addresses linked."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return LINK.sub(lambda found: f"<{found.group()}>", escaped)


def as_seen(text: str) -> str:
    """A text of the bot as people see it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def labels(message: Json) -> dict[str, Json]:
    """The buttons under a message."""
    return {
        as_seen(element["text"]["text"]): element
        for block in message.get("blocks") or ()
        if block["type"] == "actions"
        for element in block["elements"]
    }


def words(message: Json) -> str:
    """What stands in a message's sections, as it is seen."""
    shown = [block["text"]["text"] for block in message.get("blocks") or () if block["type"] == "section"]
    return as_seen("\n".join(shown)) if shown else as_seen(message.get("text") or "")
