"""Text, files and neighbouring messages of one author pass the gate together."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.messages import FileIn
from bot.screener import screened
from core import holds
from core.audit import AuditEntry
from core.db import open_session
from core.holds import HoldState, ScreenedText
from core.screening import Finding, Severity
from core.together import read_together
from tests import papers
from tests.houses import Voice, deliver, furnish, link, tx_for

PLAIN = "announce draft notice “交流会” all 协会定于11月12日举办交流会，会员自愿参加，不收取任何费用。"
OFFER = "announce draft notice “培训班” all 协会将举办安全管理人员培训班，自愿参加，费用1200元。"
DEMAND = "announce draft notice “派员” all 请各单位务必派员参加。"


@pytest.fixture
def office(sqlite_house):
    """An office whose texts are screened by the real rules, with a supervisor."""
    made = furnish(replace(sqlite_house, screener=screened))
    made.secretary.do("person add 严监")
    made.secretary.do("role grant 严监 supervisor")
    for waiting in made.deputy.do("approval list").data:
        made.deputy.do(f"approval approve {waiting[0]}")
    link(made.house, "严监")
    return made


def supervisor(office):
    return Voice(office.house, "严监")


def submit(office, name, content):
    """The clerk attaches a file to a harmless text and sends both to be approved."""
    office.clerk.do(PLAIN)
    office.clerk.do("announce attach A-1", files=(FileIn(name, content),))
    return office.clerk.do("announce submit A-1")


def texts(office):
    with open_session(office.house.engine, 1) as session:
        return {entry.number: entry for entry in session.scalars(select(ScreenedText))}


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("通知.docx", papers.word("附件如下", papers.GRAVE), "通知.docx · 第2段"),
        ("通知.docx", papers.word("附件如下", box=papers.GRAVE), "通知.docx · 文本框1"),
        ("费用.xlsx", papers.workbook({"B4": papers.GRAVE}), "费用.xlsx · 单元格费用!B4"),
        ("通知.pdf", papers.pdf(["封面"], [papers.GRAVE]), "通知.pdf · 第2页"),
        ("通知.txt", f"通知\n{papers.GRAVE}".encode("gb18030"), "通知.txt · 第2行"),
    ],
)
def test_a_demand_in_a_file_holds_the_text_and_its_place_is_named(office, name, content, place):
    reply = submit(office, name, content)
    assert reply.error == "held_by_screening"
    assert place in {finding["place"] for finding in reply.data["findings"]}
    assert place in reply.text


def test_a_harmless_file_goes_along(office):
    assert submit(office, "议程.docx", papers.word("上午交流，下午参观。")).error is None


def test_a_sentence_begun_in_the_text_and_ended_in_the_file_is_one(office):
    office.clerk.do("announce draft notice “培训班” all 协会将举办安全管理人员培训班，自愿参加，费用1200元。")
    office.clerk.do("announce attach A-1", files=(FileIn("回执.docx", papers.word("请各单位务必派员参加。")),))
    assert office.clerk.do("announce submit A-1").error == "held_by_screening"


def test_a_picture_waits_for_one_reviewer_who_gets_it_to_see(office):
    reply = submit(office, "海报.png", papers.DOT)
    assert reply.error == "held_by_screening"
    assert "无法读取" in reply.text
    shown = office.deputy.do("screen show H-1")
    assert [(file.name, file.content) for file in shown.files] == [("海报.png", papers.DOT)]
    assert office.deputy.do("screen release H-1 已看过，海报无不当内容").data["state"] == "released"
    again = office.clerk.do("announce submit A-1")
    assert again.error is None
    assert "海报.png" in again.text


def test_another_picture_under_the_same_name_is_another_sending(office):
    submit(office, "海报.png", papers.DOT)
    office.deputy.do("screen release H-1 已看过，海报无不当内容")
    office.clerk.do("announce detach A-1")
    office.clerk.do("announce attach A-1", files=(FileIn("海报.png", papers.DOT + b"\x00"),))
    assert office.clerk.do("announce submit A-1").error == "held_by_screening"
    assert {number: entry.state for number, entry in texts(office).items()} == {1: "released", 2: "held"}


def test_the_news_of_a_release_carries_the_button_that_sends_it_on(office):
    submit(office, "海报.png", papers.DOT)
    news = [message for chat, message in deliver(office.house) if chat == "卢副" and "H-0001" in message.text]
    pressed = office.deputy.say(button=news[0].buttons[0][0][1])
    assert "海报.png" in pressed.text
    office.deputy.do("screen release H-1 已看过，海报无不当内容")
    news = [message for chat, message in deliver(office.house) if chat == "钱办" and "H-0001" in message.text]
    assert office.clerk.say(button=news[0].buttons[0][0][1]).data["announcement"] == 1


def test_going_back_to_a_held_text_holds_it_again(office):
    office.clerk.do("announce draft notice “培训通知” all " + papers.GRAVE)
    assert office.clerk.do("announce submit A-1").error == "held_by_screening"
    office.clerk.do("announce edit A-1 正文=协会定于11月12日举办交流会，会员自愿参加，不收取任何费用。")
    asked = office.clerk.do("announce submit A-1").data["approval"]
    assert texts(office)[1].state == HoldState.REWORDED
    office.deputy.do(f"approval decline {asked} 换个说法")
    office.house.clock.forward(minutes=1)
    office.clerk.do("announce edit A-1 正文=" + papers.GRAVE)
    assert office.clerk.do("announce submit A-1").error == "held_by_screening"
    assert texts(office)[1].state == HoldState.HELD
    assert [row[0] for row in office.deputy.do("screen list").data] == ["H-0001"]


def test_an_edit_after_a_release_is_screened_anew_and_recorded(office):
    office.clerk.do("announce draft notice “培训通知” all " + papers.GRAVE)
    office.clerk.do("announce submit A-1")
    office.deputy.do("screen release H-1 经核对属自愿参加")
    supervisor(office).do("screen release H-1 同意副秘书长意见")
    asked = office.clerk.do("announce submit A-1").data["approval"]
    office.deputy.do(f"approval decline {asked} 再改一改")
    office.clerk.do("announce edit A-1 正文=" + papers.GRAVE + "特此通知。")
    assert office.clerk.do("announce submit A-1").error == "held_by_screening"
    with open_session(office.house.engine, 1) as session:
        edits = select(AuditEntry.object).where(AuditEntry.action == "screening:text:edit")
        assert session.scalars(edits).all() == ["screened:1"]


def test_an_offer_in_one_message_and_the_demand_in_the_next_are_read_together(office):
    office.clerk.do(OFFER)
    assert office.clerk.do("announce submit A-1").error is None
    for number in (2, 3):
        office.clerk.do(
            f"announce draft notice “交流会” all 协会定于11月{number}日举办交流会，会员自愿参加，不收取任何费用。"
        )
        assert office.clerk.do(f"announce submit A-{number}").error is None
    office.clerk.do(DEMAND)
    reply = office.clerk.do("announce submit A-4")
    assert reply.error == "held_by_screening"
    assert "一日内" in reply.text


def test_the_demand_alone_two_days_later_or_by_another_goes(office):
    office.clerk.do(OFFER)
    office.clerk.do("announce submit A-1")
    office.secretary.do(DEMAND)
    assert office.secretary.do("announce submit A-2").error is None
    office.house.clock.forward(days=2)
    office.clerk.do(DEMAND)
    assert office.clerk.do("announce submit A-3").error is None


def test_what_the_former_text_says_by_itself_is_not_held_against_the_next():
    def read(text):
        at = text.find("必须")
        return (Finding("M05", Severity.HIGH, at, at + 2, "必须", "r@1", "", "", ""),) if at >= 0 else ()

    assert read_together(read, ["各单位必须参加。"], "欢迎参加。") == ()
    assert [f.severity for f in read_together(read, ["各单位必"], "须参加。")] == []


def test_a_finding_that_begins_in_the_former_text_is_cut_to_this_one():
    def read(text):
        found = "甲\n乙" in text
        at = text.find("甲")
        return (Finding("M05", Severity.HIGH, at, at + 3, "甲\n乙", "r@1", "", "", ""),) if found else ()

    (finding,) = read_together(read, ["甲"], "乙丙")
    assert (finding.start, finding.end, finding.quote, finding.severity) == (0, 1, "乙", Severity.MEDIUM)


def test_a_text_whose_entrustment_ended_before_approval_does_not_go_out(office):
    number = "江应急函〔2026〕12号"
    office.clerk.do(f"mandate add 江南省应急管理厅 省级 {number} 2026-01-01 2026-10-10 组织安全培训")
    words = f"受江南省应急管理厅委托（{number}），协会组织安全培训，自愿参加，不收取费用。"
    office.clerk.do(f"announce draft notice “培训” all {words}")
    asked = office.clerk.do("announce submit A-1").data["approval"]
    office.house.clock.forward(days=3)
    assert office.deputy.do(f"approval approve {asked}").error == "held_by_screening"


def test_a_mandate_that_allows_a_fee_lets_the_fee_be_named(office):
    words = (
        "受江南省应急管理厅委托（江应急函〔2026〕{number}号，期限2026年1月1日至2026年12月31日），"
        "我会组织开展标准化评审，每家企业收取评审费3000元。"
    )
    for number, more in (("12", ""), ("13", "可收费=是 ")):
        line = f"mandate add 江南省应急管理厅 省级 江应急函〔2026〕{number}号 2026-01-01 2026-12-31 {more}标准化评审"
        assert office.clerk.do(line).error is None
    assert "不得收费" in office.clerk.do("mandate show W-1").text
    found = [office.clerk.do("筛查 " + words.format(number=number)).data["findings"] for number in ("12", "13")]
    assert ["M06" in {finding["category"] for finding in one} for one in found] == [True, False]


def test_a_file_is_tried_in_chat_with_its_places(office):
    reply = office.clerk.do("筛查", files=(FileIn("通知.docx", papers.word(papers.GRAVE)),))
    assert reply.data["verdict"] == "block"
    assert reply.data["findings"][0]["place"] == "通知.docx · 第1段"
    assert texts(office) == {}


def test_a_file_without_words_can_be_screened_by_a_button(office):
    office.clerk.say(files=(FileIn("通知.docx", papers.word(papers.GRAVE)),))
    assert office.clerk.press("筛查其中文字").data["verdict"] == "block"


def test_screen_without_anything_asks_and_takes_what_comes(office):
    assert "文件" in office.clerk.say("筛查").text
    assert office.clerk.say(papers.GRAVE).data["verdict"] == "block"
    office.clerk.say("筛查")
    assert office.clerk.say(files=(FileIn("通知.docx", papers.word(papers.GRAVE)),)).data["verdict"] == "block"
    assert office.clerk.do("筛查").error == "text_missing"


def test_a_long_text_is_shown_in_excerpts(office):
    reply = office.clerk.do("筛查 " + "协会举办交流活动。" * 300 + papers.GRAVE)
    assert "⟦" in reply.text
    assert len(reply.text) < 3_000


def test_documents_of_a_meeting_pass_the_gate(office):
    with tx_for(office.house, "钱办") as tx:
        from core import attachments

        kept = attachments.store(tx.session, "材料.docx", papers.word(papers.GRAVE), "x", tx.now)
        checked = holds.check(tx, "meeting:1:document", "理事会", [kept.id], "meeting document M-1")
        tx.record("test:text:check", "meeting:1")
        assert not checked.may_go
        assert checked.entry.files == [kept.id]


def test_the_reason_of_a_changed_standing_is_screened_and_nothing_happens_when_it_is_held(office):
    line = "会员 状态 M-1 暂停会员权利 "
    refused = office.clerk.do(line + "该单位未参加协会培训，一律不予办理年检")
    assert refused.error == "held_by_screening"
    assert "换个说法" in refused.text
    assert texts(office) == {}
    assert "暂停" not in office.clerk.do("会员 查看 M-1").text
