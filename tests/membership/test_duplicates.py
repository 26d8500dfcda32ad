"""Units that are entered twice: found with reasons, kept apart with a memory, merged by two people with nothing lost."""

import random

import pytest
from sqlalchemy import select

from core.db import Base, open_session
from membership import merging
from membership.models import DuesCharge, DuesEntry, Qualification, Unit, UnitContact, UnitMerge
from membership.queries import unit_by_number
from membership.rules import duplicates as rules
from membership.rules.duplicates import Facts, Why
from tests.faults.pictures import differing, picture
from tests.houses import CODES, Voice, deliver, furnish

YES = {"fields": {"_confirm": "yes"}}
SET = "会费 标准 2026 「会员单位 3000」 会员大会决议 2025-12-20 2026-12-31"


def facts(number, name, code="", region="杭州市", phones=(), people=()):
    return Facts(number, number, name, code, region, frozenset(phones), frozenset(people))


A, B = "91330100MB2X4K7Q1H", "91330200MB2X4K7Q1M"


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (facts(1, "青禾检测有限公司"), facts(2, "青禾检测有限公司"), (Why.NAME,)),
        (facts(1, "杭州青禾检测有限公司"), facts(2, "杭州青禾检测(有限公司)"), (Why.CORE,)),
        (facts(1, "青禾检测有限公司"), facts(2, "青禾检测有限责任公司"), (Why.CORE,)),
        (facts(1, "杭州青禾检测有限公司"), facts(2, "杭州青和检测有限公司"), (Why.SIMILAR,)),
        (facts(1, "杭州青禾检测有限公司"), facts(2, "杭州禾青检测有限公司"), (Why.SIMILAR,)),
        (facts(1, "杭州青禾检测有限公司"), facts(2, "杭州青禾检测技有限公司"), (Why.SIMILAR,)),
        (facts(1, "甲", A), facts(2, "乙", B), (Why.BODY,)),
        (facts(1, "甲", "9133010OMB2X4K7Q1H"), facts(2, "乙", A), (Why.CODE, Why.BODY)),
        (facts(1, "甲", phones=["13900000000"]), facts(2, "乙", phones=["13900000000", "1"]), (Why.PHONE,)),
        (facts(1, "甲", people=[7]), facts(2, "乙", people=[7]), (Why.CONTACT,)),
    ],
)
def test_what_two_units_share_is_a_reason(one, other, why):
    [pair] = rules.find([other, one]).pairs
    assert (pair.low.number, pair.why) == (1, why)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (facts(1, "杭州青禾检测有限公司"), facts(2, "杭州青和检测有限公司", region="宁波市")),
        (facts(1, "青禾检测有限公司"), facts(2, "青和检测有限公司")),
        (facts(1, "杭州青禾检测有限公司"), facts(2, "杭州云岭评价有限公司")),
        (facts(1, "杭州矿山第一分公司"), facts(2, "杭州矿山第二分公司")),
        (facts(1, "甲", A), facts(2, "乙", CODES[1])),
    ],
)
def test_what_is_only_alike_from_afar_is_no_reason(one, other):
    assert rules.find([one, other]).pairs == []


def test_what_many_share_says_nothing_but_a_name_does():
    crowd = [facts(n, f"单位{n}号", phones=["057100000000"]) for n in range(1, 40)]
    found = rules.find(crowd)
    assert (found.pairs, found.skipped) == ([], 1)
    namesakes = rules.find([facts(n, "同名检测有限公司") for n in range(1, 40)])
    assert len(namesakes.pairs) == 38


def test_the_answer_does_not_depend_on_the_order():
    units = [facts(n, f"杭州{'青禾云岭'[n % 4]}检测{n % 3}有限公司", phones=[str(n % 7)]) for n in range(1, 30)]
    first = rules.find(units)
    random.Random(5).shuffle(units)
    assert rules.find(units) == first
    assert first.pairs


