"""Each rule finds what it says it finds, leaves its innocent neighbours alone, and can be understood."""

import pytest

from disciplinary.rules.screening import rulebook
from disciplinary.rules.screening.engine import Rules
from disciplinary.rules.screening.files import DATA, data_files, read_yaml
from disciplinary.rules.screening.reading import read
from disciplinary.rules.screening.rulebook import cited

RULES = {rule.id: rule for rule in rulebook()}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_finds_its_examples(name):
    alone = Rules([RULES[name]])
    assert RULES[name].examples.finds
    assert [text for text in RULES[name].examples.finds if not alone.matches(read(text))] == []


@pytest.mark.parametrize("name", RULES)
def test_a_rule_leaves_its_innocent_neighbours_alone(name):
    alone = Rules([RULES[name]])
    assert RULES[name].examples.leaves
    assert [text for text in RULES[name].examples.leaves if alone.matches(read(text))] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_can_be_explained_in_both_languages(rule):
    assert rule.category in {f"M{number:02}" for number in range(1, 15)}
    assert rule.id.startswith(rule.category)
    for words in (rule.why, rule.suggestion):
        assert words["zh"]
        assert words["en"]
        assert words["zh"] != words["en"]
    assert "{quote}" in rule.why["zh"]
    assert "{quote}" in rule.why["en"]
    assert "《" in cited(rule.basis, None)


def test_rules_have_names_of_their_own_and_cover_every_category():
    assert len(RULES) == len(rulebook())
    assert {rule.category for rule in rulebook()} == {f"M{number:02}" for number in range(1, 15)}


def test_every_slot_says_what_it_means():
    for folder in ("lexicon", "particles"):
        for path in data_files(folder):
            for slot, entry in read_yaml(path.read_text(encoding="utf-8"))["slots"].items():
                assert entry["means"].endswith("."), slot
                assert entry["words"].split(), slot


def test_every_data_file_carries_its_version():
    for path in DATA.rglob("*.yaml"):
        assert "Version" in path.read_text(encoding="utf-8").splitlines()[0], path.name
