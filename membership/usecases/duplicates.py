"""Units that may be one: remembering that they differ, and merging them by two people."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core import approvals
from core.access import Permission, usecase
from core.errors import Conflict, RuleViolated
from core.i18n import _
from core.transaction import Tx
from membership import merging
from membership.models import DistinctPair, StatusChange, Unit, UnitMerge
from membership.queries import comparable
from membership.rules import duplicates as rules
from membership.rules.standing import Status
from membership.usecases.dues_payments import tell_declined
from membership.usecases.steps import touch

MERGE = "member.merge"


@usecase(Permission.MANAGE_MEMBERS)
def keep_apart(tx: Tx, *, first: Unit, second: Unit, reason: str) -> DistinctPair:
    """Remember that two units are different. The pair comes back only when one of the facts it shares has changed."""
    rules.check_two(first.id, second.id)
    low, high = sorted((first, second), key=lambda unit: unit.id)
    facts = {one.id: one for one in comparable(tx.session, [low.id, high.id])}
    pair = DistinctPair(
        low_id=low.id,
        high_id=high.id,
        facts=rules.digest_of(facts[low.id], facts[high.id]),
        reason=reason,
        said_by=tx.actor.person_id,
        said_at=tx.now,
    )
    tx.session.add(pair)
    tx.session.flush()
    tx.record("member:duplicate:dismiss", low.audit_reference, {"other": high.audit_reference, "reason": reason})
    return pair


@dataclass(frozen=True)
class Preview:
    """What a merge would do: ``(label, rows, whether they move)``, and the facts in which the two differ."""

    parts: list[tuple[str, int, bool]]
    differing: dict[str, tuple[Any, Any]]


FACTS = ("name", "code", "category", "rank", "region", "joined_on", "status", "engineers", "remark")


@usecase(Permission.MANAGE_MEMBERS)
def preview_merge(tx: Tx, *, source: Unit, target: Unit) -> Preview:
    """What moves, what stays, and which facts of the two differ. Writes nothing but that somebody looked."""
    _check_mergeable(source, target)
    counts = {name: part.count(tx, source) for name, part in merging.REFERRING.items()}
    pairs = {name: (getattr(source, name), getattr(target, name)) for name in FACTS}
    tx.record("member:merge:preview", source.audit_reference, {"into": target.audit_reference})
    differing = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    return Preview(merging.shown(counts), differing)


@usecase(Permission.MANAGE_MEMBERS, sensitive=True)
def ask_merge(tx: Tx, *, source: Unit, target: Unit, reason: str) -> approvals.Approval:
    """Ask that one unit go into another; another person decides. Raises BadInput for one unit, RuleViolated for one gone."""
    _check_mergeable(source, target)
    text = _("Merge {source} {name} into {target} {other}. Its number then stands for {target}. Reason: {reason}")
    summary = text.format(
        source=source.reference, name=source.name, target=target.reference, other=target.name, reason=reason
    )
    arguments = {"source": source.id, "target": target.id, "reason": reason, "summary": summary}
    arguments["asked_by"] = tx.actor.person_id
    return approvals.request(tx, MERGE, subject=source.audit_reference, arguments=arguments, summary=summary)


def _check_mergeable(source: Unit, target: Unit) -> None:
    rules.check_two(source.id, target.id)
    if not Status(target.status).member:
        text = _("{reference} {name} is no member now. Merge into the one that stays.")
        raise RuleViolated("target_has_left", text.format(reference=target.reference, name=target.name))


def _both(tx: Tx, arguments: dict[str, Any], *, lock: bool = False) -> tuple[Unit, Unit]:
    ids = [arguments["source"], arguments["target"]]
    query = select(Unit).where(Unit.id.in_(ids)).order_by(Unit.id)
    found = {unit.id: unit for unit in tx.session.scalars(query.with_for_update() if lock else query)}
    return found[ids[0]], found[ids[1]]


def _version(tx: Tx, arguments: dict[str, Any]) -> str:
    source, target = _both(tx, arguments)
    return f"{source.version}:{target.version}"


def _merge(tx: Tx, arguments: dict[str, Any]) -> UnitMerge:
    """All of it or nothing: every table moves as registered, the source ends, its number leads to the other unit."""
    source, target = _both(tx, arguments, lock=True)
    _check_mergeable(source, target)
    if source.status == Status.MERGED:
        raise Conflict("merged_already", _("This member has been merged already."))
    moved = {name: part.move(tx, source, target) for name, part in merging.REFERRING.items() if part.move}
    former = Status(source.status)
    _end(tx, source, target, arguments["reason"])
    merge = UnitMerge(
        source_id=source.id,
        target_id=target.id,
        on=tx.today,
        reason=arguments["reason"],
        moved=moved | {"former": former.value},
        asked_by=arguments["asked_by"],
        done_by=tx.actor.person_id,
        done_at=tx.now,
    )
    tx.session.add(merge)
    tx.session.flush()
    data = {"into": target.audit_reference, "reason": arguments["reason"], "moved": moved, "former": former.value}
    tx.record("member:merge:done", source.audit_reference, data)
    return merge


def _end(tx: Tx, source: Unit, target: Unit, reason: str) -> None:
    """The merged unit is kept, but is no member of its own any more: the month counts it as having gone."""
    former = Status(source.status)
    if former.member:
        source.left_on = tx.today
    source.status = Status.MERGED
    words = f"→ {target.reference} {reason}"
    step = StatusChange(
        unit_id=source.id, former=former, status=Status.MERGED, on=tx.today, reason=words, recorded_at=tx.now
    )
    tx.session.add(step)
    touch(tx, source)
    touch(tx, target)


approvals.APPROVABLE[MERGE] = approvals.Approvable(
    version=_version, execute=_merge, declined=tell_declined, permission=Permission.MANAGE_MEMBERS, tells=True
)
