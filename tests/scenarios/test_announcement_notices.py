"""Public notices from idea to result, in chat: written in one conversation, read, objected to, ruled on, concluded."""

from datetime import UTC, datetime

import pytest

from announcements import queries, usecases
from announcements.rules.lifecycle import Phase
from core.approvals import pending_for
from core.db import open_session
from core.errors import NotAllowed, RuleViolated
from core.outbox import OutboxContent
from tests.houses import deliver, furnish, tx_for

NOTICE = (
    "公示 起草 关于会员分级结果的公示 《分级办法》甲安协〔2026〕3号 甲公司、乙公司 评为A级 {starts} {ends} 全体 "
    "异议方式=书面署名 受理部门=秘书处 电话=0571-87000000 地址=杭州市文一路1号"
)
TYPED = {
    "basis": "甲安协〔2026〕3号",
    "subjects": "甲公司 A",
    "decision": "评为A级",
    "starts": "2026-10-09",
    "ends": "5",
    "objection": "书面",
    "department": "秘书处",
    "phone": "0571-87000000",
    "address": "某路1号",
}


def written(office, *, starts="2026-10-09", ends="5"):
    """A complete public notice, not yet submitted. Saturday the 10th is worked, so its five days end on Wednesday the 14th."""
    return office.clerk.do(NOTICE.format(starts=starts, ends=ends))


def published(house):
    """An office with a running notice A-1, delivered."""
    office = furnish(house)
    written(office)
    assert office.clerk.do("announce submit A-1").error is None
    assert office.deputy.do("approval approve P-2").error is None
    deliver(house)
    return office


def test_from_idea_to_published_notice_in_one_conversation(sqlite_house):
    office = furnish(sqlite_house)
    clerk = office.clerk
    assert "标题" in clerk.say("公示起草").text
    for answer in ("关于2026年度会员分级结果的公示", "甲安协〔2026〕3号", "甲公司\n乙公司", "评为A级", "2026-10-09"):
        clerk.say(answer)
    assert "截止日" in clerk.last.text
    clerk.say("5个工作日")
    assert "如何、向谁提出异议" in clerk.say("全体").text
    clerk.say("书面、实名，盖章或署名")
    clerk.say("协会秘书处")
    clerk.say("0571-87000000")
    shown = clerk.say("杭州市文一路1号")
    assert shown.error is None
    assert "2026-10-14" in shown.text
    assert "甲公司\n乙公司" in shown.text
    asked = clerk.press("送审")
    assert "2026-10-09 至 2026-10-14" in asked.text
    office.deputy.say("审批 列表")
    office.deputy.press("查看 P-0002")
    office.deputy.press("同意")
    arrived = {chat: out for chat, out in deliver(sqlite_house) if "【公示】" in out.text}
    assert set(arrived) == {"联络1", "联络2"}
    text = arrived["联络1"].text
    for part in (
        "试安协〔2026〕1号",
        "依据：甲安协〔2026〕3号",
        "截止日：2026-10-14",
        "电话：0571-87000000",
        "试验省安全生产协会",
    ):
        assert part in text
    assert "不可退订" in text
    assert [label for row in arrived["联络1"].buttons for label, _token in row] == ["确认收到", "提出异议"]


