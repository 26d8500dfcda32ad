"""What holds for every scheme and every set of facts."""

import ast
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.errors import AppError
from membership.rules.grading import explain
from membership.rules.grading.change import what_would_change, words
from membership.rules.grading.checker import examine
from membership.rules.grading.facts import Fact
from membership.rules.grading.loading import load
from membership.rules.grading.results import Status
from membership.rules.grading.score import Grader, grade, grader
from membership.rules.grading.terms import Kind, Stage

ROOT = Path(__file__).resolve().parents[3]
SCHEMES = sorted((ROOT / "membership" / "data" / "schemes").glob("*.toml"))
LOADED = {path.stem: load(path.read_text("utf-8")) for path in SCHEMES}
NAMES = st.sampled_from(sorted(LOADED))
DAY = date(2026, 10, 8)
SLOW = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[phase for phase in Phase if phase is not Phase.explain],
)


def member_of(seed):
    """A scheme and facts of one member that it takes, made from a seed."""
    random = Random(seed)
    scheme = LOADED[random.choice(sorted(LOADED))]
    facts = [
        scored(indicator, random) for indicator in scheme.indicators if indicator.required or random.random() < 0.5
    ]
    for _ in range(random.randrange(9) if scheme.rules else 0):
        fact = event(scheme, random)
        try:
            grade(scheme, [fact], DAY)
        except AppError:
            continue
        facts.append(fact)
    return scheme, facts


