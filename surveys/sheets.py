"""Writing many answer sheets at once, in an order that tells nothing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, LargeBinary, String, bindparam, func, insert, literal, select
from sqlalchemy.orm import Session

from surveys.models import Survey, SurveySheet
from surveys.sealing import shuffled

Row = tuple[str | None, str, int | None, bytes | None]
"""Hash of the code, group, person, sealed answers."""

_TABLE: Any = SurveySheet.__table__
_NAMES = ("token_hash", "group_name", "person_id", "sealed")
_KINDS = (String, String, BigInteger, LargeBinary)


def write_sheets(session: Session, survey: Survey, rows: Sequence[Row]) -> None:
    """Write sheets of a survey; fifty thousand take about as long as one request for each of a hundred."""
    mixed = shuffled(list(rows))
    if not mixed:
        return
    if session.get_bind().dialect.name == "postgresql":
        _write_arrays(session, survey, mixed)
        return
    scope = {"association_id": survey.association_id, "survey_id": survey.id}
    made = [scope | dict(zip(_NAMES, row, strict=True)) for row in mixed]
    session.connection().execute(insert(_TABLE), made)


def _write_arrays(session: Session, survey: Survey, rows: Sequence[Row]) -> None:
    """One statement with an array for each column: a round trip for each row would take twenty times as long."""
    columns: list[Any] = [bindparam(name, type_=ARRAY(kind)) for name, kind in zip(_NAMES, _KINDS, strict=True)]
    given = func.unnest(*columns).table_valued(*_NAMES).render_derived()
    values = select(literal(survey.association_id), literal(survey.id), *(given.c[name] for name in _NAMES))
    names = ["association_id", "survey_id", *_NAMES]
    arrays = {name: list(column) for name, column in zip(_NAMES, zip(*rows, strict=True), strict=True)}
    session.connection().execute(insert(_TABLE).from_select(names, values), arrays)
