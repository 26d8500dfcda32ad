"""Do the grade bands cover every score once, in the order of the grades, and can every grade be reached? Pure."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, product

from core.i18n import N_
from membership.rules.grading.checks.intervals import Gap, Overlap, Piece, findings, on_grid, ordered
from membership.rules.grading.checks.reach import Reach, reach_of
from membership.rules.grading.numbers import plain
from membership.rules.grading.problems import Problem, Severity
from membership.rules.grading.scheme import Band, Condition, Scheme
from membership.rules.grading.terms import Kind

MOST_CONDITIONS = 6
Truth = Mapping[tuple[object, ...], bool]


def check_bands(scheme: Scheme) -> Iterator[Problem]:
    """Every finding about bands and grades, each once even when several conditions show it."""
    said: set[tuple[str, str]] = set()
    for bands in _cases(scheme):
        for problem in (*_cover(scheme, bands), *_order(scheme, bands)):
            if (problem.code, problem.where) not in said:
                said.add((problem.code, problem.where))
                yield problem
    yield from _fine(scheme)
    yield from _reached(scheme)


def _atom(condition: Condition) -> tuple[object, ...]:
    return (condition.kind, condition.refs, condition.bounds, condition.full)


def _cases(scheme: Scheme) -> Iterator[list[Band]]:
    """The bands that apply, for each way in which the conditions of bands can turn out together."""
    subjects: dict[tuple[object, ...], dict[tuple[object, ...], Condition]] = {}
    for condition in (condition for band in scheme.bands for condition in band.when):
        subject = (condition.kind, condition.refs, condition.full)
        subjects.setdefault(subject, {})[_atom(condition)] = condition
    if sum(map(len, subjects.values())) > MOST_CONDITIONS:
        yield [band for band in scheme.bands if not band.when]
        return
    for outcome in product(*(_outcomes(conditions) for conditions in subjects.values())):
        truth = {atom: held for part in outcome for atom, held in part.items()}
        yield [band for band in scheme.bands if all(_true(condition, truth) for condition in band.when)]


def _outcomes(conditions: Mapping[tuple[object, ...], Condition]) -> list[Truth]:
    """How the conditions on one subject can turn out together: at, between and beyond the numbers they name."""
    bounds = [condition.bounds for condition in conditions.values()]
    ends = sorted({end for bound in bounds for end in (bound.low, bound.high) if end is not None})
    if not ends:
        return [dict.fromkeys(conditions, True), dict.fromkeys(conditions, False)]
    between = [(low + high) / 2 for low, high in pairwise(ends)]
    samples = [ends[0] - 1, *ends, *between, ends[-1] + 1]
    return [{atom: one.bounds.holds(sample) for atom, one in conditions.items()} for sample in samples if sample >= 0]


def _true(condition: Condition, truth: Truth) -> bool:
    found = truth[_atom(condition)]
    return found == condition.some if condition.kind == "negative" else found


def _pieces(bands: Sequence[Band]) -> list[Piece]:
    return [Piece(band.bounds, band.grade, band.where) for band in bands]


def _digits(scheme: Scheme) -> int | None:
    return scheme.scoring.rounding.digits if scheme.scoring.rounding else None


def _cover(scheme: Scheme, bands: Sequence[Band]) -> Iterator[Problem]:
    pieces, reach = _pieces(bands), reach_of(scheme)
    for found in findings(pieces, _digits(scheme)):
        if isinstance(found, Overlap) and found.first.name != found.second.name:
            template = N_("{value} belongs both to {one} and to {other}.")
            values = {"value": plain(found.value), "one": found.second.name, "other": found.first.name}
            yield Problem("band_overlap", f"{found.second.where}.{_low_key(bands, found.second)}", template, values)
        elif isinstance(found, Gap) and found.before and found.after and _inside(found.value, reach):
            template = N_("{value} belongs to no grade: it lies between {one} and {other}.")
            values = {"value": plain(found.value), "one": found.before.name, "other": found.after.name}
            yield Problem("band_gap", f"{found.after.where}.{_low_key(bands, found.after)}", template, values)
    yield from _ends(pieces, reach)


def _low_key(bands: Sequence[Band], piece: Piece) -> str:
    return "from" if next(band for band in bands if band.where == piece.where).bounds.low_included else "above"


def _inside(value: Decimal, reach: Reach) -> bool:
    return (reach.low is None or value >= reach.low) and (reach.high is None or value <= reach.high)


def _ends(pieces: Sequence[Piece], reach: Reach) -> Iterator[Problem]:
    """Scores below the lowest and above the highest band."""
    if not pieces:
        return
    lowest = ordered(pieces)[0]
    low = lowest.bounds.low
    if low is not None and (reach.low is None or not (lowest.bounds.holds(reach.low) or reach.low > low)):
        template = N_("Scores can fall below {value}, where there is no grade. Leave the lowest band open downwards.")
        yield Problem("band_gap", f"{lowest.where}.from", template, {"value": plain(low)})
    if any(piece.bounds.high is None for piece in pieces):
        return
    highest = max(pieces, key=lambda piece: (piece.bounds.high or Decimal(0), piece.bounds.high_included))
    high = highest.bounds.high
    if high is not None and (reach.high is None or not (highest.bounds.holds(reach.high) or reach.high < high)):
        template = N_("Scores can rise above {value}, where there is no grade. Leave the highest band open upwards.")
        yield Problem("band_gap", f"{highest.where}.to", template, {"value": plain(high)})


def _order(scheme: Scheme, bands: Sequence[Band]) -> Iterator[Problem]:
    """A better grade has the better scores."""
    ranks = {name: place for place, name in enumerate(scheme.grade_ids)}
    placed = [piece for piece in ordered(_pieces(bands)) if piece.name in ranks]
    for lower, higher in pairwise(placed):
        better, worse = (lower, higher) if scheme.scoring.demerit else (higher, lower)
        if ranks[better.name] > ranks[worse.name]:
            template = N_("{one} comes before {other} in the list of grades, but has the worse scores.")
            yield Problem("band_order", higher.where, template, {"one": worse.name, "other": better.name})


def _fine(scheme: Scheme) -> Iterator[Problem]:
    digits = _digits(scheme)
    for band in scheme.bands:
        if digits is None:
            continue
        grid = on_grid(band.bounds, digits)
        if grid.low is not None and grid.high is not None and grid.low > grid.high:
            template = N_("No score of {digits} decimals lies in this band.")
            yield Problem("band_empty", band.where, template, {"digits": digits})


def _reached(scheme: Scheme) -> Iterator[Problem]:
    reach, banded = reach_of(scheme), {band.grade for band in scheme.bands}
    others = _otherwise(scheme)
    for grade in scheme.grades:
        own = [band for band in scheme.bands if band.grade == grade.id]
        if own and not any(_meets(band, reach, _digits(scheme)) for band in own):
            severity = Severity.WARNING if grade.id in others else Severity.ERROR
            template = N_("{grade} cannot be reached: scores run from {low} to {high}.")
            values = {"grade": grade.id, "low": _end(reach.low, "−∞"), "high": _end(reach.high, "∞")}
            yield Problem("grade_unreachable", own[0].where, template, values, severity)
        elif grade.id not in banded and grade.id in others:
            template = N_("{grade} has no band: only a rule or gate leads to it.")
            yield Problem("grade_only_direct", grade.where, template, {"grade": grade.id}, Severity.WARNING)
        elif grade.id not in banded:
            yield Problem("grade_without_band", grade.where, N_("Nothing leads to {grade}."), {"grade": grade.id})


def _meets(band: Band, reach: Reach, digits: int | None) -> bool:
    bounds = band.bounds if digits is None else on_grid(band.bounds, digits)
    above = reach.low is None or bounds.high is None or bounds.high > reach.low or bounds.holds(reach.low)
    below = reach.high is None or bounds.low is None or bounds.low < reach.high or bounds.holds(reach.high)
    return above and below


def _end(value: Decimal | None, without: str) -> str:
    return without if value is None else plain(value)


def _otherwise(scheme: Scheme) -> set[str]:
    """Grades that something else than a score leads to."""
    ids = scheme.grade_ids
    found = {rule.grade for rule in scheme.rules if rule.kind in (Kind.DIRECT, Kind.CAP)}
    found |= {gate.at_most for gate in scheme.gates} | {entry.becomes for entry in scheme.consecutive}
    for indicator in scheme.indicators:
        if indicator.must_have in ids:
            found.add(ids[min(ids.index(indicator.must_have) + 1, len(ids) - 1)])
    return found
