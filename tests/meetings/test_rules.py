"""Shares, counts, bars, notices, ballots, charters: the rules of meetings without a database."""

import ast
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import Period, Unit, published
from core.errors import AppError, BadInput, Conflict, RuleViolated
from meetings.rules import bodies, calls, charter, motions, times
from meetings.rules.ballots import check_candidates, check_secrecy, read_ballot
from meetings.rules.bars import Bar, Ties, bar_of, seat_bar
from meetings.rules.bodies import Base, Matter, Rule, bodies_on, body_named, rule_of, stored
from meetings.rules.counting import Outcome, Roll, count_election, count_question, quorum_met
from meetings.rules.shares import Share, check_share

DAY = date(2026, 10, 8)
TWO_THIRDS, THREE_QUARTERS, HALF = Share(2, 3), Share(3, 4), Share(1, 2, over=True)


@pytest.mark.parametrize(
    ("share", "base", "needed"),
    [
        (THREE_QUARTERS, 7, 6),
        (THREE_QUARTERS, 8, 6),
        (THREE_QUARTERS, 5, 4),
        (THREE_QUARTERS, 1, 1),
        (TWO_THIRDS, 3, 2),
        (TWO_THIRDS, 9, 6),
        (TWO_THIRDS, 7, 5),
        (TWO_THIRDS, 10, 7),
        (HALF, 7, 4),
        (HALF, 8, 5),
        (HALF, 2, 2),
        (Share(1, 2), 8, 4),
        (Share(4, 5), 11, 9),
        (Share(1, 1), 6, 6),
    ],
)
def test_a_share_is_reached_exactly_at_its_border(share, base, needed):
    assert share.least(base) == needed
    assert share.reached_by(needed, base)
    assert not share.reached_by(needed - 1, base)


@pytest.mark.parametrize("share", [TWO_THIRDS, THREE_QUARTERS, HALF, Share(1, 2), Share(1, 1)])
def test_nobody_is_no_majority(share):
    assert not share.reached_by(0, 0)
    assert not share.reached_by(1, 0)


shares = st.tuples(st.integers(1, 20), st.integers(1, 20), st.booleans()).filter(
    lambda t: t[0] < t[1] or (t[0] == t[1] and not t[2])
)


@given(shares, st.integers(0, 5000), st.integers(0, 5000))
def test_more_votes_never_turn_a_majority_into_none(parts, count, base):
    share = check_share(parts[0], parts[1], over=parts[2])
    if share.reached_by(count, base):
        assert share.reached_by(count + 1, base)
        assert count >= share.least(base)
    elif base:
        assert count < share.least(base)


@given(shares, st.integers(1, 10**12))
def test_a_border_is_exact_however_many_people_there_are(parts, base):
    """A comparison through floating point goes wrong from 2**53 on, and for thirds long before."""
    share = check_share(parts[0], parts[1], over=parts[2])
    least = share.least(base)
    assert isinstance(least, int)
    assert share.reached_by(least, base)
    assert least == 1 or not share.reached_by(least - 1, base)


def test_the_rules_of_voting_contain_no_floating_point():
    for path in Path(bodies.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            divides = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
            assert not divides or isinstance(node.right, ast.Constant), f"{path}:{node.lineno}"
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), f"{path}:{node.lineno}"
            assert getattr(node, "id", "") != "float", path


def rule(majority=TWO_THIRDS, quorum=TWO_THIRDS, **more):
    return Rule(quorum=quorum, majority=majority, **more)


def votes(yes=0, no=0, abstain=0):
    return [("yes",)] * yes + [("no",)] * no + [()] * abstain


