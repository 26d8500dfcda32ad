"""From a scheme document (TOML) to a :class:`Scheme`. Numbers are read exactly; every problem is told with its path. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, DecimalException
from typing import Any

from core.errors import BadInput
from core.i18n import N_
from membership.rules.grading.document import Table
from membership.rules.grading.numbers import ONE, ZERO
from membership.rules.grading.problems import Problem, listed
from membership.rules.grading.rule_loading import conditions_of, lasts_of, rule_of
from membership.rules.grading.scheme import (
    ENDED,
    MISSING,
    Band,
    Consecutive,
    Counting,
    Gate,
    Grade,
    Group,
    Indicator,
    Level,
    Scheme,
    Scoring,
    Source,
    Special,
    Validity,
)
from membership.rules.grading.terms import Kind, Lasts, Origin, Stage, Start, Words

LARGEST = 1_000_000
"""Characters of a document."""
MOST_ENTRIES = 2_000
"""Rules, indicators or bands of one document."""
FORMAT = 1


@dataclass(frozen=True)
class Loaded:
    """A document as read: the scheme, or what kept it from being one."""

    scheme: Scheme | None
    problems: tuple[Problem, ...]


def load(text: str) -> Scheme:
    """The scheme of a document. Raises BadInput that lists every problem of form with its path."""
    loaded = parse(text)
    if loaded.scheme is None:
        raise BadInput("scheme_unreadable", listed(loaded.problems[:20]))
    return loaded.scheme


def parse(text: str) -> Loaded:
    """The scheme of a document, or its problems of form. Never raises."""
    content = _content(text)
    if isinstance(content, Problem):
        return Loaded(None, (content,))
    problems: list[Problem] = []
    scheme = _scheme(Table(content, "", problems))
    return Loaded(None if problems else scheme, tuple(problems))


def _content(text: str) -> Mapping[str, Any] | Problem:
    if len(text) > LARGEST:
        return Problem("scheme_too_large", "document", N_("This document is longer than a million characters."))
    try:
        content = tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as wrong:
        return Problem("toml", "document", N_("This is no valid TOML: {reason}"), {"reason": str(wrong)})
    except (RecursionError, DecimalException, ValueError):
        return Problem("toml", "document", N_("This is no valid TOML: {reason}"), {"reason": "nesting or number"})
    if any(isinstance(part, list) and len(part) > MOST_ENTRIES for part in content.values()):
        return Problem("scheme_too_large", "document", N_("A list of this document has more than 2 000 entries."))
    return content


def _scheme(root: Table) -> Scheme:
    if root.whole("format", FORMAT, FORMAT, required=True) is None:
        return _nothing()
    head = root.table("scheme", required=True)
    made = Scheme(
        **_heading(head or Table({}, "scheme", [])),
        scoring=_scoring(root.table("score", required=True)),
        grades=tuple(_grade(table) for table in root.tables("grades")),
        bands=tuple(_band(table) for table in root.tables("bands")),
        counting=_counting(root.table("counting")),
        missing=_special(root.table("missing"), MISSING),
        ended=_special(root.table("ended"), ENDED),
        levels=tuple(_level(table) for table in root.tables("levels")),
        groups=tuple(_group(table) for table in root.tables("groups")),
        indicators=tuple(_indicator(table) for table in root.tables("indicators")),
        rules=tuple(rule_of(table) for table in root.tables("rules")),
        validity=tuple(_validity(table) for table in root.tables("validity")),
        gates=tuple(_gate(table) for table in root.tables("gates")),
        consecutive=tuple(_consecutive(table) for table in root.tables("consecutive")),
    )
    for key, entries in (("grades", made.grades), ("bands", made.bands)):
        if not entries:
            root.note("key_missing", key, N_("At least one entry is needed: [[{path}]]"), path=key)
    root.finish()
    return made


def _nothing() -> Scheme:
    return Scheme("", "", Words(""), date.min, Source(""), Scoring(), (), ())


def _heading(head: Table) -> dict[str, Any]:
    source = head.table("source", required=True) or Table({}, "source", [])
    found = {
        "id": head.text("id", required=True),
        "version": head.text("version", required=True),
        "title": head.words("title"),
        "effective_from": head.day("effective_from", required=True) or date.min,
        "effective_to": head.day("effective_to"),
        "source": Source(source.text("document", required=True), source.text("number"), source.text("clause")),
        "readings": head.texts("readings"),
        "truncated": head.texts("truncated"),
    }
    source.finish()
    head.finish()
    return found


def _scoring(table: Table | None) -> Scoring:
    if table is None:
        return Scoring()
    rescale = table.table("rescale")
    made = Scoring(
        start=table.number("start") or ZERO,
        full=table.positive("full"),
        demerit=table.flag("demerit"),
        floor=table.number("floor", least=None),
        cap=table.number("cap", least=None),
        rounding=table.rounding(),
        bonus_most=table.number("bonus_most"),
        bonus_most_per_year=table.number("bonus_most_per_year"),
        rescale_to=rescale.positive("to", required=True) if rescale else None,
        rescale_rounding=rescale.rounding() if rescale else None,
        total_may_be_given=table.flag("total_may_be_given"),
    )
    if rescale:
        rescale.finish()
    table.finish()
    return made


def _counting(table: Table | None) -> Counting:
    if table is None:
        return Counting()
    made = Counting(
        repeat_times=table.positive("repeat_times") or ONE,
        repeat_progressive=table.flag("repeat_progressive"),
        bonuses_wait=table.flag("bonuses_wait_for_correction"),
        correction_lifts=table.flag("correction_lifts_by_bonus"),
        deciding=table.choice("deciding_stage", Stage),
        must_have_ends=table.flag("must_have_ends"),
    )
    table.finish()
    return made


def _special(table: Table | None, fallback: Special) -> Special:
    if table is None:
        return fallback
    made = Special(table.text("grade", required=True), table.words("title", fallback.title.zh))
    table.finish()
    return made


def _level(table: Table) -> Level:
    name = table.text("id", required=True)
    made = Level(name, table.words("title", name or "-"), table.path)
    table.finish()
    return made


def _grade(table: Table) -> Grade:
    name = table.text("id", required=True)
    former = table.table("former")
    shown = {key: former.text(key) for key in former.content} if former else {}
    made = Grade(name, table.words("title", name or "-"), shown, table.path)
    table.finish()
    return made


def _band(table: Table) -> Band:
    made = Band(table.text("grade", required=True), table.bounds(), conditions_of(table, "when"), table.path)
    table.finish()
    return made


def _group(table: Table) -> Group:
    made = Group(
        table.text("id", required=True),
        table.words("title"),
        table.positive("max"),
        table.number("floor", least=None),
        table.number("cap"),
        table.path,
    )
    table.finish()
    return made


def _indicator(table: Table) -> Indicator:
    start = table.choice("start", Start) or Start.SCORED
    made = Indicator(
        id=table.text("id", required=True),
        title=table.words("title"),
        max=table.positive("max", required=True) or ONE,
        start=start,
        group=table.text("group"),
        weight=table.positive("weight"),
        floor=table.number("floor", least=None) or ZERO,
        digits=table.whole("digits", 0, 6),
        required=table.flag("required") if "required" in table.content else start is Start.SCORED,
        must_have=table.text("must_have"),
        best_of=table.text("best_of"),
        always_applies=table.flag("always_applies"),
        evidence=table.flag("evidence_required"),
        origin=table.choice("origin", Origin) or Origin.ASSESSMENT,
        clause=table.text("clause"),
        where=table.path,
    )
    table.finish(("required",))
    return made


def _validity(table: Table) -> Validity:
    kind = table.choice("kind", Kind, required=True) or Kind.DEDUCT
    made = Validity(
        kind=kind,
        lasts=lasts_of(table, required=True) or Lasts(),
        grade=table.text("grade"),
        levels=table.texts("levels"),
        bounds=table.bounds(),
        where=table.path,
    )
    table.finish()
    return made


def _gate(table: Table) -> Gate:
    made = Gate(
        id=table.text("id", required=True),
        title=table.words("title"),
        at_most=table.text("at_most", required=True),
        when=conditions_of(table, "when"),
        unless=conditions_of(table, "unless"),
        clause=table.text("clause"),
        where=table.path,
    )
    if not made.when and not made.unless:
        table.note("gate_empty", "when", N_("A gate needs “when” or “unless”."))
    table.finish()
    return made


def _consecutive(table: Table) -> Consecutive:
    made = Consecutive(
        table.text("grade", required=True),
        table.whole("years", 2, 20, required=True) or 2,
        table.text("becomes", required=True),
        table.text("clause"),
        table.path,
    )
    table.finish()
    return made
