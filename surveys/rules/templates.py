"""Reading the questions of a survey from a TOML file: shipped templates and those that staff upload. Pure."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import BadInput
from core.i18n import DEFAULT_LANGUAGE, LANGUAGES, _
from surveys.rules.form import Dimension, Form, Kind, Option, Question, Words
from surveys.rules.lifecycle import MOST_OPTIONS, MOST_QUESTIONS

LARGEST = 200_000
LONGEST_WORDS = 300
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
ZH, EN = "zh", "en"


def read_template(content: bytes) -> tuple[str, Form]:
    """Title and form of a template file. Raises BadInput that names the place of what is wrong."""
    if len(content) > LARGEST:
        raise BadInput("template_too_large", _("This template is larger than 200 KB."))
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        text = _("This file is no TOML template: {trouble}")
        raise BadInput("template_form", text.format(trouble=str(error)[:120])) from None
    return _form(data)


def _form(data: Mapping[str, Any]) -> tuple[str, Form]:
    code = _code(data, _("the template"))
    title = _words(data.get("title"), _("the template"))
    dimensions = tuple(_dimension(one) for one in _tables(data, "dimension"))
    questions = tuple(_question(number, one) for number, one in enumerate(_tables(data, "question"), 1))
    form = Form(questions, dimensions, code, str(data.get("version", "1"))[:20], _optional(data.get("source")))
    check_form(form)
    return title[DEFAULT_LANGUAGE], form


def check_form(form: Form) -> None:
    """A form that can be asked: 1 to 60 questions, each code once, dimensions that exist. Raises BadInput."""
    if not 0 < len(form.questions) <= MOST_QUESTIONS:
        raise BadInput("template_questions", _("A survey has between 1 and 60 questions."))
    for codes in ([q.code for q in form.questions], [d.code for d in form.dimensions]):
        doubled = next((code for code in codes if codes.count(code) > 1), None)
        if doubled:
            raise BadInput("template_doubled", _("“{code}” stands there twice.").format(code=doubled))
    known = {"", *(d.code for d in form.dimensions)}
    for question in form.questions:
        if question.dimension not in known:
            text = _("Question “{question}” measures “{dimension}”, which the template does not define.")
            raise BadInput("template_dimension", text.format(question=question.code, dimension=question.dimension))


def _tables(data: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    found = data.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadInput("template_form", _("Write every {name} as [[{name}]].").format(name=name))
    return found


def _code(data: Mapping[str, Any], place: str) -> str:
    code = data.get("code")
    if not isinstance(code, str) or not CODE.fullmatch(code):
        text = _("{place}: “code” is needed, in small Latin letters, digits and _.")
        raise BadInput("template_code", text.format(place=place))
    return code


def _words(given: Any, place: str) -> Words:
    """``"文字"`` or ``{zh = "文字", en = "words"}``; Chinese is needed, since it is what people see first."""
    words = _optional(given)
    if DEFAULT_LANGUAGE not in words:
        raise BadInput("template_words", _("{place}: the Chinese words are missing.").format(place=place))
    if any(len(text) > LONGEST_WORDS for text in words.values()):
        raise BadInput("template_words", _("{place}: these words are longer than 300 characters.").format(place=place))
    return words


def _optional(given: Any) -> Words:
    spread = {ZH: given} if isinstance(given, str) else given if isinstance(given, dict) else {}
    known = {language.split("_")[0]: language for language in LANGUAGES}
    return {
        known[name]: " ".join(text.split())
        for name, text in spread.items()
        if name in known and isinstance(text, str) and text.strip()
    }


def _dimension(one: Mapping[str, Any]) -> Dimension:
    code = _code(one, _("a dimension"))
    return Dimension(code, _words(one.get("label"), code))


def _question(number: int, one: Mapping[str, Any]) -> Question:
    place = _("question {number}").format(number=number)
    code = one.get("code", f"q{number}")
    place = f"{place} ({_code({'code': code}, place)})"
    kind = _kind(one.get("kind"), place)
    options = _options(one.get("options", []), place)
    check_options(kind, options, place)
    lowest, highest = _bound(one.get("lowest"), place), _bound(one.get("highest"), place)
    if lowest is not None and highest is not None and lowest > highest:
        raise BadInput("template_bounds", _("{place}: the lowest number is above the highest.").format(place=place))
    return Question(
        code=code,
        kind=kind,
        words=_words(one.get("text"), place),
        dimension=str(one.get("dimension", "")),
        required=bool(one.get("required", kind is not Kind.TEXT)),
        options=options,
        lowest=lowest,
        highest=highest,
        most=_most(one.get("most", 0), place),
    )


def _kind(given: Any, place: str) -> Kind:
    try:
        return Kind(given)
    except ValueError:
        text = _("{place}: “{kind}” is no kind of question. Use: {known}")
        known = ", ".join(Kind)
        raise BadInput("template_kind", text.format(place=place, kind=str(given)[:40], known=known)) from None


def _options(given: Any, place: str) -> tuple[Option, ...]:
    if not isinstance(given, list):
        raise BadInput("template_options", _("{place}: “options” is a list.").format(place=place))
    made = []
    for number, one in enumerate(given, 1):
        words = _words(one.get("label") if isinstance(one, dict) and "label" in one else one, place)
        code = one.get("code", f"o{number}") if isinstance(one, dict) else f"o{number}"
        made.append(Option(_code({"code": code}, place), words))
    return tuple(made)


def check_options(kind: Kind, options: Sequence[Option], place: str) -> None:
    """A choice has 2 to 20 different answers, other kinds have none. Raises BadInput."""
    chosen = kind in (Kind.CHOICE, Kind.MULTIPLE)
    fits = 2 <= len(options) <= MOST_OPTIONS if chosen else not options
    labels = {option.words[DEFAULT_LANGUAGE].casefold() for option in options}
    if not fits or len(labels) < len(options) or len({o.code for o in options}) < len(options):
        text = _("{place}: give 2 to 20 different answers to a choice, and none to other kinds.")
        raise BadInput("template_options", text.format(place=place))


def _bound(given: Any, place: str) -> Decimal | None:
    if given is None:
        return None
    try:
        value = Decimal(str(given))
    except InvalidOperation:
        value = Decimal("NaN")
    if isinstance(given, bool) or not value.is_finite():
        raise BadInput("template_bounds", _("{place}: a bound is a number.").format(place=place))
    return value


def _most(given: Any, place: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= MOST_OPTIONS:
        raise BadInput("template_options", _("{place}: “most” is a whole number up to 20.").format(place=place))
    return given
