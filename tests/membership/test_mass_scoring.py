"""A round graded in one statement gives exactly what the engine gives member by member."""

from decimal import Decimal
from importlib import resources
from random import Random

import pytest
from sqlalchemy import insert, select

from core.db import open_session
from membership.models import GradingRound, RoundMember, RoundScore, Unit
from membership.rules.grading.facts import Fact
from membership.rules.grading.loading import load
from membership.rules.grading.numbers import plain
from membership.rules.grading.score import Grader
from membership.rules.grading.setwise import SCALE, setwise
from membership.rules.grading.terms import Stage
from membership.usecases import mass_scoring
from tests.houses import furnish
from tests.membership.schemes import DAY, PLAIN, scheme_row

DEFAULT = (resources.files("membership.data.schemes") / "default.toml").read_text("utf-8")
FIXED = (
    PLAIN.replace("digits = 2\nrounding", "digits = 2\nrounding", 1)
    .replace("full = 100\n", "full = 100\nstart = 0\n")
    .replace('[[grades]]\nid = "A"', '[counting]\ndeciding_stage = "review"\n[[grades]]\nid = "A"', 1)
)


def weighted(rounding, digits, extra="", weights=(33, 34, 33), most=(30, 7, 100)):
    """A scheme whose weighted sum rarely comes out even."""
    indicators = "".join(
        f'[[indicators]]\nid = "i{n}"\ntitle = "指标{n}"\nmax = {m}\nweight = {w}\ndigits = 2\n'
        for n, (w, m) in enumerate(zip(weights, most, strict=True))
    )
    return f"""format = 1
[scheme]
id = "w"
version = "1"
title = "加权办法"
effective_from = 2026-01-01
source = {{ document = "加权办法" }}
[score]
full = 100
digits = {digits}
rounding = "{rounding}"
{extra}
[counting]
deciding_stage = "review"
[[grades]]
id = "A"
[[grades]]
id = "B"
[[grades]]
id = "C"
[[bands]]
grade = "A"
above = 80
[[bands]]
grade = "B"
from = 40
to = 80
when = [{{ indicator = "i0", from = 3.5 }}, {{ negative = "none" }}]
[[bands]]
grade = "C"
to = 80
[[rules]]
id = "accident"
title = "事故"
kind = "deduct"
method = "per_event"
points = 5
[[gates]]
id = "g"
title = "单项门槛"
at_most = "B"
unless = [{{ indicator = ["i1", "i2"], above = 2 }}]
[[gates]]
id = "h"
title = "单项不达标"
at_most = "C"
when = [{{ indicator = "i2", below = 20 }}, {{ rule = "accident" }}]
{indicators}"""


COUNT = 120
MINE = {"association_id": 1}
SCHEMES = {
    "default": DEFAULT,
    "sum": FIXED,
    "half up": weighted("half_up", 2),
    "half up, whole": weighted("half_up", 0),
    "floor": weighted("floor", 1),
    "ceil": weighted("ceil", 1, "start = 5\ncap = 90\nfloor = 30"),
    "rescaled, then rounded again": weighted(
        "floor", 0, 'start = 3\n[score.rescale]\nto = 90\ndigits = 3\nrounding = "half_up"', weights=(30, 40, 30)
    ),
    "demerit": weighted("half_up", 1).replace("[counting]", "demerit = true\n[counting]"),
}


def members(scheme, count, random):
    """Scores of so many members, a third of them at an edge of the indicator."""
    for _ in range(count):
        yield {
            one.id: random.choice(
                (
                    one.max,
                    Decimal(0),
                    Decimal(random.randint(0, int(one.max * 10 ** (one.digits or 0)))).scaleb(-(one.digits or 0)),
                )
            )
            for one in scheme.indicators
        }


def register(session, count):
    """So many units; returns their ids."""
    units = [
        {
            "association_id": 1, "number": n, "code": f"X{n:017d}", "name": f"单位{n}", "name_key": f"单位{n}",
            "category": "other", "rank": "member", "region": "杭州市", "joined_on": DAY, "status": "active",
            "remark": "", "version": 1,
        }
        for n in range(11, 11 + count)
    ]  # fmt: skip
    session.execute(insert(Unit), units)
    return session.scalars(select(Unit.id).where(Unit.number > 10).order_by(Unit.number)).all()


