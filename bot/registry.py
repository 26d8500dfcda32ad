"""The one table of commands: declared once, it feeds typed lines, help, menus and forms of every platform."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, get_args, get_type_hints

from bot.language import Word
from bot.messages import Incoming, Progress, Reply
from bot.parameters import NAMED, Parameter
from core.access import Actor, Permission
from core.i18n import _
from core.transaction import Tx

LONGEST_NAME = 4


@dataclass(frozen=True)
class Slot:
    """One parameter of a command, with its place in the signature."""

    name: str
    parameter: Parameter
    required: bool
    default: Any = None

    @property
    def label(self) -> str:
        """What the parameter is called in the language of the moment."""
        return _(self.parameter.label)

    def shown(self) -> str:
        """The slot as it stands in a usage line."""
        return f"‹{self.label}›" if self.required else f"[{self.parameter.example(self.name, self.label)}]"

    def answers_to(self, name: str) -> bool:
        """Whether this is the option that somebody typed, in English or in their language."""
        labels = {label.casefold().replace(" ", "_") for label in (self.label, self.parameter.label)}
        return name in (self.name, self.parameter.zh, *labels)


@dataclass(frozen=True)
class Command:
    """A command: its names, what it needs, who may use it and where."""

    name: str
    zh: str
    summary: str
    permission: Permission
    run: Callable[..., Reply]
    slots: tuple[Slot, ...]
    private: bool
    sensitive: bool
    confirm: str
    wants: tuple[str, ...]
    secret: bool = False
    grow: "Growth | None" = None
    warn: "Foresight | None" = None

    @property
    def title(self) -> str:
        """What it does, in one line, in the language of the moment."""
        return _(self.summary)

    @property
    def menu_name(self) -> str:
        """Its name where a platform allows only letters and underscores."""
        return self.name.replace(" ", "_").replace("-", "_")

    def usage(self) -> str:
        """How to type it: required parameters in ‹›, optional ones as name=…."""
        from core.i18n import language

        words = [self.zh if language() == "zh_CN" else self.name]
        words += [slot.shown() for slot in self.slots]
        return " ".join(words)

    def question(self, tx: Tx, values: Mapping[str, Any]) -> str:
        """What is asked before it runs: first what this very run would do, where the command can tell, then whether to go on.

        Raises AppError where it would be refused anyway.
        """
        said = self.warn(tx, **values) if self.warn is not None else []
        return "\n".join([*said, _(self.confirm)])

    def fitted(self, tx: Tx, first: str | None) -> "Command":
        """The command with the parameters that its first one brings. Raises AppError when that cannot be read."""
        if self.grow is None or first is None:
            return self
        declared = COMMANDS[self.name]
        return replace(declared, slots=declared.slots + self.grow(tx, first))

    def allowed(self, actor: Actor) -> bool:
        """Whether this actor may use it at all."""
        return actor.may(self.permission)


Growth = Callable[[Tx, str], tuple[Slot, ...]]
"""From what was typed for a command's first parameter to the further parameters that it brings. May raise AppError."""
Foresight = Callable[..., list[str]]
"""From the transaction and the values of a command to the lines that say what it would do. Changes nothing."""

COMMANDS: dict[str, Command] = {}
_BY_WORDS: dict[str, Command] = {}


def command(
    name: str,
    *,
    zh: str,
    summary: str,
    permission: Permission,
    private: bool = True,
    sensitive: bool = False,
    confirm: str = "",
    secret: bool = False,
    grow: Growth | None = None,
    warn: Foresight | None = None,
) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
    """Declare a command. Its parameters are the function's annotated arguments after ``tx``.

    ``private`` commands answer only in a private chat; a refused ``sensitive`` one leaves an audit row; ``confirm``
    is a question asked before it runs, below what ``warn`` says of this very run; of a ``secret`` one neither the update
    nor the answer is kept, refused or not. ``grow`` gives further parameters once the first one is known; the function takes them as keywords.
    """

    def declare(function: Callable[..., Reply]) -> Callable[..., Reply]:
        slots, wants = _signature(function)
        made = Command(
            name, zh, summary, permission, function, slots, private, sensitive, confirm, wants, secret, grow, warn
        )
        for words in sorted(_spellings(name, zh)):
            if words in _BY_WORDS:
                raise ValueError(f"{words} means {_BY_WORDS[words].name} already, not {name}")
            _BY_WORDS[words] = made
        COMMANDS[name] = made
        return function

    return declare


def _spellings(name: str, zh: str) -> set[str]:
    joined = {name, name.replace(" ", ""), name.replace(" ", "_"), name.replace("-", "_"), zh.replace(" ", "")}
    return {words.casefold() for words in joined}


def _signature(function: Callable[..., Reply]) -> tuple[tuple[Slot, ...], tuple[str, ...]]:
    hints = get_type_hints(function, include_extras=True)
    slots, wants = [], []
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            continue
        hint = hints[parameter.name]
        if hint in (Incoming, Progress):
            wants.append(parameter.name)
            continue
        required = parameter.default is inspect.Parameter.empty
        slots.append(Slot(parameter.name, _declared(hint), required, None if required else parameter.default))
    return tuple(slots), tuple(wants)


def _declared(hint: Any) -> Parameter:
    """The Parameter inside ``Annotated[X, Parameter]`` or ``Annotated[X, Parameter] | None``."""
    for part in (hint, *get_args(hint)):
        extras = getattr(part, "__metadata__", ())
        for extra in extras:
            if isinstance(extra, Parameter):
                return replace(extra, named=NAMED in extras)
    raise TypeError(f"{hint} does not say how it is typed")


def find(words: list[Word]) -> tuple[Command, int] | None:
    """The command that a line begins with and how many words its name takes; the longest name wins."""
    for count in range(min(LONGEST_NAME, len(words)), 0, -1):
        head = [word.plain for word in words[:count]]
        found = _BY_WORDS.get(" ".join(head)) or _BY_WORDS.get("".join(head))
        if found is not None:
            return found, count
    return None


def suggestions(words: list[Word], actor: Actor) -> list[Command]:
    """Commands of this actor that look like what was typed, best first."""
    typed = " ".join(word.plain for word in words[:3])
    names = {n: c for c in COMMANDS.values() if c.allowed(actor) for n in (c.name, c.zh)}
    close = get_close_matches(typed, names, n=4, cutoff=0.5) or get_close_matches(typed.split(" ")[0], names, n=4)
    starting = [name for name in names if typed and name.startswith(typed.split(" ")[0])]
    unique = {names[name].name: names[name] for name in (*close, *starting)}
    return list(unique.values())[:4]


def available(actor: Actor) -> list[Command]:
    """Every command this actor may use, by name."""
    return sorted((c for c in COMMANDS.values() if c.allowed(actor)), key=lambda c: c.name)
