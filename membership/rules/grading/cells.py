"""One row of a table of facts: its cells as a fact of the scheme, or one named problem. Pure."""

import difflib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.days import read_date
from core.errors import BadInput
from core.i18n import _
from membership.rules.grading.facts import HISTORY, TOTAL, Fact, check_assessment, check_history, check_total
from membership.rules.grading.numbers import half_width, plain, read_number
from membership.rules.grading.score import Grader
from membership.rules.grading.terms import Stage

Cell = str | int | float | bool | date | datetime | Decimal | None
STAGES = {
    "self": Stage.SELF, "first": Stage.FIRST, "review": Stage.REVIEW,
    "自评": Stage.SELF, "初评": Stage.FIRST, "复核": Stage.REVIEW, "审定": Stage.REVIEW,
}  # fmt: skip
YES, NO = frozenset(("yes", "true", "1", "是", "y", "√")), frozenset(("no", "false", "0", "否", "n", ""))
ITEMS = {"总分": TOTAL, "历史等级": HISTORY, TOTAL: TOTAL, HISTORY: HISTORY}
LONGEST = 500
MOST_TIMES = 100_000


def text_of(cell: Any) -> str:
    """A cell as it was typed. A workbook keeps numbers as binary fractions of 15 good digits: those are taken."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        text = f"{cell:.15g}"
        return plain(Decimal(text)) if "e+" in text or "e-" in text else text
    if isinstance(cell, Decimal):
        return plain(cell) if cell.is_finite() and abs(cell.adjusted()) < 40 else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


class Reading:
    """One row being read; ``column`` is where it has come to."""

    def __init__(self, grader: Grader, cells: Mapping[str, Any], today: date) -> None:
        self.grader, self.cells, self.today = grader, cells, today
        self.column = "item"

    def raw(self, column: str) -> str:
        """What stands in a column. Raises BadInput when it is no cell or too long."""
        self.column = column
        cell = self.cells.get(column)
        if isinstance(cell, list | dict):
            raise BadInput("cell_form", _("This should be one value."))
        text = text_of(cell).strip()
        if len(text) > LONGEST:
            raise BadInput("cell_long", _("This cell is longer than 500 characters."))
        return text

    def fact(self) -> Fact:
        """The fact, checked against the scheme. Raises BadInput, a Refused where another column is to blame."""
        item = self.item()
        fact = Fact(
            item=item,
            score=self.number("score"),
            value=self.number("value"),
            times=self.times(),
            day=self.day("date"),
            ended=self.day("ended"),
            continuing=self.flag("continuing"),
            corrected=self.day("corrected"),
            repaired=self.day("repaired"),
            level=self.level(),
            stage=self.stage(),
            grade=self.grade(),
            not_applicable=self.not_applicable(item),
            evidence=self.raw("evidence"),
            same_fact=self.raw("same_fact"),
            reason=self.raw("reason"),
            by=self.raw("by"),
        )
        self._check(fact)
        return fact

    def _check(self, fact: Fact) -> None:
        grader = self.grader
        if fact.item in grader.indicators:
            check_assessment(grader.scheme, grader.indicators[fact.item], fact)
        elif fact.item == HISTORY:
            check_history(grader.scheme, fact)
        elif fact.item == TOTAL:
            check_total(grader.scheme, fact)
        else:
            for plan in grader.plans[fact.item].also:
                plan.check(fact)

    def item(self) -> str:
        """The id of what the row is about, from its id or its Chinese title."""
        raw = half_width(self.raw("item"))
        if not raw:
            raise BadInput("item_missing", _("The item is missing: name an indicator or rule of the scheme."))
        known = self.grader.items
        if raw in ITEMS or raw in known:
            return ITEMS[raw] if raw in ITEMS else known[raw]
        near = difflib.get_close_matches(raw, list(known), 1)
        text = (
            _("“{item}” is not in this scheme. Did you mean “{near}”?")
            if near
            else _("“{item}” is not in this scheme.")
        )
        raise BadInput("item_unknown", text.format(item=raw[:40], near=near[0] if near else ""))

    def number(self, column: str) -> Decimal | None:
        """An exact number, or None when the cell is blank."""
        return read_number(self.raw(column))

    def times(self) -> int | None:
        """How often it happened: a whole number from 1."""
        found = self.number("count")
        if found is None:
            return None
        if found != found.to_integral_value() or not 1 <= found <= MOST_TIMES:
            raise BadInput("count_low", _("A count is a whole number from 1."))
        return int(found)

    def day(self, column: str) -> date | None:
        """A date, or None when the cell is blank."""
        raw = self.raw(column)
        return read_date(raw.removesuffix(" 00:00:00"), self.today) if raw else None

    def flag(self, column: str) -> bool:
        """Yes or no; blank is no."""
        raw = half_width(self.raw(column)).casefold()
        if raw not in YES and raw not in NO:
            raise BadInput("flag_form", _("“{value}” is neither yes nor no.").format(value=raw[:40]))
        return raw in YES

    def level(self) -> str:
        """A level of the scheme, by id or title."""
        raw = half_width(self.raw("level"))
        levels = self.grader.scheme.levels
        found = next((level.id for level in levels if raw in (level.id, half_width(level.title.zh))), None)
        if raw and found is None:
            known = ", ".join(f"{level.id} {level.title.zh}" for level in levels)
            text = _("“{level}” is no level of this scheme. Use one of: {known}")
            raise BadInput("level_unknown", text.format(level=raw[:40], known=known))
        return found or ""

    def grade(self) -> str:
        """A grade of the scheme, by id or title; the scheme's own check refuses others."""
        raw = half_width(self.raw("grade"))
        scheme = self.grader.scheme
        named = {half_width(grade.title.zh): grade.id for grade in scheme.grades}
        named |= {half_width(special.title.zh): special.id for special in (scheme.missing, scheme.ended)}
        return named.get(raw, raw)

    def stage(self) -> Stage | None:
        """Who scored; blank is not said."""
        raw = half_width(self.raw("stage")).casefold()
        if raw and raw not in STAGES:
            text = _("“{stage}” is no stage. Use one of: {known}")
            raise BadInput("stage_unknown", text.format(stage=raw[:40], known=", ".join(STAGES)))
        return STAGES.get(raw)

    def not_applicable(self, item: str) -> Decimal | None:
        """Points that do not apply: all of an indicator for yes, or so many."""
        raw = half_width(self.raw("not_applicable")).casefold()
        indicator = self.grader.indicators.get(item)
        if raw in ("", "no", "false", "否", "0"):
            return None
        if raw in ("yes", "true", "是", "√", "不适用"):
            if indicator is None:
                raise BadInput("not_applicable_form", _("Write how many points do not apply."))
            return indicator.max
        return read_number(raw)
