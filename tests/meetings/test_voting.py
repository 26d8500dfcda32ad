"""Open votes, recusal, written consent, results: on both databases where it matters."""

import threading
from datetime import date
from itertools import islice, permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import select, text, update

from bot import timers
from core.db import open_session
from core.errors import NotFound
from meetings import queries, usecases
from meetings.models import MotionResult, OpenVote, Voter
from meetings.rules.bodies import Matter
from people import audiences
from tests import databases
from tests.houses import Voice, deliver, open_for_test, system, tx_for
from tests.meetings.boards import acts_for, add_person, board, strict, tables_of


def in_session(house, rest="调整会费标准 正文", **more):
    hall = board(house)
    number = hall.open(**more)
    hall.put(f"K-{number}", rest)
    return hall


def test_a_vote_can_be_changed_until_the_close_and_never_after(house):
    hall = in_session(house)
    assert hall.clerk.do("motion open V-1").error is None
    hall.vote(1, *["同意"] * 9)
    assert hall[9].do("motion vote V-1 反对").error is None
    assert hall[9].do("motion vote V-1 弃权").error is None
    result = hall.clerk.do("motion close V-1", fields={"_confirm": "yes"}).data
    assert (result["yes"], result["no"], result["abstain"], result["outcome"]) == (8, 0, 1, "passed")
    assert hall[9].do("motion vote V-1 反对").error == "vote_late"
    assert hall.clerk.do("motion close V-1", fields={"_confirm": "yes"}).error == "motion_state"
    assert hall.clerk.do("motion edit V-1 title=新题").error == "motion_state"
    assert hall.clerk.do("motion recuse V-1 理由 人员=理1").error == "motion_state"


def test_late_by_a_second_is_late_by_name(sqlite_house):
    hall = in_session(sqlite_house)
    hall.clerk.do("motion open V-1 分钟=10")
    sqlite_house.clock.forward(minutes=9, seconds=59)
    assert hall[1].do("motion vote V-1 同意").error is None
    sqlite_house.clock.forward(seconds=1)
    late = hall[2].do("motion vote V-1 同意")
    assert late.error == "vote_late"
    assert "没有计入" in late.text
    assert hall[1].do("motion vote V-1 反对").error == "vote_late"
    result = hall.clerk.do("motion close V-1", fields={"_confirm": "yes"}).data
    assert (result["yes"], result["silent"], result["outcome"]) == (1, 8, "rejected")


def test_a_vote_in_time_is_not_closed_under_those_who_have_not_voted(sqlite_house):
    hall = in_session(sqlite_house)
    hall.clerk.do("motion open V-1 分钟=10")
    hall.vote(1, *["同意"] * 8)
    assert hall.clerk.do("motion close V-1", fields={"_confirm": "yes"}).error == "vote_running"
    hall.vote(1, *["同意"] * 9)
    assert hall.clerk.do("motion close V-1", fields={"_confirm": "yes"}).error is None


@pytest.mark.parametrize(
    ("choices", "outcome", "resolution"),
    [
        (["同意"] * 6 + ["反对"] * 3, "passed", "理事会决议〔2026〕1号"),
        (["同意"] * 5 + ["反对"] * 4, "rejected", None),
        (["同意"] * 5 + ["弃权"] * 4, "rejected", None),
        (["同意"] * 6 + [None] * 3, "passed", "理事会决议〔2026〕1号"),
        ([None] * 9, "rejected", None),
    ],
)
def test_two_thirds_of_nine(sqlite_house, choices, outcome, resolution):
    hall = in_session(sqlite_house)
    hall.clerk.do("motion open V-1")
    hall.vote(1, *choices)
    result = hall.clerk.do("motion close V-1", fields={"_confirm": "yes"}).data
    assert (result["outcome"], result["resolution"], result["needed"]) == (outcome, resolution, 6)


