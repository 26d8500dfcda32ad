"""What nobody may do in a round: each refusal has its name, writes nothing, and leaves its trace where it is sensitive."""

import pytest

from bot.messages import FileIn
from core.audit import entries
from core.db import open_session
from membership.models import RoundScore, UnitGrade
from tests.architecture.test_contracts import picture
from tests.membership.rounding import DOCUMENT, Round

QUIET = {"inbox_update", "audit_entry", "audit_head", "dialogue", "shown_button"}


def state(house):
    """Every row but what a refusal itself may leave."""
    with open_session(house.engine) as session:
        return {name: rows for name, rows in picture(session).items() if name not in QUIET}


def refused(play, voice, line, code, *, sensitive=True, **more):
    """The line is refused with this code, nothing else was written, and a sensitive one is in the audit."""
    before = state(play.house)
    reply = voice.do(line, fields={"_confirm": "yes"}, **more)
    assert reply.error == code, reply.text
    assert state(play.house) == before
    if sensitive:
        with open_session(play.house.engine, 1) as session:
            newest = entries(session, limit=1)[0]
        assert newest.action == "access:command:refuse"
        assert f'"code":"{code}"' in newest.data


def test_nothing_is_published_early_nor_an_objection_skipped(sqlite_house):
    play = Round(sqlite_house)
    play.open()
    clerk = play.clerk
    for line in ("评定 锁定 G-1", "评定 审定 G-1"):
        refused(play, clerk, line, "round_step")
    refused(play, clerk, "评定 公布 G-1", "round_not_decided")
    refused(play, clerk, "评定 推进 G-1", "stage_running", sensitive=False)
    play.assess()
    play.assign()
    clerk.do("评定 推进 G-1")
    play.reviewed(play.first, {1: ("58", "36"), 2: ("50", "30")})
    clerk.do("评定 推进 G-1")
    refused(play, clerk, "评定 推进 G-1", "no_next_stage", sensitive=False)
    refused(play, clerk, "评定 锁定 G-1", "stage_running")
    play.reviewed(play.review, {1: ("57", "35.5"), 2: ("45", "29.5")})
    refused(play, clerk, "评定 公示 G-1 0571-88880000 杭州市", "round_step", sensitive=False)
    assert play.confirmed(clerk, "评定 锁定 G-1").error is None
    refused(play, clerk, "评定 公布 G-1", "round_not_decided")
    refused(play, clerk, "评定 审定 G-1", "notice_missing")
    play.to_notice()
    refused(play, clerk, "评定 公示 G-1 0571-88880000 杭州市", "notice_exists", sensitive=False)
    refused(play, clerk, "评定 取消 G-1 算了", "notice_under_way")
    assert play.members[1].do("异议 提出 A-1 现场扣分不当").error is None
    play.house.clock.forward(days=6)
    refused(play, clerk, "评定 审定 G-1", "objections_open")
    refused(play, clerk, "评定 公布 G-1", "round_not_decided")
    with open_session(sqlite_house.engine, 1) as session:
        assert session.query(UnitGrade).count() == 0


def test_scores_stand_still_after_the_lock(sqlite_house):
    play = Round(sqlite_house)
    play.to_lock()
    refused(play, play.review, "评定 打分 G-1 M-1 1 60", "scores_locked")
    refused(play, play.members[0], "自评 填写 G-1 1 60", "nothing_to_assess")
    refused(play, play.members[0], "自评 填写 G-1 1 60 会员=M-1", "scores_locked")
    refused(play, play.clerk, "评定 更正 G-1 M-1 O-1 1 60 想改", "not_correctable")
    play.to_notice()
    play.members[1].do("异议 提出 A-1 现场扣分不当")
    refused(play, play.clerk, "评定 更正 G-1 M-2 O-1 1 60 想改", "objection_not_upheld")
    play.deputy.do("异议 裁定 O-1 不成立 有现场照片")
    refused(play, play.clerk, "评定 更正 G-1 M-2 O-1 1 60 想改", "objection_not_upheld")


def test_nobody_scores_the_own_unit_nor_another_s_queue_nor_two_stages(sqlite_house):
    play = Round(sqlite_house)
    play.open()
    play.assess()
    play.granted("联络1")
    tied = play.clerk.do("评定 分配 G-1 初评 联络1")
    assert tied.data["given"] == 1
    assert tied.data["left"] == 1
    assert play.clerk.do("评定 分配 G-1 初评 联络1 会员=M-1").error == "conflict_of_interest"
    assert play.clerk.do("评定 分配 G-1 初评 初一").data["given"] == 1
    assert play.clerk.do("评定 分配 G-1 复核 联络1、初一").data == {
        "given": 1, "left": 1, "people": {"联络1": 0, "初一": 1},
    }  # fmt: skip
    assert play.clerk.do("评定 分配 G-1 初评 联络2").error == "not_an_evaluator"
    play.clerk.do("评定 推进 G-1")
    refused(play, play.members[0], "评定 打分 G-1 M-1 1 60", "conflict_of_interest")
    refused(play, play.review, "评定 打分 G-1 M-1 1 60", "not_assigned")
    refused(play, play.members[1], "评定 打分 G-1 M-1 1 60", "not_allowed")
    play.reviewed(play.members[0], {2: ("50", "30")})
    assert play.members[1].do("自评 查看 G-1 会员=M-1").error == "not_own_member"


