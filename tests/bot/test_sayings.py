"""What people type as they speak: criteria with any comma, days without a year, plain words, answers that are commands."""

from datetime import date

import pytest

from announcements.rules.document_number import DocumentNumber
from core.days import read_date
from core.errors import BadInput
from people import audiences
from tests.houses import deliver, furnish

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("后天", date(2026, 11, 27)),
        ("大后天", date(2026, 11, 28)),
        ("1月15日", date(2027, 1, 15)),
        ("２月３号", date(2027, 2, 3)),
        ("10月8日", date(2026, 10, 8)),
        ("3月底", date(2027, 3, 31)),
        ("2028年2月末", date(2028, 2, 29)),
    ],
)
def test_days_as_people_say_them(typed, day):
    assert read_date(typed, TODAY) == day


@pytest.mark.parametrize("typed", ["2月30日", "13月1日", "13月底", "2026年13月底", "月底", "五月三日"])
def test_days_that_do_not_exist_are_refused(typed):
    with pytest.raises(BadInput):
        read_date(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("明天 上午9点", "2026-10-09 09:00"),
        ("10月20日下午3点半", "2026-10-20 15:30"),
        ("后天 14:05", "2026-10-10 14:05"),
        ("2026-10-20 09:00", "2026-10-20 09:00"),
    ],
)
def test_hours_as_people_say_them(sqlite_house, typed, stored):
    office = furnish(sqlite_house)
    office.clerk.do("announce draft 通知 标题 全体 正文")
    assert stored in office.clerk.do(f"公告 定时 A-1 {typed}").text


@pytest.mark.parametrize("typed", ["10月20日", "明天 25点", "明天 9点75分"])
def test_no_hour_is_guessed(sqlite_house, typed):
    office = furnish(sqlite_house)
    office.clerk.do("announce draft 通知 标题 全体 正文")
    assert office.clerk.do(f"公告 定时 A-1 {typed}").error in ("moment_form", "date_form")


@pytest.mark.parametrize(
    "typed",
    ["江南安协2026-3", "江南安协[2026]3", "江南安协2026年第3号", "江南安协字〔2026〕第03号", "江南安协 2026－3号"],
)
def test_document_numbers_as_people_write_them(typed):
    assert str(DocumentNumber.parse(typed)) == "江南安协〔2026〕3号"


@pytest.mark.parametrize("typed", ["A-3", "江南安协3号", "2026-3", "江南安协2026年3月1日"])
def test_what_is_no_document_number(typed):
    with pytest.raises(BadInput):
        DocumentNumber.parse(typed)


@pytest.mark.parametrize("comma", ["，", ",", "、", "； ", " ", "， "])
def test_any_sign_between_two_criteria_keeps_them_apart(sqlite_house, comma):
    furnish(sqlite_house)
    typed = f"地区＝临川市、抚州市{comma}类别＝检测检验机构"
    assert audiences.parse(typed) == {"region": ["临川市", "抚州市"], "category": ["testing_inspection"]}


@pytest.mark.parametrize(
    "line",
    [
        "对象 保存 测试 类别=检测检验机构、安全评价机构，不含地区=宁波市",
        "对象 保存 测试 类别=检测检验机构、安全评价机构 不含地区=宁波市",
        "公告 起草 通知 标题 类别=检测检验机构,安全评价机构 不含地区=宁波市 正文",
    ],
)
def test_several_criteria_need_no_quotes(sqlite_house, line):
    office = furnish(sqlite_house)
    assert office.clerk.do(line).data["people"] == 1


def test_criteria_of_a_named_audience_need_none_either(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("announce draft 通知 标题 全体 正文")
    edited = office.clerk.do("公告 修改 A-1 对象=全体 不含地区=宁波市")
    assert (edited.data["people"], "正文" in edited.text) == (1, True)
    assert office.clerk.do("对象 预览 全体 不含地区=宁波市").data["names"] == ["联络1"]


def test_an_audience_with_nobody_in_it_is_pointed_out(sqlite_house):
    office = furnish(sqlite_house)
    for line in ("对象 保存 测试 地区=火星市", "对象 预览 地区=火星市", "公告 起草 通知 标题 地区=火星市 正文"):
        assert "目前没有人" in office.clerk.do(line).text, line


def test_the_criteria_are_named_in_the_language_of_the_moment(sqlite_house):
    office = furnish(sqlite_house)
    refused = office.clerk.do("对象 预览 颜色=红")
    assert refused.error == "criterion_unknown"
    assert "地区" in refused.text
    assert "region" not in refused.text


def announced(office, number):
    office.clerk.do(f"announce draft 通知 第{number}件 全体 正文")
    asked = office.clerk.do(f"announce submit A-{number}").data["approval"]
    office.deputy.do(f"approval approve P-{asked}")


@pytest.mark.parametrize("answer", ["收到", "确认收到", "收到！", "收到，谢谢", "好的，收到。"])
def test_the_most_natural_answer_confirms_the_only_waiting_notice(sqlite_house, answer):
    office = furnish(sqlite_house)
    announced(office, 1)
    deliver(sqlite_house)
    assert office.contacts[0].say(answer).data["announcement"] == 1
    assert office.clerk.do("announce status A-1").data["acknowledged"] == 1
    assert office.contacts[0].say(answer).data == {"waiting": 0}


def test_of_several_notices_it_asks_which(sqlite_house):
    office = furnish(sqlite_house)
    announced(office, 1)
    announced(office, 2)
    deliver(sqlite_house)
    voice = office.contacts[0]
    assert voice.say("收到").data == {"waiting": 2}
    assert office.clerk.do("announce status A-2").data["acknowledged"] == 0
    voice.press("试安协〔2026〕2号 第2件")
    assert office.clerk.do("announce status A-2").data["acknowledged"] == 1
    assert [b.label for row in voice.say("公告 确认").buttons for b in row] == ["试安协〔2026〕1号 第1件"]


def test_a_command_of_one_word_leaves_a_question_that_it_does_not_answer(sqlite_house):
    office = furnish(sqlite_house)
    asked = office.clerk.say("解绑")
    assert asked.error == "needs_confirmation"
    assert "钱办" in office.clerk.say("我是谁").text
    assert office.clerk.say("语言").error == "missing_parameter"
    assert office.clerk.say("解绑").error == "needs_confirmation"
    assert office.clerk.say("否").error == "cancelled"


def test_a_free_text_may_be_the_name_of_a_command(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.say("公告 起草 通知")
    assert "对象" in office.clerk.say("帮助").text


def test_what_is_not_understood_is_quoted_with_what_could_be_meant(sqlite_house):
    office = furnish(sqlite_house)
    reply = office.clerk.say("我想发一个公示")
    assert reply.error == "unknown_command"
    assert "没听懂“我想发一个公示”" in reply.text
    labels = [b.label for row in reply.buttons for b in row]
    assert labels[-1] == "帮助"
    assert "公示 起草" in labels