def test_resolutions_have_no_gap_and_each_body_its_own_series(house):
    hall = board(house)
    for number in range(1, 4):
        hall.clerk.do(f"body seat 监事会 理{number}")
    hall.open()
    outcomes = (True, False, True)
    for number, adopted in enumerate(outcomes, 1):
        hall.put("K-1", f"第{number}件 正文")
        hall.clerk.do(f"motion open V-{number}")
        hall.vote(number, *["同意" if adopted else "反对"] * 9)
        hall.clerk.do(f"motion close V-{number}", fields={"_confirm": "yes"})
    hall.put("监事会", "监督意见 正文")
    hall.clerk.do("motion open V-4 until=2026-10-20")
    hall.vote(4, *["同意"] * 3)
    assert hall.clerk.do("motion close V-4", fields={"_confirm": "yes"}).data["resolution"] == "监事会决议〔2026〕1号"
    with open_session(house.engine, 1) as session:
        numbers = list(session.scalars(select(MotionResult.resolution).order_by(MotionResult.id)))
    assert numbers == ["理事会决议〔2026〕1号", None, "理事会决议〔2026〕2号", "监事会决议〔2026〕1号"]


def test_a_recorded_result_cannot_be_changed_and_a_changed_vote_is_noticed(house):
    hall = in_session(house)
    hall.clerk.do("motion open V-1")
    hall.vote(1, *["同意"] * 9)
    hall.clerk.do("motion close V-1", fields={"_confirm": "yes"})
    for statement in ("UPDATE motion_result SET yes = 1", "DELETE FROM motion_result"):
        with pytest.raises(Exception, match="final"), house.engine.begin() as connection:
            connection.execute(text(statement))
    assert hall.clerk.do("motion result V-1").data["recounted"] is True
    with open_session(house.engine, 1) as session:
        session.execute(update(OpenVote).where(OpenVote.id == 1).values(choice=["no"]))
    assert hall.clerk.do("motion result V-1").data["recounted"] is False


def test_a_vote_swapped_between_two_people_is_noticed_although_the_figures_agree(sqlite_house):
    hall = in_session(sqlite_house)
    hall.clerk.do("motion open V-1")
    hall.vote(1, *["同意"] * 8, "反对")
    hall.clerk.do("motion close V-1", fields={"_confirm": "yes"})
    with open_session(sqlite_house.engine, 1) as session:
        session.execute(update(OpenVote).where(OpenVote.id == 1).values(choice=["no"]))
        session.execute(update(OpenVote).where(OpenVote.id == 9).values(choice=["yes"]))
    assert hall.clerk.do("motion result V-1").data["recounted"] is False


def test_nobody_votes_on_their_own_unit_whoever_they_are(house):
    """All pairs of a person and a concerned unit: a vote is refused exactly where the person acts for the unit."""
    hall = in_session(house)
    hall.clerk.do("motion open V-1")
    hall.vote(1, *["同意"] * 9)
    hall.clerk.do("motion close V-1", fields={"_confirm": "yes"})
    for unit in range(1, 10):
        number = hall.put("K-1", f"关于单位{unit}的处理 正文 涉及=M-{unit}")
        opened = hall.clerk.do(f"motion open V-{number}")
        assert opened.data["barred"] == 1
        for person in range(1, 10):
            expected = "barred" if person == unit else None
            assert hall[person].do(f"motion vote V-{number} 同意").error == expected, (person, unit)
        result = hall.clerk.do(f"motion close V-{number}", fields={"_confirm": "yes"}).data
        assert (result["seats"], result["barred"], result["present"], result["base"], result["yes"]) == (9, 1, 8, 8, 8)


def test_a_discipline_member_who_acts_for_the_firm_is_barred_though_not_sitting_for_it(sqlite_house):
    hall = board(sqlite_house)
    with open_session(sqlite_house.engine, 1) as session:
        for name in ("纪一", "纪二", "纪三", "纪四"):
            add_person(session, sqlite_house, name, "discipline", chat=True)
    acts_for(sqlite_house, "纪一", 5)
    voices = [Voice(sqlite_house, name) for name in ("纪一", "纪二", "纪三", "纪四")]
    hall.call("纪律委员会", days=8)
    sqlite_house.clock.forward(days=8)
    for voice in voices:
        assert voice.do("meeting attend K-1").data["present"]
    hall.clerk.do("meeting open K-1 纪二")
    hall.put("K-1", "对单位5通报批评 正文 事项=自律惩戒 涉及=M-5 关于=case:3")
    assert hall.clerk.do("motion open V-1").data["barred"] == 1
    assert voices[0].do("motion vote V-1 反对").error == "barred"
    for voice in voices[1:]:
        assert voice.do("motion vote V-1 同意").error is None
    assert hall.clerk.do("motion close V-1", fields={"_confirm": "yes"}).data["outcome"] == "passed"


