"""Whoever acts for a unit that has left gets no more of what members get; the others do."""

from tests.houses import deliver, furnish
from tests.membership.rounding import Round


def told(house, words):
    """Who was sent something with these words since the last time."""
    return sorted({chat for chat, message in deliver(house) if words in message.text})


def test_contacts_of_a_unit_that_left_are_neither_chased_nor_turned_to(house):
    office = furnish(house)
    office.clerk.do("公告 起草 通知 安全生产月活动安排 全体 请各会员单位组织学习。")
    asked = office.clerk.do("公告 送审 A-1")
    assert office.deputy.do(f"审批 同意 P-{asked.data['approval']}").error is None, asked.text
    assert {"联络1", "联络2"} <= set(told(house, "安全生产月"))
    office.clerk.do("会员 状态 M-1 退会 自愿退会")
    deliver(house)
    assert office.clerk.do("announce chase A-1").error is None
    house.clock.forward(hours=1)
    chased = told(house, "请确认")
    assert "联络2" in chased
    assert "联络1" not in chased


def test_a_round_tells_and_asks_present_members_only(house):
    play = Round(house)
    play.open()
    assert told(house, "自评") == ["联络1", "联络2"]
    play.clerk.do("会员 状态 M-1 退会 自愿退会")
    assert play.members[0].do("自评 列表").data == []
    assert play.members[0].do("自评 填写").error == "nothing_open"
    deliver(house)
    assert play.clerk.do("评定 取消 G-1 办法有误", fields={"_confirm": "yes"}).error is None
    assert told(house, "已取消") == ["联络2"]


def test_an_assessment_needs_no_round_while_one_is_open_and_names_them_when_several_are(sqlite_house):
    play = Round(sqlite_house)
    play.open()
    contact = play.members[0]
    asked = contact.say("自评 填写")
    assert "指标 1/2：现场管理" in asked.text
    contact.press("60")
    assert "1. 现场管理：60" in contact.do("自评 查看").text
    assert contact.do("自评 下一项").data["indicator"] == "papers"
    assert contact.do("自评 提交").error == "assessment_incomplete"
    assert play.clerk.do("评定 开启 plain 2026年度补评 全体").error is None
    for line in ("自评 填写", "自评 查看", "自评 下一项", "自评 提交"):
        several = contact.do(line)
        assert several.error == "round_ambiguous"
        assert "G-0001 2026年度评定; G-0002 2026年度补评" in several.text
