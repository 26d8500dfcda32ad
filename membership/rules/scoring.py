"""One score of one indicator: how it is read, what it needs, the fact that it makes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from core.errors import BadInput, RuleViolated
from core.i18n import N_, _
from membership.rules.grading.facts import Fact, check_assessment
from membership.rules.grading.numbers import ONE, half_width, plain, read_number
from membership.rules.grading.scheme import Indicator, Scheme
from membership.rules.grading.setwise import SCALE
from membership.rules.grading.terms import Stage, Start

LONGEST_REASON = 1_000
SHARES = (Decimal(1), Decimal("0.9"), Decimal("0.8"), Decimal("0.7"), Decimal("0.6"), Decimal(0))
"""Shares of the maximum that are offered as buttons."""
MISSING = frozenset({"missing", "缺失", "缺"})
ABSENT = frozenset({"na", "n/a", "not_applicable", "不适用"})


class Verdict(StrEnum):
    """What became of an indicator."""

    FULL = "full"
    REDUCED = "reduced"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        """The verdict in the language of the moment."""
        return _(NAMES[self])


NAMES = {
    Verdict.FULL: N_("full points"),
    Verdict.REDUCED: N_("points taken away"),
    Verdict.MISSING: N_("nothing to score: missing"),
    Verdict.NOT_APPLICABLE: N_("does not apply"),
}
STAGES = {
    Stage.SELF: ("自评", N_("self-assessment")),
    Stage.FIRST: ("初评", N_("first review")),
    Stage.REVIEW: ("复核", N_("second review")),
}


def stage_named(words: str) -> Stage:
    """The stage of this name in either language. Raises BadInput."""
    typed = half_width(words).casefold()
    for stage, (zh, english) in STAGES.items():
        if typed in (stage.value, zh, english):
            return stage
    raise BadInput("stage_unknown", _("“{name}” is no stage. Use: first or review").format(name=words[:40]))


def stage_label(stage: Stage) -> str:
    """The stage in the language of the moment."""
    return _(STAGES[stage][1])


@dataclass(frozen=True)
class Given:
    """What somebody gave an indicator. ``score`` is None when it is missing or does not apply."""

    score: Decimal | None
    verdict: Verdict


def asked(scheme: Scheme) -> tuple[Indicator, ...]:
    """The indicators that people score in a round; the others follow from facts alone."""
    return tuple(one for one in scheme.indicators if one.start is Start.SCORED)


def read_given(scheme: Scheme, indicator: Indicator, raw: str) -> Given:
    """What was typed: a number (``90``, ``９０`` and ``90分`` too), ``缺失`` or ``不适用``.

    Raises BadInput that says what is wrong: blank, words, NaN, below the floor, above the maximum, too many decimals.
    """
    text = half_width(raw)
    if text.casefold() in MISSING:
        return Given(None, Verdict.MISSING)
    if text.casefold() in ABSENT:
        check_assessment(scheme, indicator, Fact(indicator.id, not_applicable=indicator.max))
        return Given(None, Verdict.NOT_APPLICABLE)
    score = read_number(text.removesuffix("分"))
    if score is None:
        raise BadInput(
            "score_blank", _("Give a score in digits. Blank is not zero: “missing” says that there is none.")
        )
    check_assessment(scheme, indicator, Fact(indicator.id, score=score))
    return Given(score, Verdict.FULL if score == indicator.max else Verdict.REDUCED)


def check_reason(given: Given, stage: Stage, reason: str) -> str:
    """The reason, which every deduction needs and everything that is missing or does not apply. Raises BadInput.

    In its own assessment a member may give points without a reason.
    """
    text = reason.strip()
    if len(text) > LONGEST_REASON:
        raise BadInput("reason_too_long", _("A reason has at most 1 000 characters."))
    if stage is not Stage.SELF and given.verdict is not Verdict.FULL and len(text) < 2:
        raise BadInput("reason_missing", _("Points are taken away, so say why: one sentence about what was found."))
    return text


def check_evidence(indicator: Indicator, given: Given, evidence: Sequence[object], stage: Stage) -> None:
    """That a reviewer's score rests on something, where the scheme asks for evidence. Raises RuleViolated."""
    if stage is not Stage.SELF and indicator.evidence and given.score is not None and not evidence:
        text = _(
            "{title} counts only with evidence, and there is none. Send a file with `grading evidence`, or answer “missing”."
        )
        raise RuleViolated("evidence_missing", text.format(title=indicator.title.text))


def fact_of(
    indicator: Indicator, stage: Stage, given: Given, *, evidence: Sequence[Mapping[str, object]], reason: str,
    by: str, day: date,
) -> Fact:  # fmt: skip
    """The fact that the engine grades. ``by`` is a reference such as ``person:3``."""
    return Fact(
        indicator.id,
        score=given.score,
        stage=stage,
        not_applicable=indicator.max if given.verdict is Verdict.NOT_APPLICABLE else None,
        day=day,
        evidence="；".join(f"{one['name']} sha256:{str(one['sha256'])[:16]}" for one in evidence),
        reason=reason,
        by=by,
    )


def points_of(score: Decimal | None) -> int | None:
    """A score as whole millionths of a point; None when it has more decimals, or there is none."""
    if score is None:
        return None
    scaled = score * SCALE
    return int(scaled) if scaled == scaled.to_integral_value() else None


def is_plain(indicator: Indicator, given: Given, evidence: Sequence[object]) -> bool:
    """Whether the score counts as it stands, so that it can simply be added up."""
    return points_of(given.score) is not None and (bool(evidence) or not indicator.evidence)


def offered(indicator: Indicator, former: Sequence[Decimal]) -> list[Decimal]:
    """Scores for buttons: shares of the maximum, in decimals that the scheme takes, and what was given before."""
    step = ONE.scaleb(-(indicator.digits if indicator.digits is not None else 2))
    shares = [(indicator.max * share).quantize(step, rounding=ROUND_FLOOR) for share in SHARES]
    found = [*shares, *former]
    fitting = {plain(one): one for one in found if indicator.floor <= one <= indicator.max}
    return sorted(fitting.values(), reverse=True)