@pytest.mark.parametrize(
    ("roll", "how", "cast", "base", "outcome"),
    [
        # technical review: three quarters of those present
        (Roll(7, 0, 7), rule(THREE_QUARTERS), votes(6, 1), 7, Outcome.PASSED),
        (Roll(7, 0, 7), rule(THREE_QUARTERS), votes(5, 2), 7, Outcome.REJECTED),
        (Roll(8, 1, 7), rule(THREE_QUARTERS), votes(6, 0, 1), 7, Outcome.PASSED),
        # two thirds of three
        (Roll(3, 0, 3), rule(), votes(2, 1), 3, Outcome.PASSED),
        (Roll(3, 0, 2), rule(), votes(1, 1), 2, Outcome.TIED),
        # all against those present
        (Roll(9, 0, 6), rule(HALF, base=Base.PRESENT), votes(4, 2), 6, Outcome.PASSED),
        (Roll(9, 0, 6), rule(HALF, base=Base.ALL), votes(4, 2), 9, Outcome.REJECTED),
        (Roll(9, 0, 6), rule(HALF, base=Base.ALL), votes(5, 1), 9, Outcome.PASSED),
        # whoever stands aside is not in the base, under either rule
        (Roll(9, 3, 6), rule(HALF, base=Base.ALL), votes(4, 2), 6, Outcome.PASSED),
        # abstentions stay in the base, or leave it, as the rule says; silence always stays
        (Roll(9, 0, 9), rule(), votes(5, 1, 3), 9, Outcome.REJECTED),
        (Roll(9, 0, 9), rule(abstentions_count=False), votes(4, 2, 3), 6, Outcome.PASSED),
        (Roll(9, 0, 9), rule(abstentions_count=False), votes(4, 2), 9, Outcome.REJECTED),
        (Roll(9, 0, 9), rule(abstentions_count=False), votes(0, 0, 9), 0, Outcome.REJECTED),
        # nothing is decided without a quorum, or with nobody left
        (Roll(9, 0, 5), rule(), votes(5), 5, Outcome.NO_QUORUM),
        (Roll(9, 2, 5), rule(), votes(5), 5, Outcome.PASSED),
        (Roll(3, 3, 0), rule(), [], 0, Outcome.NO_VOTERS),
        (Roll(0, 0, 0), rule(), [], 0, Outcome.NO_VOTERS),
        # equal votes
        (Roll(8, 0, 8), rule(HALF), votes(4, 4), 8, Outcome.TIED),
        (Roll(8, 0, 8), rule(Share(1, 2)), votes(4, 4), 8, Outcome.PASSED),
    ],
)
def test_a_question_is_counted_by_its_rule(roll, how, cast, base, outcome):
    found = count_question(roll, how, cast)
    assert (found.base, found.outcome) == (base, outcome)
    assert found.yes + found.no + found.abstain == len(cast)
    assert found.silent == roll.present - len(cast)


@pytest.mark.parametrize(
    ("chair", "outcome", "by_chair"),
    [
        (("yes",), Outcome.PASSED, True),
        (("no",), Outcome.TIED, False),
        ((), Outcome.TIED, False),
        (None, Outcome.TIED, False),
    ],
)
def test_the_chair_decides_a_tie_only_where_the_rule_says_so(chair, outcome, by_chair):
    roll, cast = Roll(8, 0, 8), votes(4, 4)
    found = count_question(roll, rule(HALF, chair_breaks_ties=True), cast, chair)
    assert (found.outcome, found.by_chair) == (outcome, by_chair)
    assert count_question(roll, rule(HALF), cast, chair).outcome is Outcome.TIED


@given(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, n))),
    st.sampled_from([TWO_THIRDS, THREE_QUARTERS, HALF]),
    st.sampled_from(list(Base)),
    st.booleans(),
)
def test_a_vote_that_turns_to_yes_never_hurts(people, majority, base, counts):
    seats, yes, others = people
    others = min(others, seats - yes)
    how = rule(majority, base=base, abstentions_count=counts)
    roll = Roll(seats, 0, seats)
    for worse in ([("no",)], [()]):
        before = count_question(roll, how, votes(yes, others) + worse * (seats > yes + others))
        after = count_question(roll, how, votes(yes + (seats > yes + others), others))
        if before.outcome is Outcome.PASSED:
            assert after.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("cast", "places", "elected", "outcome"),
    [
        # as many candidates as places: each needs the majority
        ([("1", "2", "3")] * 5 + [("1", "2")] * 4, 3, (1, 2, 3), Outcome.ELECTED),
        ([("1", "2", "3")] * 4 + [("1", "2")] * 5, 3, (1, 2), Outcome.SHORT),
        # more candidates than places: the most votes
        ([("1", "2")] * 6 + [("1", "3")] * 3, 2, (1, 2), Outcome.ELECTED),
        ([("2",)] * 5 + [("1",)] * 4, 1, (2,), Outcome.ELECTED),
        # equal votes at the last place: neither is in
        ([("1", "2")] * 3 + [("1", "3")] * 3 + [("2", "3")] * 3, 2, (), Outcome.RUNOFF),
        ([("1", "2")] * 4 + [("1", "3")] * 4 + [("2", "3")], 2, (1,), Outcome.RUNOFF),
        # abstentions stay in the base
        ([("1",)] * 4 + [()] * 5, 1, (), Outcome.SHORT),
        ([()] * 9, 1, (), Outcome.SHORT),
    ],
)
def test_an_election_goes_to_the_most_votes_above_the_majority(cast, places, elected, outcome):
    found = count_election(Roll(9, 0, 9), rule(HALF), cast, 3, places)
    assert (found.elected, found.outcome) == (elected, outcome)


