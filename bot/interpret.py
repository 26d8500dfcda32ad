"""From the words of a line to the raw values of a command's parameters. No database, nothing is judged yet."""

from bot.language import Word, option
from bot.registry import Command, Slot
from core.errors import BadInput
from core.i18n import _

Given = dict[str, str]
"""Parameter name → what was typed for it."""


def read_arguments(command: Command, words: list[Word], line: str) -> Given:
    """Place each word: options by name, the others in order, the rest of the line to a parameter that takes it.

    Raises BadInput for words that have no place.
    """
    given: Given = {}
    words = list(words)
    while words and _take_option(command, words[-1], given):
        words.pop()
    joining: Slot | None = None
    for index, word in enumerate(words):
        if joining is not None and _joins(joining, word):
            given[joining.name] += " " + word.text
            continue
        joining = _named_slot(command, word)
        if _take_option(command, word, given):
            continue
        slot = _next_slot(command, given)
        if slot is None:
            raise BadInput("too_many_words", _no_place(command, word))
        if option(word) is not None and not (slot.required or slot.parameter.rest):
            raise BadInput("option_unknown", _no_place(command, word))
        if slot.parameter.rest:
            given[slot.name] = _rest(words[index:], line)
            break
        given[slot.name] = word.text
        joining = slot
    return given


def first_value(command: Command, words: list[Word]) -> str | None:
    """What a line gives for the command's first parameter: by its name, else the first word that is no option."""
    slot = command.slots[0]
    for word in words:
        found = option(word)
        if found is None:
            return word.text
        if slot.answers_to(found[0]):
            return found[1]
    return None


def _no_place(command: Command, word: Word) -> str:
    text = _("“{word}” has no place in this command. It is typed like this: {usage}")
    return text.format(word=word.text[:40], usage=command.usage())


def _joins(slot: Slot, word: Word) -> bool:
    """Whether a word goes on with the value before it: a further criterion of an audience."""
    return slot.parameter.joins is not None and not word.quoted and slot.parameter.joins(word.text)


def _named_slot(command: Command, word: Word) -> Slot | None:
    found = option(word)
    return None if found is None else next((slot for slot in command.slots if slot.answers_to(found[0])), None)


def _take_option(command: Command, word: Word, given: Given) -> bool:
    found = option(word)
    if found is None:
        return False
    name, value = found
    slot = next((slot for slot in command.slots if slot.answers_to(name)), None)
    if slot is None or (value is None and not slot.parameter.flag):
        return False
    given[slot.name] = "yes" if value is None else value
    return True


def _next_slot(command: Command, given: Given) -> Slot | None:
    apart = (s for s in command.slots if s.parameter.flag or s.parameter.file or s.parameter.named)
    closed = {s.name for s in apart} | given.keys()
    typed = [s for s in command.slots if s.name not in closed]
    return next((s for s in typed if s.required), typed[0] if typed else None)


def _rest(words: list[Word], line: str) -> str:
    """The line from this word on, as typed; a single quoted word loses its quotes."""
    if len(words) == 1:
        return words[0].text
    last = words[-1]
    end = last.start + len(last.text) + (2 if last.quoted else 0)
    return line[words[0].start : end]