def test_who_comes_to_act_for_the_firm_while_the_vote_runs_is_barred_at_once(sqlite_house):
    hall = in_session(sqlite_house, "关于单位3的处理 正文 涉及=M-3")
    hall.clerk.do("motion open V-1")
    hall.vote(1, "同意", "同意", None, "反对")
    acts_for(sqlite_house, "理4", 3)
    acts_for(sqlite_house, "理5", 3)
    assert hall[5].do("motion vote V-1 反对").error == "barred"
    for one in (6, 7, 8, 9):
        hall[one].do("motion vote V-1 同意")
    result = hall.clerk.do("motion close V-1", fields={"_confirm": "yes"}).data
    assert (result["barred"], result["base"], result["yes"], result["no"]) == (3, 6, 6, 0)


def test_drafters_and_the_people_of_their_units_do_not_vote_on_a_standard(sqlite_house):
    hall = board(sqlite_house)
    for number in range(1, 9):
        hall.clerk.do(f"body seat 技术审查组 理{number}")
    acts_for(sqlite_house, "理2", 1)
    hall.call("技术审查组", days=30)
    hall.gather(1, range(1, 9), days=30)
    hall.clerk.do("meeting open K-1 理8")
    hall.put("K-1", "团体标准送审稿 正文 事项=团体标准 起草人=理1")
    opened = hall.clerk.do("motion open V-1")
    assert (opened.data["seats"], opened.data["barred"]) == (8, 2)
    assert hall[1].do("motion vote V-1 同意").error == "barred"
    assert hall[2].do("motion vote V-1 同意").error == "barred"
    for one in range(3, 8):
        hall[one].do("motion vote V-1 同意")
    hall[8].do("motion vote V-1 反对")
    result = hall.clerk.do("motion close V-1", fields={"_confirm": "yes"}).data
    assert (result["base"], result["needed"], result["yes"], result["outcome"]) == (6, 5, 5, "passed")


def test_a_review_with_too_few_experts_left_does_not_begin(sqlite_house):
    hall = board(sqlite_house)
    for number in range(1, 6):
        hall.clerk.do(f"body seat 技术审查组 理{number}")
    hall.call("技术审查组", days=30)
    hall.gather(1, range(1, 6), days=30)
    hall.clerk.do("meeting open K-1 理5")
    hall.put("K-1", "团体标准送审稿 正文 事项=团体标准 起草人=理1")
    before = tables_of(sqlite_house)["motion"]
    assert hall.clerk.do("motion open V-1").error == "too_few_voters"
    assert tables_of(sqlite_house)["motion"] == before


def test_with_everyone_standing_aside_nothing_can_be_decided(house):
    hall = board(house, count=3)
    hall.open(people=(1, 2, 3))
    hall.put("K-1", "共同事项 正文 涉及=M-1,M-2,M-3")
    assert hall.clerk.do("motion open V-1").error == "nobody_may_vote"
    hall.put("K-1", "另一件 正文")
    hall.clerk.do("motion open V-2")
    hall.vote(2, "同意", "同意", "同意")
    for one in (1, 2, 3):
        assert hall[one].do("motion recuse V-2 有利害关系").error is None
    result = hall.clerk.do("motion close V-2", fields={"_confirm": "yes"}).data
    assert (result["outcome"], result["base"], result["yes"], result["resolution"]) == ("no_voters", 0, 0, None)