def test_an_election_without_a_quorum_elects_nobody():
    found = count_election(Roll(9, 0, 3), rule(HALF), [("1",)] * 3, 2, 1)
    assert (found.outcome, found.elected) == (Outcome.NO_QUORUM, ())


def test_whoever_is_barred_counts_on_neither_side_of_the_quorum():
    assert not quorum_met(Roll(9, 0, 5), rule())
    assert quorum_met(Roll(9, 3, 4), rule())
    assert not quorum_met(Roll(9, 3, 3), rule())


@pytest.mark.parametrize(
    ("person", "units", "ties", "bar"),
    [
        (1, (), Ties(), None),
        (1, ("member:5",), Ties(frozenset({"member:5"})), Bar.CONCERNED),
        (1, ("member:4", "member:5"), Ties(frozenset({"member:5"})), Bar.CONCERNED),
        (1, ("member:4",), Ties(frozenset({"member:5"})), None),
        (7, (), Ties(frozenset({"person:7"})), Bar.CONCERNED),
        (3, (), Ties(drafters=frozenset({3})), None),
        (3, (), Ties(drafters=frozenset({3}), kept_out=("drafter",)), Bar.DRAFTER),
        (4, ("member:9",), Ties(drafters_units=frozenset({"member:9"}), kept_out=("drafter",)), None),
        (
            4,
            ("member:9",),
            Ties(drafters_units=frozenset({"member:9"}), kept_out=("drafter", "unit")),
            Bar.DRAFTERS_UNIT,
        ),
    ],
)
def test_who_may_not_vote(person, units, ties, bar):
    assert bar_of(person, units, ties) is bar


def test_a_seat_has_no_vote_once_everyone_who_holds_it_is_barred():
    ties = Ties(frozenset({"member:5"}))
    assert seat_bar("member:5", [], {}, ties) is Bar.CONCERNED
    assert seat_bar("member:4", [1, 2], {1: Bar.DECLARED, 2: None}, ties) is None
    assert seat_bar("member:4", [1, 2], {1: Bar.DECLARED, 2: Bar.ORDERED}, ties) is Bar.DECLARED
    assert seat_bar("member:4", [], {}, ties) is None


@pytest.mark.parametrize(
    ("today", "day", "period", "in_time"),
    [
        (date(2026, 10, 8), date(2026, 10, 15), Period(7, Unit.CALENDAR_DAY), True),
        (date(2026, 10, 8), date(2026, 10, 14), Period(7, Unit.CALENDAR_DAY), False),
        (date(2026, 9, 30), date(2026, 10, 13), Period(5, Unit.WORK_DAY), True),
        (date(2026, 9, 30), date(2026, 10, 12), Period(5, Unit.WORK_DAY), False),
        (date(2026, 2, 13), date(2026, 2, 25), Period(3, Unit.WORK_DAY), True),
        (date(2026, 2, 13), date(2026, 2, 24), Period(3, Unit.WORK_DAY), False),
    ],
)
def test_notice_is_counted_by_the_calendar(today, day, period, in_time):
    assert calls.notice_of(published(), today, day, period).in_time is in_time


