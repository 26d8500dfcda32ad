"""Rules are tried before they count."""

import pytest

from disciplinary.rules.screening import rulebook, tried

FRESH = """
category: M08
basis: [no21-power]
why: {zh: "“{quote}”指定供应商。", en: "“{quote}” names a supplier."}
suggestion: {zh: 由企业自选。, en: Let firms choose.}
rules:
  - id: M08-fresh
    any: ["periodical"]
    examples:
      finds: [请看会刊。, 没有这个词。]
      leaves: [请看年鉴。, 天气很好。]
"""
TEXTS = [("a", "欢迎阅读会刊。"), ("b", "今天天气很好。")]


def test_a_new_rule_shows_where_it_would_fire_and_which_examples_fail():
    result = tried(FRESH, TEXTS)
    assert [(one.name, one.rule, one.quote) for one in result.starts] == [("a", "M08-fresh", "会刊")]
    assert result.stops == ()
    assert [(one.name, one.quote) for one in result.failed] == [("finds", "没有这个词。"), ("leaves", "请看年鉴。")]


def test_a_rule_of_a_known_name_takes_its_place():
    text = "每家企业必须订阅协会会刊，不少于十份。"
    changed = FRESH.replace("M08-fresh", "M08-subscribe").replace('["periodical"]', '["exam_prep"]')
    result = tried(changed, [("a", text)])
    assert {one.rule for one in result.stops} == {"M08-subscribe"}
    assert result.starts == ()


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (FRESH.replace("periodical", "no_such_slot"), "no_such_slot"),
        (FRESH.replace("no21-power", "no-such-law"), "no-such-law"),
        (FRESH.replace('any: ["periodical"]', "none: []"), "any"),
        (FRESH.replace("M08-fresh\n", "M08-fresh\n    severity: deadly\n"), "deadly"),
        ("[]", "list of rules"),
    ],
)
def test_a_wrong_file_is_named(broken, says):
    with pytest.raises(ValueError, match=says):
        tried(broken, TEXTS)


def test_trying_changes_nothing():
    before = rulebook()
    tried(FRESH, TEXTS)
    assert rulebook() == before
