"""The database: engine, sessions, column types and the rule that a session sees one association only."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import String, TypeDecorator

from core import digests, localday

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BigId = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB, "postgresql")
CACHE_KB = 65_536
BUSY_SECONDS = 5


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC and read back in UTC; a naive one is a defect."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite keeps it without the zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back to an aware UTC datetime."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Root of every mapped class."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, dict[str, Any]: Json, list[Any]: Json}

    id: Mapped[int] = mapped_column(BigId, primary_key=True)


class AssociationScoped:
    """Mixin of every table whose rows belong to one association."""

    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), index=True)


class random_token(FunctionElement[str]):  # noqa: N801 - an SQL function is named like one
    """SQL: 32 random hexadecimal digits, a new one for each row."""

    type = String(32)
    inherit_cache = True


@compiles(random_token, "sqlite")
def _token_sqlite(_element: random_token, _compiler: SQLCompiler, **_kw: object) -> str:
    return "lower(hex(randomblob(16)))"


@compiles(random_token, "postgresql")
def _token_postgresql(_element: random_token, _compiler: SQLCompiler, **_kw: object) -> str:
    return "replace(gen_random_uuid()::text, '-', '')"


def make_engine(url: str) -> Engine:
    """An engine for SQLite (WAL, FULL, foreign keys, BEGIN IMMEDIATE) or PostgreSQL.

    Errors do not name the values of a statement: they end up in logs, and values are people's data.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "isolation_level": None}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """``secure_delete``: what is erased is overwritten in the file, not only unlinked.

    The cache holds the indexes of a hundred thousand messages: with the 2 MB that are usual, a mailing takes twice as long.
    """
    settings = (f"busy_timeout={BUSY_SECONDS * 1000}", f"cache_size=-{CACHE_KB}")
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", *settings):
        connection.execute(f"PRAGMA {pragma}")
    localday.prepare_sqlite(connection)
    digests.prepare_sqlite(connection)


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: a reader that turns writer later would fail without waiting."""
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def open_session(engine: Engine, association_id: int | None = None) -> Iterator[Session]:
    """One unit of work: committed at the end, rolled back on any error."""
    with Session(engine, expire_on_commit=False, autoflush=True) as session, session.begin():
        if association_id is not None:
            enter(session, association_id)
        yield session


@contextmanager
def open_reading(engine: Engine, association_id: int | None = None) -> Iterator[Session]:
    """A session that only reads: one consistent picture, and it never makes a writer wait."""
    options = {"reading": True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}  # type: ignore[dict-item]
    with Session(engine.execution_options(**options), expire_on_commit=False) as session, session.begin():
        if association_id is not None:
            enter(session, association_id)
        yield session


def empty_journal(engine: Engine) -> None:
    """Write what SQLite's journal holds into the file and cut the journal off: what was erased stood in it too."""
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def enter(session: Session, association_id: int) -> None:
    """From here on the session sees and writes the rows of this association only."""
    session.info["association_id"] = association_id


@event.listens_for(Session, "do_orm_execute")
def _scope(state: ORMExecuteState) -> None:
    if getattr(state.statement, "_for_update_arg", None) is not None:
        # Whoever waited for a lock has to see what the other one left, also in an object that was loaded before.
        state.update_execution_options(populate_existing=True)
    if state.execution_options.get("unscoped") or state.is_column_load or state.is_relationship_load:
        return
    if not (state.is_select or state.is_update or state.is_delete):
        return
    association_id = state.session.info.get("association_id")
    if association_id is None:
        scoped = [m.class_.__name__ for m in state.all_mappers if issubclass(m.class_, AssociationScoped)]
        if scoped:
            raise RuntimeError(f"a session without an association asked for {scoped}")
        return
    state.statement = state.statement.options(
        with_loader_criteria(
            AssociationScoped,
            lambda cls: cls.association_id == association_id,
            include_aliases=True,
        )
    )


@event.listens_for(Session, "before_flush")
def _stamp(session: Session, _context: object, _instances: object) -> None:
    """A new row gets the session's association; a row of another association never passes."""
    association_id = session.info.get("association_id")
    for row in session.new | session.dirty:
        if not isinstance(row, AssociationScoped):
            continue
        if row.association_id is None:
            row.association_id = association_id
        elif association_id is not None and row.association_id != association_id:
            raise RuntimeError(f"{type(row).__name__} belongs to another association")
