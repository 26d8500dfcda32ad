"""How announcements go out: at which hour, to whom exactly, to which groups, and who has been told in the end."""

import io
from datetime import UTC, datetime

import openpyxl
import pytest
from sqlalchemy import select

from bot.messages import FileIn, Incoming
from bot.timers import run_due
from core.db import open_session
from core.holds import ScreenedText
from core.outbox import OutboxContent, OutboxMessage
from tests.houses import Voice, deliver, furnish, link


def publish(office, line="announce draft 通知 标题 全体 正文", *extra):
    """Draft A-1, do something more to it, and have it approved."""
    office.clerk.do(line)
    for more in extra:
        reply = office.clerk.do(more)
        assert reply.error is None, reply.text
    assert office.clerk.do("announce submit A-1").error is None
    return office.deputy.do("approval approve P-2")


def copies(house, subject="announcement:1"):
    """State of every copy about a subject."""
    with open_session(house.engine, 1) as session:
        query = select(OutboxMessage.state).join(OutboxContent, OutboxContent.id == OutboxMessage.content_id)
        return sorted(session.scalars(query.where(OutboxContent.subject == subject)))


def readers(house, word="标题"):
    """Who got something that says this."""
    return sorted(chat for chat, out in deliver(house) if word in out.text and "【" in out.text)


