"""The bodies that decide, and the rules by which each decides, as versioned data that a charter may override. Pure."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.calendar import Period, Unit
from core.errors import BadInput
from core.i18n import N_, _, language
from meetings.rules.shares import Share, check_share

DATA = Path(__file__).resolve().parents[1] / "data" / "bodies.toml"


class Base(StrEnum):
    """Whom a majority is counted of."""

    PRESENT = "present"
    ALL = "all"


class Matter(StrEnum):
    """What is decided: some matters have a rule of their own."""

    ORDINARY = "ordinary"
    CHARTER = "charter"
    DISSOLUTION = "dissolution"
    ELECTION = "election"
    SANCTION = "sanction"
    EXPULSION = "expulsion"
    STANDARD = "standard"
    GRADING = "grading"

    @property
    def label(self) -> str:
        """The matter in the language of the moment."""
        return _(MATTERS[self][1])


MATTERS = {
    Matter.ORDINARY: ("一般事项", N_("ordinary matter")),
    Matter.CHARTER: ("章程修改", N_("change of the charter")),
    Matter.DISSOLUTION: ("终止", N_("dissolution")),
    Matter.ELECTION: ("选举", N_("election")),
    Matter.SANCTION: ("自律惩戒", N_("sanction")),
    Matter.EXPULSION: ("除名", N_("expulsion")),
    Matter.STANDARD: ("团体标准", N_("group standard")),
    Matter.GRADING: ("评级", N_("grading of members")),
}


@dataclass(frozen=True)
class Rule:
    """How a body decides one kind of matter. ``source`` is the clause; unverified ones are to be checked first."""

    quorum: Share
    majority: Share
    base: Base = Base.PRESENT
    abstentions_count: bool = True
    chair_breaks_ties: bool = False
    secret: bool = False
    written: bool = False
    proxies: int = 0
    least: int = 1
    drafters: tuple[str, ...] = ()
    source: str = ""
    verified: bool = False


@dataclass(frozen=True)
class Body:
    """A body: who sits on it, when it has to be called, and the rule for each matter.

    ``seats`` is an audience, None for a body of listed persons only.
    """

    value: str
    zh: str
    en: str
    aliases: tuple[str, ...]
    seats: Mapping[str, Sequence[str]] | None
    of_units: bool
    notice: Period
    waiver: bool
    rule: Rule
    matters: Mapping[str, Rule]

    @property
    def label(self) -> str:
        """The body's name in the language of the moment."""
        return self.zh if language() == "zh_CN" else self.en

    def rule_for(self, matter: Matter) -> Rule:
        """The rule for a matter."""
        return self.matters.get(matter, self.rule)


@lru_cache(maxsize=1)
def entries() -> tuple[dict[str, Any], ...]:
    """The bodies as the data file has them."""
    return tuple(tomllib.loads(DATA.read_text("utf-8"))["body"])


def bodies_on(day: date, overrides: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Body]:
    """Every body in the version of a day. ``overrides``: body → keys that the association's charter has otherwise."""
    found: dict[str, dict[str, Any]] = {}
    for entry in sorted(entries(), key=lambda e: e["effective_from"]):
        if entry["effective_from"] <= day <= entry.get("effective_to", date.max):
            found[entry["value"]] = entry
    return {value: _body(entry, (overrides or {}).get(value, {})) for value, entry in found.items()}


def _body(entry: Mapping[str, Any], override: Mapping[str, Any]) -> Body:
    own = {**entry, **{key: value for key, value in override.items() if key != "matter"}}
    special = {matter["value"]: matter for matter in entry.get("matter", ())}
    for value, changes in override.get("matter", {}).items():
        special[value] = {**special.get(value, {}), **changes}
    return Body(
        value=entry["value"],
        zh=own["zh"],
        en=own["en"],
        aliases=tuple(entry["aliases"]),
        seats=own.get("seats"),
        of_units=own["vote_of"] == "unit",
        notice=Period(own["notice"]["amount"], Unit(own["notice"]["unit"])),
        waiver=own["notice"].get("waiver", False),
        rule=rule_of(own),
        # A matter takes from its body what it does not say itself, the association's own clauses included.
        matters={value: rule_of({**own, **matter}) for value, matter in special.items()},
    )


def rule_of(data: Mapping[str, Any]) -> Rule:
    """A rule from its data. Raises BadInput for a share that is none."""
    passing = data["pass"]
    return Rule(
        quorum=check_share(*data["quorum"]),
        majority=check_share(*passing["share"], over=passing.get("over", False)),
        base=Base(passing.get("base", Base.PRESENT)),
        abstentions_count=data.get("abstain", "counts") == "counts",
        chair_breaks_ties=data.get("tie", "fails") == "chair",
        secret=data.get("secret", False),
        written=data.get("written", False),
        proxies=data.get("proxies", 0),
        least=data.get("least", 1),
        drafters=tuple(data.get("drafters", ())),
        source=data.get("source", ""),
        verified=data.get("verified", False),
    )


def stored(rule: Rule) -> dict[str, Any]:
    """A rule as it is frozen with a motion, so that its result can be counted again years later."""
    return {
        "quorum": [rule.quorum.part, rule.quorum.whole],
        "pass": {
            "share": [rule.majority.part, rule.majority.whole],
            "over": rule.majority.over,
            "base": rule.base.value,
        },
        "abstain": "counts" if rule.abstentions_count else "ignored",
        "tie": "chair" if rule.chair_breaks_ties else "fails",
        "secret": rule.secret,
        "written": rule.written,
        "proxies": rule.proxies,
        "least": rule.least,
        "drafters": list(rule.drafters),
        "source": rule.source,
        "verified": rule.verified,
    }


def in_words(rule: Rule) -> str:
    """A rule as one line that a secretary can read out."""
    base = _("of those present") if rule.base is Base.PRESENT else _("of all who may vote")
    words = [
        _("quorum {share}").format(share=rule.quorum.words()),
        _("in favour {share} {base}").format(share=rule.majority.words(), base=base),
        _("abstentions count in the base") if rule.abstentions_count else _("abstentions leave the base"),
    ]
    if rule.chair_breaks_ties:
        words.append(_("the chair decides a tie"))
    words.append(_("secret ballot") if rule.secret else _("open ballot"))
    return _(", ").join(words)


def body_named(bodies: Iterable[Body], words: str) -> Body:
    """The body of this name in either language. Raises BadInput that lists what there is."""
    known = list(bodies)
    for body in known:
        if words.casefold() in (body.value, body.zh, body.en.casefold(), *body.aliases):
            return body
    names = "、".join(body.label for body in known)
    raise BadInput("body_unknown", _("“{name}” is no body. Use: {known}").format(name=words[:40], known=names))


def matter_named(words: str) -> Matter:
    """The matter of this name in either language. Raises BadInput that lists what there is."""
    for matter, (zh, english) in MATTERS.items():
        if words.casefold() in (matter.value, zh, english, matter.label):
            return matter
    known = "、".join(matter.label for matter in Matter)
    raise BadInput(
        "matter_unknown", _("“{name}” is no kind of matter. Use: {known}").format(name=words[:40], known=known)
    )
