"""A scheme in whole numbers, for grading a whole register in one statement; the engine says what is right. Pure.

Only members whose every required indicator is scored and who have no other facts can be graded like this; and only by a
scheme whose arithmetic stays whole: then ``Setwise`` holds everything the statement needs. ``setwise`` gives None for a
scheme that needs the engine. Nothing is ever rounded but where the scheme says so, and never by a float.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from membership.rules.grading.assessment import Frame
from membership.rules.grading.numbers import EXACT, Mode, Rounding
from membership.rules.grading.scheme import Band, Condition, Gate, Indicator, Scheme
from membership.rules.grading.terms import Bounds, Stage, Start

SCALE = 10**6
"""Scores are kept as whole millionths of a point."""
LARGEST = 2**62
MOST_DIGITS = 6


@dataclass(frozen=True)
class Range:
    """Whole numbers from ``least`` to ``most``, both included; None is open."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Hurdle:
    """Indicators that are within a range of millionths of a point: what a gate or a band asks."""

    indicators: tuple[str, ...]
    within: Range


@dataclass(frozen=True)
class Step:
    """``value × times ÷ by``, brought to a whole number in one of three ways."""

    times: int
    by: int
    mode: Mode


@dataclass(frozen=True)
class Rung:
    """A grade for scores of a range, if every hurdle is taken."""

    grade: str
    within: Range
    hurdles: tuple[Hurdle, ...] = ()


@dataclass(frozen=True)
class Ceiling:
    """At best the grade of this place in the ladder, when any of ``when`` holds or not every one of ``unless``."""

    place: int
    when: tuple[Hurdle, ...] = ()
    unless: tuple[Hurdle, ...] = ()


@dataclass(frozen=True)
class Setwise:
    """The plan. The score is a whole number of 10⁻ᵈ points, d = ``digits``.

    The sum of millionths × ``factors`` goes through ``first``, then ``start`` is added, then floor and cap, then ``last``.
    """

    stage: Stage
    factors: Mapping[str, int]
    required: tuple[str, ...]
    first: Step
    start: int
    floor: int | None
    cap: int | None
    last: Step | None
    digits: int
    rungs: tuple[Rung, ...]
    ceilings: tuple[Ceiling, ...]
    ladder: tuple[str, ...]
    demerit: bool


class _Unfit(Exception):
    """The engine has to do this scheme."""


def setwise(scheme: Scheme) -> Setwise | None:
    """The plan of a sound scheme, or None when it cannot be said in whole numbers."""
    try:
        with localcontext(EXACT):
            return _plan(scheme)
    except _Unfit:
        return None


def _plan(scheme: Scheme) -> Setwise:
    _check_fit(scheme)
    frame, scoring = Frame(scheme), scheme.scoring
    grain = _grain(part.factor for part in frame.parts)
    factors = {part.id: int(part.factor * grain) for part in frame.parts}
    first, middle = _first(scheme, frame, grain)
    last, digits = _last(scoring.rounding, middle)
    most = sum(int(part.max * SCALE) * factors[part.id] for part in frame.parts)
    if most * first.times * 2 >= LARGEST:
        raise _Unfit
    return Setwise(
        stage=scheme.counting.deciding or Stage.REVIEW,
        factors=factors,
        required=tuple(indicator.id for indicator in scheme.indicators),
        first=first,
        start=_whole(scoring.start, middle),
        floor=None if scoring.floor is None else _whole(scoring.floor, middle),
        cap=None if scoring.cap is None else _whole(scoring.cap, middle),
        last=last,
        digits=digits,
        rungs=tuple(_rung(scheme, band, digits) for band in scheme.bands if not any(map(_never, band.when))),
        ceilings=tuple(_ceiling(scheme, gate) for gate in scheme.gates),
        ladder=scheme.grade_ids,
        demerit=scoring.demerit,
    )


def _check_fit(scheme: Scheme) -> None:
    """Every indicator scored, nothing that only an event, a group's cap or a set of bests decides."""
    asked = (
        scheme.counting.deciding is not None,
        all(_is_plain(indicator) for indicator in scheme.indicators),
        not any(group.cap is not None or (group.floor or 0) > 0 for group in scheme.groups),
        not any(rule.required for rule in scheme.rules),
        bool(scheme.indicators),
    )
    if not all(asked):
        raise _Unfit


def _is_plain(one: Indicator) -> bool:
    scored = one.required and one.start is Start.SCORED
    return scored and not one.best_of and not one.must_have and one.floor >= 0