def test_a_notice_says_exactly_what_it_lacks(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("公告 起草 公示 名单通知 全体 现予公示")
    refused = office.clerk.do("公告 送审 A-1")
    assert refused.error == "incomplete"
    assert refused.data["missing"] == [
        *("basis:missing", "subjects:missing", "decision:missing", "starts:missing", "ends:missing"),
        *("objection:missing", "department:missing", "phone:missing", "address:missing", "title:title_word"),
    ]
    assert "✗ 依据：未填写" in refused.text
    assert "✗ 标题：须含“公示”二字" in refused.text
    office.clerk.do("公告 要素 A-1 标题 名单公示")
    assert office.clerk.do("公告 要素 A-1 截止日 5").error == "starts_missing"
    office.clerk.do("公告 要素 A-1 起始日 2026-10-09")
    assert "ends:too_short" in office.clerk.do("公告 要素 A-1 截止日 2026-10-13").data["missing"]
    assert "ends:missing" not in office.clerk.do("公告 要素 A-1 天数 7").data["missing"]
    assert "2026-10-16" in office.clerk.do("公告 预览 A-1").text
    with tx_for(sqlite_house, "卢副") as tx:
        assert pending_for(tx, tx.actor.person_id) == []


@pytest.mark.parametrize(
    ("line", "code", "shown"),
    [
        ("名单 王五，身份证33010019900101123X", "subjects:identity_number", "330****3X"),
        ("拟作决定 请联系张三139 0000 0000", "decision:mobile_number", "139****00"),
        ("电话 13900000000", None, ""),
    ],
)
def test_numbers_of_people_are_refused_with_their_place(sqlite_house, line, code, shown):
    office = furnish(sqlite_house)
    written(office)
    office.clerk.do(f"公告 要素 A-1 {line}")
    reply = office.clerk.do("公告 送审 A-1")
    if code is None:
        assert reply.error is None
        return
    assert reply.data["missing"] == [code]
    assert shown in reply.text
    assert "19900101" not in reply.text


def test_a_running_notice_is_not_changed_but_run_anew(house):
    office = published(house)
    assert office.clerk.do("announce edit A-1 换一段正文").error == "notice_fixed"
    assert office.clerk.do("announce set A-1 名单 丙公司").error == "notice_fixed"
    assert office.clerk.do("announce attach A-1").error == "missing_parameter"
    assert office.clerk.do("公示 重新公示 A-1 2026-10-12 3 名单有误").data["missing"] == ["ends:too_short"]
    assert office.clerk.do("announce submit A-1").error == "incomplete"
    office.clerk.do("公示 重新公示 A-1 2026-10-12 5 名单有误")
    office.clerk.do("公告 要素 A-1 名单 甲公司")
    assert "2026-10-09 至 2026-10-14" in office.clerk.do("announce status A-1").text
    assert office.clerk.do("announce submit A-1").error is None
    assert office.deputy.do("approval approve P-3").error is None
    [text] = [out.text for chat, out in deliver(house) if chat == "联络1"]
    assert "公示期重新计算" in text
    assert "名单有误" in text
    assert "截止日：2026-10-16" in text
    assert office.clerk.do("announce edit A-1 又一段").error == "notice_fixed"


def test_objection_ruling_and_result(house):
    office = published(house)
    member = office.contacts[0]
    member.do("announce ack A-1")
    early = office.clerk.do("公示 结果 A-1 公示期满，无异议。")
    assert early.data["missing"] == ["concludes:period_runs"]
    assert office.clerk.do("announce submit A-2").error == "incomplete"
    raised = member.do("异议 提出 A-1 乙公司有未结清的处罚")
    assert raised.data == {"objection": 1, "state": "open", "due": "2026-10-14"}
    assert "青禾检测有限公司" in raised.text
    told = deliver(house)
    assert any(chat == "联络1" and "O-0001" in out.text and "2026-10-14" in out.text for chat, out in told)
    assert any(chat == "钱办" and "O-0001" in out.text and "处罚" not in out.text for chat, out in told)
    with open_session(house.engine, 1) as session:
        assert not any("处罚" in str(content.texts) for content in session.query(OutboxContent))
    assert "乙公司有未结清的处罚" in office.clerk.do("异议 查看 O-1").text
    assert office.clerk.do("objection rule O-1 不成立 查无此事").error == "not_allowed"
    house.clock.now = datetime(2026, 10, 16, 2, 0, tzinfo=UTC)
    assert office.clerk.do("announce submit A-2").data["missing"] == ["concludes:objections_open"]
    assert office.deputy.do("异议 裁定 O-1 不成立 经核实，处罚已执行完毕").error is None
    assert any(chat == "联络1" and "不成立" in out.text and "执行完毕" in out.text for chat, out in deliver(house))
    assert office.deputy.do("异议 裁定 O-1 成立 再议").error == "objection_decided"
    assert member.do("异议 我的").data == [["O-0001", "试安协〔2026〕1号", "不成立", "经核实，处罚已执行完毕"]]
    assert office.clerk.do("announce submit A-2").error is None
    assert office.deputy.do("approval approve P-3").error is None
    assert office.clerk.do("announce status A-1").data["phase"] == "concluded"
    assert any("【结果公告】试安协〔2026〕2号" in out.text for _chat, out in deliver(house))
    assert office.clerk.do("公示 重新公示 A-1 2026-10-19 5 再来一次").error == "concluded"


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (datetime(2026, 10, 14, 15, 59, 59, tzinfo=UTC), "open"),
        (datetime(2026, 10, 14, 16, 0, 0, tzinfo=UTC), "late"),
    ],
)
def test_one_second_decides_whether_an_objection_is_in_time(sqlite_house, moment, state):
    office = published(sqlite_house)
    sqlite_house.clock.now = moment
    reply = office.contacts[0].do("异议 提出 A-1 有话要说")
    assert reply.data["state"] == state
    assert office.clerk.do("objection list A-1").data[0][3] == {"open": "待处理", "late": "逾期"}[state]
    if state == "late":
        assert "不再裁定" in reply.text
        assert office.deputy.do("objection rule O-1 成立 迟到").error == "objection_late"
        assert office.clerk.do("announce status A-1").data["phase"] == "ready"


