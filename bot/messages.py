"""What travels between a chat platform and the dispatcher. Platform-neutral, immutable."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Progress = Callable[[int, int], None]
"""Called as ``progress(done, total)`` during long work; adapters edit one message with it."""


@dataclass(frozen=True)
class FileIn:
    """A file that a person sent, already fetched by the adapter."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Incoming:
    """One thing a person did in a chat: a typed line, a pressed button, a submitted form or a file.

    ``reachable`` is what the platform says of the chat itself: it takes messages again, or no more (then there is no
    line to answer). ``overheard`` is what somebody wrote in a group to the others there, not to the office.
    """

    platform: str
    update_id: str
    account: str
    chat: str
    private: bool = True
    text: str = ""
    button: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    files: tuple[FileIn, ...] = ()
    language: str | None = None
    display_name: str = ""
    raw: str = ""
    interactive: bool = True
    joining: bool = False
    association: str | None = None
    reachable: bool | None = None
    overheard: bool = False


@dataclass(frozen=True)
class Button:
    """``command`` is what pressing it does; the dispatcher replaces it by an opaque ``token`` before it leaves."""

    label: str
    command: str = ""
    token: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of text under translated headings."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class FileOut:
    """A file to send back."""

    name: str
    content: bytes
    media_type: str = "application/octet-stream"


@dataclass(frozen=True)
class Field:
    """One question of a form. ``choices`` are (value, label) pairs; empty means free text."""

    name: str
    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    optional: bool = False
    multiline: bool = False
    value: str = ""


@dataclass(frozen=True)
class Form:
    """What a command still needs. Slack shows it as one modal; elsewhere the next question is in ``Reply.text``.

    ``token`` comes back as ``Incoming.button`` together with ``Incoming.fields``; alone it asks for the form again.
    ``trouble`` says why what was filled in did not do.
    """

    token: str
    title: str
    fields: tuple[Field, ...]
    trouble: str = ""


@dataclass(frozen=True)
class Reply:
    """What a person gets back. ``data`` is for machines, ``error`` the code of a refusal, ``failed`` a defect of ours.

    A ``secret`` one is not kept, and neither is the update that it answers.
    """

    text: str
    table: Table | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[FileOut, ...] = ()
    form: Form | None = None
    data: Any = None
    error: str | None = None
    failed: bool = False
    personal: bool = False
    secret: bool = False
