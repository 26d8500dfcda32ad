"""From what Slack sent to what a person did, or None for what is none of the office's business."""

import json
import logging
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.messages import Incoming
from bot.platforms.characters import safe_file_name, well_formed
from bot.platforms.slack.escaping import typed
from bot.platforms.slack.forms import Place, filled_in, place_of
from bot.platforms.slack.writing import FILL_IN, PRESS

log = logging.getLogger(__name__)
COMMAND = "/guild"
DIRECT = "D"
"""How the ids of one-to-one chats begin."""
TYPED = (None, "file_share")
"""Subtypes of messages that a person has just written; edits, thread broadcasts, joins and bots have others."""
CHANNELS = ("channel", "group")
"""Kinds of place with others in it: public and private channels."""
REUSABLE = "."
"""Stands in the tokens of buttons under notices, which stay good; those under replies are good once."""

Json = dict[str, Any]


class Kind(StrEnum):
    """What came."""

    COMMAND = "command"
    PRESS = "press"
    FORM = "form"
    CLOSED = "closed"
    LINE = "line"
    HOME = "home"


@dataclass(frozen=True)
class Shown:
    """A message of ours that a person sees; an ephemeral one can only be changed through its ``response_url``."""

    channel: str
    ts: str
    text: str
    blocks: tuple[Json, ...]
    ephemeral: bool = False


@dataclass(frozen=True)
class Attachment:
    """A file that waits on Slack's servers; ``size`` in bytes. Without ``url`` it has to be asked for."""

    id: str
    name: str
    size: int
    url: str
    media_type: str


@dataclass(frozen=True)
class Parsed:
    """What a person did, and where the answer goes.

    ``uncertain`` says that the chat may be somebody else's one-to-one chat, or is not known. ``aside`` is for a reply
    that went to the private chat instead of the place where the command was typed.
    """

    kind: Kind
    incoming: Incoming
    trigger: str = ""
    response_url: str = ""
    thread: str = ""
    pressed: Shown | None = None
    keyboard_stays: bool = False
    attachments: tuple[Attachment, ...] = ()
    uncertain: bool = False
    aside: bool = False


def stored(kind: Kind, body: Json) -> str:
    """What is written to the inbox: the body without Slack's old shared token."""
    return json.dumps({"kind": kind.value, "body": {k: v for k, v in body.items() if k != "token"}}, ensure_ascii=True)


def read(update_id: str, raw: str) -> Parsed | None:
    """The update of a stored text; None when it is nothing to us or cannot be read."""
    try:
        update = json.loads(raw)
        return parse(update_id, Kind(update["kind"]), update["body"], raw)
    except Exception:
        # Whatever the platform sends must not stop the line; the raw text is kept in the inbox.
        log.warning("an update that cannot be read", extra={"fields": {"update": update_id}}, exc_info=True)
        return None


def account_of(raw: str) -> str:
    """The key that orders what one person does; empty when there is none."""
    try:
        body = json.loads(raw)["body"]
        user = body.get("user_id") or body.get("user") or body["event"]["user"]
        return str(user["id"] if isinstance(user, dict) else user)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ""


def parse(update_id: str, kind: Kind, body: Json, raw: str = "") -> Parsed | None:
    """What a person did. Raises KeyError, TypeError, ValueError or AttributeError for a body of another shape."""
    bare = Incoming(platform="slack", update_id=update_id, account="", chat="", raw=raw)
    match kind:
        case Kind.COMMAND:
            return _command(bare, body)
        case Kind.PRESS:
            return _press(bare, body)
        case Kind.FORM | Kind.CLOSED:
            return _form(bare, kind, body)
        case Kind.LINE:
            return _line(bare, body)
        case Kind.HOME:
            return _home(bare, body)


def _command(bare: Incoming, body: Json) -> Parsed | None:
    """``/guild words``: always a new command, so the slash stays; alone it asks for help."""
    words = typed(str(body.get("text") or "")).strip()
    incoming = replace(
        bare,
        account=_known(body["user_id"]),
        chat=str(body["channel_id"]),
        private=False,
        text="/" + (words.removeprefix("/") or "help"),
        display_name=well_formed(str(body.get("user_name") or "")),
    )
    return Parsed(
        Kind.COMMAND,
        incoming,
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
        uncertain=incoming.chat.startswith(DIRECT),
    )


