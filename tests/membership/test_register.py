"""The register as a secretary uses it: lists, cards, changes, standing, qualifications, contacts."""

import pytest

from bot.messages import FileIn
from examples.roster import write_roster
from tests.houses import Voice, deliver, found, furnish


@pytest.fixture
def town(sqlite_house, tmp_path):
    """An association with sixty units."""
    found(sqlite_house)
    secretary = Voice(sqlite_house, "秦书")
    path = tmp_path / "名册.xlsx"
    write_roster(path, 60, slips=False)
    secretary.do("会员 导入", files=(FileIn(path.name, path.read_bytes()),))
    secretary.do("导入 确认 I-1")
    return secretary


def test_long_lists_are_paged_forth_and_back_and_never_end_in_nothing(town):
    first = town.say("会员 列表")
    assert (len(first.table.rows), first.data["count"]) == (15, 60)
    assert "第 1/4 页" in first.text
    second = town.press("下一页")
    assert second.data["members"][0]["number"] == "M-0016"
    assert town.press("上一页").data == first.data
    assert town.do("会员 列表 页=999").data["members"][-1]["number"] == "M-0060"
    assert town.do("会员 列表 页=0").data == first.data


def test_a_filtered_list_keeps_its_filter_on_every_page_and_in_its_workbook(town):
    region = town.do("会员 列表").data["members"][0]["region"]
    listed = town.say(f"会员 列表 地区={region[:2]} 状态=全部")
    assert listed.data["count"] == 15
    assert town.press("导出为工作簿").data["count"] == listed.data["count"]
    by_class = town.do("member list class=理事").data
    assert by_class == town.do("会员 列表 会籍=理事单位").data
    assert {m["class"] for m in by_class["members"]} == {"council"}
    assert town.do("会员 列表 到期=3000").data["count"] == 60
    assert town.do("会员 列表 到期=0").data["count"] == 0


def test_a_member_is_found_by_part_of_name_code_region_and_contact(town):
    one = town.do("会员 查看 M-7").data
    for words in (one["name"][:6], one["code"][4:].lower(), one["contacts"][0]["name"], " ".join(one["name"][:4])):
        assert one["number"] in [found["number"] for found in town.do(f"会员 查找 {words}").data], words