def test_standing_aside_takes_an_open_vote_back_and_leaves_the_base(house):
    hall = in_session(house)
    assert hall[9].do("motion recuse V-1 亲属任职").error is None
    hall.clerk.do("motion open V-1")
    hall.vote(1, *["同意"] * 5, "反对", "反对", "反对")
    assert hall[8].do("motion recuse V-1 有利害关系").error is None
    assert hall[8].do("motion vote V-1 反对").error == "barred"
    assert hall[8].do("motion recuse V-1 再说一次").error == "already_aside"
    assert hall[7].do("motion recuse V-1 不合适 人员=理6").error == "not_presiding"
    assert hall[1].do("motion recuse V-1 委员会决定 人员=理7").error is None
    told = [(chat, out.text) for chat, out in deliver(house) if "您须回避" in out.text]
    assert [chat for chat, _text in told] == ["理7"], "whoever was set aside by another hears of it, and nobody else"
    assert "由理1决定，理由：委员会决定" in told[0][1]
    result = hall.clerk.do("motion close V-1", fields={"_confirm": "yes"}).data
    assert (result["barred"], result["base"], result["needed"], result["yes"], result["no"]) == (3, 6, 4, 5, 1)
    assert result["outcome"] == "passed"


def test_a_proxy_does_not_reach_across_a_conflict(house):
    hall = board(house)
    hall.call()
    hall[9].do("meeting proxy K-1 理1")
    hall[8].do("meeting proxy K-1 理2")
    hall.gather(1, range(1, 8))
    hall.clerk.do("meeting open K-1 理3")
    hall.put("K-1", "关于单位1 正文 涉及=M-1")
    hall.put("K-1", "关于单位8 正文 涉及=M-8")
    opened = hall.clerk.do("motion open V-1")
    assert (opened.data["barred"], opened.data["present"]) == (1, 7)
    assert hall[1].do("motion vote V-1 同意 代=单位9").error == "barred"
    assert hall[2].do("motion vote V-1 同意 代=理8").error is None, "the name of whoever gave the proxy will do"
    opened = hall.clerk.do("motion open V-2")
    assert (opened.data["barred"], opened.data["present"]) == (1, 8)
    assert hall[2].do("motion vote V-2 同意 代=单位8").error == "seat_unknown"
    assert hall[2].do("motion vote V-2 同意").error is None
    assert hall[1].do("motion vote V-2 反对 代=单位9").error is None


def test_an_agent_votes_for_each_apart_and_buttons_say_for_whom(sqlite_house):
    hall = board(sqlite_house)
    hall.call()
    hall[9].do("meeting proxy K-1 理1")
    hall.gather(1, range(1, 8))
    hall.clerk.do("meeting open K-1 理1")
    hall.put("K-1")
    hall.clerk.do("motion open V-1")
    hall[1].do("motion vote V-1")
    assert hall[1].press("反对 (单位9)").error is None
    hall[1].do("motion vote V-1")
    assert hall[1].press("同意").error is None
    assert hall[9].do("motion vote V-1 同意").error == "not_present"
    assert hall[9].do("meeting proxy-end K-1").error == "proxy_used"
    assert hall[9].do("meeting attend K-1").error == "proxy_used"
    hall.vote(1, None, *["同意"] * 6)
    result = hall.clerk.do("motion close V-1", fields={"_confirm": "yes"}).data
    assert (result["present"], result["yes"], result["no"]) == (8, 7, 1)
    rows = dict(hall.clerk.do("motion result V-1").table.rows)
    assert (rows["单位1"], rows["单位9"]) == ("同意", "反对")
    assert hall[9].do("meeting proxy-end K-1").error is None


def test_an_unused_proxy_ends_at_once_when_its_giver_comes(house):
    hall = board(house)
    hall.call()
    hall[9].do("meeting proxy K-1 理1")
    hall.gather(1, range(1, 8))
    hall.clerk.do("meeting open K-1 理1")
    hall.put("K-1")
    hall.clerk.do("motion open V-1")
    assert hall[9].do("meeting attend K-1").data["present"] is True
    assert hall[1].do("motion vote V-1 同意 代=单位9").error == "seat_unknown"
    assert hall[9].do("motion vote V-1 反对").error is None


