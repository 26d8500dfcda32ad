"""What a survey asks: dimensions and questions of six kinds, as plain data. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.i18n import DEFAULT_LANGUAGE, N_, _, language

Words = Mapping[str, str]
"""Language → words. The default language is always there."""

LOWEST, HIGHEST = 1, 5
LIKERT = (N_("very dissatisfied"), N_("dissatisfied"), N_("neutral"), N_("satisfied"), N_("very satisfied"))
NPS_HIGHEST = 10


class Kind(StrEnum):
    """How a question is answered."""

    LIKERT = "likert"
    NPS = "nps"
    CHOICE = "choice"
    MULTIPLE = "multiple"
    NUMBER = "number"
    TEXT = "text"

    @property
    def label(self) -> str:
        """The kind in the language of the moment."""
        return _(KIND_NAMES[self])


KIND_NAMES = {
    Kind.LIKERT: N_("satisfaction in five steps"),
    Kind.NPS: N_("recommendation from 0 to 10"),
    Kind.CHOICE: N_("one of several"),
    Kind.MULTIPLE: N_("several of several"),
    Kind.NUMBER: N_("a number"),
    Kind.TEXT: N_("free text"),
}


def said(words: Words) -> str:
    """The words in the language of the moment, else in the default one."""
    return words.get(language()) or words.get(DEFAULT_LANGUAGE) or next(iter(words.values()), "")


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen."""

    code: str
    words: Words


@dataclass(frozen=True)
class Dimension:
    """An aspect of service that several questions measure."""

    code: str
    words: Words


@dataclass(frozen=True)
class Question:
    """One question. ``lowest`` and ``highest`` bound a number; ``most`` is how many of several may be chosen."""

    code: str
    kind: Kind
    words: Words
    dimension: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()
    lowest: Decimal | None = None
    highest: Decimal | None = None
    most: int = 0

    @property
    def text(self) -> str:
        """The question in the language of the moment."""
        return said(self.words)

    def choices(self) -> tuple[tuple[str, str], ...]:
        """(value, label) of everything that can be chosen; nothing for a number or a text."""
        if self.kind is Kind.LIKERT:
            return tuple((str(i), f"{i} {_(words)}") for i, words in enumerate(LIKERT, LOWEST))
        if self.kind is Kind.NPS:
            return tuple((str(i), str(i)) for i in range(NPS_HIGHEST + 1))
        return tuple((option.code, said(option.words)) for option in self.options)


@dataclass(frozen=True)
class Form:
    """The questions of a survey in their order, and where they come from."""

    questions: tuple[Question, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    template: str = ""
    version: str = ""
    source: Words = field(default_factory=dict)

    def dimension_of(self, code: str) -> str:
        """What a dimension is called in the language of the moment."""
        return next((said(one.words) for one in self.dimensions if one.code == code), code)

    def of_dimension(self, code: str) -> tuple[int, ...]:
        """The places of the scale questions that measure a dimension."""
        return tuple(
            index for index, one in enumerate(self.questions) if one.dimension == code and one.kind is Kind.LIKERT
        )

    def with_question(self, question: Question) -> "Form":
        """The same form with one question more."""
        return Form((*self.questions, question), self.dimensions, self.template, self.version, self.source)

    def without_question(self, number: int) -> "Form":
        """The same form without its question of this number, counted from 1."""
        left = self.questions[: number - 1] + self.questions[number:]
        return Form(left, self.dimensions, self.template, self.version, self.source)


def dump(form: Form) -> dict[str, Any]:
    """The form as it is stored."""
    return {
        "template": form.template,
        "version": form.version,
        "source": dict(form.source),
        "dimensions": [{"code": one.code, "words": dict(one.words)} for one in form.dimensions],
        "questions": [_dump_question(one) for one in form.questions],
    }


def _dump_question(one: Question) -> dict[str, Any]:
    return {
        "code": one.code,
        "kind": one.kind.value,
        "words": dict(one.words),
        "dimension": one.dimension,
        "required": one.required,
        "options": [{"code": option.code, "words": dict(option.words)} for option in one.options],
        "lowest": None if one.lowest is None else str(one.lowest),
        "highest": None if one.highest is None else str(one.highest),
        "most": one.most,
    }


def load(stored: Mapping[str, Any]) -> Form:
    """The form that was stored."""
    return Form(
        questions=tuple(_load_question(one) for one in stored["questions"]),
        dimensions=tuple(Dimension(one["code"], one["words"]) for one in stored["dimensions"]),
        template=stored["template"],
        version=stored["version"],
        source=stored["source"],
    )


def _load_question(one: Mapping[str, Any]) -> Question:
    return Question(
        code=one["code"],
        kind=Kind(one["kind"]),
        words=one["words"],
        dimension=one["dimension"],
        required=one["required"],
        options=tuple(Option(option["code"], option["words"]) for option in one["options"]),
        lowest=None if one["lowest"] is None else Decimal(one["lowest"]),
        highest=None if one["highest"] is None else Decimal(one["highest"]),
        most=one["most"],
    )