def scored(indicator, random):
    tenths = random.randint(int(indicator.floor * 10), int(indicator.max * 10))
    points = Decimal(tenths // 10 if indicator.digits == 0 else tenths) / (1 if indicator.digits == 0 else 10)
    return Fact(indicator.id, score=points, evidence="e", stage=random.choice([None, Stage.REVIEW]))


def event(scheme, random):
    rule = random.choice(scheme.rules)
    day = DAY - timedelta(days=random.choice([random.randint(-30, 2500), 100, 200]))
    return Fact(
        rule.id,
        value=Decimal(random.randint(0, 60_000)) / random.choice([1, 10, 1000]),
        day=day,
        level=random.choice([entry.level for entry in rule.levels]) if rule.levels else "",
        corrected=random.choice([None, day + timedelta(days=random.randrange(900))]),
        continuing=random.random() < 0.2,
        repaired=day + timedelta(days=90) if rule.repair and random.random() < 0.5 else None,
        evidence=random.choice(["e", "f", ""]),
        same_fact=random.choice(["", "", "k", "l"]),
    )


members = st.integers(0, 10**9).map(member_of)


@SLOW
@given(members, st.integers())
def test_the_order_of_facts_plays_no_part_and_a_recomputation_is_identical(member, seed):
    scheme, facts = member
    first = grade(scheme, facts, DAY)
    shuffled = list(facts)
    Random(seed).shuffle(shuffled)
    assert grade(scheme, shuffled, DAY)._replace(steps=(), in_force=()) == first._replace(steps=(), in_force=())
    assert sorted(map(repr, grade(scheme, shuffled, DAY).steps)) == sorted(map(repr, first.steps))
    assert Grader(scheme).grade(facts, DAY) == first


@SLOW
@given(members)
def test_scores_stay_within_floor_and_cap_and_every_grade_is_of_the_scheme(member):
    scheme, facts = member
    result = grade(scheme, facts, DAY)
    scoring = scheme.scoring
    if result.score is None:
        assert result.status in (Status.MISSING, Status.ENDED)
        return
    assert scoring.floor is None or result.score >= scoring.floor
    assert scoring.cap is None or result.score <= scoring.cap
    known = {*scheme.grade_ids, scheme.missing.id, scheme.ended.id}
    assert result.grade in known
    if result.status is Status.GRADED and not scheme.consecutive:
        ranks = {name: place for place, name in enumerate(scheme.grade_ids)}
        assert ranks[result.grade] == max([ranks[result.by_score], *(ranks[limit.grade] for limit in result.limits)])


@SLOW
@given(members)
def test_the_steps_on_the_total_add_up_to_the_score(member):
    scheme, facts = member
    result = grade(scheme, facts, DAY)
    if result.score is None:
        return
    at = None
    for step in (step for step in result.steps if step.scope == "total" and step.after is not None):
        assert step.before is None or at is None or step.before == at
        at = step.after
    assert at is None or at == result.score


@SLOW
@given(members)
def test_every_result_can_be_explained(member):
    scheme, facts = member
    result = grade(scheme, facts, DAY)
    assert all(explain.lines(scheme, result))
    reader = explain.Reader(scheme)
    assert all(words(reader, change) for change in what_would_change(scheme, facts, DAY, result))
    told = [step.fact for step in result.steps if step.fact is not None]
    rules = {rule.id for rule in scheme.rules if rule.kind is not Kind.MARK}
    assert all(fact in told for fact in facts if fact.item in rules and result.status is Status.GRADED)


@SLOW
@given(members)
def test_one_more_deduction_never_helps(member):
    scheme, facts = member
    rule = next((r for r in scheme.rules if r.kind is Kind.DEDUCT and r.points is not None and r.lasts is None), None)
    if rule is None:
        return
    before = grade(scheme, facts, DAY)
    after = grade(scheme, [*facts, Fact(rule.id, day=DAY, evidence="e", value=Decimal(1))], DAY)
    if before.score is not None and after.score is not None:
        assert after.score >= before.score if scheme.scoring.demerit else after.score <= before.score


TEXTS = {path.stem: path.read_text("utf-8") for path in SCHEMES}


@settings(SLOW, max_examples=200)
@given(NAMES, st.data())
def test_the_checker_survives_any_mutation_and_what_it_passes_can_grade(name, data):
    lines = TEXTS[name].splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        other = data.draw(st.integers(0, len(lines) - 1))
        how = data.draw(st.sampled_from(["drop", "swap", "copy", "number", "junk"]))
        if how == "drop":
            lines[place] = ""
        elif how == "swap":
            lines[place], lines[other] = lines[other], lines[place]
        elif how == "copy":
            lines[place] = lines[other]
        elif how == "number":
            head, sep, _old = lines[place].partition(" = ")
            lines[place] = (
                head
                + sep
                + str(data.draw(st.sampled_from([0, -1, 1, "0.01", 950, 10**11, "nan", '"x"', "true", "[]"])))
            )
        else:
            lines[place] += data.draw(st.text(max_size=5))
    report = examine("\n".join(lines), DAY)
    for problem in report.problems:
        assert problem.message
        assert problem.where
    if report.sound and report.scheme is not None:
        try:
            grade(report.scheme, [], DAY)
        except AppError as refusal:
            assert refusal.code == "nothing_applies"  # noqa: PT017


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_no_text_breaks_the_loader(text):
    assert examine(text).problems


def test_no_float_is_written_anywhere_in_the_engine():
    for path in (ROOT / "membership" / "rules" / "grading").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), path
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id
            assert called not in ("float", "round"), path


def test_numbers_of_a_document_are_exact():
    text = TEXTS["g4_gansu"].replace("step = 0.01", "step = 0.0123456789", 1)
    assert load(text).rules[0].step == Decimal("0.0123456789")


def test_a_scheme_is_prepared_once():
    scheme = LOADED["default"]
    assert grader(scheme) is grader(scheme)


@pytest.mark.parametrize("name", sorted(LOADED))
def test_versions_recompute_alike_after_loading_again(name):
    again = load(TEXTS[name])
    facts = [Fact(i.id, score=i.max, evidence="e") for i in again.indicators]
    facts += [Fact(rule.id, day=DAY, value=Decimal(0)) for rule in again.rules if rule.required]
    assert grade(again, facts, DAY) == grade(LOADED[name], facts, DAY)
