"""The association itself: the one table that is not scoped, since everything else hangs below it."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base
from core.errors import NotFound
from core.i18n import DEFAULT_LANGUAGE, _


class Association(Base):
    """An industry association: name as registered, credit code, code word (代字) of its documents."""

    __tablename__ = "association"
    __table_args__ = (UniqueConstraint("code"), UniqueConstraint("name"))

    name: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(18))
    code_word: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10), default=DEFAULT_LANGUAGE)
    zone: Mapped[str] = mapped_column(String(50), default="Asia/Shanghai")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]

    @property
    def timezone(self) -> ZoneInfo:
        """The zone in which this association reasons about days."""
        return ZoneInfo(self.zone)

    def day(self, moment: datetime) -> date:
        """The calendar day of a moment, as the association sees it."""
        return moment.astimezone(self.timezone).date()

    def show(self, moment: datetime) -> str:
        """A moment as people of this association read it, to the minute."""
        return moment.astimezone(self.timezone).strftime("%Y-%m-%d %H:%M")


def association_by_id(session: Session, association_id: int) -> Association:
    """The association with this id. Raises NotFound."""
    found = session.get(Association, association_id)
    if found is None:
        raise NotFound("association_unknown", _("There is no such association."))
    return found


def locked(session: Session, association: Association) -> Association:
    """The association as it is now, locked until the transaction ends: who changes one setting undoes no other change."""
    lock = {"key_share": True}
    found = session.get(Association, association.id, with_for_update=lock, populate_existing=True)
    return found or association


def settle(session: Session, association: Association, name: str, value: Any) -> None:
    """Keep one setting beside the others. What it was before is read from the ``locked`` association."""
    association.settings = {**association.settings, name: value}
    session.flush()


def all_associations(session: Session) -> list[Association]:
    """Every association of the installation, oldest first."""
    return list(session.scalars(select(Association).order_by(Association.id)))
