"""A conversation at a terminal: line editing and history, numbered buttons, plain lines from a pipe."""

import asyncio
import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from bot.delivery import Delivery
from bot.dispatch import House
from bot.messages import FileIn, Incoming, Reply
from bot.platforms.base import Outgoing
from bot.platforms.console import ConsolePlatform, keys, offered, render, save

LEAVING = frozenset({"exit", "quit", "退出", "再见"})


class ConsoleChat:
    """One person's conversation with the office at this machine."""

    def __init__(self, house: House, person: str, association: str | None = None, files: Path | None = None) -> None:
        self.house = house
        self.person = person
        self.association = association
        self.folder = files or Path()
        self.buttons: list[tuple[str, str]] = []
        """(label, token) of what is offered at the moment."""

    def incoming(self, line: str, attached: tuple[FileIn, ...] = ()) -> Incoming:
        """What typing this line means: a pressed button when it is a number that was offered."""
        pressed = self._pressed(line)
        line = "" if pressed else line
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

    def _pressed(self, line: str) -> str | None:
        typed = dict(zip(keys([label for label, _token in self.buttons]), self.buttons, strict=True))
        return typed[line][1] if line in typed else None

    def say(self, line: str, *, progress: Callable[[int, int], None] | None = None) -> Reply:
        """Send one line (``@path`` at its end attaches a file) and return the reply."""
        line, attached = self._attached(line)
        incoming = self.incoming(line, attached)
        reply = self.house.handle(incoming, progress) or Reply("")
        self.house.replied("console", incoming.update_id)
        self.buttons = [(button.label, button.token) for row in reply.buttons for button in row]
        return reply

    def join(self, line: str) -> Reply:
        """Join with a code, as somebody whom the office does not know yet."""
        incoming = replace(self.incoming(line), joining=True)
        return self.house.handle(incoming) or Reply("")

    @staticmethod
    def _attached(line: str) -> tuple[str, tuple[FileIn, ...]]:
        head, at, tail = line.rpartition("@")
        if at and tail.strip():
            with suppress(OSError, RuntimeError):  # Words that are no path, or none of a file that can be read.
                path = Path(tail.strip()).expanduser()
                if path.is_file():
                    return head.strip(), (FileIn(path.name, path.read_bytes()),)
        return line, ()

    def shown(self, reply: Reply) -> str:
        """The reply as text, its files saved beside the data."""
        return render(reply, [save(self.folder, file.name, file.content) for file in reply.files])

    def post(self) -> str:
        """What has arrived for this person, shown with its buttons."""
        arrived: list[str] = []

        def show(chat: str, outgoing: Outgoing) -> None:
            if chat == self.person:
                arrived.append(self._letter(outgoing))

        asyncio.run(Delivery(self.house, {"console": ConsolePlatform(show)}, chat=self.person).drain())
        return "\n\n".join(arrived)

    def _letter(self, outgoing: Outgoing) -> str:
        before = len(self.buttons)
        self.buttons += [button for row in outgoing.buttons for button in row]
        shown = offered([label for label, _token in self.buttons], before)
        return "✉ " + outgoing.text + (f"\n{shown}" if shown else "")


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
