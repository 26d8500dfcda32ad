"""The states of a grading round, and who may do what in them."""

from datetime import date

import pytest

from core.calendar import published
from core.errors import AppError, BadInput, NotAllowed, RuleViolated
from membership.rules.grading.terms import Stage
from membership.rules.rounds import (
    ORDER,
    Standing,
    State,
    check_concerns,
    check_objecting,
    check_ruler,
    check_scorer,
    check_scoring,
    check_step,
    check_takes_effect,
    next_state,
    notice_end,
)

BEGINS, ENDS = date(2026, 10, 9), date(2026, 10, 15)
AFTER = date(2026, 10, 16)


def standing(state, **more):
    return Standing(state, **({"notice_begins": BEGINS, "notice_ends": ENDS} | more))


def refusal(call):
    with pytest.raises(AppError) as refused:
        call()
    assert refused.value.text
    return refused.value.code


def test_a_round_goes_through_every_state_in_order():
    passed = [State.SELF]
    while passed[-1] is not State.PUBLISHED:
        passed.append(next_state(standing(passed[-1]), AFTER))
    assert tuple(passed) == ORDER
    assert refusal(lambda: next_state(standing(State.PUBLISHED), AFTER)) == "round_over"


@pytest.mark.parametrize("state", ORDER[:-1])
@pytest.mark.parametrize("wanted", ORDER)
def test_no_state_is_skipped_and_none_comes_back(state, wanted):
    if wanted is ORDER[ORDER.index(state) + 1]:
        check_step(standing(state), wanted, AFTER)
    else:
        assert refusal(lambda: check_step(standing(state), wanted, AFTER)) == "round_step"


@pytest.mark.parametrize(
    ("made", "day", "code"),
    [
        (Standing(State.LOCKED), AFTER, "notice_missing"),
        (standing(State.NOTICE), ENDS, "notice_running"),
        (standing(State.NOTICE), BEGINS, "notice_running"),
        (standing(State.NOTICE, provisional=True), AFTER, "notice_provisional"),
        (standing(State.OBJECTIONS, open_objections=1), AFTER, "objections_open"),
        (standing(State.DECIDED, open_objections=1), AFTER, "objections_open"),
        (standing(State.DECIDED), ENDS, "notice_running"),
    ],
)
def test_what_is_still_in_the_way_is_said(made, day, code):
    assert refusal(lambda: next_state(made, day)) == code


@pytest.mark.parametrize("state", ORDER)
def test_no_grade_takes_effect_before_the_decision(state):
    if ORDER.index(state) < ORDER.index(State.DECIDED):
        assert refusal(lambda: check_takes_effect(standing(state), AFTER)) == "round_not_decided"
    else:
        check_takes_effect(standing(state), AFTER)
        assert refusal(lambda: check_takes_effect(standing(state), ENDS)) == "notice_running"
        assert refusal(lambda: check_takes_effect(standing(state, open_objections=2), AFTER)) == "objections_open"


@pytest.mark.parametrize("state", ORDER)
@pytest.mark.parametrize("stage", list(Stage))
def test_each_stage_scores_in_its_own_state_and_nobody_after_the_lock(state, stage):
    if state.value == stage.value:
        check_scoring(state, stage)
        return
    late = ORDER.index(state) >= ORDER.index(State.LOCKED)
    assert refusal(lambda: check_scoring(state, stage)) == ("scores_locked" if late else "scoring_closed")


def test_three_stages_are_three_people_and_nobody_scores_their_own():
    scored = {Stage.SELF: ["contact"], Stage.FIRST: ["anna"]}
    check_scorer("bert", "M-1", Stage.REVIEW, scored, [])
    check_scorer("anna", "M-1", Stage.FIRST, scored, [])  # changes her own score before the lock
    assert refusal(lambda: check_scorer("anna", "M-1", Stage.REVIEW, scored, [])) == "same_person"
    assert refusal(lambda: check_scorer("contact", "M-1", Stage.FIRST, scored, [])) == "same_person"
    assert refusal(lambda: check_scorer("bert", "M-1", Stage.REVIEW, scored, ["M-1"])) == "conflict_of_interest"
    check_scorer("bert", "M-1", Stage.REVIEW, scored, ["M-2"])
    check_scorer("contact", "M-1", Stage.SELF, {}, ["M-1"])
    assert refusal(lambda: check_scorer("stranger", "M-1", Stage.SELF, {}, [])) == "not_own_member"
    with pytest.raises(NotAllowed):
        check_scorer("anna", "M-1", Stage.REVIEW, scored, [])


def test_objections_are_taken_during_the_notice_and_ruled_on_by_others():
    check_objecting(standing(State.NOTICE), BEGINS)
    check_objecting(standing(State.NOTICE), ENDS)
    assert refusal(lambda: check_objecting(standing(State.NOTICE), AFTER)) == "objection_late"
    assert refusal(lambda: check_objecting(standing(State.OBJECTIONS), ENDS)) == "objection_late"
    check_ruler("carl", "M-1", ["anna", "bert"], [])
    assert refusal(lambda: check_ruler("anna", "M-1", ["anna", "bert"], [])) == "scorer_rules"
    assert refusal(lambda: check_ruler("carl", "M-1", ["anna"], ["M-1"])) == "conflict_of_interest"


@pytest.mark.parametrize(
    ("begins", "workdays", "first", "ends"),
    [
        (date(2022, 3, 15), 5, True, date(2022, 3, 21)),  # a real notice of a national programme
        (date(2026, 9, 30), 5, False, date(2026, 10, 13)),  # over the National Day holidays, with a worked Saturday
    ],
)
def test_a_notice_counts_working_days(begins, workdays, first, ends):
    assert notice_end(published(), begins, workdays, count_first_day=first).day == ends


def test_a_notice_is_never_shorter_than_five_working_days():
    assert refusal(lambda: notice_end(published(), date(2026, 3, 2), 4)) == "notice_short"
    with pytest.raises(BadInput):
        notice_end(published(), date(2026, 3, 2), 0)
    assert notice_end(published(), date(2050, 3, 2), 5).provisional


@pytest.mark.parametrize(
    ("objector", "ruling", "opens"),
    [
        ("青禾检测有限公司", "成立", True),
        ("同行检测有限公司", "经复核成立", False),
        ("同行检测有限公司", "成立，M-0002 应为 60 分", True),
        ("同行检测有限公司", "成立，青禾检测有限公司缺签到表", True),
    ],
)
def test_an_upheld_objection_opens_only_the_scores_it_is_about(objector, ruling, opens):
    if opens:
        check_concerns(objector, ruling, "青禾检测有限公司", "M-0002")
        return
    with pytest.raises(RuleViolated) as refused:
        check_concerns(objector, ruling, "青禾检测有限公司", "M-0002")
    assert refused.value.code == "objection_of_another"
