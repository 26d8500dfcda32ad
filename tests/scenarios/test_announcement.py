"""Stories about announcements, typed as chat lines."""

import pytest
from sqlalchemy import select

from core.db import open_session
from core.outbox import OutboxMessage
from people.models import ChatIdentity
from tests.houses import Voice, deliver, found, furnish, link


def publish(office, line="announce draft 通知 标题 全体 正文", number=1, request="P-2"):
    office.clerk.do(line)
    office.clerk.do(f"announce submit A-{number}")
    return office.deputy.do(f"approval approve {request}")


def test_from_draft_to_proof(house):
    office = furnish(house)
    draft = office.clerk.do("公告 起草 通知 “关于培训的通知” 地区=杭州市 正文第一行\n正文第二行")
    assert (draft.data["people"], draft.data["unreachable"]) == (1, 0)
    assert office.clerk.do("公告 送审 A-1").error is None
    assert office.clerk.do("公告 送审 A-1").error == "not_a_draft"
    assert office.clerk.do("公告 修改 A-1 新正文").error == "awaiting_approval"
    office.deputy.do("审批 同意 P-2")
    arrived = {chat: outgoing for chat, outgoing in deliver(house) if chat.startswith("联络")}
    assert list(arrived) == ["联络1"]
    assert "试安协〔2026〕1号" in arrived["联络1"].text
    assert "正文第二行" in arrived["联络1"].text
    assert office.contacts[1].do("公告 确认 A-1").error == "announcement_unknown"
    assert office.contacts[0].do("公告 列表").data == [["A-0001", "试安协〔2026〕1号", "关于培训的通知"]]
    assert office.contacts[0].do("公告 确认 A-1").error is None


def test_nobody_approves_their_own(house):
    office = furnish(house)
    office.secretary.do("announce draft 通知 标题 全体 正文")
    office.secretary.do("announce submit A-1")
    assert office.secretary.do("approval approve P-2").error == "second_person"
    assert office.clerk.do("approval approve P-2").error == "not_allowed"
    assert office.deputy.do("approval approve P-2").error is None
    assert office.deputy.do("approval approve P-2").error == "already_decided"


def test_what_was_changed_after_asking_is_not_approved(house):
    office = furnish(house)
    publish(office)
    office.clerk.do("announce edit A-1 第二版正文")
    office.clerk.do("announce submit A-1")
    office.clerk.do("announce edit A-1 又改了")
    assert office.deputy.do("approval approve P-3").error == "object_changed"