def _press(bare: Incoming, body: Json) -> Parsed | None:
    action = body["actions"][0]
    ours = str(action.get("action_id", "")).startswith((PRESS, FILL_IN))
    token = action.get("value")
    if not ours or not isinstance(token, str) or not token:
        return None
    channel = body.get("channel") or {}
    shown = _shown(body, str(channel.get("id") or ""))
    chat = str(channel.get("id") or "")
    return Parsed(
        Kind.PRESS,
        replace(
            bare,
            account=_known(body["user"]["id"]),
            chat=chat,
            private=False,
            button=well_formed(token),
            display_name=_name(body),
        ),
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
        thread=str((body.get("message") or {}).get("thread_ts") or ""),
        pressed=shown,
        keyboard_stays=REUSABLE in token and shown is not None and _count(shown) > 1,
        uncertain=not chat or chat.startswith(DIRECT),
    )


def _shown(body: Json, channel: str) -> Shown | None:
    """The message under which the button stands."""
    container, message = body.get("container") or {}, body.get("message") or {}
    ts = str(container.get("message_ts") or message.get("ts") or "")
    if not ts or not channel:
        return None
    blocks = tuple(message.get("blocks") or ())
    return Shown(channel, ts, str(message.get("text") or ""), blocks, bool(container.get("is_ephemeral")))


def _count(shown: Shown) -> int:
    return sum(len(block.get("elements", ())) for block in shown.blocks if block.get("type") == "actions")


def _form(bare: Incoming, kind: Kind, body: Json) -> Parsed | None:
    """A form that was sent, or closed without: that stops the command."""
    view = body["view"]
    place: Place = place_of(view)
    incoming = replace(
        bare, account=_known(body["user"]["id"]), chat=place.chat, private=place.private, display_name=_name(body)
    )
    if kind == Kind.CLOSED:
        incoming = replace(incoming, text="/cancel")
    else:
        fields = {name: well_formed(value) for name, value in filled_in(view).items()}
        incoming = replace(incoming, button=place.token, fields=fields)
    return Parsed(kind, incoming, response_url=place.response_url, thread=place.thread)


def _line(bare: Incoming, body: Json) -> Parsed | None:
    """A line or a file in our one-to-one chat, or what was written in a channel."""
    event = body["event"]
    kind = event.get("channel_type") or ("im" if str(event.get("channel", "")).startswith(DIRECT) else "")
    if event.get("subtype") not in TYPED or not event.get("user"):
        return None
    if event.get("bot_id") or event.get("bot_profile") or event.get("hidden") or event.get("edited"):
        return None
    words = typed(str(event.get("text") or "")).strip()
    if kind != "im":
        return _overheard(bare, event, words) if kind in CHANNELS else None
    files = tuple(_attachment(file) for file in event.get("files") or ())
    if not words and not files:
        return None
    if words.split(maxsplit=1)[:1] == [COMMAND]:
        words = "/" + words.removeprefix(COMMAND).strip()
    incoming = replace(bare, account=_known(event["user"]), chat=str(event["channel"]), text=words)
    return Parsed(Kind.LINE, incoming, thread=str(event.get("thread_ts") or ""), attachments=files)


def _overheard(bare: Incoming, event: Json, words: str) -> Parsed | None:
    """What a person wrote in a channel to the others there. Slack tells it only where the app was given that right."""
    if not words:
        return None
    account, chat = _known(event["user"]), str(event["channel"])
    return Parsed(Kind.LINE, replace(bare, account=account, chat=chat, private=False, text=words, overheard=True))


def _home(bare: Incoming, body: Json) -> Parsed | None:
    """Somebody looks at our home page. It shows help, and leaves an open question alone."""
    event = body["event"]
    if event.get("tab") != "home":
        return None
    incoming = replace(
        bare, account=_known(event["user"]), chat=str(event.get("channel") or ""), text="help", interactive=False
    )
    return Parsed(Kind.HOME, incoming)


def _attachment(file: Json) -> Attachment:
    asked = file.get("file_access") == "check_file_info"
    return Attachment(
        str(file["id"]),
        safe_file_name(file.get("name") or file.get("title"), "file"),
        int(file.get("size") or 0),
        "" if asked else str(file.get("url_private_download") or file.get("url_private") or ""),
        str(file.get("mimetype") or ""),
    )


def attachment_of(file: Json) -> Attachment:
    """The file that ``files.info`` describes."""
    return _attachment(file | {"file_access": ""})


def _known(account: object) -> str:
    if not isinstance(account, str) or not account:
        raise TypeError("no account")
    return account


def _name(body: Json) -> str:
    user = body["user"]
    return well_formed(str(user.get("name") or user.get("username") or ""))
