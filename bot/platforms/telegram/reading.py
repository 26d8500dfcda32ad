"""From a raw Telegram update to what a person did, or None for what is none of the office's business."""

import json
import logging
import re
from dataclasses import dataclass, replace
from typing import Any

from telegram import CallbackQuery, ChatMember, Message, Update, User
from telegram.constants import ChatType

from bot.messages import Incoming
from bot.platforms.characters import safe_file_name, well_formed

log = logging.getLogger(__name__)
COMMAND = re.compile(r"[/／]([^\s@]*)(?:@([A-Za-z0-9_]+))?(?=\s|$)")
MENU_NAME = re.compile(r"[A-Za-z0-9_]+")
REUSABLE = "."
"""Stands in the tokens of buttons under notices, which stay good; those under replies are good once."""


@dataclass(frozen=True)
class Attachment:
    """A file that waits on Telegram's servers; ``size`` in bytes, 0 when it was not said."""

    file_id: str
    name: str
    size: int


@dataclass(frozen=True)
class Parsed:
    """What a person did, and where the answer goes."""

    incoming: Incoming
    message_id: int
    thread: int | None = None
    attachment: Attachment | None = None
    callback: str | None = None
    keyboard_stays: bool = False


def read(raw: str, username: str) -> Parsed | None:
    """The update of this text. ``username`` is the bot's own, without @.

    None for what bots wrote, edits, forwards, posts in channels, group talk that is not for us, service messages,
    and updates that cannot be read at all.
    """
    try:
        content = filled(json.loads(raw))
        if "my_chat_member" in content:
            return _met(content["my_chat_member"], str(content["update_id"]), raw)
        update = Update.de_json(content)
        if update.callback_query is not None:
            return _pressed(update.callback_query, str(update.update_id), raw)
        return _typed(update.message, str(update.update_id), raw, username) if update.message else None
    except Exception:
        # Whatever the platform sends must not stop the line; the raw text is kept in the inbox.
        log.warning("an update that cannot be read", exc_info=True)
        return None


def overheard(raw: str) -> Parsed | None:
    """What a person wrote in a group to the others there, not to us; None for all else, and for what has no words.

    An edit counts as written anew. What was forwarded is somebody else's.
    """
    try:
        update = Update.de_json(filled(json.loads(raw)))
        message = update.message or update.edited_message
        words = (message.text or message.caption or "") if message else ""
        if message is None or not words.strip() or message.chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP):
            return None
        if message.from_user is None or message.from_user.is_bot or _second_hand(message):
            return None
        incoming = _incoming(message.from_user, str(message.chat.id), message.chat.type, str(update.update_id), raw)
        return Parsed(replace(incoming, text=well_formed(words), overheard=True), message.message_id)
    except Exception:
        log.warning("group talk that cannot be read", exc_info=True)
        return None


def is_talk(raw: str) -> bool:
    """Whether this is a message in a group or channel: the words of people who may have nothing to do with us."""
    try:
        update = json.loads(raw)
        message = update.get("message") or update.get("edited_message")
        return message is not None and message["chat"]["type"] != ChatType.PRIVATE
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False


def filled(update: dict[str, Any]) -> dict[str, Any]:
    """The update with what the library insists on and we have no use for, should a server leave it out."""
    query = update.get("callback_query")
    if isinstance(query, dict):
        query.setdefault("chat_instance", "")
    for message in (
        update.get("message"),
        update.get("edited_message"),
        query.get("message") if isinstance(query, dict) else None,
    ):
        if isinstance(message, dict):
            message.setdefault("date", 1)
    messages = (update.get("message") or update.get("edited_message") or {}, query or {})
    for someone in (one.get("from") for one in messages):
        if isinstance(someone, dict):
            someone.setdefault("is_bot", False)
            someone.setdefault("first_name", "")
    return update


def chat_of(raw: str) -> str:
    """The key that orders the updates of one chat; empty when there is none."""
    try:
        update = json.loads(raw)
        content = next(value for key, value in update.items() if key != "update_id")
        return str((content.get("chat") or content["message"]["chat"])["id"])
    except (ValueError, TypeError, KeyError, AttributeError, StopIteration, RecursionError):
        return ""


