"""What a person sees who scores: one indicator, what it asks, what was sent, buttons for the usual scores. No commands."""

from collections.abc import Sequence
from decimal import Decimal

from bot.messages import Button
from core.i18n import _
from core.transaction import Tx
from membership.models import GradingRound, RoundEvidence, RoundScore, Unit
from membership.queries import rounds, scoring
from membership.rules import scoring as rules
from membership.rules.grading.numbers import plain
from membership.rules.grading.scheme import Indicator, Scheme
from membership.rules.grading.terms import Stage
from membership.rules.scoring import Verdict

WIDE = 3
Rows = list[tuple[Button, ...]]


def place(round_: GradingRound, unit: Unit, scheme: Scheme, indicator: Indicator) -> str:
    """``G-0001 M-0042 3``: what a command about one indicator is typed with."""
    return f"{round_.reference} {unit.reference} {scoring.place_of(scheme, indicator)}"


def question(scheme: Scheme, indicator: Indicator) -> list[str]:
    """What is asked: title, maximum, weight, clause, and whether evidence is needed."""
    count = len(rules.asked(scheme))
    head = _("Indicator {place} of {count}: {title}").format(
        place=scoring.place_of(scheme, indicator), count=count, title=indicator.title.text
    )
    parts = [_("full points {max}").format(max=plain(indicator.max))]
    if indicator.weight is not None:
        parts.append(_("weight {weight}").format(weight=plain(indicator.weight)))
    if indicator.clause:
        parts.append(indicator.clause)
    if indicator.evidence:
        parts.append(_("counts only with evidence"))
    return [head, " · ".join(parts)]


def evidence(files: Sequence[RoundEvidence]) -> list[str]:
    """The files with the beginning of their hashes."""
    if not files:
        return [_("No evidence was sent.")]
    return [
        _("Evidence {number}: {name} (SHA-256 {hash})").format(number=number, name=one.name, hash=one.sha256[:12])
        for number, one in enumerate(files, 1)
    ]


def given(one: RoundScore) -> str:
    """A score that was given, with its reason."""
    said = one.score if one.score is not None else Verdict(one.verdict).label
    return f"{said}（{one.reason}）" if one.reason else said


def former(tx: Tx, round_: GradingRound, unit: Unit, indicator: Indicator, stage: Stage) -> dict[Stage, RoundScore]:
    """The scores of earlier stages; none in a round that hides them from reviewers."""
    if round_.blind and stage is not Stage.SELF:
        return {}
    found = scoring.current_scores(tx.session, round_, unit)
    earlier = list(Stage)[: list(Stage).index(stage)]
    return {one: found[one, indicator.id] for one in earlier if (one, indicator.id) in found}


def scores(line: str, scheme: Scheme, indicator: Indicator, before: Sequence[RoundScore]) -> Rows:
    """Buttons for the usual scores; ``line`` is the command up to the score."""
    numbers = [Decimal(one.score) for one in before if one.score is not None]
    flat = [Button(plain(one), f"{line} {plain(one)}") for one in rules.offered(indicator, numbers)]
    rows = [tuple(flat[begin : begin + WIDE]) for begin in range(0, len(flat), WIDE)]
    others = [Button(_("Nothing there"), f"{line} 缺失")]
    if scheme.scoring.rescale_to is not None and not indicator.always_applies:
        others.append(Button(_("Does not apply"), f"{line} 不适用"))
    return [*rows, tuple(others)]


def files_of(tx: Tx, round_: GradingRound, unit: Unit, indicator: Indicator) -> list[RoundEvidence]:
    """The files for an indicator."""
    return scoring.evidence_of(tx.session, round_, unit, indicator.id)


def scheme_and(tx: Tx, round_: GradingRound, words: str) -> tuple[Scheme, Indicator]:
    """The scheme of a round, and the indicator of it that was named."""
    scheme = rounds.scheme_of(tx.session, round_)
    return scheme, scoring.indicator_named(scheme, words)
