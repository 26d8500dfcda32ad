"""One line, one form, one button: what a person meets in a chat."""

import threading
from dataclasses import replace

from sqlalchemy import func, select

from bot.messages import FileIn, Incoming
from bot.registry import COMMANDS
from core.audit import AuditEntry
from core.db import open_session
from core.outbox import OutboxMessage
from people.models import Person
from tests.houses import Voice, found, furnish


def rows(house, table):
    with open_session(house.engine) as session:
        return session.scalar(select(func.count()).select_from(table), execution_options={"unscoped": True})


def test_both_languages_full_width_and_glued_words_reach_the_same_command(sqlite_house):
    office = furnish(sqlite_house)
    expected = office.clerk.do("member list").data
    for line in (
        "会员 列表",
        "会员列表",
        "MEMBER LIST",
        "ｍｅｍｂｅｒ　ｌｉｓｔ",
        "/member_list",
        "／会员 列表",
        "/会员列表",
    ):
        assert office.clerk.do(line).data == expected, line
    hangzhou = office.clerk.do("member list region=杭州市").data
    assert hangzhou["count"] == 1
    assert office.clerk.do("会员 列表 地区＝杭州市").data == hangzhou
    assert office.clerk.do('会员 列表 地区="杭州市"').data == hangzhou


def test_what_is_missing_is_asked_for_and_cancel_stops(sqlite_house):
    office = furnish(sqlite_house)
    asked = office.clerk.say("会员 添加")
    assert asked.error == "missing_parameter"
    assert "单位名称" in asked.text
    assert asked.form is not None
    assert [f.name for f in asked.form.fields][:3] == ["name", "code", "category"]
    assert "信用代码" in office.clerk.say("新月检测有限公司").text
    wrong = office.clerk.say("91330100MB2X4K7Q3X")
    assert wrong.error == "missing_parameter"
    assert "统一社会信用代码" in wrong.text
    office.clerk.say("91330100MB2X4K7Q3P")
    office.clerk.press("检测检验机构")
    office.clerk.press("会员单位")
    done = office.clerk.say("杭州市")
    assert done.data["number"] == "M-0003"
    office.clerk.say("会员 添加")
    assert office.clerk.say("取消").error is None
    assert office.clerk.do("member list").data["count"] == 3


def test_a_form_comes_back_as_one_submission(sqlite_house):
    office = furnish(sqlite_house)
    asked = office.clerk.say("person add")
    done = office.clerk.say(button=asked.form.token, fields={"name": "季新", "phone": ""})
    assert "季新" in done.text


