"""What Slack documents as limits, as the loopback server enforces it."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.loopback.telegram_rules import Bucket

Json = dict[str, Any]
TEXT, ALL_BLOCKS, MESSAGE_BLOCKS, VIEW_BLOCKS = 40_000, 13_200, 50, 100
SECTION, FIELD, FIELDS, HEADER, LABEL, HINT = 3000, 2000, 10, 150, 2000, 2000
BUTTON, VALUE, ELEMENTS, CONTEXT, IDENTITY = 75, 2000, 25, 10, 255
OPTIONS, OPTION, OPTION_VALUE, INPUT, TITLE, METADATA = 100, 75, 150, 3000, 24, 3000
CONTROL = re.compile(r"<[^<>]*>")
TIERS = {"chat.update": 50, "conversations.open": 50, "users.info": 100, "views.open": 100, "files.info": 100}


class Refusal(Exception):
    """An answer with ``ok: false``."""

    def __init__(self, code: str, status: int = 200, wait: int = 0, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.wait = wait
        self.more = more


def bad_blocks(what: str) -> Refusal:
    return Refusal("invalid_blocks", response_metadata={"messages": [f"[ERROR] {what}"]})


def need(condition: Any, what: str) -> None:
    if not condition:
        raise bad_blocks(what)


def check_message(text: Any, blocks: Any) -> None:
    """A message as documented. Raises Refusal."""
    if not text and not blocks:
        raise Refusal("no_text")
    if len(text or "") > TEXT:
        raise Refusal("msg_too_long")
    if blocks is not None:
        check_blocks(blocks, MESSAGE_BLOCKS)
        if sum(len(t["text"]) for t in text_objects(blocks)) > ALL_BLOCKS:
            raise Refusal("msg_blocks_too_long")


def check_view(view: Json) -> None:
    """A modal or a home page as documented."""
    need(view.get("type") in ("modal", "home"), "type of view")
    check_blocks(view.get("blocks"), VIEW_BLOCKS)
    if view["type"] == "home":
        return
    check_text(view.get("title"), TITLE, plain=True)
    for name in ("submit", "close"):
        if name in view:
            check_text(view[name], TITLE, plain=True)
    need("submit" in view or all(b["type"] != "input" for b in view["blocks"]), "a submit button is required")
    need(len(view.get("private_metadata", "")) <= METADATA, "private_metadata")
    need(len(view.get("callback_id", "")) <= IDENTITY, "callback_id")


def check_blocks(blocks: Any, most: int) -> None:
    need(isinstance(blocks, list) and 0 < len(blocks) <= most, f"no more than {most} items allowed")
    names = [block["block_id"] for block in blocks if "block_id" in block]
    need(len(set(names)) == len(names) and all(len(name) <= IDENTITY for name in names), "block_id")
    actions = [e["action_id"] for b in blocks if b.get("type") == "actions" for e in b.get("elements", ())]
    need(len(set(actions)) == len(actions), "action_id already exists")
    for block in blocks:
        checks = {
            "section": check_section,
            "actions": check_actions,
            "input": check_input,
            "header": lambda b: check_text(b.get("text"), HEADER, plain=True),
            "context": lambda b: need(0 < len(b.get("elements", ())) <= CONTEXT, "elements of a context"),
            "divider": lambda _b: None,
        }
        need(block.get("type") in checks, f"unsupported type: {block.get('type')}")
        checks[block["type"]](block)


def check_text(text: Any, most: int, *, plain: bool = False) -> None:
    need(isinstance(text, dict) and isinstance(text.get("text"), str), "text object")
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    need(text["type"] in kinds, f"text of type {text['type']}")
    need(0 < len(text["text"]) <= most and text["text"].strip(), f"must be between 1 and {most} characters")
    need(not (text["type"] == "mrkdwn" and "emoji" in text), "emoji in mrkdwn")
    need(not (text["type"] == "plain_text" and "verbatim" in text), "verbatim in plain_text")


def check_section(block: Json) -> None:
    need("text" in block or "fields" in block, "a section needs text")
    if "text" in block:
        check_text(block["text"], SECTION)
    need(len(block.get("fields", ())) <= FIELDS, "fields")
    for one in block.get("fields", ()):
        check_text(one, FIELD)


def check_actions(block: Json) -> None:
    elements = block.get("elements")
    need(isinstance(elements, list) and 0 < len(elements) <= ELEMENTS, "elements of actions")
    for element in elements:
        check_element(element)


def check_input(block: Json) -> None:
    check_text(block.get("label"), LABEL, plain=True)
    if "hint" in block:
        check_text(block["hint"], HINT, plain=True)
    check_element(block.get("element") or {})


def check_element(element: Json) -> None:
    need(0 < len(element.get("action_id", "x")) <= IDENTITY, "action_id")
    match element.get("type"):
        case "button":
            check_text(element.get("text"), BUTTON, plain=True)
            need(len(element.get("value", "")) <= VALUE, "value of a button")
        case "static_select":
            check_options(element)
        case "plain_text_input":
            need(element.get("initial_value", "x") != "", "initial_value must not be empty")
            need(len(element.get("initial_value", "")) <= INPUT, "initial_value")
        case other:
            raise bad_blocks(f"unsupported element {other}")


def check_options(element: Json) -> None:
    options = element.get("options", ())
    need(0 < len(options) <= OPTIONS, "options")
    for option in options:
        check_text(option.get("text"), OPTION, plain=True)
        need(0 < len(option.get("value", "")) <= OPTION_VALUE, "value of an option")
    need(len({option["value"] for option in options}) == len(options), "values of options must differ")
    need("initial_option" not in element or element["initial_option"] in options, "initial_option")


def text_objects(node: Any) -> list[Json]:
    """Every text object in blocks."""
    if isinstance(node, list):
        return [found for item in node for found in text_objects(item)]
    if not isinstance(node, dict):
        return []
    if node.get("type") in ("plain_text", "mrkdwn"):
        return [node]
    return [found for value in node.values() for found in text_objects(value)]


def controls(message: Json) -> list[str]:
    """Every mention, link and command that Slack would read in a message."""
    texts = [message.get("text") or "", *(t["text"] for t in text_objects(message.get("blocks") or []))]
    return [control for text in texts for control in CONTROL.findall(text)]


@dataclass
class Pace:
    """One message a second in a channel after a small burst; methods by their tier, a minute."""

    burst: float = 3.0
    clock: Callable[[], float] = time.monotonic
    channels: dict[str, Bucket] = field(default_factory=dict)
    methods: dict[str, Bucket] = field(default_factory=dict)

    def admit_message(self, channel: str) -> None:
        """Count one message to a channel. Raises Refusal 429 when it comes too soon."""
        self._admit(self.channels, channel, self.burst, 1.0)

    def admit_call(self, method: str) -> None:
        """Count one call of a method."""
        if method in TIERS:
            self._admit(self.methods, method, TIERS[method], TIERS[method] / 60)

    def _admit(self, buckets: dict[str, Bucket], key: str, size: float, rate: float) -> None:
        now = self.clock()
        bucket = buckets.setdefault(key, Bucket(size, rate, size, now))
        wait = bucket.wait(now)
        if wait > 1e-6:
            raise Refusal("ratelimited", 429, int(wait) + 1)
        bucket.take()
