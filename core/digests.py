"""SQL: the SHA-256 of a text, the same on every database, so that a hundred thousand rows are sealed in one statement."""

from hashlib import sha256
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import String

NAME = "sha256_hex"


class sha256_hex(FunctionElement[str]):  # noqa: N801 - an SQL function is named like one
    """``sha256_hex(text)``: 64 hexadecimal digits over the text in UTF-8."""

    type = String(64)
    inherit_cache = True


@compiles(sha256_hex, "sqlite")
def _hex_sqlite(element: sha256_hex, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{NAME}({compiler.process(element.clauses, **kw)})"


@compiles(sha256_hex, "postgresql")
def _hex_postgresql(element: sha256_hex, compiler: SQLCompiler, **kw: Any) -> str:
    return f"encode(sha256(convert_to({compiler.process(element.clauses, **kw)}, 'UTF8')), 'hex')"


def prepare_sqlite(connection: Any) -> None:
    """Teach an SQLite connection the function."""
    connection.create_function(NAME, 1, _hex, deterministic=True)


def _hex(text: str | None) -> str | None:
    return None if text is None else sha256(text.encode()).hexdigest()
