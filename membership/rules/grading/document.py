"""Reading one table of a scheme document: every value checked for its form, every problem noted with its path. Pure."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from core.i18n import N_
from membership.rules.grading.numbers import ZERO, Mode, Rounding, plain, within_size
from membership.rules.grading.problems import Problem
from membership.rules.grading.terms import Bounds, Words

E = TypeVar("E", bound=StrEnum)
LONGEST = 2_000
MOST_DIGITS = 6
DAYS = (date(1990, 1, 1), date(2200, 1, 1))


class Table:
    """A table of the document at ``path``; what is asked for is remembered, so that the rest can be named as unknown."""

    def __init__(self, content: Mapping[str, Any], path: str, problems: list[Problem]) -> None:
        self.content, self.path, self.problems = content, path, problems
        self.asked: set[str] = set()

    def at(self, key: str) -> str:
        """The path of one of its keys."""
        return f"{self.path}.{key}" if self.path else key

    def note(self, code: str, key: str, template: str, /, **values: Any) -> None:
        """A problem with one of its keys."""
        self.problems.append(Problem(code, self.at(key), template, values))

    def value(self, key: str, *, required: bool = False) -> Any:
        """What stands there, None when nothing does."""
        self.asked.add(key)
        found = self.content.get(key)
        if found is None and required:
            self.note("key_missing", key, N_("“{key}” is missing."), key=key)
        return found

    def text(self, key: str, *, required: bool = False) -> str:
        """A text of one line; numbers are not texts."""
        found = self.value(key, required=required)
        if found is None:
            return ""
        if not isinstance(found, str) or len(found) > LONGEST:
            self.note("not_text", key, N_("This should be a text in quotation marks."))
            return ""
        if required and not found.strip():
            self.note("key_missing", key, N_("“{key}” is missing."), key=key)
        return found.strip()

    def words(self, key: str, fallback: str = "") -> Words:
        """A title: a text, or a table with zh and en."""
        found = self.value(key, required=not fallback)
        if isinstance(found, str) and found.strip():
            return Words(found.strip())
        if isinstance(found, Mapping):
            inner = Table(found, self.at(key), self.problems)
            words = Words(inner.text("zh", required=True), inner.text("en"))
            inner.finish()
            return words
        if found is not None:
            self.note("not_text", key, N_("This should be a text in quotation marks."))
        return Words(fallback)

    def number(self, key: str, *, required: bool = False, least: Decimal | None = ZERO) -> Decimal | None:
        """An exact number, not below ``least``: points are never negative, the kind of a rule tells their direction."""
        found = self.value(key, required=required)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | Decimal):
            self.note("not_number", key, N_("This should be a number without quotation marks."))
            return None
        exact = Decimal(found) if isinstance(found, Decimal) or abs(found) < 10**12 else Decimal("Infinity")
        if not within_size(exact):
            self.note("number_size", key, N_("A number has at most 12 digits before and 10 after the point."))
            return None
        if least is not None and exact < least:
            self.note("number_low", key, N_("{value} is below {least}."), value=plain(exact), least=plain(least))
            return None
        return exact

    def positive(self, key: str, *, required: bool = False) -> Decimal | None:
        """A number above zero."""
        found = self.number(key, required=required)
        if found is not None and found == 0:
            self.note("number_zero", key, N_("This has to be more than 0."))
            return None
        return found

    def whole(self, key: str, least: int, most: int, *, required: bool = False) -> int | None:
        """A whole number within limits."""
        found = self.number(key, required=required, least=None)
        if found is None:
            return None
        if found != found.to_integral_value() or not least <= found <= most:
            template = N_("This should be a whole number from {least} to {most}.")
            self.note("not_whole", key, template, least=least, most=most)
            return None
        return int(found)

    def flag(self, key: str) -> bool:
        """True or false; false when nothing is said."""
        found = self.value(key)
        if found is not None and not isinstance(found, bool):
            self.note("not_flag", key, N_("This should be true or false."))
        return found is True

    def day(self, key: str, *, required: bool = False) -> date | None:
        """A date, with or without quotation marks."""
        found = self.value(key, required=required)
        if isinstance(found, str):
            found = _iso_day(found)
        elif found is None:
            return None
        if isinstance(found, datetime) or not isinstance(found, date) or not DAYS[0] <= found < DAYS[1]:
            self.note("not_date", key, N_("This should be a date like 2026-10-08."))
            return None
        return found

    def choice(self, key: str, kinds: type[E], *, required: bool = False) -> E | None:
        """One of the words of an enumeration."""
        found = self.value(key, required=required)
        if found is None:
            return None
        known = [str(kind) for kind in kinds]
        if not isinstance(found, str) or found not in known:
            template = N_("“{value}” is not known here. Use one of: {known}")
            self.note("not_known", key, template, value=str(found)[:40], known=", ".join(known))
            return None
        return kinds(found)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one text."""
        found = self.value(key)
        if found is None:
            return ()
        entries = [found] if isinstance(found, str) else found
        if not isinstance(entries, list) or not all(isinstance(entry, str) and entry.strip() for entry in entries):
            self.note("not_texts", key, N_("This should be a list of texts."))
            return ()
        return tuple(entry.strip() for entry in entries)

    def table(self, key: str, *, required: bool = False) -> "Table | None":
        """A table inside."""
        found = self.value(key, required=required)
        if found is None:
            return None
        if not isinstance(found, Mapping):
            self.note("not_table", key, N_("This should be a table: [{path}]"), path=self.at(key))
            return None
        return Table(found, self.at(key), self.problems)

    def tables(self, key: str) -> "Iterator[Table]":
        """The tables of a list, each with its place counted from 1."""
        found = self.value(key)
        if found is None:
            return
        if not isinstance(found, list):
            self.note("not_tables", key, N_("This should be a list of tables: [[{path}]]"), path=self.at(key))
            return
        for index, entry in enumerate(found, 1):
            path = f"{self.at(key)}[{index}]"
            if isinstance(entry, Mapping):
                yield Table(entry, path, self.problems)
            else:
                self.problems.append(Problem("not_table", path, N_("This should be a table: [{path}]"), {"path": path}))

    def bounds(self) -> Bounds:
        """The range that ``from``, ``above``, ``to`` and ``below`` of this table describe."""
        low, low_in = self._bound("from", "above")
        high, high_in = self._bound("to", "below")
        if low is not None and high is not None and (low > high or (low == high and not (low_in and high_in))):
            key = "to" if high_in else "below"
            self.note(
                "bounds_empty", key, N_("No number lies between {low} and {high}."), low=plain(low), high=plain(high)
            )
        return Bounds(low, high, low_in, high_in)

    def _bound(self, included: str, excluded: str) -> tuple[Decimal | None, bool]:
        first, second = self.number(included, least=None), self.number(excluded, least=None)
        if included in self.content and excluded in self.content:
            template = N_("“{one}” and “{other}” exclude each other.")
            self.note("bounds_twice", excluded, template, one=included, other=excluded)
        return (first, True) if second is None else (second, False)

    def rounding(self, digits: str = "digits", mode: str = "rounding") -> Rounding | None:
        """How to round: both keys, or neither."""
        count, way = self.whole(digits, 0, MOST_DIGITS), self.choice(mode, Mode)
        if (digits in self.content) != (mode in self.content):
            key = mode if digits in self.content else digits
            template = N_("Rounding needs both “{digits}” and “{mode}” (floor, ceil or half_up).")
            self.note("rounding_missing", key, template, digits=digits, mode=mode)
        return Rounding(count, way) if count is not None and way is not None else None

    def finish(self, also: Iterable[str] = ()) -> None:
        """Name every key that nobody asked for, with the nearest one that exists."""
        known = self.asked | set(also)
        for key in self.content:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                template = (
                    N_("“{key}” is not known here. Did you mean “{near}”?")
                    if near
                    else N_("“{key}” is not known here.")
                )
                self.note("key_unknown", key, template, key=key[:40], near=near[0] if near else "")


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
