"""What a contact and an evaluator see and press: one indicator at a time, wrong scores answered, evidence, skipping."""

import pytest

from bot.messages import FileIn
from core.db import open_session
from membership.models import RoundScore
from tests.membership.rounding import Round

PDF = FileIn("台账.pdf", b"%PDF-1.7 x")


def labels(reply):
    return [button.label for row in reply.buttons for button in row]


def scores(house):
    """(unit, indicator, stage, score) of what stands."""
    with open_session(house.engine, 1) as session:
        found = session.query(RoundScore).filter(RoundScore.superseded_at.is_(None)).order_by(RoundScore.id)
        return [(one.unit_id, one.indicator, one.stage, one.score) for one in found]


def test_a_contact_assesses_the_own_unit_by_button_number_and_file(sqlite_house):
    play = Round(sqlite_house)
    play.open()
    contact = play.members[0]
    assert any("请于 2026-10-21 前完成本单位自评" in text for text in play.letters("联络1"))
    first = contact.say("自评 填写 G-1")
    assert "指标 1/2：现场管理" in first.text
    assert "满分 60 · 第三条" in first.text
    assert labels(first)[:6] == ["60", "54", "48", "42", "36", "0"]
    asked = contact.press("54")
    assert "指标 2/2：台账资料" in asked.text
    wrong = contact.say("四十")
    assert wrong.error == "number_words"
    assert "指标 2/2" in wrong.text
    noted = contact.say("３８分")
    assert "请现在发送材料文件" in noted.text
    kept = contact.say(files=(PDF,))
    assert "台账.pdf 已存入“台账资料”" in kept.text
    assert contact.say(files=(PDF,)).error == "file_known"
    shown = contact.say("自评 查看 G-1")
    assert "1. 现场管理：54 📎0" in shown.text
    assert "2. 台账资料：38 📎1" in shown.text
    assert "尚未提交" in shown.text
    contact.press("提交自评" if "提交自评" in labels(shown) else "提交")
    assert "自评已提交" in contact.last.text
    assert [row[4] for row in contact.do("自评 列表").data] == ["已提交"]
    assert scores(sqlite_house) == [(1, "site", "self", "54"), (1, "papers", "self", "38")]


def test_an_assessment_with_gaps_is_not_handed_in_and_evidence_can_be_taken_back(sqlite_house):
    play = Round(sqlite_house)
    play.open()
    contact = play.members[0]
    assert contact.do("自评 填写 G-1 1 50").error is None
    gap = contact.do("自评 提交 G-1")
    assert gap.error == "assessment_incomplete"
    assert "台账资料" in gap.text
    assert contact.do("自评 下一项 G-1").data["indicator"] == "papers"
    assert contact.do("自评 填写 G-1 2 30").error is None
    assert contact.do("自评 材料 G-1 2", files=(PDF,)).error is None
    assert contact.do("自评 撤材料 G-1 2 1").error is None
    assert contact.do("自评 撤材料 G-1 2 1").error == "evidence_unknown"
    assert "没有材料、因而不得分：台账资料" in contact.do("自评 查看 G-1").text
    assert contact.do("自评 提交 G-1").error is None


def at_first_review(house, *more):
    play = Round(house)
    play.open(*more)
    play.assess()
    play.assign()
    play.clerk.do("评定 推进 G-1")
    return play


def test_an_evaluator_works_through_the_queue_one_indicator_at_a_time(sqlite_house):
    play = at_first_review(sqlite_house)
    judge = play.first
    assert any("进入初评" in text for text in play.letters("初一"))
    card = judge.say("评定 待评")
    assert "G-0001 初评 · 第 1/2 家" in card.text
    assert "M-0001 青禾检测有限公司" in card.text
    assert "自评" not in card.text
    full = judge.press("60")
    assert "✓ M-0001 现场管理：60" in full.text
    assert "台账-联络1.pdf" in full.text
    reason = judge.say("36")
    assert reason.error == "reason_missing"
    assert "扣 4 分" in reason.text
    following = judge.say("缺 9 月的检查记录")
    assert "第 2/2 家" in following.text
    later = judge.press("暂缓")
    assert "台账资料" in later.text
    again = judge.press("40")
    assert "指标 1/2：现场管理" in again.text
    files = judge.say("评定 材料 G-1 M-2 1")
    assert files.files == ()
    last = judge.press("缺失")
    assert "请写明理由" in last.text
    done = judge.say("现场已停产，无从核查")
    assert "您的待评已全部完成" in done.text
    assert [row[:4] for row in scores(sqlite_house) if row[2] == "first"] == [
        (1, "site", "first", "60"),
        (1, "papers", "first", "36"),
        (2, "papers", "first", "40"),
        (2, "site", "first", None),
    ]
    shown = play.clerk.do("评定 查看 G-1")
    assert "初评截止 2026-11-04：已分配 2/2 家，评完 2 家" in shown.text


def test_an_open_round_shows_what_was_given_before(sqlite_house):
    play = at_first_review(sqlite_house, "公开前评=是")
    card = play.first.say("评定 待评")
    assert "自评：60" in card.text
    assert card.data["former"] == {"self": "60"}


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        ("-1", "score_range", "不在 0 至 60 之间"),
        ("60.1", "score_range", "不在 0 至 60 之间"),
        ("59.95", "score_digits", "小数"),
        ("NaN", "number_nan", "不是数字"),
        ("九十", "number_words", "请用阿拉伯数字"),
        ("5O", "number_unit", ""),
        ("1e1", "number_form", ""),
        ("　", "missing_parameter", "此处不能为空"),
        ("不适用", "always_applies", ""),
    ],
)
def test_a_score_that_cannot_be_is_named_asked_again_and_not_kept(sqlite_house, typed, code, words):
    play = at_first_review(sqlite_house)
    before = scores(sqlite_house)
    play.first.say("评定 待评")
    line = f"评定 打分 G-1 M-1 1 得分={typed}" if typed.strip() else '评定 打分 G-1 M-1 1 "　"'
    reply = play.first.say(line)
    assert reply.error == code, reply.text
    assert words in reply.text
    assert scores(sqlite_house) == before
    after = play.first.say("60")
    assert "✓ M-0001 现场管理：60" in after.text


@pytest.mark.parametrize("typed", ["60", "６０", "60分", " 60 ", "60.0"])
def test_the_same_score_however_it_is_typed(sqlite_house, typed):
    play = at_first_review(sqlite_house)
    play.first.say("评定 待评")
    assert "✓ M-0001 现场管理：60" in play.first.say(typed).text
    assert (1, "site", "first", "60") in scores(sqlite_house)


def test_a_score_without_evidence_is_refused_until_there_is_some(sqlite_house):
    play = Round(sqlite_house)
    play.open()
    play.assign()
    play.house.clock.forward(days=15)
    assert play.clerk.do("评定 推进 G-1").error is None
    assert play.first.do("评定 打分 G-1 M-1 2 40").error == "evidence_missing"
    sent = play.first.do("评定 证据 G-1 M-1 2", files=(FileIn("核查记录.pdf", b"%PDF-1.7 y"),))
    assert sent.error is None, sent.text
    assert play.first.do("评定 打分 G-1 M-1 2 40").error is None
    assert play.review.do("评定 证据 G-1 M-1 2", files=(PDF,)).error == "not_assigned"
