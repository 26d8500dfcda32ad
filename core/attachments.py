"""Files kept by content hash inside the database, so that a file and the change that needs it commit together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import LargeBinary, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column

from core.db import AssociationScoped, Base
from core.errors import BadInput, NotFound
from core.i18n import _

LARGEST = 20 * 1024 * 1024


class Attachment(AssociationScoped, Base):
    """A stored file. The same content under the same name is stored once."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("association_id", "sha256", "name"),)

    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    stored_at: Mapped[datetime]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))


@dataclass(frozen=True)
class Stored:
    """What is known of a stored file without loading it."""

    id: int
    name: str
    sha256: str
    size: int


def clean_name(name: str) -> str:
    """A file name without path, control or direction marks, at most 120 characters."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in base if c.isprintable()).strip(" .")
    return kept[-120:] or "file"


def store(session: Session, name: str, content: bytes, media_type: str, now: datetime) -> Stored:
    """Keep a file. Raises BadInput when it is empty or larger than 20 MB."""
    if not content:
        raise BadInput("file_empty", _("This file is empty."))
    if len(content) > LARGEST:
        raise BadInput("file_too_large", _("This file is larger than 20 MB. Send a smaller one."))
    digest, name = sha256(content).hexdigest(), clean_name(name)
    known = session.scalar(select(Attachment).where(Attachment.sha256 == digest, Attachment.name == name))
    if known is None:
        known = Attachment(
            sha256=digest, name=name, media_type=media_type, size=len(content), stored_at=now, content=content
        )
        session.add(known)
        session.flush()
    return Stored(known.id, known.name, known.sha256, known.size)


def content_of(session: Session, attachment_id: int) -> tuple[str, str, bytes]:
    """Name, media type and bytes of a stored file, its hash checked again. Raises NotFound."""
    query = select(Attachment.name, Attachment.media_type, Attachment.content, Attachment.sha256)
    row = session.execute(query.where(Attachment.id == attachment_id)).one_or_none()
    if row is None or not row.content:
        raise NotFound("file_unknown", _("There is no such file."))
    if sha256(row.content).hexdigest() != row.sha256:
        raise RuntimeError(f"attachment {attachment_id} no longer matches its hash")
    return row.name, row.media_type, row.content


def erase(session: Session, attachment_ids: Sequence[int]) -> int:
    """Empty stored files that hold data of an erased person; their names and hashes stay as proof that they came."""
    mine = update(Attachment).where(Attachment.id.in_(attachment_ids)).values(content=b"", size=0)
    return session.execute(mine).rowcount  # type: ignore[attr-defined,no-any-return]
