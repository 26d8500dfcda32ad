"""What a register is made of: fields with types, a key, due dates, checks, who may write. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from core.i18n import Named

Values = Mapping[str, Any]
"""Field → value as it is stored: text, whole numbers (fen, basis points), ISO days, lists. Never a float."""


class Type(StrEnum):
    """What a field holds. In brackets: how it is stored."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    PERIOD = "period"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    PERSON = "person"
    ATTACHMENT = "attachment"
    URL = "url"
    REGION = "region"
    CREDIT_CODE = "credit_code"
    ENTRY = "entry"


AMOUNTS = frozenset({Type.WHOLE, Type.MONEY, Type.PERCENT})
"""Stored as whole numbers: pieces, fen, basis points."""


@dataclass(frozen=True)
class Item:
    """One value of a list, with the names it goes by and the days on which it may be chosen."""

    value: str
    label: Named
    aliases: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None

    def offered(self, day: date) -> bool:
        """Whether it can be chosen on a day; what was chosen before stays readable."""
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True)
class Field:
    """One fact of an entry. ``least`` and ``most`` are in the unit that is stored (fen, basis points).

    A ``personal`` field is about a natural person: it is sealed out of the audit, left out of the month's workbook, and goes
    with an erasure. A ``historic`` one records what no longer exists: it is shown, and offered only when it is changed.
    """

    name: str
    label: Named
    type: Type
    required: bool = False
    hint: Named | None = None
    items: tuple[Item, ...] = ()
    of: str = ""
    least: int | None = None
    most: int | None = None
    longest: int = 200
    pattern: str = ""
    personal: bool = False
    sheet: bool = True
    historic: bool = False


@dataclass(frozen=True)
class Due:
    """A date after which something has to be done: it becomes a kind of reminder."""

    name: str
    label: Named
    field: str


class Relation(StrEnum):
    """What can be required of several fields together."""

    ORDER = "order"
    AT_MOST = "at_most"
    ONE_OF = "one_of"
    PAST = "past"


@dataclass(frozen=True)
class Check:
    """A relation between fields. One that only ``warns`` lets the entry in and is said, and shown in the report."""

    relation: Relation
    fields: tuple[str, ...]
    text: Named
    warns: bool = False


@dataclass(frozen=True)
class Yields:
    """What an entry means for grading: the fact ``item`` of the schemes, and the fields that give its day and its document.

    Nothing is graded by it: an officer is offered the fact and enters it.
    """

    item: str
    day: str
    document: str


@dataclass(frozen=True)
class Register:
    """One register. ``key`` are the fields that tell its entries apart: within a unit, or, where it is ``shared``, within
    the whole association. A register that ``members`` may write takes their entries once staff have confirmed them.
    ``categories`` are the units that it is meant for; none means all. It is a hint: an entry of another unit is taken.
    """

    name: str
    version: str
    label: Named
    about: Named
    basis: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    shared: bool = False
    members: bool = True
    categories: tuple[str, ...] = ()
    valid_from: str = ""
    valid_until: str = ""
    dues: tuple[Due, ...] = ()
    checks: tuple[Check, ...] = ()
    report: str = ""
    fact: Yields | None = None
    title: tuple[str, ...] = field(default=())

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Field by its name."""
        return {one.name: one for one in self.fields}

    def meant_for(self, categories: Collection[str]) -> bool:
        """Whether it is meant for units of one of these categories."""
        return not self.categories or bool(set(self.categories) & set(categories))

    @property
    def zh(self) -> str:
        """Its Chinese name."""
        return self.label.texts["zh_CN"]