def test_notice_into_a_year_without_holidays_is_provisional():
    assert calls.notice_of(published(), date(2026, 12, 28), date(2027, 1, 12), Period(10, Unit.WORK_DAY)).provisional


@pytest.mark.parametrize(
    ("waiver", "waivable", "code"),
    [
        ("", False, "notice_too_short"),
        ("急", False, "notice_too_short"),
        ("", True, "notice_too_short"),
        ("急", True, None),
    ],
)
def test_too_short_a_notice_needs_a_reason_that_the_rule_takes(waiver, waivable, code):
    period = Period(7, Unit.CALENDAR_DAY)
    notice = calls.notice_of(published(), DAY, date(2026, 10, 9), period)
    if code is None:
        calls.check_notice(notice, period, waiver=waiver, waivable=waivable)
        return
    with pytest.raises(RuleViolated) as refusal:
        calls.check_notice(notice, period, waiver=waiver, waivable=waivable)
    assert refusal.value.code == code
    assert "2026-10-15" in refusal.value.text


CLOSES = datetime(2026, 10, 20, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "moment", "code"),
    [
        ("open", CLOSES.replace(hour=15, minute=59, second=59), None),
        ("open", CLOSES, "vote_late"),
        ("open", CLOSES.replace(second=1), "vote_late"),
        ("closed", CLOSES.replace(hour=1), "vote_late"),
        ("draft", CLOSES.replace(hour=1), "vote_early"),
        ("held", CLOSES.replace(hour=1), "vote_early"),
        ("withdrawn", CLOSES.replace(hour=1), "motion_withdrawn"),
    ],
)
def test_a_vote_counts_until_just_before_the_closing_moment(state, moment, code):
    if code is None:
        motions.check_votable(motions.State(state), CLOSES, moment)
        return
    with pytest.raises(Conflict) as refusal:
        motions.check_votable(motions.State(state), CLOSES, moment)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("words", "candidates", "places", "ballot"),
    [
        ("同意", (), 0, ("yes",)),
        ("YES", (), 0, ("yes",)),
        ("反对", (), 0, ("no",)),
        ("不同意", (), 0, ("no",)),
        (" 弃权 ", (), 0, ()),
        ("甲", ("甲", "乙"), 1, ("1",)),
        ("２", ("甲", "乙"), 1, ("2",)),
        ("乙、甲", ("甲", "乙", "丙"), 2, ("1", "2")),
        ("1,3,3", ("甲", "乙", "丙"), 2, ("1", "3")),
        ("弃权", ("甲", "乙"), 1, ()),
    ],
)
def test_votes_are_read_as_people_write_them(words, candidates, places, ballot):
    assert read_ballot(words, candidates, places) == ballot


@pytest.mark.parametrize(
    ("words", "candidates", "places", "code"),
    [
        ("也许", (), 0, "choice_unknown"),
        ("", (), 0, "choice_unknown"),
        ("同意", ("甲", "乙"), 1, "candidate_unknown"),
        ("0", ("甲", "乙"), 1, "candidate_unknown"),
        ("3", ("甲", "乙"), 1, "candidate_unknown"),
        ("²", ("甲", "乙", "丙"), 1, None),
        ("-1", ("甲", "乙"), 1, "candidate_unknown"),
        ("99999999999999999999", ("甲", "乙"), 1, "candidate_unknown"),
        ("甲,乙", ("甲", "乙"), 1, "too_many_choices"),
        ("、", ("甲", "乙"), 1, "choice_missing"),
    ],
)
def test_what_is_no_vote_is_said(words, candidates, places, code):
    if code is None:
        assert read_ballot(words, candidates, places) == ("2",)
        return
    with pytest.raises(BadInput) as refusal:
        read_ballot(words, candidates, places)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("names", "places", "code"),
    [
        (["甲", "甲"], 1, "candidate_twice"),
        (["甲", " 甲 "], 1, "candidate_twice"),
        ([""], 1, "candidates_missing"),
        (["12"], 1, "candidate_form"),
        (["甲 乙"], 1, "candidate_form"),
        (["甲"], 2, "places_form"),
        (["甲"], 0, "places_form"),
        ([f"人{n}" for n in range(51)], 1, "candidates_missing"),
    ],
)
def test_a_ballot_that_cannot_be_filled_in_is_refused(names, places, code):
    with pytest.raises(BadInput) as refusal:
        check_candidates(names, places)
    assert refusal.value.code == code