def test_another_command_leaves_the_open_question_behind(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.say("person add")
    assert office.clerk.say("member list").data["count"] == 2
    assert office.clerk.say("季新").error == "unknown_command"


def test_did_you_mean(sqlite_house):
    office = furnish(sqlite_house)
    reply = office.clerk.say("memer list")
    assert reply.error == "unknown_command"
    assert "会员 列表" in reply.text
    assert office.clerk.press("会员 列表").data["count"] == 2


def test_help_shows_what_this_person_may_do(sqlite_house):
    office = furnish(sqlite_house)
    clerk, contact = set(office.clerk.say("help").data), set(office.contacts[0].say("帮助").data)
    assert "member import" in clerk
    assert "member import" not in contact
    assert "announce ack" in contact
    explained = office.clerk.say("help member add")
    assert "会员 添加 ‹单位名称›" in explained.text


def test_every_change_has_a_receipt_that_the_audit_knows(sqlite_house):
    office = furnish(sqlite_house)
    reply = office.clerk.do("person add 季新")
    receipt = reply.text.rsplit(" ", 1)[1]
    assert receipt.startswith("R-")
    assert office.secretary.do(f"audit show {receipt}").data["action"] == "person:entry:add"


def test_dangerous_steps_ask_first(sqlite_house):
    office = furnish(sqlite_house)
    reply = office.secretary.say("person remove 钱办 调离")
    assert reply.error == "needs_confirmation"
    assert office.secretary.press("否").error == "cancelled"
    assert office.clerk.do("whoami").data["roles"] == ["staff"]
    office.secretary.say("person remove 钱办 调离")
    assert office.secretary.say("是").error is None
    assert office.clerk.do("whoami").error == "person_unknown"
    assert office.secretary.do("person remove 卢副 调离").error == "needs_confirmation"


def test_the_same_update_takes_effect_once(house):
    found(house)
    voice = Voice(house, "秦书")
    first = voice.do("person add 季新", update_id="same")
    again = voice.do("person add 季新", update_id="same")
    assert again.text == first.text
    assert rows(house, Person) == 2


def test_the_same_update_in_parallel_takes_effect_once(house):
    found(house)
    incoming = Incoming("console", "same", "秦书", "秦书", text="person add 季新", interactive=False)
    texts = []
    threads = [threading.Thread(target=lambda: texts.append(house.handle(incoming).text)) for _i in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts) == 5
    assert len(set(texts)) == 1
    assert rows(house, Person) == 2


def test_a_refusal_writes_nothing_but_a_sensitive_one_is_noted(house):
    office = furnish(house)
    before = rows(house, AuditEntry), rows(house, OutboxMessage), rows(house, Person)
    assert office.contacts[0].do("person add 季新").error == "not_allowed"
    assert office.clerk.do("member add 甲 91330100MB2X4K7Q1H 检测检验机构 会员单位 杭州市").error == "code_known"
    assert (rows(house, AuditEntry), rows(house, OutboxMessage), rows(house, Person)) == before
    assert office.contacts[0].do("role grant 钱办 deputy").error == "not_allowed"
    assert rows(house, AuditEntry) == before[0] + 1


def test_private_commands_stay_silent_in_groups(sqlite_house):
    office = furnish(sqlite_house)
    reply = office.clerk.do("member show M-1", private=False)
    assert reply.error == "private_only"
    assert "青禾" not in reply.text


def test_a_button_works_once_and_only_for_whom_it_was_shown(sqlite_house):
    office = furnish(sqlite_house)
    reply = office.clerk.say("person add 季新")
    token = reply.buttons[0][1].token
    assert office.secretary.say(button=token).error == "button_expired"
    assert office.clerk.say(button=token).data["code"]
    assert office.clerk.say(button=token).error == "button_expired"
    mutated = ("0" if token[0] != "0" else "1") + token[1:]
    assert office.clerk.say(button=mutated).error == "button_expired"


def test_old_buttons_expire(sqlite_house):
    office = furnish(sqlite_house)
    token = office.clerk.say("person add 季新").buttons[0][0].token
    sqlite_house.clock.forward(days=8)
    assert office.clerk.say(button=token).error == "button_expired"


def test_strangers_can_only_join_and_a_code_works_once(house):
    office = furnish(house)
    code = office.secretary.do("person invite 钱办").data["code"]
    stranger = Incoming("telegram", "1", "777", "777", text="member list")
    assert house.handle(stranger).error == "stranger"
    assert house.handle(replace(stranger, update_id="2", text="join AAAA-BBBB-CCCC")).error == "code_invalid"
    assert house.handle(replace(stranger, update_id="3", text=f"/start {code.lower()}")).error is None
    assert house.handle(replace(stranger, update_id="4")).data["count"] == 2
    other = replace(stranger, update_id="5", account="888", chat="888", text=f"加入 {code}")
    assert house.handle(other).error == "code_invalid"
    assert house.handle(replace(stranger, update_id="6", account="999", private=False)) is None


def test_rights_end_with_the_term_and_with_leaving(house):
    office = furnish(house)
    office.secretary.do("person add 季新")
    office.secretary.do("role grant 季新 staff ends=2026-10-09")
    office.deputy.do("approval approve P-2")
    season = Voice(house, "季新")
    assert season.do("member list").data["count"] == 2
    house.clock.forward(days=2)
    assert season.do("member list").error == "not_allowed"


def test_a_display_name_gives_no_rights(house):
    furnish(house)
    imitator = Incoming("telegram", "1", "666", "666", text="member list", display_name="秦书")
    assert house.handle(imitator).error == "stranger"


def test_a_file_alone_is_offered_the_import(sqlite_house):
    office = furnish(sqlite_house)
    reply = office.clerk.say(files=(FileIn("名册.xlsx", b"not a workbook"),))
    assert reply.buttons[0][0].label == "作为会员名册导入"
    assert office.clerk.press("作为会员名册导入").error == "file_unreadable"


def test_the_matrix_of_commands_and_roles(sqlite_house):
    """Every command, for every role and for none, in private and in a group: allowed, asked for more, or refused."""
    office = furnish(sqlite_house)
    voices = {
        "secretary": office.secretary,
        "deputy": office.deputy,
        "clerk": office.clerk,
        "contact": office.contacts[0],
    }
    for command in COMMANDS.values():
        for name, voice in voices.items():
            holds = command.name in voice.do("help").data
            in_group = voice.do(command.name, private=False)
            if not holds:
                assert in_group.error == "not_allowed", (command.name, name)
                assert voice.do(command.name).error == "not_allowed", (command.name, name)
            elif command.private:
                assert in_group.error == "private_only", (command.name, name)
        stranger = sqlite_house.handle(Incoming("telegram", command.name, "1", "1", text=command.name))
        assert stranger.error in ("stranger", "code_invalid")


def test_every_command_is_named_in_chinese_and_explained():
    for command in COMMANDS.values():
        assert command.zh
        assert not command.zh.isascii()
        assert command.title
