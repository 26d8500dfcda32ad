"""The second person's side: seeing what is decided, requests that lapse or are taken back, and who hears of the end."""

import pytest
from sqlalchemy import func, select

from bot import timers
from core.approvals import Approval
from core.audit import AuditEntry
from core.db import open_session
from core.screening import Finding, Severity
from tests.houses import deliver, furnish

CONTACT = "objection=书面署名 department=秘书处 phone=0571-87000000 address=文一路1号"
NOTICE = f"announce notice 关于会员分级结果的公示 《分级办法》 甲公司 评为A级 2026-10-09 5 全体 {CONTACT}"


def submitted(house, line="announce draft 通知 标题 全体 正文第一段"):
    """An office whose clerk waits for an approval of A-1: request P-2."""
    office = furnish(house)
    office.clerk.do(line)
    assert office.clerk.do("announce submit A-1").error is None
    return office


def running(house):
    """The same with a public notice that has begun."""
    office = submitted(house, NOTICE)
    office.deputy.do("approval approve P-2")
    house.clock.forward(days=1)
    return office


def entries(house):
    with open_session(house.engine) as session:
        return session.scalar(select(func.count()).select_from(AuditEntry), execution_options={"unscoped": True})


def test_a_lapsed_request_sets_the_text_free_and_its_author_hears_of_it(house):
    office = submitted(house)
    deliver(house)
    house.clock.forward(days=7, hours=2)
    timers.run_due(house)
    assert office.clerk.do("announce preview A-1").data["state"] == "draft"
    assert any("P-0002 七天内无人审批" in sent.text for chat, sent in deliver(house) if chat == "钱办")
    assert office.clerk.do("announce edit A-1 改过的正文").error is None
    assert office.clerk.do("announce submit A-1").data["approval"] == 3
    assert office.deputy.do("approval approve P-2").error == "already_decided"
    assert office.deputy.do("approval approve P-3").error is None


def test_a_lapsed_request_can_be_asked_anew_before_the_timer_comes(sqlite_house):
    office = submitted(sqlite_house)
    sqlite_house.clock.forward(days=8)
    assert office.clerk.do("announce submit A-1").data["approval"] == 3


def test_whoever_asked_takes_it_back_and_nobody_else_does(house):
    office = submitted(house)
    before = entries(house)
    assert office.secretary.do("approval withdraw P-2").error == "approval_unknown"
    assert entries(house) == before
    assert office.clerk.do("审批 收回 P-2").error is None
    assert office.clerk.do("announce edit A-1 改过的正文").data["state"] == "draft"
    assert office.clerk.do("审批 我提的").data == [["P-0002", "申请人已收回"]]
    assert office.clerk.do("approval withdraw P-2").error == "already_decided"
    assert office.deputy.do("approval approve P-2").error == "already_decided"


def test_the_second_person_sees_the_whole_text_and_everybody_it_goes_to(sqlite_house):
    office = submitted(sqlite_house)
    letter = next(sent for chat, sent in deliver(sqlite_house) if chat == "卢副" and "P-0002" in sent.text)
    assert [button[0] for row in letter.buttons for button in row] == ["查看"]
    shown = office.deputy.say("审批 查看 P-2")
    assert "正文第一段" in shown.text
    assert [b.label for row in shown.buttons for b in row] == ["同意", "退回", "看收件人名单"]
    assert office.deputy.press("看收件人名单").data["names"] == ["联络1", "联络2"]


def test_a_rule_is_shown_with_what_it_would_send(sqlite_house):
    office = furnish(sqlite_house)
    preview = office.secretary.do("reminder preview R1").text
    asked = office.secretary.do("reminder enable R1").data["approval"]
    assert preview in office.deputy.do(f"approval show P-{asked}").text


def test_whoever_asked_hears_that_it_was_approved_or_why_not(house):
    office = submitted(house)
    office.deputy.do("approval approve P-2")
    office.clerk.do("announce draft 通知 另一件 全体 正文")
    office.clerk.do("announce submit A-2")
    office.deputy.do("approval decline P-3 缺少时间")
    heard = [sent.text for chat, sent in deliver(house) if chat == "钱办"]
    assert sum("卢副已同意 P-0002" in text for text in heard) == 1
    assert sum("卢副退回了 P-0003" in text and "缺少时间" in text for text in heard) == 1


def test_a_notice_has_one_result(house):
    office = running(house)
    assert office.clerk.do("公示 结果 A-1 公示期满，无异议。").error is None
    before = entries(house)
    again = office.clerk.do("公示 结果 A-1 公示期满。")
    assert (again.error, "A-0002" in again.text, entries(house)) == ("result_exists", True, before)


def test_a_result_that_denies_an_objection_is_marked_for_author_and_approver(sqlite_house):
    office = running(sqlite_house)
    office.contacts[0].do("异议 提出 A-1 甲公司有未结清的处罚")
    office.deputy.do("异议 裁定 O-1 不成立 经核实查无此事")
    sqlite_house.clock.forward(days=9)
    draft = office.clerk.do("公示 结果 A-1 公示期满，无异议。")
    assert "公示期间收到的异议：不成立 1" in draft.text
    assert "⚠ 正文写了“无异议”" in draft.text
    asked = office.clerk.do("announce submit A-2")
    assert "⚠ 正文写了“无异议”" in office.deputy.do(f"approval show P-{asked.data['approval']}").text
    assert "⚠" not in office.clerk.do("announce edit A-2 公示期间收到异议一件，经复核不成立。").text