def test_who_may_object_and_who_may_rule(sqlite_house):
    office = published(sqlite_house)
    assert office.clerk.do("object A-1 我也有意见").error == "objection_unsigned"
    assert office.contacts[0].do("object A-9 没有这个").error == "announcement_unknown"
    office.contacts[0].do("object A-1 第一条意见")
    assert office.contacts[1].do("异议 撤回 O-1").error == "objection_unknown"
    assert office.contacts[0].do("异议 撤回 O-1").data["state"] == "taken_back"
    assert office.deputy.do("objection rule O-1 成立 x").error == "objection_decided"
    assert office.clerk.do("objection list").data == []
    secretary = office.secretary
    secretary.do(NOTICE.format(starts="2026-10-09", ends="5"))
    secretary.do("announce submit A-2")
    office.deputy.do("approval approve P-3")
    office.contacts[1].do("object A-2 第二条意见")
    assert secretary.do("objection rule O-2 成立 自己裁自己").error == "second_person"
    assert office.contacts[0].do("object A-2 x").error == "objection_empty"


def test_a_period_that_would_have_begun_before_its_approval_is_not_published(sqlite_house):
    office = furnish(sqlite_house)
    written(office)
    office.clerk.do("announce submit A-1")
    sqlite_house.clock.forward(days=2)
    refused = office.deputy.do("approval approve P-2")
    assert refused.error == "incomplete"
    assert "起始日" in refused.text
    assert office.clerk.do("announce list").data[0][1] == ""


def test_solicitation_takes_comments_for_thirty_days_and_rolls_over_the_weekend(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("公告 起草 征求意见 关于《甲标准》征求意见的通知 全体 请提意见")
    for line in ("起始日 2026-10-09", "天数 30", "受理部门 秘书处", "电话 0571-87000000", "地址 某路1号"):
        reply = office.clerk.do(f"公告 要素 A-1 {line}")
    assert reply.data["missing"] == []
    assert "2026-11-09" in reply.text
    assert "ends:too_short" in office.clerk.do("公告 要素 A-1 截止日 2026-11-08").data["missing"]
    office.clerk.do("公告 要素 A-1 截止日 2026-11-09")
    office.clerk.do("announce submit A-1")
    office.deputy.do("approval approve P-2")
    assert office.contacts[0].do("异议 提出 A-1 第三条建议改为甲").data["state"] == "open"
    assert office.deputy.do("异议 裁定 O-1 采纳 已修改第三条").data["state"] == "upheld"


def test_another_package_opens_a_notice_and_may_not_decide_early(house):
    office = furnish(house)
    words = {"about": "grading:2026-1", "title": "分级结果公示", "typed": TYPED, "audience": {}}
    with tx_for(house, "卢副") as tx:
        deputy = tx.actor.person_id
    with tx_for(house, "钱办") as tx:
        opened = usecases.open_notice(tx, excluded=[deputy], **words)
        assert opened.approval is not None
    with tx_for(house, "钱办") as tx, pytest.raises(RuleViolated) as refused:
        usecases.open_notice(tx, **words)
    assert refused.value.code == "notice_exists"
    office.deputy.do("approval approve P-2")
    office.contacts[0].do("object A-1 不同意甲公司的等级")
    with tx_for(house, "卢副") as tx:
        state = queries.notice_state(tx.session, tx.association, "grading:2026-1", tx.now)
        assert (state.phase, state.undecided, str(state.ends)) == (Phase.COMING, 1, "2026-10-14")
        [objection] = queries.open_objections(tx.session, "grading:2026-1")
        with pytest.raises(NotAllowed):
            usecases.rule_on(tx, objection=objection, ruling="rejected", reason="查无此事")
        with pytest.raises(RuleViolated) as early:
            usecases.check_may_conclude(tx, "grading:2026-1")
        assert early.value.code == "notice_not_over"
    house.clock.now = datetime(2026, 10, 16, 2, 0, tzinfo=UTC)
    assert office.secretary.do("objection rule O-1 部分成立 等级调整为B").error is None
    with tx_for(house, "卢副") as tx:
        usecases.check_may_conclude(tx, "grading:2026-1")
        assert queries.notice_state(tx.session, tx.association, "grading:9", tx.now).phase is Phase.NONE
