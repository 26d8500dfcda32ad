"""What the Telegram Bot API documents as limits, as the loopback server enforces it."""

import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any

TEXT, CAPTION, CALLBACK_BYTES, ANSWER = 4096, 1024, 64, 200
ROW_BUTTONS, ALL_BUTTONS = 8, 100
UPLOAD, DOWNLOAD = 50 * 1024 * 1024, 20 * 1024 * 1024
TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "tg-spoiler"}
MARKUP = re.compile(r"<(/?)([a-zA-Z-]*)([^<>]*)>|<|[^<]+")
COMMAND_NAME = re.compile(r"[a-z0-9_]{1,32}")
DETECTED = (
    ("mention", re.compile(r"(?<![A-Za-z0-9_])@[A-Za-z0-9_]{4,32}(?![A-Za-z0-9_])")),
    ("url", re.compile(r"https?://[^\s<>]+")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,32}(?:@\w+)?")),
)


class Refusal(Exception):
    """An answer with ``ok: false``."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str) -> Refusal:
    """A 400 answer."""
    return Refusal(400, f"Bad Request: {description}")


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def parsed_html(text: str) -> tuple[str, list[dict[str, Any]]]:
    """Text without its markup, and the entities that the markup made."""
    plain, entities, opened = "", [], []
    for piece in MARKUP.finditer(text):
        closing, tag, _rest = piece.groups()
        if not piece.group().startswith("<"):
            plain += unescape(piece.group())
            continue
        if tag is None or tag.lower() not in TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag or ""}" at byte offset {piece.start()}')
        if not closing:
            opened.append((tag, units(plain)))
        elif not opened or opened[-1][0] != tag:
            raise bad(f"can't parse entities: Unmatched end tag at byte offset {piece.start()}")
        else:
            _tag, start = opened.pop()
            entities.append({"type": tag, "offset": start, "length": units(plain) - start})
    if opened:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{opened[-1][0]}\"")
    return plain, entities


def checked_entities(text: str, entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entities, refused when one lies outside the text or begins inside a surrogate pair."""
    borders, place = {0}, 0
    for character in text:
        place += units(character)
        borders.add(place)
    for entity in entities:
        if not {entity["offset"], entity["offset"] + entity["length"]} <= borders:
            raise bad("can't parse entities: entity begins in a middle of a UTF-16 symbol or outside the text")
    return entities


def detected(text: str, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What clients make of plain text on their own outside code: mentions, links, commands."""
    found = []
    for kind, pattern in DETECTED:
        for match in pattern.finditer(text):
            offset = units(text[: match.start()])
            inside = any(
                e["type"] in ("pre", "code") and e["offset"] <= offset < e["offset"] + e["length"] for e in given
            )
            if not inside:
                found.append({"type": kind, "offset": offset, "length": units(match.group())})
    return found


def formatted(text: str, parameters: dict[str, Any], *, caption: bool = False) -> tuple[str, list[dict[str, Any]]]:
    """The text and its entities as they are shown. Raises Refusal for markup errors and over-long text."""
    mode = parameters.get("parse_mode")
    given = parameters.get("caption_entities" if caption else "entities") or []
    if mode and mode != "HTML":
        raise bad(f"this server does not read {mode}")
    plain, entities = parsed_html(text) if mode else (text, checked_entities(text, given))
    if not caption and not plain.strip():
        raise bad("message text is empty")
    if units(plain) > (CAPTION if caption else TEXT):
        raise bad("message caption is too long" if caption else "message is too long")
    return plain, entities + detected(plain, entities)


def check_keyboard(markup: dict[str, Any] | None) -> None:
    """An inline keyboard as documented: 8 in a row, 100 in all, callback data of 1 to 64 bytes."""
    rows = (markup or {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    if len(buttons) > ALL_BUTTONS or any(len(row) > ROW_BUTTONS for row in rows):
        raise bad("reply markup is too long")
    for button in buttons:
        data = button.get("callback_data")
        if not button.get("text"):
            raise bad("text buttons are allowed only with text")
        if data is not None and not 1 <= len(data.encode()) <= CALLBACK_BYTES:
            raise bad("BUTTON_DATA_INVALID")


def check_commands(commands: list[dict[str, Any]]) -> None:
    """A command menu: at most 100, names ``[a-z0-9_]{1,32}``, descriptions of 1 to 256 characters."""
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND_NAME.fullmatch(command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


@dataclass
class Bucket:
    """So many at once, refilled at ``rate`` a second."""

    size: float
    rate: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until one more may pass; 0 lets it pass."""
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.level >= 1 else (1 - self.level) / self.rate

    def take(self) -> None:
        """One has passed."""
        self.level -= 1


@dataclass
class Pace:
    """About 30 messages a second overall, one a second in a chat after a small burst, 20 a minute in a group."""

    overall: float = 30.0
    burst: float = 3.0
    group_minute: int = 20
    clock: Callable[[], float] = time.monotonic
    chats: dict[int, Bucket] = field(default_factory=dict)
    groups: dict[int, deque[float]] = field(default_factory=dict)
    all: Bucket | None = None

    def admit(self, chat: int) -> None:
        """Count one message to a chat. Raises Refusal 429 when it comes too soon; then nothing is counted."""
        now = self.clock()
        self.all = self.all or Bucket(self.overall, self.overall, self.overall, now)
        mine = self.chats.setdefault(chat, Bucket(self.burst, 1.0, self.burst, now))
        wait = max(self.all.wait(now), mine.wait(now), self._group_wait(chat, now))
        if wait > 1e-6:
            seconds = int(wait) + 1
            raise Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        self.all.take()
        mine.take()
        if chat < 0:
            self.groups[chat].append(now)

    def _group_wait(self, chat: int, now: float) -> float:
        if chat >= 0:
            return 0.0
        sent = self.groups.setdefault(chat, deque())
        while sent and sent[0] <= now - 60:
            sent.popleft()
        return sent[0] + 60 - now if len(sent) >= self.group_minute else 0.0