def test_an_expired_request_is_not_approved(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("announce draft 通知 标题 全体 正文")
    office.clerk.do("announce submit A-1")
    sqlite_house.clock.forward(days=8)
    assert office.deputy.do("approval approve P-2").error == "approval_expired"


def test_declined_comes_back_with_its_reason(house):
    office = furnish(house)
    office.clerk.do("announce draft 通知 标题 全体 正文")
    office.clerk.do("announce submit A-1")
    office.deputy.do("approval decline P-2 请补充时间地点")
    assert any(chat == "钱办" and "请补充时间地点" in out.text for chat, out in deliver(house))
    assert office.clerk.do("announce edit A-1 补充后的正文").data["state"] == "draft"


def test_an_edit_after_publication_is_a_new_version_with_the_same_number(house):
    office = furnish(house)
    publish(office)
    deliver(house)
    office.contacts[0].do("announce ack A-1")
    office.clerk.do("announce edit A-1 更正后的正文")
    office.clerk.do("announce submit A-1")
    office.deputy.do("approval approve P-3")
    texts = [out.text for chat, out in deliver(house) if chat == "联络1"]
    assert any("试安协〔2026〕1号（第 2 版）" in text for text in texts)
    assert office.clerk.do("announce status A-1").data["acknowledged"] == 0
    assert len(office.clerk.do("announce history A-1").data) == 2


def test_document_numbers_have_no_gap(sqlite_house):
    office = furnish(sqlite_house)
    for number in range(1, 4):
        publish(office, number=number, request=f"P-{number + 1}")
    numbers = [row[1] for row in office.clerk.do("announce list").data]
    assert numbers == [f"试安协〔2026〕{n}号" for n in (3, 2, 1)]


def test_the_unread_are_chased_once_a_day_and_the_others_left_in_peace(house):
    office = furnish(house)
    publish(office)
    deliver(house)
    office.contacts[0].do("announce ack A-1")
    assert office.clerk.do("announce chase A-1").data["reminded"] == 1
    assert office.clerk.do("announce chase A-1").error == "chased_today"
    assert [chat for chat, _out in deliver(house)] == ["联络2"]
    house.clock.forward(days=1)
    assert office.clerk.do("announce chase A-1").data["reminded"] == 1


def test_a_withdrawn_text_stops_and_its_readers_are_told(house):
    office = furnish(house)
    publish(office)
    assert office.deputy.do("announce withdraw A-1 数据有误").error == "needs_confirmation"
    office.deputy.do("announce withdraw A-1 数据有误", fields={"_confirm": "yes"})
    assert [chat for chat, out in deliver(house) if "标题" in out.text and "【通知】" in out.text] == []
    assert office.contacts[0].do("announce ack A-1").error == "announcement_unknown"


@pytest.mark.parametrize(
    ("audience", "people"),
    [
        ("全体", 2),
        ("all", 2),
        ("地区=杭州市", 1),
        ("region：宁波市", 1),
        ("类别=检测检验机构、安全评价机构", 2),
        ("会籍=理事单位", 0),
        ("状态=退会", 0),
        ("角色=工作人员", 1),
        ("category=安评机构 region=宁波市", 1),
    ],
)
def test_audiences_in_words(sqlite_house, audience, people):
    office = furnish(sqlite_house)
    assert office.clerk.do(f"announce draft 通知 标题 “{audience}” 正文").data["people"] == people


def test_an_empty_audience_is_refused_at_submission(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("announce draft 通知 标题 会籍=理事单位 正文")
    assert office.clerk.do("announce submit A-1").error == "audience_empty"


def test_another_association_sees_and_touches_nothing(house):
    furnish(house)
    found(house, name="邻省协会", code="51360000500012341U", admin="邻秘")
    neighbour = Voice(house, "邻秘", association="51360000500012341U")
    for line in (
        "member show M-1",
        "announce status A-1",
        "approval approve P-1",
        "import undo I-1",
        "person invite 1",
        "audit show R-99",
        "announce ack A-1",
    ):
        reply = neighbour.do(line, fields={"_confirm": "yes"})
        assert reply.error in (
            "member_unknown",
            "announcement_unknown",
            "approval_unknown",
            "import_unknown",
            "person_unknown",
            "receipt_unknown",
        ), line
    assert neighbour.do("member list").data["count"] == 0


def test_a_suspended_role_ends_scheduled_rights(house):
    office = furnish(house)
    office.clerk.do("announce draft 通知 标题 全体 正文")
    office.clerk.do("announce submit A-1")
    office.secretary.do("role end 卢副 deputy 调离")
    assert office.deputy.do("approval approve P-2").error == "not_allowed"


def test_one_person_two_chats_gets_one_copy_at_the_newest(sqlite_house):
    office = furnish(sqlite_house)
    link(sqlite_house, "联络1", platform="telegram", account="555")
    publish(office)
    with open_session(sqlite_house.engine, 1) as session:
        found_rows = session.execute(
            select(OutboxMessage.platform, OutboxMessage.chat)
            .join(ChatIdentity, ChatIdentity.person_id == OutboxMessage.person_id)
            .where(OutboxMessage.chat == "555")
            .distinct()
        ).all()
    assert [tuple(row) for row in found_rows] == [("telegram", "555")]
