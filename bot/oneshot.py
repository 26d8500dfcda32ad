"""``guildhall do``: one command through the same dispatcher, for scripts and for operators."""

import getpass
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.dialogues import CONFIRM
from bot.dispatch import House
from bot.messages import FileIn, Incoming, Reply
from bot.platforms.console import render, save

DONE, FAILED, REFUSED = 0, 1, 2


@dataclass(frozen=True)
class Order:
    """What the command line asked for."""

    words: list[str]
    person: str
    association: str | None = None
    file: Path | None = None
    as_json: bool = False
    confirmed: bool = False


def line_of(words: list[str]) -> str:
    """The words as one typed line; those with spaces keep together."""
    if len(words) == 1:
        return words[0]
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    if word and not any(c.isspace() for c in word) and word[0] not in "\"'“‘「『":
        return word
    name, equals, value = word.partition("=")
    if equals and not any(c.isspace() for c in name):
        return f"{name}=「{value}」"
    return f"「{word}」"


def carry_out(house: House, order: Order, folder: Path) -> tuple[str, int]:
    """Run the order; returns what to print and the exit status (0 done, 2 refused, 1 failed)."""
    files = (FileIn(order.file.name, order.file.read_bytes()),) if order.file else ()
    incoming = Incoming(
        platform="console",
        update_id=uuid4().hex,
        account=order.person,
        chat=order.person,
        text=line_of(order.words),
        fields={CONFIRM: "yes"} if order.confirmed else {},
        files=files,
        display_name=getpass.getuser(),
        interactive=False,
        association=order.association,
    )
    reply = house.handle(incoming) or Reply("")
    house.replied("console", incoming.update_id)
    saved = [save(folder, file.name, file.content) for file in reply.files]
    shown = (
        json.dumps(as_data(reply, saved), ensure_ascii=False, default=str) if order.as_json else render(reply, saved)
    )
    return shown, FAILED if reply.failed else REFUSED if reply.error else DONE


def as_data(reply: Reply, saved: list[Path]) -> dict[str, Any]:
    """A reply for machines."""
    table = reply.table and {"columns": list(reply.table.columns), "rows": [list(row) for row in reply.table.rows]}
    return {
        "text": reply.text,
        "table": table,
        "files": [str(path) for path in saved],
        "buttons": [{"label": b.label, "command": b.command} for row in reply.buttons for b in row],
        "data": reply.data,
        "error": reply.error,
    }
