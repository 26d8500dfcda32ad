"""A survey in chat: question by question, with buttons, stopped and gone on with, changed until the close."""

import pytest

from bot.messages import FileIn
from core.associations import Association
from core.db import open_session
from core.screening import Finding, Severity
from surveys import queries
from tests.houses import Voice, deliver, found, furnish, link
from tests.surveys.town import answered, hand_in, members, opened

OWN = (
    'code = "own"\nversion = "1"\ntitle = "自己的问卷"\n'
    '[[question]]\nkind = "choice"\ntext = "开会时间"\noptions = ["上午", "下午"]\n'
    '[[question]]\nkind = "text"\ntext = "建议"\n'
)


def invited(house, voice):
    """The invitation of this person, its button pressed."""
    arrived = [out for chat, out in deliver(house) if chat == voice.name and out.buttons]
    return voice.say(button=arrived[-1].buttons[0][0][1])


def labels(reply):
    return [button.label for row in reply.buttons for button in row]


def begun(house):
    """A member who has seen the first question."""
    _office, voices = opened(house)
    return voices[0], invited(house, voices[0])


def test_a_member_stops_goes_on_and_goes_back(sqlite_house):
    me, first = begun(sqlite_house)
    assert "第 1/16 题" in first.text
    assert labels(first) == ["1 很不满意", "2 不满意", "3 一般", "4 满意", "5 很满意"]
    for _number in range(5):
        me.press("5 很满意")
    assert "第 6/16 题" in me.last.text
    assert "第 6/16 题" in me.say("问卷 填写 S-1").text
    me.press("上一题")
    assert "已填：5 很满意" in me.last.text
    assert "第 6/16 题" in me.press("1 很不满意").text


def test_a_member_ticks_types_and_hands_in(sqlite_house):
    me, _first = begun(sqlite_house)
    for _number in range(11):
        me.press("4 满意")
    me.press("10")
    for label in ("☐ 培训交流", "☐ 政策咨询", "☑ 培训交流"):
        me.press(label)
    assert "已填：政策咨询" in me.last.text
    me.press("下一题")
    assert "请直接输入" in me.press("跳过").text
    refused = me.say("很多次")
    assert refused.error == "number_form"
    assert "第 15/16 题" in refused.text
    me.say("１２")
    assert me.say("长" * 100_000).error == "answer_too_long"
    review = me.say("会费\n请公开").text
    assert "15. 过去一年与协会联系大约多少次？\n   12\n" in review
    assert "会费\n请公开" in review
    assert "还没有提交" in review
    assert "答卷已收到" in me.press("提交").text


def test_a_step_may_be_typed_in_words_or_as_a_number(sqlite_house):
    me, _first = begun(sqlite_house)
    assert "第 2/16 题" in me.say("满意").text
    assert "第 3/16 题" in me.say("３").text
    assert me.say("马马虎虎").error == "step_unknown"
    me.say("问卷 填写 S-1 1")
    assert "已填：4 满意" in me.last.text


def test_going_back_on_the_way_leads_on_to_what_nobody_was_asked_yet(sqlite_house):
    me, _first = begun(sqlite_house)
    for _number in range(11):
        me.press("4 满意")
    assert "第 13/16 题" in me.press("10").text
    me.press("上一题")
    assert "第 13/16 题" in me.press("9").text


def test_a_member_changes_one_answer_until_the_close(sqlite_house):
    me, _first = begun(sqlite_house)
    hand_in(me)
    review = me.say("问卷 填写 S-1")
    assert "您已提交" in review.text
    assert "提交" not in labels(review)
    me.press("改第5题")
    assert "提交" in labels(me.press("1 很不满意"))
    assert me.press("提交").data["outcome"] == "changed"
    assert me.do("问卷 提交 S-1").data["outcome"] == "same"


def test_a_button_can_be_pressed_twice_and_after_another_and_nothing_is_lost(sqlite_house):
    me, first = begun(sqlite_house)
    five = next(button.token for row in first.buttons for button in row if button.label.startswith("5"))
    assert me.say(button=five).data["question"] == 2
    assert me.say(button=five).data["question"] == 2
    me.press("4 满意")
    assert me.say(button=five).data["question"] == 3


