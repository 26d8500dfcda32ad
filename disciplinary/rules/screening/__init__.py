"""Screening: which words of a text misuse administrative authority, why, and what could be written instead.

``screen(text, mandates=..., on=...)`` is the whole entrance. It is pure and deterministic: no database, no clock, no
network. It returns ``core.screening.Finding`` values, the gravest first; ``core.screening.verdict_of`` says how a text
is handled. No finding never means that a text is lawful.

How a text is read: ``plain`` and ``respell`` undo what hides words and remember where every character came from;
``lexicon`` finds the words of all slots in one pass; ``segments`` cuts sentences; ``scope`` tells in whose voice each
sentence speaks; ``patterns`` and ``rulebook`` match the rules of ``data/rules``; ``mandates`` compares claimed mandates
with the register. Words, rules and sources are data: a new rule needs no code, and ``trial`` shows what it would change.
"""

from disciplinary.rules.screening.engine import screen
from disciplinary.rules.screening.mandates import Mandate
from disciplinary.rules.screening.rulebook import Rule, read_rules, rulebook

__all__ = ["Mandate", "Rule", "read_rules", "rulebook", "screen"]
