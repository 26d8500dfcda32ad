"""Declarations: the shipped ones hold together, and a broken one is refused with the place of the mistake."""

from datetime import date

import pytest

from core.errors import BadInput
from core.i18n import speaking
from membership.rules.registers import catalogue, entries
from membership.rules.registers.declaration import Type
from membership.rules.registers.loading import DeclarationError, read_registers

GOOD = """
[[register]]
name = "lift"
version = "1"
label = { zh = "电梯", en = "lifts" }
about = { zh = "用途", en = "what for" }
basis = "某办法"
key = ["number"]
[[register.field]]
name = "number"
label = { zh = "编号", en = "number" }
type = "text"
required = true
[[register.field]]
name = "next_on"
label = { zh = "下次检验", en = "next inspection" }
type = "date"
[[register.due]]
name = "next"
label = { zh = "电梯检验到期", en = "lift inspection" }
field = "next_on"
"""


def test_the_shipped_registers_are_complete_and_distinct():
    found = catalogue.registers().values()
    assert len(found) >= 11
    assert len({one.zh for one in found}) == len(found)
    for one in found:
        assert one.basis
        assert one.dues or one.name == "prevention_fund", one.name
        assert {field.type for field in one.fields} <= set(Type)
        assert not [f.name for f in one.fields if f.personal and f.sheet], "what is about a person stays in the office"


def test_class_a_and_b_are_history_only():
    register = catalogue.registers()["technical_service"]
    assert register.by_name["former_class"].historic
    assert not [
        one
        for one in register.fields
        if not one.historic and one.name != "former_class" and "级" in one.label.texts["zh_CN"]
    ]


@pytest.mark.parametrize(
    "words", ["注册安全工程师", "safety_engineer", "Safety-Engineer", "certified safety engineer", " 注册 安全工程师 "]
)
def test_a_register_is_found_by_its_names(words):
    assert catalogue.register_named(words).name == "safety_engineer"


def test_an_unknown_register_is_refused_with_those_that_there_are():
    with speaking("zh_CN"), pytest.raises(BadInput, match="服务公开"):
        catalogue.register_named("渔船")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "lift"', 'name = "Lift"', "small letters"),
        ('version = "1"', "", "version is missing"),
        ('basis = "某办法"', "", "basis is missing"),
        ('key = ["number"]', 'key = ["nothing"]', "no field nothing"),
        ('key = ["number"]', 'key = ["next_on"]', "has to be required"),
        ('type = "text"', 'type = "float"', "is no type"),
        ('type = "text"', 'type = "choice"', "name of a list"),
        ('type = "text"', 'type = "choice"\nlist = "nothing"', "name of a list"),
        ('type = "text"', 'type = "entry"', "of which register"),
        ('name = "number"', 'name = "register"', "cannot be the name"),
        ('{ zh = "编号", en = "number" }', '{ zh = "编号" }', "zh and in en"),
        ('{ zh = "编号", en = "number" }', '{ zh = "下次检验", en = "number" }', "same name"),
        ('{ zh = "编号", en = "number" }', '{ zh = "会员", en = "number" }', "cannot be the name"),
        ('field = "next_on"', 'field = "number"', "has no date"),
        ('name = "next"', 'name = "a_name_that_is_far_too_long"', "more than 30"),
        ("required = true", "requird = true", "means nothing"),
        ('name = "next_on"', 'name = "number"', "stands twice"),
        ('key = ["number"]', 'key = ["number"]\ncategories = ["pirate"]', "no category"),
        ("[[register]]", "[[register]", "line"),
    ],
)  # fmt: skip
def test_a_broken_declaration_is_refused_with_its_place(old, new, said):
    assert old in GOOD
    read_registers(GOOD, {})
    with pytest.raises(DeclarationError, match=said):
        read_registers(GOOD.replace(old, new, 1), {})


def test_a_name_that_is_taken_and_an_unknown_report_are_refused():
    with pytest.raises(DeclarationError, match="already"):
        catalogue.declare(GOOD.replace('"lift"', '"expert"'))
    with pytest.raises(DeclarationError, match="no report"):
        catalogue.declare(GOOD.replace('basis = "某办法"', 'basis = "某办法"\nreport = "nothing"'))
    assert "lift" not in catalogue.DECLARED


def values(**more):
    return {
        "region": "宁波市",
        "project": "甲",
        "authority": "某局",
        "told_on": "2026-09-01",
        "starts_on": "2026-09-02",
    } | more


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (values(document="1号"), []),
        (values(), ["There is neither a number nor a copy of the document."]),
        (values(document="1号", told_on="2026-09-03"), ["The notice came after the services began: it has to come before them."]),
    ],
)  # fmt: skip
def test_a_check_that_warns_lets_the_entry_in_and_says_so(given, said):
    with speaking("en"):
        assert entries.checked(catalogue.registers()["cross_region"], given, date(2026, 10, 8)) == said


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (values(ends_on="2026-09-01"), "fields_disagree"),
        ({"region": "宁波市"}, "fields_missing"),
    ],
)
def test_a_check_that_does_not_warn_keeps_the_entry_out(given, code):
    with pytest.raises(BadInput) as refused:
        entries.checked(catalogue.registers()["cross_region"], given, date(2026, 10, 8))
    assert refused.value.code == code


def test_keys_fold_spelling_and_belong_to_the_unit_unless_shared():
    engineer, notice = (catalogue.registers()[name] for name in ("safety_engineer", "cross_region"))
    assert entries.key_of(engineer, {"number": "ＺＣ 1"}, 1) == entries.key_of(engineer, {"number": "zc1"}, 2)
    assert entries.key_of(notice, values(), 1) != entries.key_of(notice, values(), 2)


def test_the_title_of_an_entry_never_names_a_person():
    engineer = catalogue.registers()["safety_engineer"]
    given = {"name": "季工", "category": "chemical", "level": "senior", "number": "ZC1"}
    assert "季工" not in entries.title_of(engineer, given)
    assert entries.open_values(engineer, given)["name"] == "—"