def test_written_consent_counts_answers_against_its_quorum_and_its_day(house):
    hall = board(house)
    hall.put("理事会")
    assert hall.clerk.do("motion open V-1").error == "until_missing"
    assert hall.clerk.do("motion open V-1 until=2026-10-07").error == "until_past"
    assert hall.clerk.do("motion open V-1 until=2026-10-20").error is None
    assert any("【表决】V-0001" in out.text for chat, out in deliver(house) if chat == "理5")
    hall.vote(1, *["同意"] * 5)
    assert hall.clerk.do("motion close V-1", fields={"_confirm": "yes"}).error == "vote_running"
    house.clock.now = house.clock.now.replace(month=10, day=20, hour=15, minute=59, second=59)
    assert hall[6].do("motion vote V-1 反对").error is None
    house.clock.forward(seconds=1)
    assert hall[7].do("motion vote V-1 反对").error == "vote_late"
    timers.run_due(house)
    result = hall.clerk.do("motion result V-1").data
    assert (result["seats"], result["present"], result["yes"], result["no"], result["outcome"]) == (
        9,
        6,
        5,
        1,
        "passed",
    )


def test_too_few_answers_in_writing_decide_nothing(sqlite_house):
    hall = board(sqlite_house)
    hall.put("理事会")
    hall.clerk.do("motion open V-1 until=2026-10-20")
    hall.vote(1, *["同意"] * 5)
    sqlite_house.clock.forward(days=13)
    assert hall.clerk.do("motion close V-1", fields={"_confirm": "yes"}).data["outcome"] == "no_quorum"


def test_what_a_body_may_not_decide_in_writing_needs_a_meeting(sqlite_house):
    hall = board(sqlite_house)
    hall.put("理事会", "除名 正文 事项=除名")
    hall.put("会员大会", "会费 正文")
    for number in (1, 2):
        assert hall.clerk.do(f"motion open V-{number} until=2026-10-20").error == "no_written_consent"


def test_those_who_have_not_voted_are_reminded_and_nobody_else(sqlite_house):
    hall = board(sqlite_house)
    hall.put("理事会")
    hall.clerk.do("motion open V-1 until=2026-10-20")
    deliver(sqlite_house)
    hall.vote(1, *["同意"] * 7)
    assert hall.clerk.do("motion remind V-1").data["reminded"] == 2
    assert hall.clerk.do("motion remind V-1").error == "reminded_today"
    with open_session(sqlite_house.engine, 1) as session:
        assert audiences.preview(session, audiences.parse("未投票=V-1"), date(2026, 10, 8)).people == 2
    assert sorted(chat for chat, _o in deliver(sqlite_house)) == ["理8", "理9"]
    hall[8].do("motion vote V-1 同意")
    sqlite_house.clock.forward(days=11)
    timers.run_due(sqlite_house)
    timers.run_due(sqlite_house)
    assert [chat for chat, out in deliver(sqlite_house) if "还没有对 V-0001" in out.text] == ["理9"]