def _grain(numbers: Iterable[Decimal]) -> int:
    """The least power of ten that makes all of them whole. Raises _Unfit beyond six decimals."""
    digits = max(-int(number.normalize().as_tuple().exponent) for number in numbers)
    if digits > MOST_DIGITS:
        raise _Unfit
    return int(10 ** max(digits, 0))


def _first(scheme: Scheme, frame: Frame, grain: int) -> tuple[Step, int]:
    """From the sum to points, and with how many decimals: rescaled, divided by the weights' unit, or as it is."""
    scoring = scheme.scoring
    if scoring.rescale_to is not None and scoring.rescale_rounding is not None:
        rounding = scoring.rescale_rounding
        share = Fraction(scoring.rescale_to) * 10**rounding.digits / (Fraction(frame.possible) * grain * SCALE)
        return Step(share.numerator, share.denominator, rounding.mode), rounding.digits
    rounding = scoring.rounding or _exact(frame)
    share = Fraction(10**rounding.digits) / (Fraction(frame.unit) * grain * SCALE)
    return Step(share.numerator, share.denominator, rounding.mode), rounding.digits


def _exact(frame: Frame) -> Rounding:
    """Without rounding the points stay as they are: then every score the scheme allows has to be whole at some decimal."""
    if frame.unit != 1 or any(part.step is None for part in frame.parts):
        raise _Unfit
    digits = max(part.indicator.digits or 0 for part in frame.parts)
    if any(part.factor != part.factor.to_integral_value() for part in frame.parts) or digits > MOST_DIGITS:
        raise _Unfit
    return Rounding(digits, Mode.FLOOR)


def _last(rounding: Rounding | None, middle: int) -> tuple[Step | None, int]:
    if rounding is None or rounding.digits >= middle:
        return None, middle
    return Step(1, 10 ** (middle - rounding.digits), rounding.mode), rounding.digits


def _whole(value: Decimal, digits: int) -> int:
    scaled = value.scaleb(digits)
    if scaled != scaled.to_integral_value() or abs(scaled) >= LARGEST:
        raise _Unfit
    return int(scaled)


def _range(bounds: Bounds, scale: int) -> Range:
    """The whole numbers inside bounds that are given in points."""
    least = None if bounds.low is None else _inside(Fraction(bounds.low) * scale, included=bounds.low_included, up=True)
    most = None if bounds.high is None else _inside(Fraction(bounds.high) * scale, included=bounds.high_included)
    return Range(least, most)


def _inside(edge: Fraction, *, included: bool, up: bool = False) -> int:
    whole = -(-edge.numerator // edge.denominator) if up else edge.numerator // edge.denominator
    if not included and whole == edge:
        whole += 1 if up else -1
    return whole


def _rung(scheme: Scheme, band: Band, digits: int) -> Rung:
    hurdles = [one for condition in band.when for one in _hurdles(scheme, condition)]
    return Rung(band.grade, _range(band.bounds, 10**digits), tuple(hurdles))


def _ceiling(scheme: Scheme, gate: Gate) -> Ceiling:
    when = [_hurdles(scheme, condition) for condition in gate.when if not _never(condition)]
    if any(len(found) != 1 for found in when):
        raise _Unfit
    unless = [one for condition in gate.unless for one in _hurdles(scheme, condition)]
    place = scheme.grade_ids.index(gate.at_most)
    if gate.unless and not unless:
        return Ceiling(place, tuple(found[0] for found in when))
    return Ceiling(place, tuple(found[0] for found in when), tuple(unless))


def _never(condition: Condition) -> bool:
    """Whether a condition never holds for somebody without events."""
    if condition.kind == "negative":
        return condition.some
    return condition.kind == "rules" and not condition.bounds.holds(Decimal(0))


def _hurdles(scheme: Scheme, condition: Condition) -> list[Hurdle]:
    """What a condition asks of somebody without events: hurdles, all to be taken. Raises _Unfit where it asks for more."""
    if condition.kind in ("negative", "rules") and not _never(condition):
        return []
    if condition.kind != "indicator":
        raise _Unfit
    if not condition.full:
        return [Hurdle(condition.refs, _range(condition.bounds, SCALE))]
    full = {indicator.id: indicator.max for indicator in scheme.indicators}
    return [Hurdle((ref,), Range(_whole(full[ref], MOST_DIGITS))) for ref in condition.refs]