def test_every_pair_one_character_apart_is_found():
    """Held against looking at every pair."""
    drawn = random.Random(11)
    names = ["".join(drawn.choice("甲乙丙") for _ in range(drawn.choice((5, 6)))) + "有限公司" for _ in range(60)]
    units = [facts(n, name) for n, name in enumerate(dict.fromkeys(names), 1)]
    expected = {
        (a.number, b.number)
        for a in units
        for b in units
        if a.number < b.number and a.core != b.core and rules.apart_by_one(a.core, b.core)
    }
    seen = set()
    for first in range(len(units)):
        for second in range(first + 1, len(units)):
            found = rules.find([units[first], units[second]]).pairs
            seen |= {(p.low.number, p.high.number) for p in found if Why.SIMILAR in p.why}
    assert seen == expected


def referring():
    """Every mapped column that refers to a unit, by foreign key or by name."""
    for mapper in Base.registry.mappers:
        for column in mapper.local_table.columns:
            keyed = any(key.column.table.name == "unit" for key in column.foreign_keys)
            if keyed or column.name == "unit_id":
                yield f"{mapper.local_table.name}.{column.key}"


def test_every_column_that_refers_to_a_unit_says_what_a_merge_does_with_it():
    assert sorted(set(referring()) - merging.REFERRING.keys()) == []
    assert sorted(merging.REFERRING.keys() - set(referring())) == []


def twice(house):
    """An office in which M-0003 is M-0001 over again, with contact, qualification and dues of its own."""
    office = furnish(house)
    office.clerk.do(f"member add 青禾检测有限责任公司 {CODES[2]} 检测检验机构 会员单位 杭州市 2021-01-01")
    office.clerk.do("contact add M-3 新联络 13900000000")
    office.clerk.do("资质 登记 M-3 甲级资质 2027-12-08")
    office.clerk.do("资质 登记 M-3 计量认证 2027-01-01")
    office.clerk.do("资质 登记 M-1 甲级资质 2028-12-08")
    office.clerk.do(SET)
    office.clerk.do("会费 计收 2026", **YES)
    office.clerk.do("会费 缴费 F-1 1000 2026-10-01 S1")
    office.clerk.do("会费 缴费 F-3 2500 2026-10-01 S2")
    return office


def merged(office):
    """Nothing changes until the second person has agreed."""
    asked = office.clerk.do("查重 合并 M-3 M-1 营业执照同一家").data["approval"]
    assert office.secretary.do("会员 查看 M-3").data["number"] == "M-0003"
    assert office.deputy.do(f"审批 同意 {asked}").error is None


def test_a_merge_by_two_moves_all_of_it_and_the_number_lives_on(house):
    office = twice(house)
    [pair] = office.clerk.do("查重").data["pairs"]
    assert pair == {"members": ["M-0001", "M-0003"], "why": ["core"]}
    seen = office.clerk.do("查重 对比 M-3 M-1")
    assert {(part["label"], part["count"]) for part in seen.data["parts"] if part["moves"]} == {
        ("contacts", 1),
        ("qualifications", 2),
        ("dues", 1),
    }
    assert "单位名称：青禾检测有限责任公司 → 青禾检测有限公司" in seen.text
    merged(office)
    card = office.clerk.do("会员 查看 M-3")
    assert card.data["number"] == "M-0001"
    assert "已并入：M-0003 青禾检测有限责任公司" in card.text
    assert {c["name"] for c in card.data["contacts"]} == {"联络1", "新联络"}
    assert {q["name"]: q["until"] for q in card.data["qualifications"]} == {
        "甲级资质": "2028-12-08",
        "计量认证": "2027-01-01",
    }
    owed = office.clerk.do("会费 查看 M-1").data
    assert [(c["charge"], c["paid"], c["state"]) for c in owed["charges"]] == [("F-0001", 350_000, "over")]
    assert office.clerk.do("会员 列表").data["count"] == 2
    assert office.clerk.do("会员 查看 青禾检测有限责任公司").data["number"] == "M-0001"
    assert office.clerk.do("查重").data["count"] == 0
    assert "不一致" not in office.clerk.do("export month 2026-10").text


