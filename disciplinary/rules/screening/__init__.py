"""Screening: which words of a text misuse administrative authority, why, and what could be written instead.

``screen(text, mandates=..., on=...)`` is the whole entrance. It is pure and deterministic: no database, no clock, no
network. It returns ``core.screening.Finding`` values, the gravest first; ``core.screening.verdict_of`` says how a text
is handled: high blocks, medium asks for a review, low is a hint. No finding never means that a text is lawful.

How a text is read: ``plain`` and ``respell`` undo what hides words and remember where every character came from;
``segments`` cuts sentences; ``lexicon`` finds the words of all slots in one pass; ``speakers`` and ``scope`` tell in
whose voice each sentence speaks, ``denial`` and ``actors`` what is forbidden, denied, quoted or done by others;
``patterns`` and ``rulebook`` match the rules of ``data/rules``; ``opinion`` (with ``groups`` and ``polarity``) is the trained second
opinion, ``weighing`` puts both together, and ``doubts`` names why a rule that is doubted is only a hint; ``mandates``
compares claimed mandates with the register. Words, rules and sources are data: a new rule needs no code, and ``tried``
shows what it would change.
"""

from disciplinary.rules.screening.engine import screen
from disciplinary.rules.screening.mandates import Mandate
from disciplinary.rules.screening.rulebook import Rule, read_rules, rulebook
from disciplinary.rules.screening.trial import Change, Trial, tried

__all__ = ["Change", "Mandate", "Rule", "Trial", "read_rules", "rulebook", "screen", "tried"]