def test_the_same_vote_in_parallel_is_one_vote(house):
    hall = in_session(house)
    hall.clerk.do("motion open V-1")
    barrier, replies = threading.Barrier(5), []

    def press(choice):
        barrier.wait()
        replies.append(hall[1].do(f"motion vote V-1 {choice}"))

    threads = [threading.Thread(target=press, args=(choice,)) for choice in ("同意", "反对", "同意", "反对", "同意")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {reply.error for reply in replies} <= {None, "busy"}
    with open_session(house.engine, 1) as session:
        assert len(list(session.scalars(select(OpenVote)))) == 1
        assert sum(voter.voted for voter in session.scalars(select(Voter))) == 1


def test_a_motion_that_screening_holds_is_not_voted_on_until_reworded(sqlite_house):
    hall = board(strict(sqlite_house))
    hall.open()
    held = "省应急管理厅委托我会通知：各单位必须参加，否则不予年检。"
    assert hall.clerk.do(f"motion put K-1 标题 {held}").error == "held_by_screening"
    assert hall.clerk.do("motion open V-1").error == "held"
    assert hall[1].do("motion vote V-1 同意").error == "vote_early"
    assert hall.clerk.do("motion edit V-1 同意调整会费标准。").data["state"] == "draft"
    assert hall.clerk.do("motion open V-1").error is None


def test_what_was_not_voted_on_is_withdrawn_with_the_meeting(sqlite_house):
    hall = in_session(sqlite_house)
    hall.put("K-1", "第二件 正文")
    assert hall.clerk.do("motion withdraw V-2 另行研究").error is None
    assert hall.clerk.do("meeting close K-1").data["withdrawn"] == 1
    assert hall.clerk.do("motion open V-1").error == "motion_state"
    assert hall.clerk.do("motion put K-1 第三件 正文").error == "meeting_state"


def test_a_running_vote_keeps_the_rule_it_began_with(sqlite_house):
    hall = in_session(sqlite_house)
    hall.clerk.do("motion open V-1")
    asked = hall.clerk.do("body set 理事会 “通过=>1/2” 依据=章程第二十一条")
    assert hall.deputy.do(f"approval approve P-{asked.data['approval']}").error is None
    hall.put("K-1", "第二件 正文")
    hall.vote(1, *["同意"] * 5, *["反对"] * 4)
    assert hall.clerk.do("motion close V-1", fields={"_confirm": "yes"}).data["outcome"] == "rejected"
    hall.clerk.do("motion open V-2")
    hall.vote(2, *["同意"] * 5, *["反对"] * 4)
    assert hall.clerk.do("motion close V-2", fields={"_confirm": "yes"}).data["outcome"] == "passed"
    assert hall.clerk.do("motion result V-1").data["recounted"] is True


def test_another_package_puts_opens_and_finds_a_decision_by_its_subject(house):
    hall = board(house)
    heard = []
    usecases.LISTENERS["case"] = lambda tx, motion, result: heard.append((motion.about, result.outcome, tx.today))
    try:
        with tx_for(house, "钱办") as tx:
            body = queries.bodies(tx.session, tx.today)["council"]
            motion = usecases.put(
                tx, body=body, title="通报批评", about="case:3", matter=Matter.SANCTION, concerns=["member:9"]
            )
            usecases.open_motion(tx, motion=motion, until=date(2026, 10, 20))
        for one in range(1, 9):
            with tx_for(house, f"理{one}") as tx:
                motion = queries.about(tx.session, "case:3")[0]
                usecases.cast(tx, motion=motion, ballot=("yes",) if one < 7 else ("no",))
        with pytest.raises(NotFound), tx_for(house, "理9") as tx:
            usecases.cast(tx, motion=queries.about(tx.session, "case:3")[0], ballot=("yes",))
        with open_session(house.engine, 1) as session:
            assert queries.decision_on(session, "case:3") is None
        with tx_for(house, "钱办") as tx:
            usecases.close_motion(tx, motion=queries.about(tx.session, "case:3")[0])
    finally:
        del usecases.LISTENERS["case"]
    assert heard == [("case:3", "passed", date(2026, 10, 8))]
    with open_session(house.engine, 1) as session:
        motion, result = queries.decision_on(session, "case:3")
        assert (result.yes, result.no, result.barred, result.resolution) == (6, 2, 1, "理事会决议〔2026〕1号")
        assert queries.recount(session, motion, result)
        assert queries.decision_on(session, "case:4") is None
    assert hall.clerk.do("motion result V-1").error is None


@pytest.fixture
def quick_house(shared_folder):
    """A house on SQLite in memory-backed storage where there is some: this test commits two thousand times."""
    with TemporaryDirectory(dir=databases.memory()) as folder:
        url = databases.sqlite(Path(folder), shared_folder)
        with open_for_test(url, Path(folder)) as opened:
            yield opened


def test_updates_in_any_order_lead_to_the_same_result_or_a_named_refusal(quick_house):
    """Every third of the 120 orders of five updates; what was refused is sent again in its place until nothing is refused any more."""
    hall = board(quick_house, count=1)
    steps = {
        "there": lambda h, _v: hall[1].do(f"meeting attend K-{h}"),
        "opened": lambda h, _v: hall.clerk.do(f"meeting open K-{h} 理1"),
        "vote": lambda _h, v: hall.clerk.do(f"motion open V-{v}"),
        "yes": lambda _h, v: hall[1].do(f"motion vote V-{v} 同意"),
        "closed": lambda _h, v: hall.clerk.do(f"motion close V-{v}", fields={"_confirm": "yes"}),
    }
    for order in islice(permutations(steps), 0, None, 3):
        day = quick_house.clock.now
        number = hall.call(days=8, at="10:00")
        motion = hall.put(f"K-{number}")
        quick_house.clock.forward(days=8)
        left, rounds = list(order), 0
        while left:
            refused = [name for name in left if steps[name](number, motion).error not in (None, "vote_late")]
            assert len(refused) < len(left), (order, refused)
            left, rounds = refused, rounds + 1
        assert rounds <= 5
        result = hall.clerk.do(f"motion result V-{motion}").data
        assert (result["seats"], result["present"], result["yes"] + result["silent"]) == (1, 1, 1)
        assert (result["outcome"], result["yes"]) in (("passed", 1), ("rejected", 0))
        assert hall.clerk.do(f"meeting close K-{number}").error is None
        quick_house.clock.now = day


def test_the_month_lists_meetings_and_decisions(house):
    hall = in_session(house)
    hall.clerk.do("motion open V-1")
    hall.vote(1, *["同意"] * 9)
    hall.clerk.do("motion close V-1", fields={"_confirm": "yes"})
    hall.clerk.do("meeting close K-1")
    with system(house, 1) as tx:
        month = (date(2026, 10, 1), date(2026, 10, 31))
        held = queries.meetings_held(tx.session, tx.association, *month)
        assert [(row.number, row.seats, row.present, row.motions, row.adopted) for row in held] == [
            ("K-0001", 9, 9, 1, 1)
        ]
        made = queries.decisions(tx.session, *month)
        assert [(row.number, row.yes, row.base, row.resolution) for row in made] == [
            ("V-0001", 9, 9, "理事会决议〔2026〕1号")
        ]
        assert queries.decisions(tx.session, date(2026, 11, 1), date(2026, 11, 30)) == []
        tx.record("test:month:read", "month:10")


def test_a_count_is_asked_about_with_who_has_voted_and_whether_enough_are_there(sqlite_house):
    hall = board(sqlite_house)
    hall.put("理事会")
    hall.clerk.do("议案 表决 V-1 至=2026-10-20")
    hall.vote(1, "同意", "反对")
    sqlite_house.clock.forward(days=14)
    asked = hall.clerk.say("议案 计票 V-1")
    assert asked.error == "needs_confirmation"
    assert "已投票（2）" in asked.text
    assert "未投票（7）" in asked.text
    assert "未达到法定出席人数：应到 9，实到 2" in asked.text
    assert "反对" not in asked.text
    assert "没有办理" in hall.clerk.press("否").text or hall.clerk.last.error == "cancelled"
    assert hall.clerk.do("议案 结果 V-1").error == "result_unknown"
    hall.clerk.say("议案 计票 V-1")
    assert hall.clerk.press("是").data["outcome"] == "no_quorum"


def test_a_reached_quorum_is_said_before_the_count(sqlite_house):
    hall = in_session(sqlite_house)
    hall.clerk.do("motion open V-1 分钟=10")
    hall.vote(1, *["同意"] * 9)
    asked = hall.clerk.do("motion close V-1")
    assert asked.error == "needs_confirmation"
    assert "已达到法定出席人数：应到 9，实到 9" in asked.text
    assert hall.clerk.do("motion result V-1").error == "result_unknown"


def test_whoever_may_not_count_is_refused_without_a_question(sqlite_house):
    hall = in_session(sqlite_house)
    hall.clerk.do("motion open V-1 分钟=10")
    hall.vote(1, *["同意"] * 8)
    assert hall.clerk.do("motion close V-1").error == "vote_running"
    assert hall[3].do("motion close V-1").error == "not_presiding"