def test_a_notice_is_not_withdrawn_under_its_result(sqlite_house):
    office = running(sqlite_house)
    sqlite_house.clock.forward(days=9)
    office.clerk.do("公示 结果 A-1 公示期满，无异议。")
    asked = office.clerk.do("announce submit A-2").data["approval"]
    office.deputy.do(f"approval approve P-{asked}")
    before = entries(sqlite_house)
    refused = office.deputy.do("公告 撤回 A-1 有误", fields={"_confirm": "yes"})
    assert refused.error == "result_in_force"
    assert entries(sqlite_house) == before + 1  # Only that a sensitive command was refused.
    assert office.deputy.do("公告 撤回 A-2 有误", fields={"_confirm": "yes"}).data["told"] == 0


def test_withdrawing_a_notice_takes_two_people_and_ends_what_was_objected(house):
    office = running(house)
    deliver(house)
    office.contacts[0].do("异议 提出 A-1 甲公司有未结清的处罚")
    asked = office.deputy.do("公告 撤回 A-1 名单有误", fields={"_confirm": "yes"})
    assert "还有 1 件异议未处理" in asked.text
    assert office.clerk.do("announce preview A-1").data["state"] == "published"
    number = asked.data["approval"]
    assert office.deputy.do(f"approval approve P-{number}").error == "second_person"
    deliver(house)
    assert office.secretary.do(f"approval approve P-{number}").error is None
    told = {chat: sent.text for chat, sent in deliver(house) if "异议 O-0001 不再处理" in sent.text}
    assert list(told) == ["联络1"]
    assert office.clerk.do("异议 列表").data == []
    assert office.clerk.do("异议 列表 A-1").data[0][3] == "公示已撤回，不再处理"
    assert office.deputy.do("异议 裁定 O-1 不成立 查无此事").error == "objection_decided"


def test_a_withdrawn_text_does_not_come_back_by_an_older_request(sqlite_house):
    office = submitted(sqlite_house)
    office.deputy.do("approval approve P-2")
    office.clerk.do("announce edit A-1 第二版")
    office.clerk.do("announce submit A-1")
    office.deputy.do("announce withdraw A-1 有误", fields={"_confirm": "yes"})
    assert office.deputy.do("approval approve P-3").error == "object_changed"
    assert office.clerk.do("announce preview A-1").data["state"] == "withdrawn"


def test_a_prepared_restart_is_shown_as_such_beside_what_is_in_force(house):
    office = running(house)
    office.clerk.do("公示 重新公示 A-1 2026-11-05 5 名单有误")
    shown = office.clerk.say("公告 预览 A-1")
    assert "以下是修改稿，尚未生效" in shown.text
    assert "现行：公示期：2026-10-09 至 2026-10-14（5 个工作日）" in shown.text
    in_force = office.clerk.press("看现行文本")
    assert (in_force.data["elements"]["starts"], "2026-11-05" in in_force.text) == ("2026-10-09", False)
    assert "2026-10-09 至" in office.clerk.do("公告 历史 A-1").data[0][4]
    office.clerk.do("公告 预览 A-1")
    dropped = office.clerk.do("公告 放弃修改 A-1")
    assert ("修改稿" in dropped.text, "2026-11-05" in dropped.text) == (False, False)
    before = entries(house)
    assert office.clerk.do("公告 放弃修改 A-1").error == "nothing_prepared"
    assert entries(house) == before


def test_what_was_taken_back_counts_as_stopped_not_as_failed(house):
    office = submitted(house)
    office.deputy.do("approval approve P-2")
    assert office.clerk.do("公告 撤销 A-1").data["stopped"] == 2
    counted = office.clerk.do("公告 送达 A-1").data
    assert (counted["failed"], counted["stopped"], counted["audience"]) == (0, 2, 2)


def test_the_register_says_of_a_withdrawn_number_that_it_is(sqlite_house):
    office = submitted(sqlite_house)
    office.deputy.do("approval approve P-2")
    office.deputy.do("announce withdraw A-1 有误", fields={"_confirm": "yes"})
    assert office.clerk.do("文号 登记簿").data == [["试安协〔2026〕1号", "已撤回"]]


@pytest.mark.parametrize(
    "line", ["异议 裁定 O-1 不成立 无证据，不接受就取消会员资格", "公告 撤回 A-1 不接受就取消会员资格"]
)
def test_a_held_reason_comes_back_with_its_words_and_what_to_write_instead(sqlite_house, line):
    office = running(sqlite_house)
    office.contacts[0].do("异议 提出 A-1 甲公司有未结清的处罚")

    def screener(text, _session, _today):
        at = text.find("取消会员资格")
        found = Finding("T", Severity.HIGH, at, at + 6, "取消会员资格", "T-1", "《章程》", "借机施压", "据实说明理由")
        return (found,) if at >= 0 else ()

    object.__setattr__(sqlite_house, "screener", screener)
    reply = office.deputy.do(line, fields={"_confirm": "yes"})
    assert reply.error == "held_by_screening"
    for words in ("“取消会员资格”", "借机施压", "据实说明理由", "放行"):
        assert words in reply.text
    with open_session(sqlite_house.engine, 1) as session:
        assert session.scalar(select(func.count()).where(Approval.state == "pending")) == 0
    assert office.clerk.do("异议 列表").data[0][3] == "待处理"
