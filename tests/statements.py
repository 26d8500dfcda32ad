"""Each house of a run has an engine of its own; what one of them has compiled need not be compiled again by the next.

SQLAlchemy keeps compiled statements by engine and by dialect object. Here all engines of one kind of database share a
cache and their dialects count as the same: they are made by the same function with the same options.
"""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect

_COMPILED: dict[type, dict[Any, Any]] = defaultdict(dict)


def compile_once() -> None:
    """From here on, share compiled statements."""
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)
    DefaultDialect.__hash__ = lambda self: hash(type(self))
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_COMPILED[type(connection.dialect)])
