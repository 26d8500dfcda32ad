"""What this package adds to the choice of an audience: facts about the unit a person acts for."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from core.errors import BadInput
from core.i18n import N_, _
from membership.models import ConductAcceptance, ConductText, DuesCharge, Unit, UnitContact, UnitGrade
from membership.queries import PRESENT, dues
from membership.queries.grading import in_force_on
from membership.rules import categories, classes, standing
from membership.rules.dues.standing import View, view_named
from people import affiliations, audiences
from people.audiences import Criterion
from people.models import Person
from surveys import groupings
from surveys.groupings import Grouping

YES, NO = "accepted", "missing"
UNGRADED, LONGEST_GRADE = "none", 40
ACCEPTANCE = {
    YES: frozenset({"accepted", "已接受", "接受", "已签"}),
    NO: frozenset({"missing", "notaccepted", "未接受", "没有接受", "未签"}),
}


def _acts_for(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    acting = (
        select(UnitContact.person_id)
        .join(Unit, Unit.id == UnitContact.unit_id)
        .where(UnitContact.until.is_(None), condition)
    )
    return Person.id.in_(acting)


def _category(values: Sequence[str], _day: date) -> ColumnElement[bool]:
    return _acts_for(Unit.category.in_(values) & PRESENT)


def _rank(values: Sequence[str], _day: date) -> ColumnElement[bool]:
    return _acts_for(Unit.rank.in_(values) & PRESENT)


def _region(values: Sequence[str], _day: date) -> ColumnElement[bool]:
    return _acts_for(Unit.region.in_(values) & PRESENT)


def _status(values: Sequence[str], _day: date) -> ColumnElement[bool]:
    return _acts_for(Unit.status.in_(values))


def _dues(values: Sequence[str], day: date) -> ColumnElement[bool]:
    """Overdue: something is owed after its due day. Paid: charged this year, and nothing of any year is owed."""
    late = select(DuesCharge.unit_id).where(dues.overdue(day))
    owing = select(DuesCharge.unit_id).where(dues.IN_FORCE, dues.OWED > 0)
    charged = select(DuesCharge.unit_id).where(dues.IN_FORCE, DuesCharge.year == day.year)
    meant = {
        "overdue": Unit.id.in_(late),
        "unpaid": Unit.id.in_(owing),
        "paid": Unit.id.in_(charged) & Unit.id.not_in(owing),
    }
    return or_(*(_acts_for(meant[value] & PRESENT) for value in values))


def _dues_value(words: str) -> str:
    view = view_named(words)
    if view.value not in ("overdue", "unpaid", "paid"):
        known = _(", ").join(View(value).label for value in ("paid", "unpaid", "overdue"))
        raise BadInput(
            "dues_state", _("“{name}” is no state of dues. Use: {known}").format(name=words[:40], known=known)
        )
    return view.value


def _present(_day: date) -> ColumnElement[bool]:
    return _acts_for(PRESENT)


def _accepted(values: Sequence[str], _day: date) -> ColumnElement[bool]:
    """Who acts for a unit that has accepted the code of conduct in force, or has not; of none in force nobody has."""
    newest = select(func.max(ConductText.version)).where(ConductText.published_on.is_not(None)).scalar_subquery()
    done = (
        select(ConductAcceptance.unit_id)
        .join(ConductText, ConductText.id == ConductAcceptance.text_id)
        .where(ConductText.version == newest)
    )
    conditions = {YES: Unit.id.in_(done), NO: Unit.id.not_in(done)}
    return _acts_for(or_(*(conditions[value] for value in values)) & PRESENT)


def _acceptance(words: str) -> str:
    word = "".join(words.split()).casefold()
    for value, names in ACCEPTANCE.items():
        if word in names:
            return value
    raise BadInput("acceptance_unknown", _("Write it like conduct=已接受 or conduct=未接受."))


def _acceptance_label(value: str) -> str:
    return _("accepted") if value == YES else _("not accepted")


def _grade(values: Sequence[str], day: date) -> ColumnElement[bool]:
    """Who acts for a unit whose grade in force on the day is one of these; ``none`` is a unit without one."""
    held = select(UnitGrade.unit_id).where(in_force_on(day))
    chosen = [value for value in values if value != UNGRADED]
    conditions = [Unit.id.in_(held.where(or_(UnitGrade.grade.in_(chosen), UnitGrade.shown.in_(chosen))))]
    if UNGRADED in values:
        conditions.append(Unit.id.not_in(held))
    return _acts_for(or_(*conditions) & PRESENT)


def _grade_value(words: str) -> str:
    word = words.strip()
    if not word or len(word) > LONGEST_GRADE:
        raise BadInput(
            "grade_form", _("Write a grade as it is published, such as AAA, or 未评 for members without one.")
        )
    return UNGRADED if word.casefold() in ("none", "未评", "无等级") else word


def _grade_label(value: str) -> str:
    return _("not graded") if value == UNGRADED else value


def _acting() -> Select[int, int, int, str]:
    """Who acts for which present unit."""
    acting = select(UnitContact.person_id, Unit.id.label("unit_id"), Unit.number, Unit.name)
    return acting.join(Unit, Unit.id == UnitContact.unit_id).where(UnitContact.until.is_(None), PRESENT)


def _status_value(words: str) -> str:
    return standing.status_named(words).value


def _status_label(value: str) -> str:
    return standing.Status(value).label


def register() -> None:
    """Make the membership criteria known to the audiences, and to surveys what results can be divided by."""
    audiences.register(
        Criterion("category", "类别", N_("category"), categories.category_named, _category, show=categories.label)
    )
    audiences.register(Criterion("class", "会籍", N_("class"), classes.class_named, _rank, show=classes.label))
    audiences.register(Criterion("region", "地区", N_("region"), str.strip, _region))
    audiences.register(Criterion("status", "状态", N_("status"), _status_value, _status, show=_status_label))
    audiences.register(Criterion("dues", "会费", N_("dues"), _dues_value, _dues, show=lambda value: View(value).label))
    audiences.register(
        Criterion("conduct", "行为规范", N_("code of conduct"), _acceptance, _accepted, show=_acceptance_label)
    )
    audiences.register(Criterion("grade", "等级", N_("grade"), _grade_value, _grade, show=_grade_label))
    audiences.BASE[:] = [_present]
    affiliations.register(_acting)
    for name, zh, label, column, show in (
        ("category", "类别", N_("category"), Unit.category, categories.label),
        ("class", "会籍", N_("class"), Unit.rank, classes.label),
        ("region", "地区", N_("region"), Unit.region, str),
    ):
        groupings.register(Grouping(name, zh, label, partial(_labels, column), show))


def _labels(column: InstrumentedAttribute[str]) -> Select[int, str]:
    """Person → what their unit is; of several units the first in the alphabet."""
    acting = select(UnitContact.person_id, func.min(column)).join(Unit, Unit.id == UnitContact.unit_id)
    return acting.where(UnitContact.until.is_(None), PRESENT).group_by(UnitContact.person_id)
