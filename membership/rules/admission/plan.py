"""The way of admission as a document: its steps, papers and periods, read and checked. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any

from core.access import Permission
from core.i18n import _, language
from membership.rules import toml
from membership.rules.categories import CATEGORIES

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
DECIDERS = (Permission.MANAGE_MEMBERS, Permission.APPROVE, Permission.MANAGE_MEETINGS)
TOP = ("version", "effective_from", "open", "expire_days", "warn_days", "probation_months", "basis", "step", "paper")
STEP = ("name", "zh", "en", "kind", "permission", "separate", "work_days", "body")
PAPER = ("name", "zh", "en", "required", "categories")


class StepKind(StrEnum):
    """How a step is passed: somebody decides, a public notice has run, or a body has voted."""

    REVIEW = "review"
    NOTICE = "notice"
    VOTE = "vote"


@dataclass(frozen=True)
class Step:
    """One step of the way. ``separate``: not by whoever decided the step before."""

    name: str
    zh: str
    en: str
    kind: StepKind
    permission: Permission
    separate: bool = False
    work_days: int = 0
    body: str = ""

    @property
    def label(self) -> str:
        """What it is called in the language of the moment."""
        return self.zh if language() == "zh_CN" else self.en


@dataclass(frozen=True)
class Paper:
    """A document to be sent with an application. No categories: everybody's."""

    name: str
    zh: str
    en: str
    required: bool
    categories: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What it is called in the language of the moment."""
        return self.zh if language() == "zh_CN" else self.en

    def asked_of(self, category: str) -> bool:
        """Whether units of this category have to do with it."""
        return not self.categories or category in self.categories


@dataclass(frozen=True)
class Plan:
    """The whole way. Periods are calendar days; ``probation_months`` 0 is none."""

    version: str
    effective_from: date
    open: bool
    expire_days: int
    warn_days: int
    probation_months: int
    basis: str
    steps: tuple[Step, ...]
    papers: tuple[Paper, ...]

    def papers_for(self, category: str) -> list[Paper]:
        """The papers that a unit of a category is asked for."""
        return [paper for paper in self.papers if paper.asked_of(category)]


@lru_cache(maxsize=1)
def shipped() -> str:
    """The document that comes with the product."""
    return resources.files("membership.data").joinpath("admission.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=16)
def plan_of(text: str) -> Plan:
    """The way of admission that a document describes. Raises BadInput that names the place and what is wrong."""
    document = toml.read(text)
    toml.check_keys(document, _("whole document"), TOP)
    top = _("whole document")
    expire = toml.number_of(document, "expire_days", top, 7, 3660)
    plan = Plan(
        version=toml.text_of(document, "version", top),
        effective_from=toml.day_of(document, "effective_from", top),
        open=toml.flag_of(document, "open", top, default=True),
        expire_days=expire,
        warn_days=toml.number_of(document, "warn_days", top, 1, expire - 1),
        probation_months=toml.number_of(document, "probation_months", top, 0, 60),
        basis=toml.text_of(document, "basis", top),
        steps=tuple(_step(entry, f"step {n}") for n, entry in enumerate(toml.entries_of(document, "step"), 1)),
        papers=tuple(_paper(entry, f"paper {n}") for n, entry in enumerate(toml.entries_of(document, "paper"), 1)),
    )
    _check_whole(plan)
    return plan


def _check_whole(plan: Plan) -> None:
    if not plan.steps:
        raise toml.trouble("step", _("there must be at least one step at which somebody decides"))
    for place, names in (("step", [s.name for s in plan.steps]), ("paper", [p.name for p in plan.papers])):
        if len(names) != len(set(names)):
            raise toml.trouble(place, _("two have the same name"))
    if all(step.kind is StepKind.NOTICE for step in plan.steps):
        raise toml.trouble("step", _("there must be at least one step at which somebody decides"))


def _step(entry: Mapping[str, Any], place: str) -> Step:
    toml.check_keys(entry, place, STEP)
    kind = _one_of(entry, "kind", place, list(StepKind))
    permission = Permission(_one_of(entry, "permission", place, DECIDERS))
    least = 1 if kind == StepKind.NOTICE else 0
    return Step(
        name=_name(entry, place),
        zh=toml.text_of(entry, "zh", place),
        en=toml.text_of(entry, "en", place),
        kind=StepKind(kind),
        permission=permission,
        separate=toml.flag_of(entry, "separate", place),
        work_days=toml.number_of(entry, "work_days", place, least, 60),
        body=toml.text_of(entry, "body", place) if kind == StepKind.VOTE else "",
    )


def _paper(entry: Mapping[str, Any], place: str) -> Paper:
    toml.check_keys(entry, place, PAPER)
    wanted = entry.get("categories", [])
    if not isinstance(wanted, list) or any(one not in CATEGORIES for one in wanted):
        raise toml.trouble(place, _("categories must be some of: {known}").format(known=", ".join(CATEGORIES)))
    return Paper(
        name=_name(entry, place),
        zh=toml.text_of(entry, "zh", place),
        en=toml.text_of(entry, "en", place),
        required=toml.flag_of(entry, "required", place),
        categories=tuple(wanted),
    )


def _name(entry: Mapping[str, Any], place: str) -> str:
    name = toml.text_of(entry, "name", place)
    if not NAME.fullmatch(name):
        raise toml.trouble(place, _("name must be lower-case letters, digits and _"))
    return name


def _one_of(entry: Mapping[str, Any], name: str, place: str, known: Sequence[str]) -> str:
    value = entry.get(name)
    if value not in known:
        raise toml.trouble(place, _("{name} must be one of: {known}").format(name=name, known=", ".join(known)))
    return str(value)


def dumped(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Steps as an application keeps them."""
    return [asdict(step) for step in steps]


def loaded(stored: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps that an application was handed in with."""
    return tuple(
        Step(**{**one, "kind": StepKind(one["kind"]), "permission": Permission(one["permission"])}) for one in stored
    )
