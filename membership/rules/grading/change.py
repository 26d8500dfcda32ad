"""What would change a grade: points to the next one, what holds it down, what expires, what a correction would do. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from core.i18n import N_, _
from membership.rules.grading.explain import Reader
from membership.rules.grading.facts import Fact
from membership.rules.grading.numbers import plain
from membership.rules.grading.results import Result, Status
from membership.rules.grading.scheme import Band, Scheme
from membership.rules.grading.score import Grader, grader

MOST_DAYS = 12
"""How many days of expiry are looked at, the nearest first."""


class Reason(StrEnum):
    """Why a grade would change."""

    UP = "points_up"
    DOWN = "points_down"
    LIMIT = "without_limit"
    EXPIRY = "expiry"
    CORRECTION = "correction"
    REPAIR = "repair"
    MISSING = "missing"


class Change(NamedTuple):
    """One way to another grade. ``points`` are those it takes, ``day`` when it happens by itself.

    ``excluded``: more than so many points, since the edge itself does not count.
    """

    reason: Reason
    grade: str
    item: str = ""
    points: Decimal | None = None
    day: date | None = None
    fact: Fact | None = None
    excluded: bool = False


def what_would_change(scheme: Scheme, facts: Iterable[Fact], day: date, result: Result | None = None) -> list[Change]:
    """Everything that would lead to another grade, or shows what holds this one; an empty list when nothing would."""
    known, prepared = list(facts), grader(scheme)
    result = result or prepared.grade(known, day)
    if result.status is Status.MISSING:
        return [Change(Reason.MISSING, "", name) for name in result.missing]
    return [
        *_by_points(scheme, result),
        *_without_limits(scheme, result),
        *_corrected(prepared, known, day, result),
        *_expiring(prepared, known, result),
    ]


def _by_points(scheme: Scheme, result: Result) -> list[Change]:
    """The nearest band on either side of the score."""
    if result.score is None or not result.by_score:
        return []
    above = [band for band in scheme.bands if band.bounds.low is not None and band.bounds.low >= result.score]
    below = [band for band in scheme.bands if band.bounds.high is not None and band.bounds.high <= result.score]
    above = [band for band in above if not band.bounds.holds(result.score) and band.grade != result.by_score]
    below = [band for band in below if not band.bounds.holds(result.score) and band.grade != result.by_score]
    reasons = (Reason.DOWN, Reason.UP) if scheme.scoring.demerit else (Reason.UP, Reason.DOWN)
    found = [*_to(above, result.score, reasons[0], upwards=True), *_to(below, result.score, reasons[1], upwards=False)]
    return [change for change in found if _held(scheme, result, change.grade) != result.grade]


def _held(scheme: Scheme, result: Result, grade: str) -> str:
    """The grade that a band would come to under the limits of today."""
    ranks = {name: place for place, name in enumerate(scheme.grade_ids)}
    return scheme.grade_ids[max([ranks[grade], *(ranks[limit.grade] for limit in result.limits)])]


def _to(bands: Sequence[Band], score: Decimal, reason: Reason, *, upwards: bool) -> list[Change]:
    edges = []
    for band in bands:
        edge, included = (
            (band.bounds.low, band.bounds.low_included) if upwards else (band.bounds.high, band.bounds.high_included)
        )
        if edge is not None:
            edges.append((abs(edge - score), not included, band.grade))
    if not edges:
        return []
    distance, excluded, grade = min(edges)
    return [Change(reason, grade, points=distance, excluded=excluded)]


def _without_limits(scheme: Scheme, result: Result) -> list[Change]:
    """For each limit that holds the grade down alone: the grade without it."""
    ranks = {name: place for place, name in enumerate(scheme.grade_ids)}
    changes = []
    for limit in result.limits:
        others = [ranks[other.grade] for other in result.limits if other is not limit]
        without = max([ranks[result.by_score], *others])
        if without < ranks[limit.grade]:
            changes.append(Change(Reason.LIMIT, scheme.grade_ids[without], limit.item, fact=limit.fact))
    return changes


def _corrected(prepared: Grader, facts: list[Fact], day: date, result: Result) -> list[Change]:
    """Direct grades that a correction or a repair today would change."""
    changes = []
    for limit in result.limits:
        fact = limit.fact
        if limit.code != "direct" or fact is None:
            continue
        ended = day if fact.continuing and fact.ended is None else fact.ended
        ways = [(Reason.CORRECTION, fact.corrected, fact._replace(corrected=day, ended=ended))]
        if prepared.plans[limit.item].rule.repair is not None:
            ways.append((Reason.REPAIR, fact.repaired, fact._replace(repaired=day, ended=ended)))
        for reason, already, done in ways:
            if already is not None:
                continue
            after = prepared.grade([done if one is fact else one for one in facts], day)
            if after.grade != result.grade or after.score != result.score:
                changes.append(Change(reason, after.grade, limit.item, after.score, fact=fact))
    return changes


def _expiring(prepared: Grader, facts: list[Fact], result: Result) -> list[Change]:
    """The next days on which facts cease to count, and the grade from the day after."""
    ends: dict[date, Fact] = {}
    for fact, until in result.in_force:
        if until is not None:
            ends.setdefault(until, fact)
    changes = []
    for until in sorted(ends)[:MOST_DAYS]:
        after = prepared.grade(facts, until + timedelta(days=1))
        fact = ends[until]
        changes.append(Change(Reason.EXPIRY, after.grade, fact.item, after.score, until + timedelta(days=1), fact))
    return changes


WORDS = {
    Reason.UP: N_("{points} more points would make it {grade}"),
    Reason.DOWN: N_("{points} points less would make it {grade}"),
    Reason.LIMIT: N_("Without “{title}” it would be {grade}"),
    Reason.EXPIRY: N_("On {day} “{title}” ceases to count: then {grade}, {points} points"),
    Reason.CORRECTION: N_("Once “{title}” is corrected: {grade}, {points} points"),
    Reason.REPAIR: N_("Once “{title}” is repaired: {grade}, {points} points"),
    Reason.MISSING: N_("Still to be assessed: {title}"),
}
BEYOND = {
    Reason.UP: N_("More than {points} more points would make it {grade}"),
    Reason.DOWN: N_("More than {points} points less would make it {grade}"),
}
DEMERITS = {
    Reason.UP: N_("{points} demerit points less would make it {grade}"),
    Reason.DOWN: N_("{points} more demerit points would make it {grade}"),
}

BEYOND_DEMERITS = {
    Reason.UP: N_("More than {points} demerit points less would make it {grade}"),
    Reason.DOWN: N_("More than {points} more demerit points would make it {grade}"),
}


def words(reader: Reader, change: Change) -> str:
    """A change in words."""
    templates = WORDS | DEMERITS if reader.scheme.scoring.demerit else WORDS
    if change.excluded:
        templates = templates | (BEYOND_DEMERITS if reader.scheme.scoring.demerit else BEYOND)
    return _(templates[change.reason]).format(
        points="" if change.points is None else plain(change.points),
        grade=reader.title(change.grade),
        title=reader.title(change.item),
        day=change.day,
    )


def change_data(reader: Reader, change: Change) -> dict[str, str | None]:
    """A change for machines."""
    return {
        "reason": change.reason,
        "grade": change.grade or None,
        "item": change.item or None,
        "points": None if change.points is None else plain(change.points),
        "day": None if change.day is None else change.day.isoformat(),
        "words": words(reader, change),
    }