def test_edit_takes_the_words_as_the_text(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("announce draft 通知 标题 全体 正文")
    shown = office.clerk.do("announce edit A-1 新的正文 第二段").text
    assert "标题\n\n新的正文 第二段" in shown
    assert "新标题\n\n新的正文 第二段" in office.clerk.do("announce edit A-1 title=新标题").text
    assert office.clerk.do("announce edit A-1").error == "nothing_to_change"


def test_scheduled_goes_out_at_its_hour_and_can_be_stopped_before(house):
    office = furnish(house)
    publish(office, "announce draft 通知 标题 全体 正文", "announce schedule A-1 2026-10-09 14:30")
    assert readers(house) == []
    assert office.clerk.do("announce list state=scheduled").data[0][1] == ""
    assert office.clerk.do("announce edit A-1 改").error == "scheduled"
    assert office.clerk.do("announce cancel A-1").data["state"] == "draft"
    assert office.clerk.do("announce cancel A-1").error == "not_scheduled"
    assert office.clerk.do("announce schedule A-1 2026-10-08 09:00").error == "moment_passed"
    assert office.clerk.do("announce schedule A-1 明天 26点").error == "moment_form"
    office.clerk.do("公告 定时 A-1 2026-10-09 14:30")
    office.clerk.do("announce submit A-1")
    office.deputy.do("approval approve P-3")
    house.clock.now = datetime(2026, 10, 9, 6, 29, 59, tzinfo=UTC)
    run_due(house)
    assert readers(house) == []
    house.clock.now = datetime(2026, 10, 9, 6, 30, tzinfo=UTC)
    run_due(house)
    run_due(house)
    assert readers(house) == ["联络1", "联络2"]
    assert office.clerk.do("announce list").data[0][1] == "试安协〔2026〕1号"


def test_a_scheduled_text_that_may_not_go_out_any_more_is_a_draft_again(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("announce draft 征求意见 关于甲标准征求意见 全体 请提意见")
    for line in ("起始日 2026-10-12", "截止日 30", "受理部门 秘书处", "电话 1", "地址 2"):
        office.clerk.do(f"公告 要素 A-1 {line}")
    office.clerk.do("announce schedule A-1 2026-10-12 09:00")
    office.clerk.do("announce submit A-1")
    office.deputy.do("approval approve P-2")
    sqlite_house.clock.now = datetime(2026, 10, 13, 2, 0, tzinfo=UTC)
    run_due(sqlite_house)
    assert office.clerk.do("announce list").data[0][4] == "草稿"
    assert any(chat == "钱办" and "到时未能发布" in out.text for chat, out in deliver(sqlite_house))


@pytest.mark.parametrize(("way", "told"), [("", []), ("紧急", ["联络1", "联络2"])])
def test_at_night_only_what_is_urgent_goes_out(sqlite_house, way, told):
    office = furnish(sqlite_house)
    sqlite_house.clock.now = datetime(2026, 10, 9, 14, 0, tzinfo=UTC)
    publish(office, "announce draft 通知 标题 全体 正文", *([f"announce delivery A-1 {way} 台风"] if way else []))
    assert readers(sqlite_house) == told
    sqlite_house.clock.now = datetime(2026, 10, 10, 0, 0, tzinfo=UTC)
    assert readers(sqlite_house) == ([] if told else ["联络1", "联络2"])


def test_nothing_is_sent_when_that_was_chosen_and_it_is_recorded(sqlite_house):
    office = furnish(sqlite_house)
    publish(office, "announce draft 通知 标题 全体 正文", "公告 送达方式 A-1 不通知 补录旧文")
    assert readers(sqlite_house) == []
    assert office.clerk.do("announce status A-1").data["audience"] == 0
    audit = office.secretary.do("audit list").text + str(office.secretary.last.table)
    assert "announcement:delivery:choose" in audit or "送达方式" in audit
    office.clerk.do("announce draft 会议通知 大会 全体 正文")
    assert office.clerk.do("announce delivery A-2 不通知 无").error == "legal_kind"


def test_a_mass_message_waits_a_minute_in_which_it_can_be_taken_back(house):
    office = furnish(house)
    for index in range(9):
        office.clerk.do(f"contact add M-1 群众{index}")
        link(house, f"群众{index}")
    publish(office)
    assert readers(house) == []
    assert office.clerk.do("公告 撤销 A-1").data == {"stopped": 11, "state": "draft"}
    house.clock.forward(seconds=61)
    assert readers(house) == []
    office.clerk.do("announce submit A-1")
    office.deputy.do("approval approve P-3")
    house.clock.forward(seconds=61)
    [text] = {out.text for chat, out in deliver(house) if chat == "联络1"}
    assert "试安协〔2026〕1号\n" in text
    assert office.clerk.do("announce undo A-1").error == "already_sent"
    assert "已撤销" in str(office.clerk.do("announce history A-1").data)


def test_other_kinds_can_be_unsubscribed_from_and_legal_ones_not(house):
    office = furnish(house)
    member = office.contacts[0]
    assert member.do("退订 公示").error == "legal_kind"
    assert member.do("退订 通知").error is None
    assert member.do("退订 通知").error == "unsubscribed"
    publish(office)
    assert readers(house) == ["联络2"]
    assert office.clerk.do("announce status A-1").data["opted_out"] == 1
    assert member.do("订阅 通知").error is None
    assert member.do("subscribe notice").error == "subscribed"
    assert member.do("unsubscribe notice").error is None


def test_files_go_along_with_their_hash(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("announce draft 通知 标题 全体 正文")
    sent = office.clerk.do("announce attach A-1", files=(FileIn("名单.txt", b"PK-list"),))
    assert len(sent.data["sha256"]) == 64
    assert office.clerk.do("announce detach A-1").data["files"] == 1
    office.clerk.do("公告 附件 A-1", files=(FileIn("名单.txt", b"PK-list"),))
    asked = office.clerk.do("announce submit A-1")
    assert "名单.txt" in asked.text
    office.deputy.do("approval approve P-2")
    letters = [out for chat, out in deliver(sqlite_house) if chat == "联络1"]
    assert [file.content for file in letters[0].files] == [b"PK-list"]
    assert "附件：名单.txt" in letters[0].text


def test_the_words_of_a_file_are_screened_with_the_text(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("announce draft 通知 标题 全体 正文")
    office.clerk.do("announce attach A-1", files=(FileIn("要求.txt", "不参加者不予年检".encode()),))
    assert office.clerk.do("announce submit A-1").error is None
    with open_session(sqlite_house.engine, 1) as session:
        text = session.scalars(select(ScreenedText.text)).one()
    assert text.splitlines() == ["标题", "正文", "要求.txt", "不参加者不予年检"]


def test_the_unread_are_reminded_on_schedule_and_then_others_are_asked(house):
    office = furnish(house)
    office.clerk.do("contact add M-1 副联络")
    link(house, "副联络")
    link(house, "联络2", platform="telegram", account="t2")
    publish(
        office,
        "announce draft 会议通知 大会 角色=会员联系人 请到会",
        "announce set A-1 会议日期 2026-11-20",
        "announce set A-1 地点 杭州",
        "announce edit A-1 audience=地区=杭州市",
    )
    deliver(house)
    with open_session(house.engine, 1) as session:
        assert session.scalar(select(OutboxMessage.id).limit(1)) is not None
    house.clock.now = datetime(2026, 10, 10, 2, 0, tzinfo=UTC)
    run_due(house)
    first = sorted(chat for chat, out in deliver(house) if "请确认" in out.text and "大会" in out.text)
    assert first == ["副联络", "联络1"]
    office.contacts[0].do("announce ack A-1")
    assert office.clerk.do("announce units A-1").data == {"units": 1, "silent": 0}
    assert office.clerk.do("公告 催阅 A-1 停止").data == {"next": None}
    house.clock.now = datetime(2026, 10, 14, 2, 0, tzinfo=UTC)
    run_due(house)
    assert [out.text for _chat, out in deliver(house) if "大会" in out.text] == []
    assert office.clerk.do("announce chase A-1 定期").data["next"] == "2026-10-16"


def test_when_nobody_confirms_other_chats_and_other_contacts_are_asked(house):
    office = furnish(house)
    office.clerk.do("contact add M-2 后备")
    link(house, "后备")
    link(house, "联络1", platform="telegram", account="t1")
    publish(office, "announce draft 通知 标题 全体 正文 -", "announce edit A-1 audience=-未确认=A-9")
    with open_session(house.engine, 1) as session:
        session.execute(
            OutboxMessage.__table__.delete().where(
                OutboxMessage.person_id.in_(select(OutboxMessage.person_id).where(OutboxMessage.chat == "后备"))
            )
        )
    reply = office.clerk.do("公告 催阅 A-1 转催")
    assert reply.data == {"chats": 1, "contacts": 1}
    assert office.clerk.do("announce chase A-1 others").error == "escalated"
    arrived = {chat: out.text for chat, out in deliver(house)}
    assert "请查收并转办" in arrived["后备"]
    assert "联络1" in arrived


def test_proof_names_units_waves_and_versions(sqlite_house):
    office = furnish(sqlite_house)
    publish(office)
    deliver(sqlite_house)
    office.contacts[0].do("announce ack A-1")
    office.clerk.do("announce chase A-1")
    office.clerk.do("announce edit A-1 第二版\n新的一行")
    deliver(sqlite_house)
    book = openpyxl.load_workbook(io.BytesIO(office.clerk.do("announce proof A-1").files[0].content))
    assert book.sheetnames == ["送达证明", "单位送达", "催阅与转催", "版本"]
    cells = {
        sheet.title: [[c for c in row if c is not None] for row in sheet.iter_rows(values_only=True)] for sheet in book
    }
    assert any("青禾检测有限公司（M-0001）" in row and "已确认" in row for row in cells["送达证明"])
    assert any("云岭安全评价有限公司" in row and "已送达未确认" in row for row in cells["单位送达"])
    assert any("催阅 2026-10-08" in row and "联络2" in row for row in cells["催阅与转催"])
    office.clerk.do("announce submit A-1")
    office.deputy.do("approval approve P-3")
    diff = office.clerk.do("公告 历史 A-1 对比").text
    assert "− 正文" in diff
    assert "+ 第二版" in diff
    assert "卢副" in str(office.clerk.last.table)


def test_saved_audiences_exclusions_and_exact_people(house):
    office = furnish(house)
    assert office.clerk.do("对象 保存 杭州组 地区=杭州市").data == {"name": "杭州组", "people": 1}
    assert office.clerk.do("audience list").data == [["杭州组", "地区=杭州市", "1"]]
    assert office.clerk.do("audience show 杭州组").data["names"] == ["联络1"]
    assert office.clerk.do("对象 预览 “全体 不含地区=杭州市”").data["names"] == ["联络2"]
    assert office.clerk.do('audience preview "-region=宁波市"').data["names"] == ["联络1"]
    assert office.clerk.do("audience preview @没有").error == "audience_unknown"
    assert office.clerk.do("audience save all 地区=杭州市").error == "audience_name"
    book = office.clerk.do("对象 导出 @杭州组").files[0]
    page = openpyxl.load_workbook(io.BytesIO(book.content)).active
    assert any("联络1" in row for row in page.iter_rows(values_only=True))
    publish(office, "announce draft 通知 标题 @杭州组 正文")
    assert readers(house) == ["联络1"]
    assert office.clerk.do("announce people A-1").data["names"] == ["联络1"]
    assert office.clerk.do("对象 预览 未确认=A-1").data["names"] == ["联络1"]
    office.contacts[0].do("announce ack A-1")
    assert office.clerk.do("audience preview unread=A-1").data["people"] == 0
    assert office.clerk.do("audience delete 杭州组").error is None
    assert office.clerk.do("audience show 杭州组").error == "audience_unknown"


def test_templates_ask_for_their_fields_one_by_one(sqlite_house):
    office = furnish(sqlite_house)
    names = office.clerk.do("公告 模板 列表").data
    assert {"评级公示", "公示结果", "会员大会通知", "会费通知"} <= set(names)
    assert office.clerk.do("announce template add 值班 通知 {节}值班 值班电话{号码}，{节}快乐").error is None
    assert office.clerk.do("announce template add 值班 通知 再来 一次").error == "template_exists"
    used = office.clerk.do("公告 模板 使用 值班 全体")
    assert used.data["missing"] == ["节:placeholder", "号码:placeholder"]
    assert office.clerk.do("announce submit A-1").error == "incomplete"
    assert "节" in office.clerk.say("公告 补全 A-1").text
    assert "号码" in office.clerk.say("中秋").text
    shown = office.clerk.say("{节}12345")
    assert "中秋值班\n\n值班电话{节}12345，中秋快乐" in shown.text
    assert office.clerk.do("announce template remove 值班").error is None
    assert office.clerk.do("announce template use 值班 全体").error == "template_unknown"
    assert office.clerk.do("announce template remove 会费通知").error == "template_unknown"


def test_the_shipped_notice_is_complete_once_its_fields_are_filled(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("公告 模板 使用 评级公示 全体")
    for line in (
        *("年度 2026", "依据 甲安协〔2026〕3号", "名单 见附件", "拟作决定 评为A级", "起始日 2026-10-09", "截止日 5"),
        *("电话 0571-87000000", "地址 某路1号"),
    ):
        reply = office.clerk.do(f"公告 要素 A-1 {line}")
    assert reply.data["missing"] == []
    assert office.clerk.do("announce submit A-1").error is None


def test_numbers_are_voided_with_a_reason_and_never_used_again(house):
    office = furnish(house)
    publish(office)
    assert office.deputy.do("文号 作废 试安协[2026]第001号 编错").error == "number_in_force"
    office.deputy.do("announce withdraw 试安协(2026)1号 数据有误", fields={"_confirm": "yes"})
    assert office.clerk.do("announce void 试安协〔2026〕1号 编错").error == "not_allowed"
    assert office.deputy.do("announce void 试安协〔2026〕9号 编错").error == "document_number_unknown"
    assert office.deputy.do("announce void 试安协［2026］1号 编错").error is None
    assert office.deputy.do("announce void 试安协〔2026〕1号 编错").error == "number_void"
    office.clerk.do("announce draft 通知 标题 全体 正文")
    office.clerk.do("announce submit A-2")
    office.deputy.do("approval approve P-3")
    assert office.clerk.do("文号 登记簿").data == [["试安协〔2026〕1号", "作废：编错"], ["试安协〔2026〕2号", ""]]
    assert office.secretary.do("office codeword 应急").error == "code_word_reserved"
    assert office.secretary.do("办公 代字 试验安协").data == {"code_word": "试验安协"}
    office.clerk.do("announce draft 通知 标题 全体 正文")
    office.clerk.do("announce submit A-3")
    office.deputy.do("approval approve P-4")
    assert office.clerk.do("announce register 2026").data[-1][0] == "试验安协〔2026〕1号"
    assert office.clerk.do("announce preview 试验安协（2026）第01号").data["announcement"] == 3
    assert office.clerk.do("announce list 试验安协[2026]1号").data[0][0] == "A-0003"


def test_a_correction_names_what_it_corrects_and_goes_to_the_same_people(sqlite_house):
    office = furnish(sqlite_house)
    publish(office, "announce draft 通知 培训 地区=杭州市 周五开课")
    deliver(sqlite_house)
    made = office.clerk.do("公告 更正 A-1 开课时间应为周六。")
    assert made.data["missing"] == []
    assert made.data["people"] == 1
    office.clerk.do("announce submit A-2")
    office.deputy.do("approval approve P-3")
    [text] = [out.text for chat, out in deliver(sqlite_house) if chat == "联络1"]
    assert "【更正公告】试安协〔2026〕2号\n关于“培训”（试安协〔2026〕1号）的更正公告" in text
    office.clerk.do("announce draft 更正 关于某事的更正 全体 正文")
    assert office.clerk.do("announce submit A-3").data["missing"] == ["corrects:missing"]


def test_settings_are_shown_and_changed(sqlite_house):
    office = furnish(sqlite_house)
    assert office.secretary.do("announce settings").data["begins"] == "21:00"
    changed = office.secretary.do("公告 设置 免打扰=20:00-9:00 催阅间隔=3 公示天数=7 含首日=否")
    assert changed.data | {"begins": "20:00", "ends": "09:00", "chase_every": 3, "notice_days": 7} == changed.data
    assert office.secretary.do("announce settings every=99").error == "setting_range"
    office.clerk.do("announce draft 公示 名单公示 全体 正文")
    office.clerk.do("announce set A-1 起始日 2026-10-09")
    assert "ends:too_short" in office.clerk.do("announce set A-1 天数 6").data["missing"]
    assert "2026-10-19" in office.clerk.do("announce set A-1 天数 7").text


def linked_group(office):
    """The group 会员大群, linked by the clerk."""
    clerk = office.clerk
    code = clerk.do("群 绑定 会员大群").data["code"]
    group = {"private": False, "platform": "console", "interactive": False}
    office.deputy.chat = clerk.chat = "大群"
    assert office.deputy.say(f"group link {code}", **group).error == "code_invalid"
    assert clerk.say("group link 会员大群", **group).error == "code_form"
    assert clerk.say(f"群 绑定 {code}", **group).error is None
    assert clerk.say(f"群 绑定 {code}", **group).error == "code_invalid"
    clerk.chat = office.deputy.chat = ""


def test_a_group_is_linked_by_a_code_and_counts_confirmations_per_person(sqlite_house):
    office = furnish(sqlite_house)
    house, clerk = sqlite_house, office.clerk
    linked_group(office)
    assert clerk.do("group list").data[0][0] == "会员大群"
    publish(office, "announce draft 通知 标题 地区=杭州市 正文", "公告 发群 A-1 会员大群")
    arrived = deliver(house)
    [post] = [out for chat, out in arrived if chat == "大群"]
    assert post.group
    assert [label for row in post.buttons for label, _token in row] == ["确认收到"]
    token = post.buttons[0][0][1]
    for member in office.contacts:
        member.chat = "大群"
        assert member.say(button=token, private=False).error is None
        assert member.say(button=token, private=False).error == "already_confirmed"
    stranger = Incoming("telegram", "x1", "999", "大群", private=False, button=token)
    told = house.handle(stranger)
    assert (told.error, told.personal) == ("stranger", True)
    counts = clerk.do("announce status A-1").data
    assert (counts["audience"], counts["acknowledged"], counts["beyond"]) == (1, 1, 1)
    known = clerk.do("群 成员 会员大群").data
    assert (known["seen"], known["outside"], known["absent"]) == (3, ["钱办"], 0)
    assert clerk.do("group unlink 会员大群").error is None
    assert clerk.do("announce groups A-1 会员大群").error == "group_unknown"


def test_a_group_that_moved_or_takes_nothing_is_known(sqlite_house):
    from core.access import Permission
    from people import usecases
    from people.models import LinkedGroup
    from tests.houses import system

    office = furnish(sqlite_house)
    code = office.clerk.do("group link 群").data["code"]
    office.clerk.chat = "旧"
    office.clerk.say(f"group link {code}", private=False, interactive=False)
    with system(sqlite_house, 1, Permission.DELIVER) as tx:
        usecases.move_chat(tx, platform="console", chat="旧", to="新")
        usecases.mark_unreachable(tx, platform="console", chat="新", trouble="archived", since=tx.now)
    with open_session(sqlite_house.engine, 1) as session:
        group = session.scalars(select(LinkedGroup)).one()
        assert (group.chat, group.trouble) == ("新", "archived")


def test_nobody_of_another_association_reaches_any_of_it(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("audience save 杭州组 地区=杭州市")
    office.clerk.do("announce template add 值班 通知 标题 正文")
    from tests.houses import found

    found(sqlite_house, name="邻省协会", code="51360000500012341U", admin="邻秘")
    neighbour = Voice(sqlite_house, "邻秘", association="51360000500012341U")
    assert neighbour.do("audience list").data == []
    assert "值班" not in neighbour.do("announce template list").data
    assert neighbour.do("objection list").data == []
