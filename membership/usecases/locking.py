"""The lock: facts and scores stand still, and every member's result is computed from exactly them."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from core.access import Permission, usecase
from core.errors import AppError, BadInput, RuleViolated
from core.i18n import _
from core.transaction import Tx
from membership.models import GradingRound, RoundMember, Unit
from membership.queries import rounds
from membership.queries.round_inputs import outside_facts, scored_facts, some_at_a_time
from membership.rules.grading import stored
from membership.rules.grading.facts import Fact
from membership.rules.grading.results import Result
from membership.rules.grading.scheme import Scheme
from membership.rules.grading.score import grader
from membership.rules.grading.setwise import setwise
from membership.rules.grading.terms import Stage
from membership.rules.rounds import State, check_step
from membership.rules.scoring import points_of
from membership.usecases.mass_scoring import MEMBERS, grade_all, rank_all
from membership.usecases.rounds import close_stage


@usecase(Permission.MANAGE_GRADING, sensitive=True)
def lock(tx: Tx, *, round_: GradingRound) -> dict[str, int]:
    """End the second review: scores and facts are frozen as of today and results are computed. Returns grade → how many.

    From here on a score changes only after an objection was upheld. Raises RuleViolated while somebody is not finished
    and the last day has not passed, and for a member whose facts the scheme cannot take.
    """
    round_ = rounds.round_by_number(tx.session, round_.number, lock=True)
    check_step(rounds.standing_of(tx.session, tx.association, round_, tx.now), State.LOCKED, tx.today)
    close_stage(tx, round_, Stage.REVIEW)
    round_.state, round_.day = State.LOCKED.value, tx.today
    round_.locked_by, round_.locked_at = tx.actor.person_id, tx.now
    round_.revision += 1
    tx.session.flush()
    freeze_facts(tx, round_)
    in_one, single = compute(tx, round_)
    spread = rounds.spread_of(tx.session, round_)
    tx.record("grading:round:lock", round_.subject, {"spread": spread, "in_one": in_one, "by_engine": single})
    return spread


def freeze_facts(tx: Tx, round_: GradingRound, unit_id: int | None = None) -> None:
    """Keep what the register holds of the members, or of one, and the grades they held before where the scheme looks at them."""
    scheme = rounds.scheme_of(tx.session, round_)
    query = select(RoundMember.unit_id).where(RoundMember.round_id == round_.id)
    units = list(tx.session.scalars(query)) if unit_id is None else [unit_id]
    found = outside_facts(tx.session, round_, scheme, units, round_.day)
    rows = [
        {"round": round_.id, "unit": unit, "facts": ",".join(map(stored.written, facts))}
        for unit, facts in found.items()
        if facts or unit_id is not None
    ]
    if rows:
        _keep(tx, rows)


def _keep(tx: Tx, rows: list[dict[str, Any]]) -> None:
    """Write columns of members; each row also says which ``round`` and ``unit``."""
    mine = (MEMBERS.c.round_id == bindparam("of_round"), MEMBERS.c.unit_id == bindparam("of_unit"))
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name not in ("round", "unit")}
    named = [
        {"of_round": row["round"], "of_unit": row["unit"]} | {f"new_{name}": row[name] for name in values}
        for row in rows
    ]
    tx.session.connection().execute(update(MEMBERS).where(*mine).values(values), named)


def compute(tx: Tx, round_: GradingRound) -> tuple[int, int]:
    """Grade every member that is not graded: those with plain scores only in one statement, the others one by one.

    Returns how many of each.
    """
    scheme = rounds.scheme_of(tx.session, round_)
    plan = setwise(scheme)
    in_one = grade_all(tx.session, round_.id, plan) if plan is not None else 0
    single = sum(_grade_some(tx, round_, scheme, some) for some in _ungraded(tx, round_))
    if single:
        rank(tx, round_, scheme)
    tx.session.expire_all()
    return in_one, single


def rank(tx: Tx, round_: GradingRound, scheme: Scheme) -> None:
    """Give everybody with a score a place. Raises RuleViolated for a score with more than six decimals."""
    fine = select(RoundMember.id).where(
        RoundMember.round_id == round_.id, RoundMember.score.is_not(None), RoundMember.points.is_(None)
    )
    if tx.session.scalar(fine.limit(1)) is not None:
        text = _("A score of this round has more than six decimals. Let the scheme say how its total is rounded.")
        raise RuleViolated("score_decimals", text)
    rank_all(tx.session, round_.id, demerit=scheme.scoring.demerit)


def _ungraded(tx: Tx, round_: GradingRound) -> Iterator[Sequence[int]]:
    """Units without a result, a few hundred at a time."""
    query = select(RoundMember.unit_id).where(RoundMember.round_id == round_.id, RoundMember.status.is_(None))
    return some_at_a_time(list(tx.session.scalars(query.order_by(RoundMember.unit_id))))


def inputs_of(tx: Tx, round_: GradingRound, scheme: Scheme, units: Sequence[int]) -> dict[int, list[Fact]]:
    """Unit → what it is graded by: the frozen facts, and the scores of the stage that decides (of all where none does)."""
    kept = select(MEMBERS.c.unit_id, MEMBERS.c.facts).where(
        MEMBERS.c.round_id == round_.id, MEMBERS.c.unit_id.in_(units)
    )
    found = {unit: stored.read(f"[{facts}]") for unit, facts in tx.session.connection().execute(kept)}
    for unit, facts in scored_facts(tx.session, round_, scheme, units).items():
        found[unit] += facts
    return found


def _grade_some(tx: Tx, round_: GradingRound, scheme: Scheme, units: Sequence[int]) -> int:
    prepared = grader(scheme)
    rows = []
    for unit, facts in inputs_of(tx, round_, scheme, units).items():
        try:
            rows.append(_row(round_.id, unit, prepared.grade(facts, round_.day)))
        except AppError as refusal:
            raise _named(tx, unit, refusal) from refusal
    _keep(tx, rows)
    return len(rows)


def _row(round_id: int, unit: int, result: Result) -> dict[str, Any]:
    kept = stored.Kept.of(result)
    points = points_of(result.score)
    return {
        "round": round_id, "unit": unit, "score": kept.score, "points": points, "grade": kept.grade,
        "shown": kept.shown, "status": kept.status,
    }  # fmt: skip


def _named(tx: Tx, unit: int, refusal: AppError) -> AppError:
    name = tx.session.get_one(Unit, unit)
    text = _("{unit} cannot be graded: {reason}").format(unit=f"{name.reference} {name.name}", reason=refusal.text)
    return BadInput(refusal.code, text) if isinstance(refusal, BadInput) else RuleViolated(refusal.code, text)


def compute_one(tx: Tx, round_: GradingRound, unit: Unit) -> RoundMember:
    """Grade one member anew after a correction, and place everybody again."""
    scheme = rounds.scheme_of(tx.session, round_)
    tx.session.flush()
    _grade_some(tx, round_, scheme, [unit.id])
    rank_cleared = update(MEMBERS).where(MEMBERS.c.round_id == round_.id).values(rank=None)
    tx.session.connection().execute(rank_cleared)
    rank(tx, round_, scheme)
    tx.session.expire_all()
    return rounds.member_of(tx.session, round_, unit)
