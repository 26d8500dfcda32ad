"""Keys that make erasure possible: personal data in the audit is sealed under a key per person (AES-256-GCM)."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import AssociationScoped, Base
from core.errors import BadInput
from core.i18n import _

NONCE = 12
KEY_BYTES = 32


class PersonKey(AssociationScoped, Base):
    """The key of one person, wrapped by the installation's key. Deleting the row erases what it sealed."""

    __tablename__ = "person_key"
    __table_args__ = (UniqueConstraint("association_id", "person_id"),)

    person_id: Mapped[int]
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class KeyRing:
    """The installation's key, which never enters the database."""

    def __init__(self, key: bytes) -> None:
        self._box = AESGCM(key)

    def seal(self, session: Session, person_id: int, plain: bytes) -> bytes:
        """Encrypt for one person, making that person's key when there is none."""
        row = session.scalar(select(PersonKey).where(PersonKey.person_id == person_id))
        if row is None:
            key = AESGCM.generate_key(256)
            session.add(PersonKey(person_id=person_id, wrapped=_encrypt(self._box, key)))
        else:
            key = _decrypt(self._box, row.wrapped)
        return _encrypt(AESGCM(key), plain)

    def open(self, session: Session, person_id: int, sealed: bytes) -> bytes | None:
        """The plain bytes, or None when the person's key is gone."""
        row = session.scalar(select(PersonKey).where(PersonKey.person_id == person_id))
        if row is None:
            return None
        try:
            return _decrypt(AESGCM(_decrypt(self._box, row.wrapped)), sealed)
        except InvalidTag:
            return None

    def wrap(self, key: bytes) -> bytes:
        """A key that belongs to no person, encrypted as it may be stored."""
        return _encrypt(self._box, key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """The key again. Raises InvalidTag when it was wrapped by another installation."""
        return _decrypt(self._box, wrapped)

    @staticmethod
    def forget(session: Session, person_id: int) -> None:
        """Delete the person's key: everything sealed for them can no longer be read."""
        session.execute(delete(PersonKey).where(PersonKey.person_id == person_id))


def _encrypt(box: AESGCM, plain: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + box.encrypt(nonce, plain, None)


def _decrypt(box: AESGCM, sealed: bytes) -> bytes:
    return box.decrypt(sealed[:NONCE], sealed[NONCE:], None)


def load_key_ring(data_dir: Path, configured: str | None) -> KeyRing:
    """The key from the settings, else from ``key`` in the data directory, made (mode 600) on first use.

    Raises BadInput for a key of another form.
    """
    if configured:
        return KeyRing(_read_key(configured))
    path = data_dir / "key"
    if not path.exists():
        _make_key(path)
    return KeyRing(_read_key(path.read_text().strip()))


def _make_key(path: Path) -> None:
    """Written in full before it gets its name: another process sees all of it or nothing, and the first one wins."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    with os.fdopen(handle, "w") as file:
        file.write(AESGCM.generate_key(256).hex())
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    Path(draft).unlink()


def _read_key(digits: str) -> bytes:
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise BadInput("key_form", _("The key of the installation must be 64 hexadecimal digits."))
    return key