def enter(session, number, document, units, scored, now):
    """A round of a scheme with these scores."""
    row = scheme_row(document)
    row.version = str(number)
    session.add(row)
    session.flush()
    made = GradingRound(
        number=number, title="轮次", scheme_id=row.id, state="review", population={}, members=len(scored), day=DAY,
        notice_days=5, valid_months=12, opened_by=1, opened_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.execute(insert(RoundMember), [{"round_id": made.id, "unit_id": unit, "facts": ""} | MINE for unit in units])
    scores = [
        {
            "round_id": made.id, "unit_id": unit, "indicator": name, "stage": "review", "score": plain(score),
            "points": int(score * SCALE), "plain": True, "verdict": "confirmed", "reason": "", "evidence": [],
            "entry": "{}", "scored_by": 1, "scored_at": now,
        } | MINE
        for unit, given in zip(units, scored, strict=True)
        for name, score in given.items()
    ]  # fmt: skip
    session.execute(insert(RoundScore), scores)
    return made


def test_one_statement_gives_what_the_engine_gives(house):
    furnish(house)
    with open_session(house.engine, 1) as session:
        units = register(session, COUNT)
        for number, name in enumerate(SCHEMES, 1):
            compare(session, number, SCHEMES[name], units, house.clock(), name)


def compare(session, number, document, units, now, name):
    """Every member of a round, by the engine and by the statement."""
    scheme, plan = load(document), setwise(load(document))
    assert plan is not None, name
    scored = list(members(scheme, COUNT, Random(name)))
    made = enter(session, number, document, units, scored, now)
    assert mass_scoring.grade_all(session, made.id, plan) == COUNT
    grader, wanted = Grader(scheme), []
    for given in scored:
        facts = [Fact(item, score=score, stage=Stage.REVIEW, evidence="e", day=DAY) for item, score in given.items()]
        result = grader.grade(facts, DAY)
        wanted.append((plain(result.score), result.grade))
    rows = session.scalars(select(RoundMember).where(RoundMember.round_id == made.id).order_by(RoundMember.id)).all()
    assert [(row.score, row.grade) for row in rows] == wanted, name
    assert all(row.points == Decimal(row.score) * SCALE for row in rows)
    ordered = sorted((Decimal(score) for score, _grade in wanted), reverse=not scheme.scoring.demerit)
    ranks = [ordered.index(Decimal(score)) + 1 for score, _grade in wanted]
    assert [row.rank for row in rows] == ranks, name
    assert len({row.grade for row in rows}) > 1, name
    rank_again(session, made, plan, rows, ranks)


def rank_again(session, made, plan, rows, ranks):
    """Ranks alone come out the same, and a member that is not graded has none."""
    rows[0].status = rows[0].rank = None
    session.flush()
    mass_scoring.rank_all(session, made.id, demerit=plan.demerit)
    session.expire_all()
    beaten = [rank - (rank > ranks[0]) for rank in ranks[1:]]
    assert [row.rank for row in rows[1:]] == beaten
    assert rows[0].rank is None


@pytest.mark.parametrize(
    "change",
    [
        ('deciding_stage = "review"', ""),
        ("digits = 2\nweight", 'digits = 2\nbest_of = "x"\nweight'),
        ('kind = "deduct"', 'required = true\nkind = "deduct"'),
        ("max = 30\n", 'max = 30\nmust_have = "B"\n'),
        ("max = 30\n", 'max = 30\nstart = "full"\n'),
    ],
)
def test_what_whole_numbers_cannot_say_is_left_to_the_engine(change):
    document = weighted("floor", 1)
    assert setwise(load(document)) is not None
    changed = (
        document.replace(*change)
        if change[0] != "digits = 2\nweight"
        else document.replace("weight = 33\n", 'weight = 33\nbest_of = "x"\n')
    )
    assert changed != document
    assert setwise(load(changed)) is None
