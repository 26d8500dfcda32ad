"""The terminal as a chat platform: one person, numbered buttons, line editing at a terminal, plain lines from a pipe."""

import asyncio
import getpass
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from bot.delivery import Delivery
from bot.dispatch import House
from bot.messages import FileIn, Incoming, Reply, Table
from bot.platforms.base import Limits, Outgoing, Sent
from core.i18n import _

LEAVING = frozenset({"exit", "quit", "退出", "再见"})


def width(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text if not unicodedata.combining(c))


def pad(text: str, columns: int) -> str:
    """The text filled with spaces to a number of columns."""
    return text + " " * max(0, columns - width(text))


def render_table(table: Table) -> str:
    """A table with aligned columns."""
    rows = [table.columns, *table.rows]
    widths = [max(width(row[i]) for row in rows) for i in range(len(table.columns))]
    lines = ["  ".join(pad(cell, w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("─" * w for w in widths))
    return "\n".join(lines)


def render(reply: Reply, saved: list[Path]) -> str:
    """A reply as lines of text; buttons get numbers."""
    parts = [reply.text] if reply.text else []
    if reply.table is not None and reply.table.rows:
        parts.append(render_table(reply.table))
    flat = [button for row in reply.buttons for button in row]
    if flat:
        parts.append("  ".join(f"[{i}] {button.label}" for i, button in enumerate(flat, 1)))
    parts += [_("File: {path}").format(path=path) for path in saved]
    return "\n".join(parts)


@dataclass
class ConsolePlatform:
    """Delivery to terminals: what arrives is shown at once. ``show`` gets the chat's name and the message."""

    show: Callable[[str, Outgoing], None]
    name: str = "console"
    limits: Limits = field(default_factory=lambda: Limits(100_000.0, 0.0, 1_000_000, 100_000))

    async def send(self, outgoing: Outgoing) -> Sent:
        """Show one message; it always arrives."""
        self.show(outgoing.chat, outgoing)
        return Sent(message_id=uuid4().hex[:12])


class ConsoleChat:
    """One person's conversation with the office at this machine."""

    def __init__(self, house: House, person: str, association: str | None = None, files: Path | None = None) -> None:
        self.house = house
        self.person = person
        self.association = association
        self.folder = files or Path()
        self.buttons: list[str] = []

    def incoming(self, line: str, attached: tuple[FileIn, ...] = ()) -> Incoming:
        """What typing this line means: a pressed button when it is a number that was offered."""
        pressed = None
        if line.isascii() and line.isdigit() and 0 < int(line[:4]) <= len(self.buttons):
            pressed, line = self.buttons[int(line[:4]) - 1], ""
        return Incoming(
            platform="console",
            update_id=uuid4().hex,
            account=self.person,
            chat=self.person,
            text=line,
            button=pressed,
            files=attached,
            display_name=getpass.getuser(),
            association=self.association,
        )

    def say(self, line: str, *, progress: Callable[[int, int], None] | None = None) -> Reply:
        """Send one line (``@path`` at its end attaches a file) and return the reply."""
        line, attached = self._attached(line)
        incoming = self.incoming(line, attached)
        reply = self.house.handle(incoming, progress) or Reply("")
        self.house.replied("console", incoming.update_id)
        self.buttons = [button.token for row in reply.buttons for button in row]
        return reply

    @staticmethod
    def _attached(line: str) -> tuple[str, tuple[FileIn, ...]]:
        head, at, tail = line.rpartition("@")
        path = Path(tail.strip()).expanduser()
        if at and tail.strip() and path.is_file():
            return head.strip(), (FileIn(path.name, path.read_bytes()),)
        return line, ()

    def shown(self, reply: Reply) -> str:
        """The reply as text, its files saved beside the data."""
        return render(reply, [self._save(file.name, file.content) for file in reply.files])

    def _save(self, name: str, content: bytes) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        path.write_bytes(content)
        return path

    def post(self) -> str:
        """What has arrived for this person, shown with its buttons."""
        arrived: list[str] = []

        def show(chat: str, outgoing: Outgoing) -> None:
            if chat == self.person:
                arrived.append(self._letter(outgoing))

        asyncio.run(Delivery(self.house, {"console": ConsolePlatform(show)}, chat=self.person).drain())
        return "\n\n".join(arrived)

    def _letter(self, outgoing: Outgoing) -> str:
        first = len(self.buttons) + 1
        flat = [button for row in outgoing.buttons for button in row]
        self.buttons += [token for _label, token in flat]
        offered = "  ".join(f"[{i}] {label}" for i, (label, _token) in enumerate(flat, first))
        return "✉ " + outgoing.text + ("\n" + offered if offered else "")


def lines(prompt: str, history: Path) -> Iterator[str]:
    """Lines from a terminal with editing and history, or plain lines from a pipe."""
    if not sys.stdin.isatty():
        yield from (line.rstrip("\n") for line in sys.stdin)
        return
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory

    session: PromptSession[str] = PromptSession(history=FileHistory(str(history)))
    while True:
        try:
            yield session.prompt(prompt)
        except (EOFError, KeyboardInterrupt):
            return


def talk(chat: ConsoleChat, history: Path) -> None:
    """Converse until the person leaves or the input ends."""
    for line in lines(f"{chat.person}> ", history):
        if line.strip().casefold() in LEAVING:
            return
        print(chat.shown(chat.say(line, progress=_progress)))
        if post := chat.post():
            print("\n" + post)
        print()


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done * 100 // max(total, 1)} % · {done}/{total} ", end="", file=sys.stderr, flush=True)
