"""Kinds of announcement: what each must say and how long it must run, as versioned data. Pure."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.calendar import Calendar, Period, Roll, Unit
from core.errors import BadInput
from core.i18n import N_, _

DATA = Path(__file__).resolve().parents[1] / "data" / "kinds.toml"


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
    Kind.CORRECTION: ("更正", N_("correction")),
    Kind.SOLICITATION: ("征求意见", N_("solicitation of comments")),
    Kind.MEETING: ("会议通知", N_("call to a meeting")),
}


@dataclass(frozen=True)
class Rule:
    """What a kind must have on a day: required elements, the least period, whether nobody can opt out of it."""

    kind: Kind
    elements: tuple[str, ...]
    period: Period | None
    title_word: str
    legal: bool
    source: str


@dataclass(frozen=True)
class Fault:
    """Something missing or wrong: which element, and a code for what."""

    element: str
    code: str


def kind_named(words: str) -> Kind:
    """The kind of this name in either language. Raises BadInput that lists what there is."""
    for kind, (zh, english) in NAMES.items():
        if words.casefold() in (kind.value, zh, english):
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
    valid = [
        e for e in _entries() if e["value"] == kind and e["effective_from"] <= on <= e.get("effective_to", date.max)
    ]
    entry = max(valid, key=lambda e: e["effective_from"])
    found = entry.get("period")
    period = None
    if found:
        roll = Roll(found.get("roll", Roll.NONE))
        period = Period(found["amount"], Unit(found["unit"]), found.get("count_first_day", False), roll)
    source = found["source"] if found else ""
    return Rule(kind, tuple(entry["elements"]), period, entry.get("title_word", ""), entry.get("legal", False), source)


def check_elements(kind: Kind, fields: Mapping[str, Any], on: date, calendar: Calendar) -> list[Fault]:
    """What an announcement of this kind lacks. ``fields`` maps element names to text or dates."""
    rule = rule_for(kind, on)
    faults = [Fault(name, "missing") for name in rule.elements if not fields.get(name)]
    if rule.title_word and rule.title_word not in str(fields.get("title", "")):
        faults.append(Fault("title", "title_word"))
    faults += _period_faults(rule, fields, on, calendar)
    if kind is Kind.PUBLIC_NOTICE:
        faults += [Fault("body", code) for code in personal_data(str(fields.get("body", "")))]
    return faults


def _period_faults(rule: Rule, fields: Mapping[str, Any], on: date, calendar: Calendar) -> list[Fault]:
    starts, ends, decided = fields.get("starts"), fields.get("ends"), fields.get("decided_on")
    faults = []
    if isinstance(starts, date) and starts < on:
        faults.append(Fault("starts", "before_publication"))
    if isinstance(starts, date) and isinstance(ends, date):
        if rule.period is not None and ends < calendar.deadline(starts, rule.period).day:
            faults.append(Fault("ends", "too_short"))
        elif ends < starts:
            faults.append(Fault("ends", "before_start"))
    if isinstance(ends, date) and isinstance(decided, date) and decided <= ends:
        faults.append(Fault("decided_on", "before_end"))
    return faults


def personal_data(text: str) -> list[str]:
    """What a public text should not show in full: identity card and mobile numbers (PIPL article 25)."""
    found = []
    if re.search(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])", text):
        found.append("identity_number")
    if re.search(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])", text):
        found.append("mobile_number")
    return found
