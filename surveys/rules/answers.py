"""Reading one answer, from a button, a typed line or a web form, and judging a whole sheet. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.errors import BadInput
from core.i18n import _
from surveys.rules.form import HIGHEST, LOWEST, NPS_HIGHEST, Form, Kind, Question

LONGEST_TEXT = 1_000
NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")
WHOLE = re.compile(r"[0-9]{1,2}")
Value = int | str | list[str]
Sheet = Mapping[str, Value]
"""Question code → answer. A question that was left out is not in it."""


def plain(raw: str) -> str:
    """A typed answer as it is compared: full-width forms folded, edges trimmed."""
    return unicodedata.normalize("NFKC", raw).strip()


def read_answer(question: Question, given: Sequence[str]) -> Value | None:
    """The answer that was given, None for none. Raises BadInput that says what would do.

    One of several may be named by its code, its label or its number in the list.
    """
    said = [raw for raw in given if raw.strip()]
    if not said:
        return None
    if question.kind is Kind.TEXT:
        return read_text("\n".join(said))
    if question.kind is Kind.MULTIPLE:
        return _several(question, said)
    if len(said) > 1:
        raise BadInput("one_answer", _("Give one answer to “{question}”.").format(question=question.text))
    if question.kind is Kind.NUMBER:
        return _number(question, said[0])
    if question.kind in (Kind.LIKERT, Kind.NPS):
        return _step(question, said[0])
    return _option(question, said[0])


def read_text(raw: str) -> str | None:
    """Free text fit to store: no control, direction or invisible marks. Raises BadInput over 1000 characters."""
    if len(raw) > LONGEST_TEXT * 4:
        raise BadInput("answer_too_long", _too_long(len(raw)))
    kept = "".join(c for c in raw.replace("\r\n", "\n") if c == "\n" or unicodedata.category(c) not in _HIDDEN)
    text = unicodedata.normalize("NFC", kept).strip()
    if len(text) > LONGEST_TEXT:
        raise BadInput("answer_too_long", _too_long(len(text)))
    return text or None


_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co"})


def _too_long(length: int) -> str:
    return _("This answer has {count} characters; at most 1000 can be taken. Please shorten it.").format(count=length)


def _step(question: Question, raw: str) -> int:
    lowest, highest = (LOWEST, HIGHEST) if question.kind is Kind.LIKERT else (0, NPS_HIGHEST)
    worded = {_words_of(label): value for value, label in question.choices()}
    found = WHOLE.fullmatch(worded.get(_words_of(raw), plain(raw)))
    if found is None or not lowest <= int(found[0]) <= highest:
        text = _("Answer “{question}” with a whole number from {lowest} to {highest}.")
        raise BadInput("step_unknown", text.format(question=question.text, lowest=lowest, highest=highest))
    return int(found[0])


def _words_of(label: str) -> str:
    """A step as somebody types it who does not type its number: 5 非常满意 → 非常满意."""
    folded = plain(label).casefold()
    return folded.lstrip("0123456789 .、") or folded


def _option(question: Question, raw: str) -> str:
    word = plain(raw).casefold()
    for index, (code, label) in enumerate(question.choices(), 1):
        if word in (code.casefold(), plain(label).casefold(), str(index)):
            return code
    known = "、".join(label for _code, label in question.choices())
    text = _("“{value}” is not among the answers to “{question}”. Choose: {known}")
    raise BadInput("option_unknown", text.format(value=plain(raw)[:40], question=question.text, known=known))


def _several(question: Question, given: Sequence[str]) -> Value:
    words = [word for raw in given for word in re.split(r"[,，、;；\n]", raw) if word.strip()]
    chosen = {_option(question, word) for word in words}
    if question.most and len(chosen) > question.most:
        text = _("Choose at most {most} answers to “{question}”.")
        raise BadInput("too_many_options", text.format(most=question.most, question=question.text))
    return [option.code for option in question.options if option.code in chosen]


def _number(question: Question, raw: str) -> str:
    """Kept as text, so that what was typed and what is counted is the same number everywhere."""
    found = NUMBER.fullmatch(plain(raw))
    if found is None:
        text = _("Answer “{question}” with a number in digits, for example 12 or 3.5.")
        raise BadInput("number_form", text.format(question=question.text))
    value = Decimal(found[0])
    low, high = question.lowest, question.highest
    if (low is not None and value < low) or (high is not None and value > high):
        text = _("The answer to “{question}” lies between {lowest} and {highest}.")
        shown = {"lowest": "−∞" if low is None else low, "highest": "∞" if high is None else high}
        raise BadInput("number_range", text.format(question=question.text, **shown))
    return f"{value.normalize():f}" if value else "0"


def missing(form: Form, sheet: Sheet) -> list[int]:
    """The numbers (from 1) of required questions that have no answer yet."""
    return [n for n, one in enumerate(form.questions, 1) if one.required and one.code not in sheet]


def check_complete(form: Form, sheet: Sheet) -> None:
    """Every required question is answered, and at least one in all. Raises BadInput that names the first gap."""
    gaps = missing(form, sheet)
    if gaps:
        question = form.questions[gaps[0] - 1]
        text = _("Question {number} is still open: {question}")
        raise BadInput("answer_missing", text.format(number=gaps[0], question=question.text))
    if not sheet:
        raise BadInput("sheet_empty", _("Nothing has been answered yet."))


def shown(question: Question, value: Any) -> str:
    """An answer in words."""
    if value is None:
        return "—"
    labels = dict(question.choices())
    if question.kind is Kind.MULTIPLE:
        return "、".join(labels.get(code, code) for code in value)
    return labels.get(str(value), str(value))
