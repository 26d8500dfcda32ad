"""A round from the scheme to published grades, in chat, with an objection that is upheld."""

from core.db import open_session
from membership.models import UnitGrade
from membership.queries import grading as queries
from tests.houses import deliver
from tests.membership.rounding import Round


def test_a_round_from_the_scheme_to_published_grades_with_an_objection(house):
    play = Round(house)
    locked = play.to_lock()
    assert locked.data["spread"] == {"A": 1, "C": 1}, locked.text
    notice = play.to_notice()
    assert (notice.data["starts"], notice.data["ends"]) == ("2026-10-08", "2026-10-13")
    the_objection(play)
    the_decision(play)
    the_publication(house, play)


def the_objection(play):
    notice = play.members[1].do("公告 列表").data[0][0]
    preview = play.clerk.do(f"公告 预览 {notice}")
    assert "青禾检测有限公司　A" in preview.text
    assert "联络" not in preview.text
    made = play.members[1].do(f"异议 提出 {notice} 台账资料漏看了第三册，请复核。")
    assert made.error is None, made.text
    assert play.clerk.do("评定 审定 G-1").error == "notice_running"
    assert play.clerk.do("评定 更正 G-1 M-2 O-1 2 38.5 补看第三册").error == "objection_not_upheld"
    assert play.deputy.do("异议 裁定 O-1 成立 经复核第三册齐全").error is None
    assert play.review.do("评定 更正 G-1 M-2 O-1 2 38.5 补看第三册").error == "not_allowed"
    done = play.clerk.do("评定 更正 G-1 M-2 O-1 2 38.5 补看第三册，补记9分")
    assert done.data == {"score": "83.5", "grade": "B", "rank": 2}, done.text
    rows = play.clerk.do("评定 记录 G-1 M-2").data
    assert [row[2:4] for row in rows if row[0] == "复核" and row[1] == "台账资料"] == [
        ["29.5（按核查记录扣分）", "复二"],
        ["38.5（补看第三册，补记9分）", "钱办"],
    ]
    assert [row[6] for row in rows if row[0] == "复核"].count("已被取代") == 1


def the_decision(play):
    play.house.clock.forward(days=5)
    assert play.clerk.do("评定 审定 G-1").error == "notice_running"
    play.house.clock.forward(days=1)
    assert play.confirmed(play.clerk, "评定 公布 G-1").error == "round_not_decided"
    asked = play.clerk.do("评定 审定 G-1 秘书长办公会")
    assert asked.error is None, asked.text
    assert play.clerk.do(f"审批 同意 P-{asked.data['approval']}").error == "not_allowed"
    assert play.deputy.do(f"审批 同意 P-{asked.data['approval']}").error is None


def the_publication(house, play):
    deliver(house)
    done = play.confirmed(play.clerk, "评定 公布 G-1")
    assert done.data == {"round": 1, "grades": 2}, done.text
    arrived = deliver(house)
    own = [out.text for chat, out in arrived if chat == "联络2"]
    assert any(
        "云岭安全评价有限公司（M-0002）：等级 B，得分 83.5，名次 2，有效期至 2027-10-14" in text for text in own
    ), own
    assert not any("青禾" in text for text in own)
    with open_session(house.engine, 1) as session:
        found = dict(queries.grades_in_force(session, None, play.today()).items())
        assert {unit: (one.grade, one.score, one.rank) for unit, one in found.items()} == {
            1: ("A", "92.5", 1),
            2: ("B", "83.5", 2),
        }
        assert all(queries.recompute(session, one).same for one in found.values())
        assert "补看第三册" in found[2].inputs
    assert play.confirmed(play.clerk, "评定 公布 G-1").error == "round_over"
    waiting = play.deputy.do("审批 列表").data
    assert len(waiting) == 1
    result = play.deputy.do(f"审批 同意 {waiting[0][0]}")
    assert result.error is None
    with open_session(house.engine, 1) as session:
        assert session.query(UnitGrade).count() == 2
