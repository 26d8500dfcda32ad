"""Schemes in chat: entered, checked, compared, published by somebody else, never changed after that."""

from bot.messages import FileIn
from core.db import open_session
from membership.models import GradingScheme
from membership.rules.grading.compare import Difference, differences
from tests.houses import furnish
from tests.membership.rounding import DOCUMENT, Round


def file(document):
    return (FileIn("办法.toml", document.encode()),)


def test_a_scheme_goes_from_a_file_to_publication_by_somebody_else(sqlite_house):
    office = furnish(sqlite_house)
    clerk, deputy = office.clerk, office.deputy
    assert "还没有评定办法" in clerk.do("方案 列表").text
    made = clerk.do("方案 添加", files=file(DOCUMENT))
    assert "plain@1“简明评定办法”已存为草稿" in made.text
    again = clerk.do("方案 添加", files=file(DOCUMENT.replace("above", "above")))
    assert again.data["sound"] is True
    assert clerk.do("评定 开启 plain 评定 全体").error == "scheme_not_published"
    asked = clerk.do("方案 发布 plain")
    assert clerk.do(f"审批 同意 P-{asked.data['approval']}").error == "not_allowed"
    changed = clerk.do("方案 添加", files=file(DOCUMENT + "# 改\n"))
    assert changed.error is None
    assert deputy.do(f"审批 同意 P-{asked.data['approval']}").error == "object_changed"
    asked = clerk.do("方案 发布 plain")
    assert deputy.do(f"审批 同意 P-{asked.data['approval']}").error is None
    late = clerk.do("方案 添加", files=file(DOCUMENT))
    assert late.error == "scheme_published"
    shown = clerk.do("方案 查看 plain")
    assert "起草：钱办" in shown.text
    assert "发布：卢副" in shown.text
    exported = clerk.do("方案 导出 plain")
    assert exported.files[0].content.decode() == DOCUMENT + "# 改\n"


def test_whoever_wrote_a_scheme_cannot_publish_it_even_when_another_asks(sqlite_house):
    office = furnish(sqlite_house)
    office.deputy.do("方案 添加", files=file(DOCUMENT))
    asked = office.clerk.do("方案 发布 plain")
    assert office.deputy.do(f"审批 同意 P-{asked.data['approval']}").error == "second_person"
    assert office.secretary.do(f"审批 同意 P-{asked.data['approval']}").error is None


def test_the_checker_says_what_is_wrong_and_where_and_nothing_is_published(sqlite_house):
    office = furnish(sqlite_house)
    gap = DOCUMENT.replace("from = 75\nbelow = 90", "from = 80\nbelow = 90")
    made = office.clerk.do("方案 添加", files=file(gap))
    assert made.data["sound"] is False
    assert "bands" in made.text
    assert "✗" in office.clerk.do("方案 检查 plain").text
    assert office.clerk.do("方案 发布 plain").error == "scheme_refused"
    assert office.clerk.do("方案 添加", files=file("format = 1\n[scheme]\nid = 3")).error == "scheme_unreadable"
    assert office.clerk.do("方案 添加", files=(FileIn("x.toml", b"\xff\xfe\x00"),)).error == "scheme_encoding"
    assert office.clerk.do("方案 添加 随便写").error == "scheme_document_missing"
    with open_session(sqlite_house.engine, 1) as session:
        assert [one.state for one in session.query(GradingScheme)] == ["draft"]


def test_a_shipped_scheme_and_a_pasted_document_are_taken_too(sqlite_house):
    office = furnish(sqlite_house)
    shipped = office.clerk.do("方案 添加 default")
    assert shipped.data["scheme"] == "default@2026.1"
    assert shipped.data["sound"] is True
    pasted = office.clerk.say("方案 添加 " + DOCUMENT)
    assert pasted.error is None, pasted.text
    assert [row[0] for row in office.clerk.do("方案 列表").data] == ["default@2026.1", "plain@1"]


def test_two_versions_are_compared_value_by_value(sqlite_house):
    office = furnish(sqlite_house)
    later = (
        DOCUMENT.replace('version = "1"', 'version = "2"')
        .replace("max = 60", "max = 50")
        .replace("max = 40", "max = 50")
    )
    office.clerk.do("方案 添加", files=file(DOCUMENT))
    office.clerk.do("方案 添加", files=file(later))
    rows = office.clerk.do("方案 对比 plain@1 plain@2").data
    assert rows == [
        ["scheme.version", "1", "2"],
        ["indicators[site].max", "60", "50"],
        ["indicators[papers].max", "40", "50"],
    ]
    assert "内容相同" in office.clerk.do("方案 对比 plain@1 plain@1").text
    assert differences('a = [{id = "x", n = 1.50}]', 'a = [{id = "y", n = 1.5}]') == [
        Difference("a[y].id", "", "y"),
        Difference("a[y].n", "", "1.5"),
        Difference("a[x].id", "x", ""),
        Difference("a[x].n", "1.5", ""),
    ]


def test_a_scheme_in_use_is_not_retired_and_a_retired_one_opens_no_round(sqlite_house):
    play = Round(sqlite_house)
    play.open()
    assert play.clerk.do("方案 停用 plain 换新版").error == "scheme_in_use"
    assert play.confirmed(play.clerk, "评定 取消 G-1 办法有误").error is None
    assert any("已取消：办法有误" in text for text in play.letters("联络1"))
    assert play.clerk.do("评定 推进 G-1").error == "round_cancelled"
    assert play.clerk.do("方案 停用 plain 换新版").error is None
    assert play.clerk.do("方案 停用 plain 换新版").error == "scheme_not_published"
    assert play.clerk.do("评定 开启 plain 评定 全体").error == "scheme_not_published"
    assert play.clerk.do("评定 查看 G-1").data["state"] == "cancelled"


def test_a_round_is_previewed_with_its_exact_units_and_days(sqlite_house):
    play = Round(sqlite_house)
    play.clerk.do("contact end M-2 联络2")
    before = play.clerk.do("评定 预览 plain 年度评定 全体 自评日数=5 初评日数=3 复核日数=2")
    assert before.data == {"members": 2, "ends": ["2026-10-14", "2026-10-19", "2026-10-21"]}, before.text
    assert "其中 1 家没有可以填写自评的联系人：M-0002 云岭安全评价有限公司" in before.text
    assert play.secretary.do("评定 列表").data == []
    opened = play.clerk.press("开启这一轮")
    assert opened.data["members"] == 2, opened.text
    assert "自评截止 2026-10-14" in opened.text
    assert play.clerk.do("评定 列表").data == [["G-0001", "年度评定", "plain@1", "自评", "2"]]