def test_what_a_merge_moved_can_be_told_back_row_by_row(house):
    merged(twice(house))
    with open_session(house.engine, 1) as session:
        merge = session.scalars(select(UnitMerge)).one()
        assert (merge.asked_by != merge.done_by, merge.reason) == (True, "营业执照同一家")
        kept = session.get(Unit, merge.source_id)
        assert (kept.status, kept.code, kept.left_on is not None) == ("merged", CODES[2], True)
        moved = merge.moved
        for name, mapped in (("unit_contact.unit_id", UnitContact), ("qualification.unit_id", Qualification)):
            rows = session.scalars(select(mapped).where(mapped.id.in_(moved[name]["ids"]))).all()
            assert {row.unit_id for row in rows} == {merge.target_id}
        [double] = moved["dues_charge.unit_id"]["double"]
        entries = session.scalars(select(DuesEntry).where(DuesEntry.id.in_(double["entries"]))).all()
        assert {entry.charge_id for entry in entries} == {double["into"]}
        assert session.get(DuesCharge, double["charge"]).origin_id == merge.source_id


def test_a_merge_that_is_refused_changes_nothing(sqlite_house):
    office = twice(sqlite_house)
    before = picture(sqlite_house)
    assert office.clerk.do("查重 合并 M-3 M-3 同一家").error == "same_unit"
    assert office.contacts[0].do("查重 合并 M-3 M-1 同一家").error == "not_allowed"
    assert differing(before, picture(sqlite_house)) <= {"audit_entry", "audit_head"}
    office.clerk.do("会员 状态 M-1 退会 来函")
    assert office.clerk.do("查重 合并 M-3 M-1 同一家").error == "target_has_left"
    office.clerk.do("会员 状态 M-1 重新入会 来函")
    asked = office.clerk.do("查重 合并 M-3 M-1 同一家").data["approval"]
    office.clerk.do("会员 修改 M-1 地区=宁波市")
    assert office.deputy.do(f"审批 同意 {asked}").error == "object_changed"
    own = office.deputy.do("查重 合并 M-3 M-1 同一家").data["approval"]
    assert office.deputy.do(f"审批 同意 {own}").error == "second_person"
    deliver(sqlite_house)
    office.secretary.do(f"审批 退回 {own} 是两家")
    assert any("是两家" in out.text for chat, out in deliver(sqlite_house) if chat == "卢副")
    assert office.clerk.do("会员 列表").data["count"] == 3


def test_contacts_with_one_number_are_shown_side_by_side(sqlite_house):
    office = twice(sqlite_house)
    office.clerk.do("contact add M-1 新联络 13900000000 --new")
    assert "新联络（M-0003）与 新联络（M-0001）电话相同：13900000000" in office.clerk.do("查重 对比 M-3 M-1").text
    assert "电话相同" in office.clerk.do("查重").table.rows[0][2]


def test_a_contact_of_both_acts_once_afterwards_and_a_chain_leads_to_its_end(sqlite_house):
    office = twice(sqlite_house)
    number = next(c["person"] for c in office.clerk.do("会员 查看 M-1").data["contacts"])
    office.clerk.do(f"contact add M-3 联络1 person={number}")
    for source, target in (("M-3", "M-1"), ("M-1", "M-2")):
        asked = office.clerk.do(f"查重 合并 {source} {target} 同一家").data["approval"]
        assert office.deputy.do(f"审批 同意 {asked}").error is None
    names = [c["name"] for c in office.clerk.do("会员 查看 M-3").data["contacts"]]
    assert sorted(names) == ["新联络", "联络1", "联络2"]
    with open_session(sqlite_house.engine, 1) as session:
        assert {unit_by_number(session, n).number for n in (1, 2, 3)} == {2}
    assert office.clerk.do("会员 状态 M-3 退会 来函").error is None
    assert office.clerk.do("会员 列表 状态=已合并").data["count"] == 2


def test_not_a_duplicate_is_remembered_until_a_fact_changes(house):
    office = twice(house)
    assert office.clerk.say("查重").data["count"] == 1
    asked = office.clerk.press("不是同一单位")
    assert asked.error == "missing_parameter"
    assert "不是同一单位" in office.clerk.say("母子公司，两个执照").text
    assert office.clerk.do("查重").data["count"] == 0
    assert "钱办 认定不是同一单位：母子公司，两个执照" in office.clerk.do("查重 对比 M-1 M-3").text
    office.clerk.do("会员 修改 M-3 备注=看过")
    assert office.clerk.do("查重").data["count"] == 0
    office.clerk.do("contact end M-3 新联络")
    assert Voice(house, "秦书").do("查重").data["count"] == 1