@pytest.mark.parametrize("token", ["~", "~AAAAAAAA", "~AAAAAAAA~1~1", "~~~~~", "~!"])
def test_a_forged_button_does_nothing(sqlite_house, token):
    _office, voices = opened(sqlite_house)
    assert voices[0].say(button=token).error == "button_expired"


@pytest.mark.parametrize("rest", ["99~1", "0~1", "1~9", "1~+1", "x~y", "13~+99", "12~11"])
def test_a_tampered_button_is_refused_and_changes_nothing(sqlite_house, rest):
    _office, voices = opened(sqlite_house)
    with open_session(sqlite_house.engine, 1) as session:
        code = queries.survey_by_number(session, 1).code
    assert voices[0].say(button=f"~{code}~{rest}").error is not None
    assert "第 1/16 题" in voices[0].say("问卷 填写 S-1").text


def test_what_is_missing_is_named_before_anything_is_handed_in(sqlite_house):
    _office, voices = opened(sqlite_house)
    voices[0].do("survey answer S-1 1 5")
    assert voices[0].do("survey submit S-1").error == "answer_missing"
    assert "第 2/16 题" in voices[0].do("survey answer S-1").text


def test_a_member_sees_what_can_be_answered_and_nobody_else_does(sqlite_house):
    office, voices = opened(sqlite_house)
    assert voices[0].do("问卷 列表").data == [["S-0001", "2026年服务测评", "2026-10-20"]]
    assert "填写 S-0001" in labels(voices[0].last)
    assert office.secretary.do("survey list").data[0][0] == "S-0001"
    assert voices[0].do("问卷 进度 S-1").error == "not_allowed"


def test_in_a_group_nothing_is_asked(sqlite_house):
    _office, voices = opened(sqlite_house)
    assert voices[0].say("问卷 填写 S-1", private=False).error == "private_only"


def test_a_person_of_two_associations_answers_where_the_button_belongs(sqlite_house):
    _office, voices = opened(sqlite_house)
    link(sqlite_house, "会员1", platform="telegram", account="555")
    found(sqlite_house, name="邻省协会", code="51360000500012341U", admin="邻秘")
    link(sqlite_house, "邻秘", platform="telegram", account="555")
    me = Voice(sqlite_house, "会员1", chat="555")
    assert me.do("问卷 填写 S-1", platform="telegram", account="555").error == "survey_unknown"
    start = next(b.token for row in voices[0].say("问卷 列表").buttons for b in row)
    assert "第 1/16 题" in me.say(button=start, platform="telegram", account="555").text


def test_staff_write_a_survey_question_by_question(sqlite_house):
    office = furnish(sqlite_house)
    clerk = office.clerk
    clerk.do("问卷 新建 年会征询 全体 2026-10-20 空白")
    assert clerk.do("问卷 发起 S-1").error == "survey_empty"
    clerk.say("问卷 加题")
    clerk.say("S-1")
    clerk.press("单选")
    clerk.say("年会放在哪一天？")
    clerk.say("问卷 加题 S-1 单选 年会放在哪一天？ 周五；周六")
    assert clerk.last.data["questions"] == 1
    assert clerk.do("问卷 加题 S-1 单选 只有一个选项 甲").error == "template_options"
    assert clerk.do("问卷 加题 S-1 数字题 来几位？ 最小=0 最大=9").data["questions"] == 2
    assert clerk.do("问卷 加题 S-1 填写意见 有什么建议").data["questions"] == 3
    assert clerk.do("问卷 删题 S-1 9").error == "question_unknown"
    assert clerk.do("问卷 删题 S-1 3").data["questions"] == 2
    assert "周五 / 周六" in clerk.do("问卷 预览 S-1").text
    assert clerk.do("问卷 修改 S-1 标题=年会时间征询 说明=请于周五前填写").error is None
    assert "年会时间征询" in clerk.do("问卷 预览 S-1").text
    assert clerk.do("问卷 修改 S-1").error == "nothing_to_change"
    office.deputy.do(f"审批 同意 P-{clerk.do('问卷 发起 S-1').data['approval']}")
    assert clerk.do("问卷 加题 S-1 填写意见 太晚了").error == "survey_opened"
    assert clerk.do("问卷 修改 S-1 标题=太晚了").error == "survey_opened"


