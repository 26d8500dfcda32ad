"""From words, tables and buttons to the messages that Slack takes.

Words go out as plain text, which Slack neither formats nor links, so what a person typed can only ever be text; the
only links are to the office's own pages. The whole text also goes beside the blocks, for notifications and readers.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, MarkdownTextObject, PlainTextObject, SectionBlock

from bot.messages import Reply, Table
from bot.platforms import tables
from bot.platforms.characters import well_formed
from bot.platforms.slack.escaping import cut_escaped, escape, length, shortened

log = logging.getLogger(__name__)
SECTION, HEAD, FENCE = 3000, 16, 8
MESSAGE = 12_000
"""All blocks of a message together: Slack refuses a little over 13 000, which it does not document."""
TEXT_BLOCKS, ACTION_BLOCKS = 40, 8
IN_A_BLOCK, PACKED, LABEL, TOKEN = 25, 5, 75, 2000
DESKTOP_COLUMNS = 72
PRESS, FILL_IN = "press", "fill_in"
WORDLESS = "…"
BACKTICK, LOOKS_LIKE_ONE = "`", "ˋ"

Rows = Sequence[Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Piece:
    """Words for one section, ``fixed`` in fixed width, under the number of their message."""

    text: str
    fixed: bool = False
    head: str = ""


@dataclass(frozen=True)
class Message:
    """One message: blocks to look at, and the same as text."""

    text: str
    blocks: tuple[dict[str, Any], ...] = field(hash=False)


def rows_of(reply: Reply) -> Rows:
    """The buttons of a reply as (label, token)."""
    return [[(button.label, button.token) for button in row] for row in reply.buttons]


def messages_of(
    text: str,
    table: Table | None = None,
    rows: Rows = (),
    *,
    home: str = "",
    form: tuple[str, str] | None = None,
) -> list[Message]:
    """The messages in order, numbered when there are several; the last carries the buttons. None for no words.

    ``home`` is the address of the office's pages, ``form`` the label and token of a button that opens a form.
    """
    groups = _grouped(pieces_of(text, table))
    actions = buttons(rows, form)
    if actions and not groups:
        groups = [[Piece(WORDLESS)]]
    made = []
    for index, group in enumerate(groups, 1):
        if len(groups) > 1:
            group[0] = replace(group[0], head=f"({index}/{len(groups)})\n")
        blocks = [_section(piece, home) for piece in group]
        made.append(Message(_as_text(group), tuple(blocks + (actions if index == len(groups) else []))))
    return made


def pieces_of(text: str, table: Table | None = None) -> list[Piece]:
    """Words and table in pieces that fit into a section, with room for a number."""
    words = well_formed(text)
    if table is None or not table.rows:
        return _plain(words)
    if not tables.is_narrow(table, DESKTOP_COLUMNS):
        return _plain("\n\n".join(part for part in (words, well_formed(tables.blocks(table))) if part.strip()))
    return _plain(words) + [Piece(stretch, fixed=True) for stretch in _stretches(tables.aligned(table))]


def _plain(words: str) -> list[Piece]:
    return [Piece(piece) for piece in cut_escaped(words, SECTION - HEAD)] if words.strip() else []


def _stretches(lines: list[str]) -> list[str]:
    """The table in stretches that each begin with its headings."""
    clean = [well_formed(line).replace(BACKTICK, LOOKS_LIKE_ONE) for line in lines]
    heading, rows = clean[:2], clean[2:]
    room = SECTION - HEAD - FENCE - sum(length(line) + 1 for line in heading)
    stretches: list[list[str]] = []
    left = -1
    for row in rows:
        left -= length(row) + 1
        if left < 0:
            stretches.append(list(heading))
            left = room - length(row) - 1
        stretches[-1].append(row)
    return ["\n".join(stretch) for stretch in stretches]


def _grouped(pieces: list[Piece]) -> list[list[Piece]]:
    """Pieces together in a message as long as they fit."""
    groups: list[list[Piece]] = []
    used = 0
    for piece in pieces:
        size = length(piece.text) + FENCE
        if not groups or used + size > MESSAGE or len(groups[-1]) == TEXT_BLOCKS:
            groups.append([])
            used = HEAD
        groups[-1].append(piece)
        used += size
    return groups


def _as_text(group: list[Piece]) -> str:
    """The whole message as escaped text; pieces of running words join as they were cut."""
    text = ""
    for index, piece in enumerate(group):
        between = "\n\n" if index and (piece.fixed or group[index - 1].fixed) else ""
        text += between + piece.head + escape(piece.text)
    return text


def _section(piece: Piece, home: str) -> dict[str, Any]:
    text = escape(piece.text)
    linked = _with_links(text, home)
    if piece.fixed:
        fenced = f"{piece.head}```\n{text}\n```"
        return SectionBlock(text=MarkdownTextObject(text=fenced, verbatim=True)).to_dict()
    if linked != text:
        return SectionBlock(text=MarkdownTextObject(text=piece.head + linked, verbatim=True), expand=True).to_dict()
    # Slack refuses a section of white space only.
    shown = piece.head + text if text.strip() else WORDLESS
    return SectionBlock(text=PlainTextObject(text=shown, emoji=False), expand=True).to_dict()


def _with_links(text: str, home: str) -> str:
    """Escaped text in which addresses of the office's own pages can be clicked; it stays as it is if too long then."""
    if not home or home not in text:
        return text
    own = re.compile(re.escape(home) + r"(?:[/?#](?:[A-Za-z0-9._~/?#=%+-]|&amp;)*)?(?![A-Za-z0-9.:@_-])")
    linked = own.sub(lambda found: f"<{found.group()}>", text)
    return linked if len(linked) <= SECTION - HEAD else text


def buttons(rows: Rows, form: tuple[str, str] | None = None) -> list[dict[str, Any]]:
    """Buttons under a message. Single ones are packed five to a block; labels are cut at 75 characters."""
    blocks = _packed([[(label, token) for label, token in row if token and len(token) <= TOKEN] for row in rows])
    if len(blocks) > ACTION_BLOCKS:
        log.warning("more buttons than a message holds", extra={"fields": {"left_out": len(blocks) - ACTION_BLOCKS}})
    made, index = [], 0
    for block in blocks[:ACTION_BLOCKS]:
        made.append([_button(f"{PRESS}:{index + i}", label, token) for i, (label, token) in enumerate(block)])
        index += len(block)
    if form is not None:
        made.append([_button(FILL_IN, *form)])
    return [ActionsBlock(elements=elements).to_dict() for elements in made]


def _packed(rows: list[list[tuple[str, str]]]) -> list[list[tuple[str, str]]]:
    """Rows as blocks of buttons: single buttons that follow each other stand side by side."""
    lines: list[list[tuple[str, str]]] = []
    for single, group in groupby(filter(None, rows), lambda row: len(row) == 1):
        found = list(group)
        size = PACKED if single else IN_A_BLOCK
        joined = [[row[0] for row in found]] if single else found
        lines += [line[i : i + size] for line in joined for i in range(0, len(line), size)]
    return lines


def _button(action: str, label: str, token: str) -> ButtonElement:
    words = escape(shortened(label, LABEL)) or WORDLESS
    return ButtonElement(action_id=action, text=PlainTextObject(text=words, emoji=False), value=token)
