"""Before a lock it is said who is not reviewed, who lacks what and what becomes of them; only then does it ask."""

from tests.membership.rounding import DOCUMENT, Round


def at_review(house, document=DOCUMENT, first=None):
    """A round whose second review has begun."""
    play = Round(house, document)
    play.open()
    play.assess()
    play.assign()
    assert play.clerk.do("评定 推进 G-1").error is None
    play.reviewed(play.first, first or {1: ("58", "36"), 2: ("50", "30")})
    assert play.clerk.do("评定 推进 G-1").error is None
    return play


def state_of(play):
    return play.clerk.do("评定 列表").data[0][3]


def test_a_lock_with_gaps_says_who_lacks_what_and_locks_only_when_confirmed(house):
    play = at_review(house)
    play.reviewed(play.review, {1: ("缺失", "36")})
    house.clock.forward(days=45)
    asked = play.clerk.say("评定 锁定 G-1")
    assert asked.error == "needs_confirmation"
    lines = asked.text.splitlines()
    assert lines[0].startswith("⚠ 1 家单位尚未完成复核：M-0002 ")
    assert lines[1].startswith("⚠ 2 家单位有缺失的必评项目：M-0001 ")
    assert "（现场管理）" in lines[1]
    assert "（现场管理；台账资料）" in lines[1]
    assert lines[2] == "缺失不按零分计：按《简明评定办法》，这些单位没有总分、不排位置，等级显示为“缺失”。"
    assert "确定锁定" in lines[3]
    assert play.clerk.press("否").error == "cancelled"
    assert state_of(play) == "复核"
    play.clerk.say("评定 锁定 G-1")
    locked = play.clerk.press("是")
    assert locked.data["spread"] == {"missing": 2}


def test_a_script_gets_the_warning_with_the_request_to_confirm(sqlite_house):
    play = at_review(sqlite_house)
    play.reviewed(play.review, {1: ("57", "缺失"), 2: ("45", "29.5")})
    asked = play.clerk.do("评定 锁定 G-1")
    assert asked.error == "needs_confirmation"
    assert "⚠ 1 家单位有缺失的必评项目：M-0001" in asked.text
    assert "--yes" in asked.text
    assert state_of(play) == "复核"


def test_where_the_latest_stage_decides_an_unreviewed_unit_is_said_to_keep_its_first_review(sqlite_house):
    play = at_review(sqlite_house, DOCUMENT.replace('[counting]\ndeciding_stage = "review"', ""))
    play.reviewed(play.review, {1: ("57", "35.5")})
    sqlite_house.clock.forward(days=45)
    asked = play.clerk.say("评定 锁定 G-1")
    assert asked.text.startswith("⚠ 1 家单位尚未完成复核：M-0002 ")
    assert "其中 1 家按评定办法以其他环节已有的得分计算" in asked.text
    assert "缺失的必评项目" not in asked.text
    assert play.clerk.press("是").data["spread"] == {"A": 1, "B": 1}


def test_nothing_is_warned_of_when_all_is_reviewed_and_a_lock_too_early_is_refused_unasked(sqlite_house):
    play = at_review(sqlite_house)
    early = play.clerk.say("评定 锁定 G-1")
    assert early.error == "stage_running"
    play.reviewed(play.review, {1: ("57", "35.5"), 2: ("45", "29.5")})
    asked = play.clerk.say("评定 锁定 G-1")
    assert asked.error == "needs_confirmation"
    assert "⚠" not in asked.text


def test_a_notice_approved_too_late_gets_new_dates_in_one_step_and_the_second_person_sees_them(house):
    play = Round(house)
    play.to_lock()
    written = play.clerk.do("评定 公示 G-1 0571-88880000 杭州市文一路1号")
    assert "公示稿 A-0001：拟公示 2026-10-08 至" in play.clerk.say("评定 查看 G-1").text
    assert play.clerk.do("评定 公示 G-1 0571-88880000 杭州市文一路1号").error == "notice_exists"
    house.clock.forward(days=5)
    late = play.deputy.do(f"审批 同意 P-{written.data['approval']}")
    assert late.error == "incomplete"
    shown = play.clerk.say("评定 查看 G-1")
    assert "起始日已过" in shown.text
    moved = play.clerk.press("改为今日起公示")
    assert moved.error is None, moved.text
    assert (moved.data["starts"], moved.data["announcement"]) == ("2026-10-13", 1)
    assert play.deputy.do(f"审批 同意 P-{written.data['approval']}").error == "already_decided"
    assert [row[0] for row in play.deputy.do("审批 列表").data] == [f"P-{moved.data['approval']:04d}"]
    seen = play.deputy.do(f"审批 查看 P-{moved.data['approval']}")
    assert "2026-10-13" in seen.text
    assert "2026-10-08" not in seen.text
    assert play.deputy.do(f"审批 同意 P-{moved.data['approval']}").error is None
    assert f"公示 2026-10-13 至 {moved.data['ends']}" in play.clerk.do("评定 查看 G-1").text
    assert play.clerk.do("评定 改期 G-1").error == "notice_not_waiting"


def test_new_dates_keep_the_length_and_cannot_lie_in_the_past(sqlite_house):
    play = Round(sqlite_house)
    play.to_lock()
    assert play.clerk.do("评定 改期 G-1").error == "notice_not_waiting"
    play.clerk.do("评定 公示 G-1 0571-88880000 杭州市文一路1号 公示日数=8")
    sqlite_house.clock.forward(days=5)
    assert play.clerk.do("评定 改期 G-1 自=2026-10-09").error == "incomplete"
    assert "拟公示 2026-10-08" in play.clerk.do("评定 查看 G-1").text
    moved = play.clerk.do("评定 改期 G-1 自=2026-10-14")
    assert (moved.data["starts"], moved.data["ends"]) == ("2026-10-14", "2026-10-23")