def test_a_template_of_ones_own_is_uploaded_and_used(sqlite_house):
    office = furnish(sqlite_house)
    upload = (FileIn("own.toml", OWN.encode()),)
    assert office.clerk.do("问卷 上传模板", files=upload).data == {"code": "own", "version": "1"}
    assert office.clerk.do("问卷 上传模板", files=upload).error is None
    changed = (FileIn("own.toml", OWN.replace("上午", "早上").encode()),)
    assert office.clerk.do("问卷 上传模板", files=changed).error == "template_edition"
    stolen = (FileIn("own.toml", OWN.replace('"own"', '"service_quality"').encode()),)
    assert office.clerk.do("问卷 上传模板", files=stolen).error == "template_shipped"
    assert [row[0] for row in office.clerk.do("问卷 模板").data] == ["service_quality", "own"]
    assert office.clerk.do("问卷 新建 征询 全体 2026-10-20 own").data["questions"] == 2
    assert office.clerk.do("问卷 新建 征询 全体 2026-10-20 别的").error == "template_unknown"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("问卷 新建 测评 全体 2026-10-07 service_quality", "close_past"),
        ("问卷 新建 测评 全体 2027-10-07 service_quality", "close_far"),
        ("问卷 新建 测评 全体 2026-10-20 service_quality 目标份数=0", "quota_form"),
        ("问卷 新建 测评 全体 2026-10-20 service_quality 分组=身高", "grouping_unknown"),
        ("问卷 新建 " + "长" * 121 + " 全体 2026-10-20 service_quality", "title_too_long"),
        ("问卷 预览 甲", "survey_form"),
        ("问卷 预览 S-99", "survey_unknown"),
    ],
)
def test_what_staff_type_wrong_is_named(sqlite_house, line, code):
    assert furnish(sqlite_house).clerk.do(line).error == code


def test_nobody_opens_their_own_survey_and_a_declined_one_can_be_asked_for_again(sqlite_house):
    office = furnish(sqlite_house)
    office.secretary.do("问卷 新建 测评 全体 2026-10-20 service_quality")
    request = office.secretary.do("问卷 发起 S-1").data["approval"]
    assert office.secretary.do(f"审批 同意 P-{request}").error == "second_person"
    assert office.secretary.do("问卷 修改 S-1 标题=改").error == "awaiting_approval"
    office.deputy.do(f"审批 退回 P-{request} 请缩短")
    again = office.secretary.do("问卷 发起 S-1").data["approval"]
    office.deputy.do(f"审批 退回 P-{again} 再缩短")
    third = office.secretary.do("问卷 发起 S-1").data["approval"]
    assert office.deputy.do(f"审批 同意 P-{third}").error is None
    assert office.secretary.do("问卷 进度 S-1").data["state"] == "open"


def test_an_invitation_that_screening_blocks_is_held_and_goes_nowhere(sqlite_house):
    from dataclasses import replace

    def strict(text, _session, _today):
        start = text.find("否则不予年检")
        if start < 0:
            return ()
        return (Finding("M02", Severity.HIGH, start, start + 6, "否则不予年检", "r1", "依据", "变相许可", "删去"),)

    house = replace(sqlite_house, screener=strict)
    office = furnish(house)
    office.clerk.do("问卷 新建 测评 全体 2026-10-20 service_quality")
    office.clerk.do("问卷 加题 S-1 填写意见 必须填写，否则不予年检")
    held = office.clerk.do("问卷 发起 S-1")
    assert held.error == "held_by_screening"
    assert "变相许可" in held.text
    assert office.clerk.do("问卷 发起 S-1").error == "held_by_screening"
    office.clerk.do("问卷 删题 S-1 17")
    assert office.clerk.do("问卷 发起 S-1").error is None