def _met(change: dict[str, Any], update_id: str, raw: str) -> Parsed | None:
    """A person blocked the bot, or let it in again. What happens to it in groups is none of our business yet."""
    chat, status = change["chat"], change["new_chat_member"]["status"]
    if chat["type"] != ChatType.PRIVATE or status not in (ChatMember.BANNED, ChatMember.MEMBER):
        return None
    incoming = Incoming(
        platform="telegram",
        update_id=update_id,
        account=str(change["from"]["id"]),
        chat=str(chat["id"]),
        raw=raw,
        reachable=status == ChatMember.MEMBER,
    )
    return Parsed(incoming, message_id=0)


def _pressed(query: CallbackQuery, update_id: str, raw: str) -> Parsed | None:
    message = query.message
    if message is None or query.from_user.is_bot or not query.data:
        return None
    incoming = _incoming(query.from_user, str(message.chat.id), message.chat.type, update_id, raw)
    shown = message if isinstance(message, Message) else None
    markup = shown.reply_markup if shown else None
    buttons = [button for row in markup.inline_keyboard for button in row] if markup else []
    return Parsed(
        replace(incoming, button=well_formed(query.data)),
        message.message_id,
        shown.message_thread_id if shown and shown.is_topic_message else None,
        callback=query.id,
        keyboard_stays=REUSABLE in query.data and len(buttons) > 1,
    )


def _typed(message: Message, update_id: str, raw: str, username: str) -> Parsed | None:
    sender = message.from_user
    if sender is None or sender.is_bot or _second_hand(message) or message.chat.type == ChatType.CHANNEL:
        return None
    attachment = _attachment(message)
    words = message.text or message.caption or ""
    private = message.chat.type == ChatType.PRIVATE
    if not (words or attachment) and not (private and message.effective_attachment):
        return None
    line = _line(well_formed(words), username)
    if line is None or not (private or _for_us(message, words, username)):
        return None
    incoming = _incoming(sender, str(message.chat.id), message.chat.type, update_id, raw)
    thread = message.message_thread_id if message.is_topic_message else None
    return Parsed(replace(incoming, text=line), message.message_id, thread, attachment)


def _second_hand(message: Message) -> bool:
    """Whether somebody else wrote it: only what a person typed here and now is a command."""
    old_style = message.api_kwargs.keys() & {"forward_date", "forward_from", "forward_from_chat", "forward_sender_name"}
    forwarded = message.forward_origin is not None or message.is_automatic_forward or bool(old_style)
    return forwarded or message.via_bot is not None


def _for_us(message: Message, words: str, username: str) -> bool:
    """Whether a line in a group is for the office: a command, our name in front, or an answer to one of our messages."""
    answered = message.reply_to_message.from_user if message.reply_to_message else None
    to_us = answered is not None and (answered.username or "").casefold() == username.casefold()
    return words.startswith(("/", "／")) or _called(words, username) or to_us


def _called(words: str, username: str) -> bool:
    return bool(username) and words.casefold().split(maxsplit=1)[:1] == [f"@{username}".casefold()]


def _line(words: str, username: str) -> str | None:
    """The typed line: ``/member_list@us x`` becomes ``/member list x``; None when another bot was meant.

    The slash stays: it is how a person leaves an open question behind.
    """
    words = words.strip()
    if _called(words, username):
        return " ".join(words.split(maxsplit=1)[1:])
    found = COMMAND.match(words)
    if found is None:
        return words
    name, bot = found.groups()
    if bot is not None and bot.casefold() != username.casefold():
        return None
    spaced = name.replace("_", " ") if MENU_NAME.fullmatch(name) else name
    return "/" + spaced + words[found.end() :]


def _attachment(message: Message) -> Attachment | None:
    if message.document is not None:
        document = message.document
        return Attachment(document.file_id, safe_file_name(document.file_name, "file"), document.file_size or 0)
    if message.photo:
        largest = message.photo[-1]
        return Attachment(largest.file_id, f"photo-{largest.file_unique_id}.jpg", largest.file_size or 0)
    return None


def _incoming(user: User, chat: str, kind: str, update_id: str, raw: str) -> Incoming:
    return Incoming(
        platform="telegram",
        update_id=update_id,
        account=str(user.id),
        chat=chat,
        private=kind == ChatType.PRIVATE,
        language=_language(user.language_code),
        display_name=well_formed(user.full_name or ""),
        raw=raw,
    )


def _language(code: str | None) -> str | None:
    if not code:
        return None
    return "zh_CN" if code.casefold().startswith("zh") else "en"
