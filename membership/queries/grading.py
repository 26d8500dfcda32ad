"""Reads about grades and the schemes they were given by."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.errors import NotFound
from core.i18n import _
from membership.models import GradingScheme, Unit, UnitGrade
from membership.rules.grading import stored
from membership.rules.grading.facts import Fact
from membership.rules.grading.loading import load
from membership.rules.grading.scheme import Scheme
from membership.rules.grading.score import grade as compute

SHIPPED = "membership.data.schemes"


@lru_cache(maxsize=64)
def loaded(document: str) -> Scheme:
    """The scheme of a document; kept, since the text of a version never changes. Raises BadInput."""
    return load(document)


def schemes(session: Session) -> list[GradingScheme]:
    """Every version of every scheme, the newest first."""
    return list(session.scalars(select(GradingScheme).order_by(GradingScheme.scheme, GradingScheme.id.desc())))


def scheme_version(session: Session, scheme: str, version: str) -> GradingScheme:
    """One version of a scheme. Raises NotFound."""
    mine = (GradingScheme.scheme == scheme, GradingScheme.version == version)
    found = session.scalar(select(GradingScheme).where(*mine))
    if found is None:
        raise NotFound("scheme_unknown", _("There is no such scheme. `scheme list` shows them."))
    return found


def scheme_by_id(session: Session, scheme_id: int) -> GradingScheme:
    """The scheme version of this row."""
    return session.scalars(select(GradingScheme).where(GradingScheme.id == scheme_id)).one()


def scheme_in_effect(session: Session, day: date, scheme: str | None = None) -> GradingScheme | None:
    """The published version that is in effect on a day, the latest to have begun; of one scheme or of any."""
    query = select(GradingScheme).where(
        GradingScheme.state == "published",
        GradingScheme.effective_from <= day,
        or_(GradingScheme.effective_to.is_(None), GradingScheme.effective_to >= day),
    )
    if scheme is not None:
        query = query.where(GradingScheme.scheme == scheme)
    return session.scalar(query.order_by(GradingScheme.effective_from.desc(), GradingScheme.id.desc()).limit(1))


def newest_on(day: date) -> ColumnElement[bool]:
    """The condition on UnitGrade that no later row of the unit had begun by a day; it may have expired."""
    later = aliased(UnitGrade)
    follows = or_(
        later.valid_from > UnitGrade.valid_from, and_(later.valid_from == UnitGrade.valid_from, later.id > UnitGrade.id)
    )
    newer = select(later.id).where(later.unit_id == UnitGrade.unit_id, later.valid_from <= day, follows)
    return and_(UnitGrade.valid_from <= day, ~newer.exists())


def in_force_on(day: date) -> ColumnElement[bool]:
    """The condition on UnitGrade that it is the one in force on a day: the newest one, and not expired."""
    return and_(newest_on(day), or_(UnitGrade.valid_until.is_(None), UnitGrade.valid_until >= day))


def grade_in_force(session: Session, unit: Unit, day: date) -> UnitGrade | None:
    """The newest grade of a unit that had begun by a day. Ask ``expired`` whether it still holds."""
    mine = select(UnitGrade).where(UnitGrade.unit_id == unit.id, UnitGrade.valid_from <= day)
    return session.scalar(mine.order_by(UnitGrade.valid_from.desc(), UnitGrade.id.desc()).limit(1))


def expired(grade: UnitGrade, day: date) -> bool:
    """Whether a grade's time is over on a day."""
    return grade.valid_until is not None and grade.valid_until < day


def grades_in_force(session: Session, unit_ids: Collection[int] | None, day: date) -> dict[int, UnitGrade]:
    """Unit id → the grade in force on a day, for all units or some (at most a few hundred)."""
    query = select(UnitGrade).where(in_force_on(day))
    if unit_ids is not None:
        query = query.where(UnitGrade.unit_id.in_(unit_ids))
    return {grade.unit_id: grade for grade in session.scalars(query)}


def grades_of(session: Session, unit: Unit) -> list[UnitGrade]:
    """Every grade that a unit was ever given, oldest first."""
    mine = select(UnitGrade).where(UnitGrade.unit_id == unit.id)
    return list(session.scalars(mine.order_by(UnitGrade.valid_from, UnitGrade.id)))


def inputs_of(grade: UnitGrade) -> list[Fact]:
    """The exact facts that a grade was computed from."""
    return stored.read(grade.inputs)


@dataclass(frozen=True)
class Recomputed:
    """What the stored inputs give today by the scheme version of then. ``same``: exactly what was stored."""

    kept: stored.Kept
    digest: str
    same: bool


def recompute(session: Session, grade: UnitGrade) -> Recomputed:
    """Grade again from what is stored, and compare result and hash with what is stored."""
    version = scheme_by_id(session, grade.scheme_id)
    kept = stored.Kept.of(compute(loaded(version.document), inputs_of(grade), grade.day))
    digest = stored.digest(version.sha256, grade.day, grade.inputs, kept)
    before = stored.Kept(grade.grade, grade.shown, grade.score, grade.status)
    return Recomputed(kept, digest, kept == before and digest == grade.digest)


def distribution(session: Session, day: date) -> dict[str, int]:
    """Grade as shown → how many units it is in force for on a day."""
    query = select(UnitGrade.shown, func.count()).where(in_force_on(day)).group_by(UnitGrade.shown)
    return {row[0]: row[1] for row in session.execute(query)}


def shipped_names() -> list[str]:
    """The schemes that come with the product."""
    return sorted(one.name.removesuffix(".toml") for one in files(SHIPPED).iterdir() if one.name.endswith(".toml"))


def shipped_document(name: str) -> str | None:
    """The document of a shipped scheme, None when there is none of this name."""
    return (files(SHIPPED) / f"{name}.toml").read_text("utf-8") if name in shipped_names() else None


def scheme_named(session: Session, words: str) -> GradingScheme:
    """A version as ``id@version``, or the newest of a scheme by its id alone. Raises NotFound."""
    scheme, _at, version = words.strip().replace("＠", "@").partition("@")
    if version:
        return scheme_version(session, scheme.strip(), version.strip())
    mine = select(GradingScheme).where(GradingScheme.scheme == scheme)
    found = session.scalar(mine.order_by(GradingScheme.id.desc()).limit(1))
    if found is None:
        raise NotFound("scheme_unknown", _("There is no such scheme. `scheme list` shows them."))
    return found