def test_a_name_that_fits_several_is_asked_about_even_when_it_is_exact(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("member add 青禾检测有限公司 91330100MB2X4K7Q3P 检测检验机构 会员单位 宁波市")
    refused = office.clerk.do("member edit 青禾检测有限公司 region=甲")
    assert refused.error == "member_ambiguous"
    assert "M-0001" in refused.text
    assert "M-0003" in refused.text
    asked = office.clerk.say("会员 查看 青禾")
    assert asked.error == "missing_parameter"
    assert office.clerk.say("M-3").data["number"] == "M-0003"


def test_a_change_shows_the_old_and_the_new_and_the_audit_keeps_both(sqlite_house):
    office = furnish(sqlite_house)
    reply = office.clerk.do("会员 修改 M-1 地区=宁波市 会籍=理事 注安师=12人 备注=来访")
    for said in ("地区：杭州市 → 宁波市", "会籍：会员单位 → 理事单位", "注安师人数：（空） → 12"):
        assert said in reply.text
    receipt = reply.text.rsplit(" ", 1)[1]
    kept = office.secretary.do(f"audit show {receipt}")
    assert "杭州市" in kept.text
    assert "宁波市" in kept.text
    cleared = office.clerk.do("会员 修改 M-1 注安师=无 备注=无")
    assert (cleared.data["engineers"], cleared.data["remark"]) == (None, "")


@pytest.mark.parametrize("line", ["宁波市", "=1", "class=", "名字=新名", "nothing=x"])
def test_a_stray_word_never_changes_a_fact(sqlite_house, line):
    office = furnish(sqlite_house)
    before = office.clerk.do("member show M-1").data
    assert office.clerk.do(f"member edit M-1 {line}").error
    assert office.clerk.do("member show M-1").data == before


def test_a_wrong_code_can_be_put_right_but_never_taken_from_another(sqlite_house):
    office = furnish(sqlite_house)
    assert office.clerk.do("member edit M-1 code=91330100MB2X4K7Q2L").error == "code_known"
    assert office.clerk.do("member edit M-1 code=91330100mb2x4k7q3p").data["code"] == "91330100MB2X4K7Q3P"


def test_standing_from_entry_to_readmission_with_reasons(house):
    office = furnish(house)
    deliver(house)
    for status, words, shown in (
        ("暂停", "欠缴会费", "正常 → 暂停权利"),
        ("恢复", "已补缴", "暂停权利 → 正常"),
        ("退会", "来函申请退会", "正常 → 退会"),
        ("重新入会", "来函申请恢复", "退会 → 正常"),
    ):
        reply = office.clerk.do(f"会员 状态 M-1 {status} {words}")
        assert shown in reply.text, reply.text
    asked = office.clerk.do("会员 状态 M-1 除名 会员大会决议")
    assert office.deputy.do(f"审批 同意 P-{asked.data['approval']}").error is None
    card = office.clerk.do("会员 查看 M-1").text
    assert "欠缴会费" in card
    assert "会员大会决议" in card
    assert office.clerk.do("会员 状态 M-1 退会 又来函").error == "status_step"
    assert office.clerk.do("会员 状态 M-2 退会 第一天就退 日期=2020-03-02").error is None
    assert office.clerk.do("会员 状态 M-2 恢复 反悔 日期=2020-03-01").error == "date_order"
    told = [out.text for chat, out in deliver(house) if chat == "联络1"]
    assert len(told) == 5
    assert "来函申请退会" in "".join(told)


def test_qualifications_are_entered_renewed_listed_and_taken_off(sqlite_house):
    office = furnish(sqlite_house)
    assert "还有 61 天" in office.clerk.do("资质 登记 M-1 甲级资质 2026-12-08").text
    renewed = office.clerk.do("资质 登记 M-1 甲级资质 2027-12-08")
    assert "原有效期：2026-12-08" in renewed.text
    office.clerk.do("资质 登记 M-1 计量认证 长期")
    held = office.clerk.do("会员 查看 M-1").data["qualifications"]
    assert {q["name"]: q["until"] for q in held} == {"甲级资质": "2027-12-08", "计量认证": None}
    office.clerk.do("资质 登记 M-2 甲级资质 2026-10-01")
    assert "已过期 7 天" in office.clerk.do("会员 查看 M-2").text
    assert [m["number"] for m in office.clerk.do("会员 列表 到期=60").data["members"]] == ["M-0002"]
    assert office.clerk.do("资质 删除 M-1 计量认证").error is None
    assert len(office.clerk.do("会员 查看 M-1").data["qualifications"]) == 1


def test_a_namesake_is_asked_about_before_a_second_person_is_entered(sqlite_house):
    office = furnish(sqlite_house)
    asked = office.clerk.say("联系人 添加 M-2 联络1")
    assert asked.error == "person_exists"
    label = asked.buttons[0][0].label
    assert "青禾检测有限公司" in label
    same = office.clerk.press(label)
    assert same.data["member"] == "M-0002"
    assert same.data["person"] == office.clerk.do("会员 查看 M-1").data["contacts"][0]["person"]
    other = office.clerk.do("联系人 添加 M-2 联络2 --new 电话=13900000000")
    assert other.error is None
    assert len(office.clerk.do("会员 查看 M-2").data["contacts"]) == 3


def test_somebody_who_may_only_look_is_offered_no_changes(sqlite_house):
    office = furnish(sqlite_house)
    office.secretary.do("person add 严监")
    office.secretary.do("role grant 严监 supervisor")
    for waiting in office.deputy.do("approval list").data:
        office.deputy.do(f"approval approve {waiting[0]}")
    viewer = Voice(sqlite_house, "严监")
    shown = viewer.do("member show M-1")
    assert shown.error is None
    assert [button.label for row in shown.buttons for button in row] == ["专业登记"], "only what is there to look at"
    assert viewer.do("member edit M-1 region=甲").error == "not_allowed"
