"""The people, chats, messages and updates of the loopback Telegram, and what people do there."""

import hashlib
import threading
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.loopback.telegram_rules import DOWNLOAD, bad

Json = dict[str, Any]


@dataclass
class Chat:
    """A private chat or a group, with the messages that stand in it."""

    id: int
    kind: str = "private"
    title: str = ""
    opened: bool = True
    blocked: bool = False
    kicked: bool = False
    migrated_to: int | None = None
    messages: dict[int, Json] = field(default_factory=dict)

    def as_json(self) -> Json:
        name = {"first_name": self.title} if self.kind == "private" else {"title": self.title}
        return {"id": self.id, "type": self.kind} | name


class World:
    """Everything the server knows. Safe to use from the test's thread and the server's."""

    def __init__(self, bot: Json) -> None:
        self.bot = bot
        self.lock = threading.RLock()
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.updates: list[Json] = []
        self.every_update: list[Json] = []
        self.allowed: list[str] | None = None
        self.listeners: list[Callable[[], object]] = []
        self._update_ids = count(881_000_001)
        self._message_ids = count(11)

    def chat(self, key: Any) -> Chat:
        """The chat of a request, or the refusal that Telegram gives."""
        known = self.chats.get(int(key)) if str(key).lstrip("-").isdigit() else None
        if known is None:
            raise bad("chat not found")
        return known

    def add_update(self, kind: str, content: Json) -> int:
        """Queue an update for the bot, unless it asked not to get this kind."""
        with self.lock:
            update: Json = {"update_id": next(self._update_ids), kind: deepcopy(content)}
            self.every_update.append(update)
            if not self.allowed or kind in self.allowed:
                self.updates.append(update)
        for listener in self.listeners:
            listener()
        return int(update["update_id"])

    def new_message(self, chat: Chat, sender: Json | None, content: Json) -> Json:
        """Put a message into a chat."""
        with self.lock:
            number = next(self._message_ids)
            message = {"message_id": number, "date": int(time.time()), "chat": chat.as_json(), **content}
            if sender is not None:
                message["from"] = sender
            chat.messages[number] = message
            return message

    def keep_file(self, name: str, content: bytes) -> Json:
        """Store a file; how Telegram describes it."""
        identity = hashlib.sha256(name.encode("utf-8", "replace") + content).hexdigest()[:24]
        self.files[identity] = (name, content)
        described = {"file_id": identity, "file_unique_id": identity[:12], "file_size": len(content)}
        return described | {"file_name": name, "mime_type": "application/octet-stream"}

    def file(self, identity: str) -> Json:
        """The answer to getFile."""
        if identity not in self.files:
            raise bad("wrong file_id or the file is temporarily unavailable")
        size = len(self.files[identity][1])
        if size > DOWNLOAD:
            raise bad("file is too big")
        return {
            "file_id": identity,
            "file_unique_id": identity[:12],
            "file_size": size,
            "file_path": f"docs/{identity}",
        }


@dataclass
class Actor:
    """Somebody in front of a Telegram client. What they do in another chat than their own names that ``chat``."""

    world: World
    id: int
    name: str = "Wang"
    language: str | None = "zh-hans"
    is_bot: bool = False

    @property
    def private(self) -> Chat:
        return self.world.chats[self.id]

    def as_json(self) -> Json:
        user: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        return user | ({"language_code": self.language} if self.language else {})

    def send(self, text: str, chat: Chat | None = None, **extra: Any) -> int:
        """Type a line. Returns the update's number."""
        content: Json = {"text": text} | extra
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self.put(content, chat)

    def put(self, content: Json, chat: Chat | None = None, kind: str = "message") -> int:
        """Send a message with any content."""
        place = chat or self.private
        place.opened = True
        return self.world.add_update(kind, self.world.new_message(place, self.as_json(), content))

    def start(self, code: str = "") -> int:
        """Follow the link ``t.me/bot?start=CODE`` and press Start."""
        return self.send(f"/start {code}".rstrip())

    def send_document(self, name: str, content: bytes, caption: str = "", chat: Chat | None = None) -> int:
        """Send a file."""
        document: Json = {"document": self.world.keep_file(name, content)}
        return self.put(document | ({"caption": caption} if caption else {}), chat)

    def forward(self, text: str, chat: Chat | None = None) -> int:
        """Forward somebody else's words."""
        origin = {"type": "hidden_user", "sender_user_name": "Somebody", "date": int(time.time())}
        return self.send(text, chat, forward_origin=origin)

    def edit(self, text: str, chat: Chat | None = None) -> int:
        """Change the last message of one's own."""
        place = chat or self.private
        mine = [m for m in place.messages.values() if m.get("from", {}).get("id") == self.id]
        message = mine[-1]
        message |= {"text": text, "edit_date": int(time.time())}
        return self.world.add_update("edited_message", message)

    def press(self, label: str, message: Json | None = None, chat: Chat | None = None) -> int:
        """Press the button of this label, in this message or in the last one that has it."""
        place = chat or self.private
        found = [message] if message else [m for m in reversed(place.messages.values()) if label in labels(m)]
        return self.press_data(labels(found[0])[label], found[0])

    def press_data(self, data: str, message: Json) -> int:
        """Send any callback data, as a changed client can."""
        return self.world.add_update(
            "callback_query",
            {
                "id": hashlib.sha256(f"{data!a}{time.time_ns()}".encode()).hexdigest()[:16],
                "from": self.as_json(),
                "message": message,
                "chat_instance": "1",
                "data": data,
            },
        )

    def block(self, blocked: bool = True) -> int:
        """Block the bot, or allow it again."""
        self.private.blocked = blocked
        states = [{"status": state, "user": self.world.bot} for state in ("member", "kicked")]
        change = {"chat": self.private.as_json(), "from": self.as_json(), "date": int(time.time())}
        change |= {"old_chat_member": states[not blocked], "new_chat_member": states[blocked]}
        return self.world.add_update("my_chat_member", change)

    def seen(self) -> list[Json]:
        """What the bot has written in the private chat, as it stands now."""
        return written(self.private)

    def texts(self) -> list[str]:
        """The words of what the bot has written in the private chat."""
        return [message.get("text") or message.get("caption", "") for message in self.seen()]


def labels(message: Json) -> dict[str, str]:
    """The buttons under a message: label → callback data."""
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return {button["text"]: button.get("callback_data", "") for row in rows for button in row}


def written(chat: Chat) -> list[Json]:
    """The bot's messages in a chat, oldest first."""
    return [message for message in chat.messages.values() if message.get("from", {}).get("is_bot")]
