"""No words that somebody types reach people unscreened: each notice that carries some stands beside the gate, or here."""

import ast

import pytest

from tests.architecture.source import DOMAINS, Module, kind_of, modules

TYPED = frozenset({"reason", "words", "body", "ruling", "note", "text", "waiver", "comment", "why", "remark", "answer"})
"""What parameters of notices are called that carry words somebody typed."""
ELSEWHERE = {
    "announcements.usecases.publishing:published": "screened when it is submitted, and again when it is approved",
    "announcements.usecases.tending:not_published": "our own words, to the author",
    "meetings.usecases.recording:minutes_declined": "between officers of the association",
    "meetings.usecases.telling:invited": "screened when the meeting is called",
    "meetings.queries.results:resolution_published": "a draft for an announcement, which is screened as such",
    "membership.usecases.adjustments:unchanged": "our own words",
    "membership.usecases.dues_payments:request_declined": "between officers of the association",
    "membership.usecases.standing:withdrawal_told": "a member's words, to the office",
    "people.usecases.asking:request_declined": "between officers of the association",
    "surveys.usecases.actions:assigned": "a task for a colleague",
}
"""Notices whose typed words do not pass the gate in their own module, and why they need not."""
GATES = ("holds.check(", "holds.insist(")


def notices_in(module):
    """Names of the notices that a module fills with typed words."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not TYPED & {word.arg for word in node.keywords}:
            continue
        called = (
            node.args[0] if isinstance(node.func, ast.Name) and node.func.id == "partial" and node.args else node.func
        )
        if isinstance(called, ast.Attribute) and ast.unparse(called.value) in ("notices", "letters"):
            yield called.attr


def unscreened():
    """Every notice with typed words in a module that never asks the gate."""
    return {
        f"{module.name}:{notice}"
        for module in modules().values()
        if module.package in DOMAINS and kind_of(module) not in ("notices", "rules")
        if not any(gate in module.text for gate in GATES)
        for notice in notices_in(module)
    }


def test_every_notice_with_typed_words_passes_the_gate_or_says_why_not():
    assert unscreened() - ELSEWHERE.keys() == set()


def test_no_exception_outlives_its_notice():
    assert ELSEWHERE.keys() - unscreened() == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("tx.notify(Message(k, s, partial(notices.told, reason=why)))", ["told"]),
        ("write = letters.cancelled(title=t, reason=r)", ["cancelled"]),
        ("notices.told(title=t)", []),
        ("rules.check(reason=r)", []),
    ],
)
def test_what_counts_as_such_a_notice(source, found, tmp_path):
    file = tmp_path / "m.py"
    file.write_text(source, encoding="utf-8")
    assert list(notices_in(Module("m", file))) == found
