"""The standing of a unit on a day, from dated facts by ordered rules: the first that fits decides. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any

from core.errors import RuleViolated
from core.i18n import N_, _, language
from membership.rules import toml
from membership.rules.standing import Status

TOP = ("version", "effective_from", "rule")
RULE = ("name", "status", "when", "zh", "en")
OVERRIDE = "override"
JOINED = "joined"


class Fact(StrEnum):
    """Facts that hold from a day on, perhaps until a last day. ``computed`` marks what a rule on numbers has made."""

    WITHDRAWN = "withdrawn"
    EXPELLED = "expelled"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    PROBATION = "probation"
    OVERRIDE = "override"
    COMPUTED = "computed"

    @property
    def label(self) -> str:
        """The fact in the language of the moment."""
        return _(FACT_NAMES[self])


FACT_NAMES = {
    Fact.WITHDRAWN: N_("withdrawal"),
    Fact.EXPELLED: N_("cancelled membership"),
    Fact.LAPSED: N_("deemed withdrawal"),
    Fact.SUSPENDED: N_("suspension"),
    Fact.PROBATION: N_("probation"),
    Fact.OVERRIDE: N_("standing set for a time"),
    Fact.COMPUTED: N_("follows from the rules"),
}
FACT_OF = {
    Status.WITHDRAWN: Fact.WITHDRAWN,
    Status.EXPELLED: Fact.EXPELLED,
    Status.LAPSED: Fact.LAPSED,
    Status.SUSPENDED: Fact.SUSPENDED,
}
"""The fact that a decided standing stands for."""
POSSIBLE = tuple(status for status in Status if status is not Status.MERGED)
"""Standings that rules can give: a merge is none of them."""
NUMBERS = ("dues_overdue_years",)
"""Facts that are counted by other parts: a rule says from how many on it fits."""
YES_OR_NO = (*(fact.value for fact in Fact if fact is not Fact.COMPUTED), JOINED)


@dataclass(frozen=True)
class Dated:
    """A fact with its first and its last day (None: open end)."""

    fact: Fact
    starts_on: date
    until: date | None = None
    status: str = ""
    reason: str = ""

    def holds(self, day: date) -> bool:
        """Whether it holds on a day; both ends count in."""
        return self.starts_on <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Facts:
    """What the rules are applied to."""

    joined_on: date
    dated: tuple[Dated, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)

    def holding(self, name: str, day: date) -> Dated | None:
        """The fact of this name that holds on a day; of several the latest."""
        found = [one for one in self.dated if one.fact == name and one.holds(day)]
        return max(found, key=lambda one: one.starts_on) if found else None


@dataclass(frozen=True)
class Rule:
    """One rule. An empty ``status`` takes that of the override."""

    name: str
    status: Status | None
    when: Mapping[str, int]
    zh: str
    en: str

    @property
    def words(self) -> str:
        """The rule in the language of the moment."""
        return self.zh if language() == "zh_CN" else self.en

    def fits(self, facts: Facts, day: date) -> bool:
        """Whether all of its facts hold on a day."""
        return all(_holds(name, least, facts, day) for name, least in self.when.items())


@dataclass(frozen=True)
class Rules:
    """A version of the rules."""

    version: str
    effective_from: date
    rules: tuple[Rule, ...]

    @property
    def counts(self) -> bool:
        """Whether a rule asks for a number."""
        return any(name in NUMBERS for rule in self.rules for name in rule.when)


def _holds(name: str, least: int, facts: Facts, day: date) -> bool:
    if name == JOINED:
        return facts.joined_on <= day
    if name in NUMBERS:
        return facts.numbers.get(name, 0) >= least
    return facts.holding(name, day) is not None


def decide(rules: Rules, facts: Facts, day: date) -> tuple[Status, Rule]:
    """The standing on a day and the rule that says so."""
    rule = next(rule for rule in rules.rules if rule.fits(facts, day))
    if rule.status is not None:
        return rule.status, rule
    override = facts.holding(OVERRIDE, day)
    return Status(override.status if override else Status.ACTIVE), rule


def check_possible(now: Status, wanted: Status) -> None:
    """A merge is neither made nor undone by an override. Raises RuleViolated."""
    if Status.MERGED in (now, wanted):
        raise RuleViolated("status_merged", _("A merged member has no standing of its own."))


def next_change(facts: Facts, today: date) -> date | None:
    """The next day on which a dated fact begins or no longer holds: the standing is reckoned anew then."""
    days = [one.starts_on for one in facts.dated]
    days += [one.until + timedelta(days=1) for one in facts.dated if one.until is not None]
    return min((day for day in days if day > today), default=None)


@lru_cache(maxsize=1)
def shipped() -> str:
    """The document that comes with the product."""
    return resources.files("membership.data").joinpath("standing.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=16)
def rules_of(text: str) -> Rules:
    """The rules that a document describes. Raises BadInput that names the place and what is wrong."""
    document = toml.read(text)
    toml.check_keys(document, _("whole document"), TOP)
    found = [_rule(entry, f"rule {n}") for n, entry in enumerate(toml.entries_of(document, "rule"), 1)]
    _check_order(found)
    version = toml.text_of(document, "version", _("whole document"))
    return Rules(version, toml.day_of(document, "effective_from", _("whole document")), tuple(found))


def _rule(entry: Mapping[str, Any], place: str) -> Rule:
    toml.check_keys(entry, place, RULE)
    status = entry.get("status")
    if status not in (*POSSIBLE, OVERRIDE):
        known = ", ".join((*POSSIBLE, OVERRIDE))
        raise toml.trouble(place, _("{name} must be one of: {known}").format(name="status", known=known))
    when = entry.get("when", {})
    if not isinstance(when, dict):
        raise toml.trouble(place, _("when must look like {{ suspended = true }}").format())
    for name, value in when.items():
        _check_condition(name, value, place)
    return Rule(
        name=toml.text_of(entry, "name", place),
        status=None if status == OVERRIDE else Status(str(status)),
        when={name: int(value) for name, value in when.items()},
        zh=toml.text_of(entry, "zh", place),
        en=toml.text_of(entry, "en", place),
    )


def _check_condition(name: str, value: Any, place: str) -> None:
    if name in NUMBERS:
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise toml.trouble(place, _("{name} must be a whole number from 1 on").format(name=name))
    elif name not in YES_OR_NO:
        known = ", ".join((*YES_OR_NO, *NUMBERS))
        raise toml.trouble(place, _("unknown: {names}. Known: {known}").format(names=name, known=known))
    elif value is not True:
        raise toml.trouble(place, _("{name} can only be true: the order says the rest").format(name=name))


def _check_order(rules: Sequence[Rule]) -> None:
    """Nothing keeps a unit in that wants to leave, and every unit has a standing. Raises BadInput."""
    if not rules or dict(rules[0].when) != {"withdrawn": 1} or rules[0].status is not Status.WITHDRAWN:
        raise toml.trouble("rule 1", _("the first rule must be the withdrawal: nothing may keep a unit in"))
    if rules[-1].when or rules[-1].status is None:
        raise toml.trouble(f"rule {len(rules)}", _("the last rule must have no “when”: every unit has a standing"))
    if any(not rule.when for rule in rules[:-1]):
        raise toml.trouble("rule", _("only the last rule may have no “when”"))
    for number, rule in enumerate(rules, 1):
        if rule.status is None and OVERRIDE not in rule.when:
            raise toml.trouble(f"rule {number}", _('status = "override" needs override = true in “when”'))
    if len({rule.name for rule in rules}) != len(rules):
        raise toml.trouble("rule", _("two have the same name"))
