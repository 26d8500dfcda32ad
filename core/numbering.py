"""Gap-free numbers per association, series and year: allocated inside the transaction that uses them."""

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import AssociationScoped, Base


class NumberSeries(AssociationScoped, Base):
    """The last number given out in a series. ``year`` is 0 for a series that never starts anew."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("association_id", "series", "year"),)

    series: Mapped[str] = mapped_column(String(60))
    year: Mapped[int]
    last: Mapped[int]


def next_numbers(session: Session, association_id: int, series: str, count: int = 1, *, year: int = 0) -> range:
    """The next ``count`` numbers of a series. The row lock makes others wait; a rollback gives them back."""
    build = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    table = NumberSeries.__table__
    first = build(table).values(association_id=association_id, series=series, year=year, last=count)  # type: ignore[arg-type]
    statement = first.on_conflict_do_update(
        index_elements=["association_id", "series", "year"], set_={"last": table.c.last + count}
    ).returning(table.c.last)
    last = session.connection().execute(statement).scalar_one()
    return range(last - count + 1, last + 1)


def last_number(session: Session, series: str, *, year: int = 0) -> int:
    """The last number given out, 0 for none."""
    query = select(NumberSeries.last).where(NumberSeries.series == series, NumberSeries.year == year)
    return session.scalar(query) or 0
