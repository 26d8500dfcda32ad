"""Kinds of announcement: what each must say and how long it must run, as versioned data. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from announcements.rules.privacy import numbers_of_people
from core.calendar import Calendar, Due, Period, Roll, Unit
from core.errors import BadInput
from core.i18n import N_, _

DATA = Path(__file__).resolve().parents[1] / "data" / "kinds.toml"
READ_BY_ALL = ("title", "body", "basis", "subjects", "decision", "objection")
"""Elements in which the numbers of a person would be seen by everybody. Those that say how to reach the association are not."""


class Kind(StrEnum):
    """Kinds of announcement."""

    NOTICE = "notice"
    ANNOUNCEMENT = "announcement"
    PUBLIC_NOTICE = "public_notice"
    RESULT = "result"
    CORRECTION = "correction"
    SOLICITATION = "solicitation"
    MEETING = "meeting"

    @property
    def label(self) -> str:
        """The kind's name in the language of the moment."""
        return _(NAMES[self][1])


NAMES = {
    Kind.NOTICE: ("通知", N_("notice")),
    Kind.ANNOUNCEMENT: ("公告", N_("general announcement")),
    Kind.PUBLIC_NOTICE: ("公示", N_("public notice")),
    Kind.RESULT: ("结果公告", N_("announcement of a result")),
    Kind.CORRECTION: ("更正公告", N_("announcement of a correction")),
    Kind.SOLICITATION: ("征求意见", N_("solicitation of comments")),
    Kind.MEETING: ("会议通知", N_("call to a meeting")),
}
ALIASES = {"结果": Kind.RESULT, "更正": Kind.CORRECTION, "会议": Kind.MEETING, "public notice": Kind.PUBLIC_NOTICE}


@dataclass(frozen=True)
class Rule:
    """What a kind must have on a day: required elements, the least period, whether nobody can opt out of it.

    ``minimal``: numbers of persons may not stand in it in full. ``source`` is the document behind the period.
    """

    kind: Kind
    elements: tuple[str, ...]
    period: Period | None
    title_word: str
    legal: bool
    minimal: bool
    answer: Period | None
    source: str

    def end(self, starts: date, amount: int, calendar: Calendar) -> Due:
        """The last day of a period of so many units, counted as this kind counts. Raises BadInput for a kind without."""
        if self.period is None or not 1 <= amount <= 366:
            raise BadInput("period_range", _("Give a number of days between 1 and 366, for a kind that has a period."))
        period = Period(amount, self.period.unit, self.period.count_first_day, self.period.roll)
        return calendar.deadline(starts, period)


@dataclass(frozen=True)
class Fault:
    """Something missing or wrong: which element, a code for what, and where exactly."""

    element: str
    code: str
    place: str = ""


def kind_named(words: str) -> Kind:
    """The kind of this name in either language. Raises BadInput that lists what there is."""
    typed = words.casefold()
    if typed in ALIASES:
        return ALIASES[typed]
    for kind, (zh, english) in NAMES.items():
        if typed in (kind.value, zh, english):
            return kind
    known = "、".join(zh for zh, _english in NAMES.values())
    raise BadInput(
        "kind_unknown", _("“{name}” is no kind of announcement. Use: {known}").format(name=words[:40], known=known)
    )


@lru_cache(maxsize=1)
def _entries() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(DATA.read_text("utf-8"))["kind"])


def rule_for(kind: Kind, on: date) -> Rule:
    """The rule of a kind in the version of a day."""
    return rule_of(kind, on, _entries())


def rule_of(kind: Kind, on: date, entries: tuple[dict[str, Any], ...]) -> Rule:
    """The rule of a kind among these versions, the latest that holds on a day."""
    valid = [e for e in entries if e["value"] == kind and e["effective_from"] <= on <= e.get("effective_to", date.max)]
    entry = max(valid, key=lambda e: e["effective_from"])
    found = entry.get("period")
    return Rule(
        kind=kind,
        elements=tuple(entry["elements"]),
        period=_period(found),
        title_word=entry.get("title_word", ""),
        legal=entry.get("legal", False),
        minimal=entry.get("minimal", False),
        answer=_period(entry.get("answer")),
        source=" ".join(part for part in (found["basis"], found["number"], found["clause"]) if part) if found else "",
    )


def _period(found: dict[str, Any] | None) -> Period | None:
    if found is None:
        return None
    return Period(found["amount"], Unit(found["unit"]), found["count_first_day"], Roll(found["roll"]))


def check_elements(rule: Rule, fields: Mapping[str, Any], on: date, calendar: Calendar) -> list[Fault]:
    """What an announcement lacks. ``fields`` maps element names to text or dates; ``on`` is the day it is published."""
    faults = [Fault(name, "missing") for name in rule.elements if not fields.get(name)]
    if rule.title_word and fields.get("title") and rule.title_word not in str(fields["title"]):
        faults.append(Fault("title", "title_word", rule.title_word))
    faults += _period_faults(rule, fields, on, calendar)
    if rule.minimal:
        faults += _privacy_faults(fields)
    return faults


def _period_faults(rule: Rule, fields: Mapping[str, Any], on: date, calendar: Calendar) -> list[Fault]:
    starts, ends, decided = fields.get("starts"), fields.get("ends"), fields.get("decided_on")
    faults = []
    if isinstance(starts, date) and starts < on:
        faults.append(Fault("starts", "before_publication", on.isoformat()))
    if isinstance(starts, date) and isinstance(ends, date):
        least = calendar.deadline(starts, rule.period).day if rule.period else starts
        if ends < starts:
            faults.append(Fault("ends", "before_start", starts.isoformat()))
        elif ends < least:
            faults.append(Fault("ends", "too_short", least.isoformat()))
    if isinstance(ends, date) and isinstance(decided, date) and decided <= ends:
        faults.append(Fault("decided_on", "before_end", ends.isoformat()))
    return faults


def _privacy_faults(fields: Mapping[str, Any]) -> list[Fault]:
    own = str(fields.get("phone", ""))
    return [
        Fault(element, found.code, found.shown)
        for element in READ_BY_ALL
        for found in numbers_of_people(str(fields.get(element, "")), own)
    ]
