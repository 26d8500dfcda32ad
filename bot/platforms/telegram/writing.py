"""From words, tables, buttons and files to the messages that Telegram takes.

Markup is given as entities with offsets, never as tags in the text: what a person typed can only ever be text.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from telegram.constants import InlineKeyboardMarkupLimit, MessageLimit

from bot.messages import FileOut, Reply, Table
from bot.platforms import tables
from bot.platforms.characters import safe_file_name, well_formed
from bot.platforms.splitting import cut_for_numbering, numbered, split_text, utf16_length
from bot.platforms.telegram.inert import inert

log = logging.getLogger(__name__)
TEXT = int(MessageLimit.MAX_TEXT_LENGTH)
CAPTION = int(MessageLimit.CAPTION_LENGTH)
IN_A_ROW, IN_ALL, LABEL, TOKEN_BYTES = 8, int(InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER), 64, 64
WORDLESS = "…"

Rows = Sequence[Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Part:
    """The words of one message, and what of them is set in fixed width."""

    text: str
    entities: tuple[MessageEntity, ...] = ()


@dataclass(frozen=True)
class Step:
    """One call: a text, or a file with its caption. ``markup`` is the keyboard under it."""

    part: Part | None
    file: FileOut | None = None
    markup: InlineKeyboardMarkup | None = None


def steps_of(text: str, table: Table | None, rows: Rows, files: Sequence[FileOut]) -> list[Step]:
    """The messages in order. A single file takes a short text as its caption; the last text carries the buttons."""
    parts = parts_of(text, table)
    markup = keyboard(rows)
    if markup is not None and not parts and not files:
        parts = [Part(WORDLESS)]
    files = [FileOut(safe_file_name(f.name, "file"), f.content, f.media_type) for f in files]
    if len(files) == 1 and len(parts) == 1 and utf16_length(parts[0].text) <= CAPTION:
        return [Step(parts[0], files[0], markup)]
    steps = [Step(part) for part in parts]
    if steps:
        steps[-1] = Step(steps[-1].part, markup=markup)
    sent = [Step(None, file) for file in files]
    if sent and not steps:
        sent[-1] = Step(None, sent[-1].file, markup)
    return steps + sent


def rows_of(reply: Reply) -> Rows:
    """The buttons of a reply as (label, token)."""
    return [[(button.label, button.token) for button in row] for row in reply.buttons]


def parts_of(text: str, table: Table | None = None) -> list[Part]:
    """Words and table as texts of at most 4096 UTF-16 units, numbered when there are several; empty for no words."""
    words = inert(text)
    if table is None or not table.rows:
        return _plain(words)
    clean = Table(tuple(map(inert, table.columns)), tuple(tuple(map(inert, row)) for row in table.rows))
    if not tables.is_narrow(clean):
        return _plain("\n\n".join(piece for piece in (words, tables.blocks(clean)) if piece.strip()))
    lines = tables.aligned(clean)
    head = words + "\n\n" if words.strip() else ""
    whole = head + "\n".join(lines)
    if utf16_length(whole) <= TEXT:
        return [_fixed(whole, utf16_length(head))]
    return _in_pieces(words, lines)


def _plain(words: str) -> list[Part]:
    return [Part(piece) for piece in split_text(words, TEXT)] if words.strip() else []


def _in_pieces(words: str, lines: list[str]) -> list[Part]:
    """The words, then the table in stretches that each begin with its headings."""
    plain = cut_for_numbering(words, TEXT) if words.strip() else []
    stretches = ["\n".join(stretch) for stretch in _stretches(lines)]
    total = len(plain) + len(stretches)
    parts = [Part(numbered(piece, i, total)) for i, piece in enumerate(plain, 1)]
    for i, stretch in enumerate(stretches, len(plain) + 1):
        text = numbered(stretch, i, total)
        parts.append(_fixed(text, utf16_length(text) - utf16_length(stretch)))
    return parts


def _stretches(lines: list[str]) -> list[list[str]]:
    heading, rows = lines[:2], lines[2:]
    room = TEXT - 16 - sum(utf16_length(line) + 1 for line in heading)
    stretches: list[list[str]] = []
    left = -1
    for row in rows:
        left -= utf16_length(row) + 1
        if left < 0:
            stretches.append(list(heading))
            left = room - utf16_length(row) - 1
        stretches[-1].append(row)
    return stretches


def _fixed(text: str, start: int) -> Part:
    return Part(text, (MessageEntity(MessageEntity.PRE, start, utf16_length(text) - start),))


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Buttons under a message: eight in a row, a hundred in all, labels cut at 64 characters; None without buttons."""
    made: list[list[InlineKeyboardButton]] = []
    for row in rows:
        usable = [_button(label, token) for label, token in row if token]
        made += [usable[i : i + IN_A_ROW] for i in range(0, len(usable), IN_A_ROW)]
    kept = _first_hundred(made)
    return InlineKeyboardMarkup(kept) if kept else None


def _button(label: str, token: str) -> InlineKeyboardButton:
    words = " ".join(well_formed(label).split()) or WORDLESS
    short = words if len(words) <= LABEL else words[: LABEL - 1] + WORDLESS
    return InlineKeyboardButton(short, callback_data=token)


def _first_hundred(rows: list[list[InlineKeyboardButton]]) -> list[list[InlineKeyboardButton]]:
    kept, room = [], IN_ALL
    for row in rows:
        if room > 0:
            kept.append(row[:room])
        room -= len(row)
    if room < 0:
        log.warning("more buttons than a keyboard holds", extra={"fields": {"left_out": -room}})
    return kept
