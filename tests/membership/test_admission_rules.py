"""The way of admission as data, who may take which step, and when what was left lying expires."""

from datetime import date

import pytest

from core.access import Permission
from core.errors import BadInput, Conflict, NotAllowed, RuleViolated
from membership.rules.admission import decisions, plan, states
from membership.rules.admission.decisions import Lapse
from membership.rules.admission.plan import StepKind
from membership.rules.admission.states import State

WAY = plan.plan_of(plan.shipped())
REVIEW, SECRETARIAT, NOTICE, COUNCIL = WAY.steps
DAY = date(2026, 10, 8)


def changed(old, new):
    """The shipped document with one thing otherwise."""
    assert old in plan.shipped(), old
    return plan.shipped().replace(old, new, 1)


def test_the_shipped_way_is_that_of_the_handbook():
    assert [step.zh for step in WAY.steps] == ["初审", "秘书处审核", "公示", "理事会表决"]
    assert [step.kind for step in WAY.steps] == [StepKind.REVIEW, StepKind.REVIEW, StepKind.NOTICE, StepKind.VOTE]
    assert NOTICE.work_days == 5
    assert SECRETARIAT.separate
    assert COUNCIL.body == "council"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('version = "2026.1"', "version = 3", "version"),
        ("effective_from = 2026-01-01", 'effective_from = "2026-01-01"', "effective_from"),
        ("open = true", "open = 1", "open"),
        ("expire_days = 60", "expire_days = 6", "expire_days"),
        ("expire_days = 60", "expire_days = true", "expire_days"),
        ("warn_days = 7", "warn_days = 60", "warn_days"),
        ("warn_days = 7", "warn_day = 7", "warn_day"),
        ('kind = "review"', 'kind = "revue"', "step 1"),
        ('permission = "approve"', 'permission = "vote"', "step 2"),
        ("work_days = 5", "work_days = 0", "step 3"),
        ("work_days = 5", "", "step 3"),
        ('body = "council"', "", "step 4"),
        ('name = "secretariat"', 'name = "first_review"', "step"),
        ('name = "notice"', 'name = "Public notice"', "step 3"),
        ('name = "form"', 'name = "licence"', "paper"),
        ('"occupational_health"', '"hospitals"', "paper 3"),
        ("[[step]]", "[[steps]]", "steps"),
        ("separate = true", 'separate = "yes"', "step 2"),
        ("open = true", "open = ", "TOML"),
    ],
)
def test_a_document_that_cannot_be_is_refused_with_its_place(old, new, place):
    with pytest.raises(BadInput) as refused:
        plan.plan_of(changed(old, new))
    assert place in refused.value.text


def test_a_way_on_which_nobody_decides_is_none():
    head = plan.shipped().split("[[step]]")[0]
    notice = "[[step]]" + plan.shipped().split("[[step]]")[3]
    for document in (head, head + notice.split("[[paper]]")[0]):
        with pytest.raises(BadInput, match=r"decides|办理"):
            plan.plan_of(document)


def test_steps_are_kept_with_an_application_as_they_were():
    assert plan.loaded(plan.dumped(WAY.steps)) == WAY.steps


def test_papers_are_asked_of_those_whom_they_concern():
    assert [paper.name for paper in WAY.papers_for("insurer")] == ["licence", "form"]
    assert [paper.name for paper in WAY.papers_for("testing_inspection")] == ["licence", "form", "qualification"]
    missing = decisions.missing_papers(WAY, "testing_inspection", {"licence"})
    assert [paper.name for paper in missing] == ["form"]
    with pytest.raises(RuleViolated, match=missing[0].label):
        decisions.check_complete(missing)
    decisions.check_complete(decisions.missing_papers(WAY, "testing_inspection", {"licence", "form"}))


@pytest.mark.parametrize("words", ["licence", "营业执照", "营业执照或登记证书", "LICENCE"])
def test_a_paper_is_found_by_its_name_in_either_language(words):
    assert decisions.paper_named(WAY.papers, words).name == "licence"


@pytest.mark.parametrize("words", ["发票", "证", "", "书"])
def test_what_is_no_paper_or_could_be_two_is_asked_again(words):
    with pytest.raises(BadInput, match=r"营业执照|licence"):
        decisions.paper_named(WAY.papers, words)


@pytest.mark.parametrize(
    ("step", "who", "error"),
    [
        (REVIEW, {"person": 1, "applicant": 9, "before": None}, None),
        (SECRETARIAT, {"person": 1, "applicant": 9, "before": 2}, None),
        (SECRETARIAT, {"person": 1, "applicant": 9, "before": None}, None),
        (SECRETARIAT, {"person": 1, "applicant": 9, "before": 1}, "second_person"),
        (NOTICE, {"person": 1, "applicant": 9, "before": 1}, None),
        (REVIEW, {"person": 9, "applicant": 9, "before": None}, "own_application"),
        (REVIEW, {"person": 1, "applicant": 9, "before": None, "allowed": False}, "step_not_yours"),
    ],
)
def test_who_may_decide_a_step(step, who, error):
    who = {"allowed": True} | who
    if error is None:
        decisions.check_decider(step, **who)
        return
    with pytest.raises(NotAllowed) as refused:
        decisions.check_decider(step, **who)
    assert refused.value.code == error


def test_the_way_leads_from_step_to_step_and_ends():
    assert decisions.next_step(WAY.steps, "first_review") == SECRETARIAT
    assert decisions.next_step(WAY.steps, "council") is None
    with pytest.raises(RuleViolated):
        decisions.check_by_hand(COUNCIL)
    decisions.check_by_hand(NOTICE)
    assert COUNCIL.permission is Permission.MANAGE_MEETINGS


@pytest.mark.parametrize(
    ("touched", "warned", "today", "due"),
    [
        (date(2026, 10, 8), None, date(2026, 11, 29), None),
        (date(2026, 10, 8), None, date(2026, 11, 30), Lapse.WARN),
        (date(2026, 10, 8), None, date(2027, 5, 1), Lapse.WARN),
        (date(2026, 10, 8), date(2026, 11, 30), date(2026, 12, 7), None),
        (date(2026, 10, 8), date(2026, 11, 30), date(2026, 12, 8), Lapse.EXPIRE),
        (date(2026, 10, 8), date(2027, 5, 1), date(2027, 5, 8), None),
        (date(2026, 10, 8), date(2027, 5, 1), date(2027, 5, 9), Lapse.EXPIRE),
    ],
)
def test_nobody_s_application_expires_without_a_word_seven_days_before(touched, warned, today, due):
    """Sixty days after 2026-10-08 is 2026-12-07; whoever is warned late keeps their seven days."""
    assert decisions.lapse(WAY, touched, warned, today) is due


@pytest.mark.parametrize("state", list(State))
def test_what_each_state_allows(state):
    with_applicant, under_way = state in (State.DRAFT, State.RETURNED), state in states.UNDER_WAY
    for check, good in (
        (states.check_with_applicant, with_applicant),
        (states.check_open, state is State.OPEN),
        (states.check_under_way, under_way),
    ):
        if good:
            check(state)
        else:
            with pytest.raises(Conflict):
                check(state)


@pytest.mark.parametrize("raw", ["", "  \n", "长" * 1001])
def test_a_reason_is_needed_and_short_enough_to_be_read(raw):
    with pytest.raises(BadInput):
        decisions.check_reason(raw)