def test_more_time_can_be_given_but_not_taken_back(sqlite_house):
    office, voices = opened(sqlite_house)
    button = next(out for chat, out in deliver(sqlite_house) if chat == voices[0].name and out.buttons).buttons[0][0][1]
    assert office.clerk.do("问卷 延期 S-1 2026-10-19").error == "extension_earlier"
    assert office.clerk.do("问卷 延期 S-1 2027-10-19").error == "close_far"
    assert office.clerk.do("问卷 延期 S-1 2026-10-25").error is None
    sqlite_house.clock.forward(days=14)
    assert "第 1/16 题" in voices[0].say(button=button).text
    sqlite_house.clock.forward(days=4)
    assert voices[0].say(button=button).error == "button_expired"
    assert voices[0].do("问卷 填写 S-1").error == "survey_closed"


def close(office, number=1):
    return office.clerk.do(f"问卷 结束 S-{number}", fields={"_confirm": "yes"})


def test_the_report_says_sample_rate_scores_and_shows_a_picture(sqlite_house):
    office, _voices = opened(sqlite_house)
    answered(sqlite_house, members(1, 6), overall=5, words="会费请公开")
    answered(sqlite_house, members(7, 13), overall=3)
    close(office)
    report = office.clerk.do("问卷 报告 S-1")
    assert "发放 15 份，回收 13 份，回收率 86.67%" in report.text
    assert "样本少于 30 份" in report.text
    assert "· 杭州市 (n=6)" in report.text
    assert "会费请公开" in report.text
    assert report.data["groups"] == {"宁波市": 7, "杭州市": 6}
    assert report.data["dimensions"]["overall"][0] == "3.92"
    assert report.files[0].content.startswith(b"\x89PNG")
    assert report.files[0].content == office.clerk.do("survey report S-1").files[0].content


def test_a_second_survey_is_compared_with_the_first_and_the_year_sums_them_up(sqlite_house):
    office, _voices = opened(sqlite_house)
    answered(sqlite_house, members(1, 13), overall=3)
    close(office)
    office.clerk.do("问卷 新建 第二次 全体 2026-10-20 service_quality")
    office.deputy.do(f"审批 同意 P-{office.clerk.do('问卷 发起 S-2').data['approval']}")
    answered(sqlite_house, members(1, 13), number=2, overall=5)
    close(office, 2)
    report = office.clerk.do("问卷 报告 S-2")
    assert report.data["former"] == 1
    overall = next(row for row in report.table.rows if row[0] == "总体满意度")
    assert overall[4] == "+2.00 (变化明显)"
    added = office.clerk.do("问卷 整改 添加 S-2 钱办 2026-12-31 公开会费收支")
    assert added.data == {"action": 1}
    assert office.clerk.do("问卷 整改 添加 S-2 钱办 2026-01-01 太早").error == "due_past"
    assert any("公开会费收支" in out.text for chat, out in deliver(sqlite_house) if chat == "钱办")
    assert office.clerk.do("问卷 整改 列表").data[0][-1] == "进行中"
    sqlite_house.clock.forward(hours=14, minutes=4)
    office.clerk.do("问卷 整改 完成 T-1 已在网站公开")
    assert office.clerk.do("问卷 整改 完成 T-1 已在网站公开").error == "action_done"
    assert office.clerk.do("问卷 整改 列表 S-2").data[0][-1] == "2026-10-09 完成", "the day here, not that of UTC"
    with open_session(sqlite_house.engine, 1) as session:
        (line,) = queries.actions(session, session.get_one(Association, 1))
    assert line.done_on.isoformat() == "2026-10-09"
    year = office.clerk.do("问卷 年度 2026")
    assert (year.data["surveys"], year.data["band"]) == (2, "良")
    assert "整改 1 项，完成 1 项" in year.text
    assert office.clerk.do("问卷 年度 2025年").error == "year_empty"


def test_an_action_needs_a_closed_survey(sqlite_house):
    office, _voices = opened(sqlite_house)
    assert office.clerk.do("问卷 整改 添加 S-1 钱办 2026-12-31 改").error == "survey_not_closed"
    assert office.clerk.do("问卷 整改 完成 T-9 改").error == "action_unknown"
    assert office.clerk.do("问卷 整改 完成 甲 改").error == "action_form"
