"""The rules as data: what must stand in a sentence, what must not, and what is then said about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from core.screening import Severity
from disciplinary.rules.screening.files import data_files, data_text, read_yaml
from disciplinary.rules.screening.lexicon import slot_names
from disciplinary.rules.screening.patterns import Pattern, parse

Words = dict[str, str]  # language -> text
Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Examples:
    """Texts that a rule must find, and neighbours that it must leave alone. Both are tests."""

    finds: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One rule of the data files; see ``data/rules`` for what each field says."""

    id: str
    category: str
    severity: Severity
    version: int
    patterns: tuple[Pattern, ...]
    needs: Groups
    near: Groups
    text: Groups
    unless: tuple[str, ...]
    unless_near: tuple[str, ...]
    unless_text: tuple[str, ...]
    agent: str
    across: int
    voices: tuple[str, ...]
    basis: tuple[str, ...]
    why: Words
    suggestion: Words
    examples: Examples


@dataclass(frozen=True)
class Basis:
    """One version of a document that a rule rests on."""

    document: str
    number: str
    article: str
    version: str
    starts: date
    ends: date | None
    seen: str

    def cited(self) -> str:
        """Document, number, article and version in one line."""
        number = f"（{self.number}）" if self.number else ""
        return f"《{self.document}》{number}{self.article}［{self.version}］"


@lru_cache(maxsize=1)
def rulebook() -> tuple[Rule, ...]:
    """The rules of the data folder, in file order."""
    return tuple(rule for path in data_files("rules") for rule in read_rules(path.read_text(encoding="utf-8")))


def read_rules(text: str) -> tuple[Rule, ...]:
    """The rules of one file; ValueError that names the rule when one is wrong."""
    data = read_yaml(text)
    if not isinstance(data, dict) or not isinstance(data.get("rules"), list):
        raise ValueError("a rule file has a category and a list of rules")  # noqa: TRY004 - one kind of error for a wrong file
    return tuple(_rule(data, entry) for entry in data["rules"])


def _rule(data: dict[str, Any], entry: dict[str, Any]) -> Rule:
    name = str(entry.get("id", "?"))
    try:
        rule = Rule(
            id=name,
            category=entry.get("category", data["category"]),
            severity=Severity(entry.get("severity", "high")),
            version=int(entry.get("version", data.get("version", 1))),
            patterns=tuple(parse(one) for one in entry["any"]),
            needs=_groups(entry, "needs"),
            near=_groups(entry, "near"),
            text=_groups(entry, "text"),
            unless=tuple(entry.get("unless", ())),
            unless_near=tuple(entry.get("unless_near", ())),
            unless_text=tuple(entry.get("unless_text", ())),
            agent=entry.get("agent", "any"),
            across=int(entry.get("across", 1)),
            voices=tuple(entry.get("voices", ("own",))),
            basis=tuple(entry.get("basis", data["basis"])),
            why=_words(entry.get("why", data.get("why"))),
            suggestion=_words(entry.get("suggestion", data.get("suggestion"))),
            examples=Examples(
                tuple(entry.get("examples", {}).get("finds", ())), tuple(entry.get("examples", {}).get("leaves", ()))
            ),
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise ValueError(f"rule {name}: {wrong}") from wrong
    _check(rule)
    return rule


def _groups(entry: dict[str, Any], field: str) -> Groups:
    return tuple(tuple(str(one).split("|")) for one in entry.get(field, ()))


def _words(given: Any) -> Words:
    if not isinstance(given, dict) or not {"zh", "en"} <= set(given):
        raise ValueError("why and suggestion need zh and en")
    return {language: str(text).strip() for language, text in given.items()}


def _check(rule: Rule) -> None:
    """ValueError when a rule names a slot or a basis that is not there."""
    named = {slot for pattern in rule.patterns for step in pattern.steps for slot in (*step.slots, *step.without)}
    named |= {slot for groups in (rule.needs, rule.near, rule.text) for group in groups for slot in group}
    named |= {*rule.unless, *rule.unless_near, *rule.unless_text}
    unknown = sorted(named - slot_names())
    if unknown:
        raise ValueError(f"rule {rule.id}: no such slot: {', '.join(unknown)}")
    missing = [key for key in rule.basis if key not in _bases()]
    if missing:
        raise ValueError(f"rule {rule.id}: no such basis: {', '.join(missing)}")


@lru_cache(maxsize=1)
def _bases() -> dict[str, tuple[Basis, ...]]:
    loaded = read_yaml(data_text("basis.yaml"))["basis"]
    return {key: tuple(_basis(entry) for entry in entries) for key, entries in loaded.items()}


def _basis(entry: dict[str, Any]) -> Basis:
    return Basis(
        entry["document"],
        entry["number"],
        entry["article"],
        str(entry["version"]),
        entry["from"],
        entry.get("to"),
        entry["seen"],
    )


def cited(keys: Iterable[str], on: date | None) -> str:
    """The documents behind a rule as they stand on a day; without a day, as they stand now."""
    lines = []
    for key in keys:
        versions = _bases()[key]
        valid = [one for one in versions if on is None or (one.starts <= on and (one.ends is None or on < one.ends))]
        lines.append((valid or versions)[-1].cited())
    return "；".join(lines)
