"""Do dates and validity leave nothing open? Pure."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from core.i18n import N_
from membership.rules.grading.checks.intervals import Gap, Piece, findings, ordered
from membership.rules.grading.numbers import plain
from membership.rules.grading.problems import Problem, Severity
from membership.rules.grading.scheme import Rule, Scheme, Validity
from membership.rules.grading.terms import Bounds, Kind, Lasts

MONTHS_FOR_GOOD = 1_000_000


def check_periods(scheme: Scheme, day: date | None) -> Iterator[Problem]:
    """Every finding about when the scheme applies and how long facts count."""
    begins, ends = scheme.effective_from, scheme.effective_to
    if ends is not None and ends < begins:
        template = N_("It would end on {end}, before it begins on {begin}.")
        yield Problem("dates_order", "scheme.effective_to", template, {"end": ends, "begin": begins})
    elif day is not None and ends is not None and ends < day:
        yield Problem("expired", "scheme.effective_to", N_("It ended on {end}."), {"end": ends}, Severity.WARNING)
    if day is not None and begins > day:
        template = N_("It takes effect only on {begin}.")
        yield Problem("not_yet_effective", "scheme.effective_from", template, {"begin": begins}, Severity.WARNING)
    if scheme.validity:
        yield from _validity(scheme)


def check_versions(schemes: Sequence[Scheme]) -> Iterator[Problem]:
    """Versions of one scheme, in the order of their versions: each begins after the one before has ended."""
    for former, later in pairwise(schemes):
        if former.effective_to is None or later.effective_from <= former.effective_to:
            template = N_("Version {later} begins on {begin}, while version {former} is still in effect.")
            values = {"later": later.version, "begin": later.effective_from, "former": former.version}
            yield Problem("versions_overlap", "scheme.effective_from", template, values)


def _validity(scheme: Scheme) -> Iterator[Problem]:
    for kind in (Kind.DEDUCT, Kind.BONUS, Kind.DIRECT):
        rules = [rule for rule in scheme.rules if rule.kind is kind and rule.lasts is None]
        entries = [entry for entry in scheme.validity if entry.kind is kind]
        if rules and not entries:
            template = N_("Nothing is said about how long {kind} facts count: they count for good.")
            yield Problem("validity_missing", "validity", template, {"kind": kind}, Severity.WARNING)
        elif rules:
            yield from _covered(kind, rules, entries)
        yield from _heavier_longer(entries)


def _covered(kind: Kind, rules: Sequence[Rule], entries: Sequence[Validity]) -> Iterator[Problem]:
    """Each grade, level and number of points that a rule can bring has an entry."""
    for grade in sorted({rule.grade for rule in rules}) if kind is Kind.DIRECT else ("",):
        for level in _levels_of(rules) if kind is Kind.BONUS else ("",):
            fitting = [e for e in entries if e.grade in ("", grade) and (not e.levels or level in e.levels)]
            value = _uncovered(fitting)
            if value is not None:
                template = N_(
                    "Nothing is said about how long these facts count: {kind} {grade} {level}, {value} points."
                )
                values = {"kind": kind, "grade": grade, "level": level, "value": plain(value)}
                yield Problem("validity_gap", "validity", template, values)


def _levels_of(rules: Sequence[Rule]) -> list[str]:
    levels = {entry.level for rule in rules for entry in rule.levels}
    return sorted(levels | ({""} if any(not rule.levels for rule in rules) else set()))


def _uncovered(entries: Sequence[Validity]) -> Decimal | None:
    """A number of points above zero that no entry covers."""
    pieces = ordered(Piece(entry.bounds, "", entry.where) for entry in entries)
    if not pieces:
        return Decimal(1)
    low = pieces[0].bounds.low
    if low is not None and low > 0:
        return low / 2
    for found in findings(pieces, None):
        if isinstance(found, Gap):
            return found.value
    highs = [piece.bounds.high for piece in pieces]
    closed = [high for high in highs if high is not None]
    return max(closed) + 1 if len(closed) == len(highs) else None


def _heavier_longer(entries: Sequence[Validity]) -> Iterator[Problem]:
    """Heavier facts do not count for a shorter time than lighter ones."""
    by_points = [e for e in entries if e.bounds != Bounds() and not e.levels and not e.grade]
    placed = ordered(Piece(entry.bounds, "", entry.where) for entry in by_points)
    lengths = {entry.where: _months(entry.lasts) for entry in by_points}
    for lighter, heavier in pairwise(placed):
        if lengths[heavier.where] < lengths[lighter.where]:
            template = N_("Heavier facts count for a shorter time here than lighter ones.")
            yield Problem("validity_not_monotonic", heavier.where, template, {}, Severity.WARNING)


def _months(lasts: Lasts) -> int:
    return 12 if lasts.same_year else MONTHS_FOR_GOOD if lasts.months is None else lasts.months
