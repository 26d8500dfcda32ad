"""What a lock would meet, said before it is confirmed: who is not reviewed, who lacks what, and what becomes of them."""

from collections.abc import Mapping, Sequence

from core.i18n import _
from core.transaction import Tx
from membership.models import GradingRound, Unit
from membership.queries import rounds
from membership.queries.round_inputs import Gaps, gaps_of
from membership.rules.grading.scheme import Scheme
from membership.rules.grading.terms import Stage
from membership.rules.rounds import State, check_stage_over, check_step

FEW = 5


def foresee(tx: Tx, round: GradingRound) -> list[str]:
    """What locking this round now would leave missing. Raises RuleViolated where the lock would be refused anyway."""
    check_step(rounds.standing_of(tx.session, tx.association, round, tx.now), State.LOCKED, tx.today)
    check_stage_over(tx.today, *rounds.waiting_at(tx.session, round, Stage.REVIEW))
    gaps, scheme = gaps_of(tx.session, round, tx.today), rounds.scheme_of(tx.session, round)
    return [*_unreviewed(gaps), *_missing(gaps, scheme)]


def _unreviewed(gaps: Gaps) -> list[str]:
    if not gaps.unreviewed:
        return []
    text = _("⚠ {count} units are not fully through the second review: {names}")
    lines = [text.format(count=len(gaps.unreviewed), names=_names([_name(one) for one in gaps.unreviewed]))]
    lacking = {unit.id for unit, _items in gaps.missing}
    graded = sum(one.id not in lacking for one in gaps.unreviewed)
    if graded:
        text = _("{count} of them are graded by the scores that they have from other stages, as the scheme says.")
        lines.append(text.format(count=graded))
    return lines


def _missing(gaps: Gaps, scheme: Scheme) -> list[str]:
    if not gaps.missing:
        return []
    titles = {one.id: one.title.text for one in scheme.indicators} | {one.id: one.title.text for one in scheme.rules}
    said = [f"{_name(unit)}（{_items(items, titles)}）" for unit, items in gaps.missing]
    text = _("⚠ {count} units lack items that the scheme requires: {names}")
    rule = _(
        "What is missing is not counted as zero: by this scheme ({scheme}) they get no score and no place, and are shown as "
        "“{grade}”."
    )
    return [
        text.format(count=len(said), names=_names(said)),
        rule.format(scheme=scheme.title.text, grade=scheme.missing.title.text),
    ]


def _items(items: Sequence[str], titles: Mapping[str, str]) -> str:
    return _names([titles.get(one, one) for one in items])


def _name(unit: Unit) -> str:
    return f"{unit.reference} {unit.name}"


def _names(said: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    words = _("; ").join(said[:FEW])
    return _("{names} and {count} more").format(names=words, count=len(said) - FEW) if len(said) > FEW else words