def test_a_declared_conflict_gives_the_member_back_and_somebody_else_gets_it(sqlite_house):
    play = Round(sqlite_house)
    play.open()
    play.assess()
    play.assign()
    play.clerk.do("评定 推进 G-1")
    refused(play, play.first, "评定 回避 M-1 兄 评审人=复二", "not_allowed", sensitive=False)
    assert play.first.do("评定 回避 M-1 配偶在该公司任职").error is None
    assert any("初一与 M-0001 青禾检测有限公司 有利害关系" in text for text in play.letters("钱办"))
    refused(play, play.first, "评定 打分 G-1 M-1 1 60", "conflict_of_interest")
    assert play.first.do("评定 待评").data["member"] == 2
    assert play.first.do("评定 回避 M-1 再说一次").error == "conflict_known"
    assert play.clerk.do("评定 分配 G-1 初评 初一").data["left"] == 1
    assert play.clerk.do("评定 分配 G-1 初评 钱办").data["given"] == 1
    play.reviewed(play.clerk, {1: ("58", "36")})
    refused(play, play.clerk, "评定 分配 G-1 初评 初一 会员=M-1", "already_scored", sensitive=False)
    assert play.clerk.do("评定 解除回避 M-1 初一 已离职").error is None
    assert play.clerk.do("评定 解除回避 M-1 初一 已离职").error == "conflict_unknown"


def test_a_deduction_needs_its_reason_and_a_missing_score_is_never_zero(sqlite_house):
    play = Round(sqlite_house)
    play.open()
    play.assess()
    play.assign()
    play.clerk.do("评定 推进 G-1")
    refused(play, play.first, "评定 打分 G-1 M-1 1 50", "reason_missing")
    play.reviewed(play.first, {1: ("58", "36"), 2: ("50", "30")})
    play.clerk.do("评定 推进 G-1")
    play.reviewed(play.review, {1: ("缺失", "36"), 2: ("50", "0")})
    locked = play.confirmed(play.clerk, "评定 锁定 G-1")
    assert locked.data["spread"] == {"C": 1, "missing": 1}
    rows = {row[0]: row[3:] for row in play.clerk.do("评定 结果 G-1").data}
    assert rows == {"M-0002": ["50", "C", "1"], "M-0001": ["", "missing", ""]}


def test_dues_and_class_are_no_ground_for_a_grade(sqlite_house):
    play = Round(sqlite_house)
    bought = DOCUMENT.replace('version = "1"', 'version = "2"').replace(
        'clause = "第三条"', 'clause = "第三条"\norigin = "dues"'
    )
    made = play.clerk.do("方案 添加", files=(FileIn("办法.toml", bought.encode()),))
    assert made.data["sound"] is False
    assert any(one["code"].startswith("dues") or "dues" in one["code"] for one in made.data["problems"]), made.data
    refused(play, play.clerk, "方案 发布 plain@2", "scheme_refused", sensitive=False)
    refused(play, play.clerk, "评定 开启 plain@2 买来的等级 全体", "scheme_not_published", sensitive=False)


def test_a_round_is_opened_for_units_only_and_by_a_scheme_in_effect(sqlite_house):
    play = Round(sqlite_house)
    refused(play, play.clerk, "评定 开启 plain 评定 角色=staff", "population_criterion", sensitive=False)
    refused(play, play.clerk, "评定 开启 plain 评定 地区=无此市", "population_empty", sensitive=False)
    refused(play, play.clerk, "评定 开启 plain 评定 全体 公示日数=3", "notice_short", sensitive=False)
    refused(play, play.clerk, "评定 开启 plain 评定 全体 有效月数=0", "valid_months", sensitive=False)
    play.publish_scheme(DOCUMENT.replace('"1"', '"2027"', 1).replace("2026-01-01", "2027-01-01"))
    refused(play, play.clerk, "评定 开启 plain@2027 评定 全体", "scheme_not_in_effect", sensitive=False)


@pytest.mark.parametrize("after", [0, 1])
def test_two_scores_of_the_same_thing_never_stand_beside_each_other(house, after):
    play = Round(house)
    play.open()
    play.assess()
    play.assign()
    play.clerk.do("评定 推进 G-1")
    for score in ("50", "55")[: after + 1]:
        assert play.first.do(f"评定 打分 G-1 M-1 1 {score} 理由理由").error is None
    with open_session(house.engine, 1) as session:
        found = session.query(RoundScore).filter_by(stage="first", indicator="site").order_by(RoundScore.id).all()
        assert [one.superseded_at is None for one in found] == [False] * after + [True]
