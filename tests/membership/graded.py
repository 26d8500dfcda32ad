"""An office whose two members hold grades by the scheme that comes with Guildhall, as a round would have left them."""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from importlib import resources

from core.db import open_session
from membership.models import GradingRound, GradingScheme, UnitGrade
from membership.queries import grading, unit_by_number
from membership.rules.grading import stored
from membership.rules.grading.facts import Fact
from membership.rules.grading.score import grade
from membership.rules.grading.terms import Stage
from tests.houses import START, furnish

DAY = date(2026, 6, 30)
UNTIL = date(2027, 6, 30)


def document(version="2026.1", **replaced):
    """The text of the shipped scheme, with parts replaced."""
    text = (resources.files("membership.data.schemes") / "default.toml").read_text("utf-8")
    text = text.replace('version = "2026.1"', f'version = "{version}"')
    for old, new in replaced.values():
        assert old in text
        text = text.replace(old, new)
    return text


def published(session, text, *, state="published"):
    """A version of a scheme as it stands once two people have put it in force."""
    scheme = grading.loaded(text)
    row = GradingScheme(
        scheme=scheme.id, version=scheme.version, title=scheme.title.zh, document=text,
        sha256=sha256(text.encode()).hexdigest(), state=state, effective_from=scheme.effective_from,
        effective_to=None, drafted_by=1, drafted_at=START, published_by=2, published_at=START,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def scores(scheme, points, by="person:3", day=DAY):
    """The review's score of every indicator; ``points`` for all, or by id."""
    given = points if isinstance(points, dict) else {}
    return [
        Fact(one.id, score=Decimal(given.get(one.id, given.get("", points) if given else points)), stage=Stage.REVIEW,
             day=day, evidence="评分表", by=by)
        for one in scheme.indicators
    ]  # fmt: skip


def give(session, row, unit, facts, *, day=DAY, until=UNTIL, valid_from=None, round_id=None):
    """A grade as a round gives it."""
    scheme = grading.loaded(row.document)
    kept, inputs = stored.Kept.of(grade(scheme, facts, day)), stored.listed(facts)
    made = UnitGrade(
        unit_id=unit.id, scheme_id=row.id, round_id=round_id, adjustment_id=None, day=day, grade=kept.grade, shown=kept.shown,
        score=kept.score, status=kept.status, valid_from=valid_from or day, valid_until=until, inputs=inputs,
        digest=stored.digest(row.sha256, day, inputs, kept), made_by=1, made_at=START,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def seed(house, first=92, second=75):
    """Grades for the two members of a furnished office: AAA and A unless told otherwise."""
    with open_session(house.engine, 1) as session:
        row = published(session, document())
        scheme = grading.loaded(row.document)
        for number, points in ((1, first), (2, second)):
            give(session, row, unit_by_number(session, number), scores(scheme, points))


def rounds(house):
    """Two finished rounds: M-0001 fell from AAA to AA, M-0002 rose from A to AA."""
    with open_session(house.engine, 1) as session:
        row = published(session, document())
        scheme = grading.loaded(row.document)
        for number, day, points in ((1, date(2025, 6, 30), (92, 75)), (2, DAY, (85, 84))):
            made = GradingRound(
                number=number, title=f"第{number}次评级", scheme_id=row.id, state="published", population={}, members=2,
                day=day, notice_days=5, valid_months=12, opened_by=1, opened_at=START,
            )  # fmt: skip
            session.add(made)
            session.flush()
            for member, one in zip((1, 2), points, strict=True):
                unit = unit_by_number(session, member)
                give(
                    session,
                    row,
                    unit,
                    scores(scheme, one, day=day),
                    day=day,
                    until=date(day.year + 1, 6, 30),
                    round_id=made.id,
                )


def graded(house, first=92, second=75):
    """The furnished office with these grades."""
    office = furnish(house)
    seed(house, first, second)
    return office
