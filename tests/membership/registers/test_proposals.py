"""What members propose for their own unit: told, decided by another person, counted only then; nobody else's unit."""

from sqlalchemy import func, select

from bot.messages import FileIn
from core.db import open_session
from membership.models import RegisterEntry, RegisterProposal
from tests.houses import deliver, furnish
from tests.membership.registers.test_entries import ENGINEER, snapshot

OWN = "我的登记 添加 注册安全工程师 季工 煤矿 高级 ZC-1 2028-01-01"


def entered(house):
    with open_session(house.engine, 1) as session:
        return session.scalar(select(func.count()).select_from(RegisterEntry))


def test_a_member_proposes_question_by_question_and_hears_what_became_of_it(house):
    office = furnish(house)
    deliver(house)
    member = office.contacts[0]
    asked = member.say("我的登记 添加")
    labels = [button.label for row in asked.buttons for button in row]
    assert "技术服务机构" in labels
    assert "安责险业务" not in labels, "what is meant for insurers is not offered to a laboratory"
    member.press("注册安全工程师")
    for answer in ("季工", "煤矿", "高级", "ZC-1", "2028-01-01"):
        member.say(answer)
    assert member.last.data == {"proposal": 1}
    assert entered(house) == 0
    told = {chat for chat, out in deliver(house) if "登记 待确认" in out.text}
    assert told == {"秦书", "卢副", "钱办"}
    assert [row[:4] for row in office.clerk.say("登记 待确认").data] == [
        ["1", "青禾检测有限公司", "注册安全工程师", "新登记"]
    ]
    shown = office.clerk.press("1 青禾检测有限公司")
    assert "姓名：季工" in shown.text
    assert office.clerk.press("确认").data == {"entry": "E-0001"}
    [(chat, out)] = deliver(house)
    assert (chat, "已确认（E-0001）" in out.text) == ("联络1", True)
    assert "taken over" not in member.do("我的登记 列表").text
    assert "E-0001" in str(member.last.data)


def test_a_change_and_an_end_wait_too_and_show_the_old_beside_the_new(sqlite_house):
    office = furnish(sqlite_house)
    member, clerk = office.contacts[0], office.clerk
    clerk.do(ENGINEER)
    assert member.do("我的登记 修改 E-1 级别=中级").data == {"proposal": 1}
    assert "级别：高级 → 中级" in clerk.do("登记 申报 1").text
    assert clerk.do("register show E-1").data["values"]["level"] == "senior"
    assert clerk.do("登记 确认 1").error is None
    assert clerk.do("register show E-1").data["values"]["level"] == "intermediate"
    member.do("我的登记 终止 E-1 调离")
    clerk.do("登记 确认 2")
    assert clerk.do("register show E-1").data["ended_on"] == "2026-10-08"


def test_a_declined_proposal_changes_nothing_and_its_reason_is_told(sqlite_house):
    office = furnish(sqlite_house)
    deliver(sqlite_house)
    office.contacts[0].do(OWN)
    deliver(sqlite_house)
    assert office.clerk.do("登记 退回 1 证书照片看不清，请重拍").error is None
    assert entered(sqlite_house) == 0
    [(chat, out)] = deliver(sqlite_house)
    assert (chat, "证书照片看不清" in out.text) == ("联络1", True)
    assert "证书照片看不清" in office.contacts[0].do("my register list").text
    assert office.clerk.do("登记 确认 1").error == "already_decided"


def test_a_proposal_for_an_entry_that_changed_meanwhile_is_not_taken_over(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do(ENGINEER)
    office.contacts[0].do("我的登记 修改 E-1 级别=中级")
    office.clerk.do("register edit E-1 level=初级")
    before = snapshot(sqlite_house)
    assert office.clerk.do("登记 确认 1").error == "entry_changed"
    assert snapshot(sqlite_house) == before


def test_two_proposals_for_the_same_thing_make_one_entry(house):
    office = furnish(house)
    for number in (1, 2):
        assert office.contacts[0].do(OWN).data == {"proposal": number}
    assert office.clerk.do("登记 确认 1").error is None
    assert office.clerk.do("登记 确认 2").error == "entry_known"
    assert entered(house) == 1


def test_nobody_reaches_the_entries_of_another_unit(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do(ENGINEER)
    stranger = office.contacts[1]
    before = snapshot(sqlite_house)
    for line, code in (
        ("my register show E-1", "entry_unknown"),
        ("my register edit E-1 level=中级", "entry_unknown"),
        ("my register end E-1 调离", "entry_unknown"),
        (OWN + " member=M-1", "not_your_unit"),
        (OWN.replace("季工", "").replace("  ", " "), "choice_unknown"),
        ("register confirm 1", "not_allowed"),
        ("register waiting", "not_allowed"),
    ):
        assert stranger.do(line).error == code, line
    assert office.secretary.do("my register list").error == "no_unit"
    assert snapshot(sqlite_house) == before


def test_who_acts_for_several_units_says_for_which(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("contact add M-2 联络1 person=联络1")
    member = office.contacts[0]
    assert member.do(OWN).error == "which_unit"
    assert member.do(OWN + " member=M-2").data == {"proposal": 1}


def test_nobody_decides_on_their_own_proposal(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("contact add M-1 钱办 person=钱办")
    assert office.clerk.do(OWN).data == {"proposal": 1}
    assert office.clerk.do("登记 确认 1").error == "second_person"
    assert office.deputy.do("登记 确认 1").error is None


def test_a_member_never_sees_the_name_of_a_file_that_it_only_guessed(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do(
        "register add technical_service M-2 安全评价 B1 省厅 2028-01-01", files=(FileIn("别人的证书.pdf", b"%PDF"),)
    )
    member = office.contacts[0]
    member.do("my register add technical_service 检测检验 A1 省厅 2028-01-01 certificate=#1")
    office.clerk.do("register confirm 1")
    assert "别人的证书" not in member.do("my register show E-2").text


def test_a_reason_that_screening_holds_goes_nowhere(sqlite_house):
    from dataclasses import replace

    from bot.screener import screened
    from tests.houses import Voice

    office = furnish(sqlite_house)
    office.contacts[0].do(OWN)
    clerk = Voice(replace(sqlite_house, screener=screened), "钱办")
    assert clerk.do("登记 退回 1 不缴纳评审费5000元不予登记，并报应急局列入重点监管").error == "text_held"
    with open_session(sqlite_house.engine, 1) as session:
        assert session.scalars(select(RegisterProposal.state)).all() == ["waiting"]