def test_two_voters_have_no_secrets():
    check_secrecy(3)
    with pytest.raises(RuleViolated):
        check_secrecy(2)


def test_every_shipped_body_has_a_source_and_a_rule_that_survives_being_stored():
    found = bodies_on(DAY)
    assert {"assembly", "council", "standing_council", "supervisors", "technical_review"} <= found.keys()
    for body in found.values():
        assert body.rule.source
        for one in (body.rule, *body.matters.values()):
            assert rule_of(stored(one)) == one


def test_the_shipped_rules_are_those_of_the_sources():
    found = bodies_on(DAY)
    review = found["technical_review"]
    assert (review.rule.majority, review.rule.base, review.rule.least) == (THREE_QUARTERS, Base.PRESENT, 5)
    assert review.rule.drafters == ("drafter", "unit")
    assert found["council"].rule_for(Matter.EXPULSION).secret
    assert not found["council"].rule_for(Matter.EXPULSION).written
    assert found["assembly"].rule.majority == HALF
    assert found["assembly"].rule_for(Matter.CHARTER).majority == TWO_THIRDS


def test_bodies_have_names_in_both_languages_and_aliases():
    known = bodies_on(DAY).values()
    for words in ("理事会", "council", "COUNCIL"):
        assert body_named(known, words).value == "council"
    assert body_named(known, "会员代表大会").value == "assembly"
    with pytest.raises(BadInput):
        body_named(known, "董事会")


def test_a_charter_overrides_the_body_and_its_matters_follow():
    entry = next(e for e in bodies.entries() if e["value"] == "council")
    changes = charter.read_changes("法定人数=1/2 通过=>1/2 基数=全体 通知=5个工作日 委托=0 弃权=不计入")
    own = charter.merged({key: entry[key] for key in ("pass", "notice")}, changes)
    body = bodies_on(DAY, {"council": own})["council"]
    assert (body.rule.quorum, body.rule.majority, body.rule.base) == (Share(1, 2), HALF, Base.ALL)
    assert (body.notice.amount, body.notice.unit) == (5, Unit.WORK_DAY)
    assert not body.rule.abstentions_count
    expulsion = body.rule_for(Matter.EXPULSION)
    assert expulsion.secret
    assert expulsion.majority == HALF
    assert bodies_on(DAY)["council"].rule.majority == TWO_THIRDS


@pytest.mark.parametrize(
    "words",
    ["", "quorum", "quorum=", "quorum=0/3", "quorum=4/3", "quorum=2", "pass=1.5", "pass=>1/1", "base=some", "colour=red",
     "notice=soon", "proxies=-1", "secret=maybe", "quorum=>1/2"],
)  # fmt: skip
def test_what_is_no_clause_is_said(words):
    with pytest.raises(BadInput):
        charter.read_changes(words)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("14:30", time(14, 30)),
        ("14：30", time(14, 30)),
        ("9点", time(9)),
        ("9点半", time(9, 30)),
        ("下午2点", time(14)),
        ("下午2点30分", time(14, 30)),
        ("上午9:00", time(9)),
        ("2pm", time(14)),
        ("14时05分", time(14, 5)),
        ("中午12点", time(12)),
        ("0:00", time(0)),
    ],
)
def test_times_are_read_as_people_write_them(words, moment):
    assert times.read_time(words) == moment


@pytest.mark.parametrize("words", ["", "24:00", "12:60", "下午", "noon", "1430", "-1:00", "99999999:00"])
def test_what_is_no_time_is_said(words):
    with pytest.raises(AppError):
        times.read_time(words)


def test_a_resolution_has_the_number_of_its_body():
    assert motions.resolution_number("理事会", 2026, 3) == "理事会决议〔2026〕3号"


def test_a_frozen_rule_does_not_follow_a_later_one():
    kept = stored(bodies_on(DAY)["council"].rule)
    later = replace(bodies_on(DAY)["council"].rule, majority=HALF)
    assert rule_of(kept) != later
