"""Workbooks that have been made: kept with their hashes, superseded by revisions, never overwritten."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base


class ExportFile(AssociationScoped, Base):
    """One workbook of one period. A later revision supersedes it; ``content_hash`` covers the cells, not the file.

    ``snapshot_id`` is the file of its cells, with which the next revision is compared.
    """

    __tablename__ = "export_file"
    __table_args__ = (UniqueConstraint("association_id", "kind", "period", "revision"),)

    kind: Mapped[str] = mapped_column(String(20))
    period: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int]
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    content_hash: Mapped[str] = mapped_column(String(64))
    figures: Mapped[dict[str, Any]]
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
