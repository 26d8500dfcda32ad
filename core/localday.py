"""SQL: the calendar day of a moment as people in a zone see it, the same on every database."""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

NAME = "local_day"


class local_day(FunctionElement[date]):  # noqa: N801 - an SQL function is named like one
    """``local_day(moment, zone)``: the day on which a stored moment falls in the zone of this name."""

    type = Date()
    inherit_cache = True


@compiles(local_day, "sqlite")
def _day_sqlite(element: local_day, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{NAME}({compiler.process(element.clauses, **kw)})"


@compiles(local_day, "postgresql")
def _day_postgresql(element: local_day, compiler: SQLCompiler, **kw: Any) -> str:
    moment, zone = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(({moment}) AT TIME ZONE CAST({zone} AS TEXT) AS DATE)"


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def prepare_sqlite(connection: Any) -> None:
    """Teach an SQLite connection the function; its moments are stored in UTC without the zone."""
    connection.create_function(NAME, 2, _day, deterministic=True)


def _day(moment: str | None, zone: str) -> str | None:
    if moment is None:
        return None
    return datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(_zone(zone)).date().isoformat()
