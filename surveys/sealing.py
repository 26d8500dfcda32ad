"""What keeps answers apart from people: two keys of each survey, which only the installation's own key opens.

``seal`` encrypts the answer sheets, so that the database alone never tells what anybody said. ``link`` turns a person's
number into the code of their sheet, so that they can come back and change it; it is destroyed when the survey closes,
and from then on nobody can tell which sheet was whose. No code, and nothing that leads from a person to a sheet, is
ever written down.
"""

import hmac
import json
import secrets
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from surveys.rules.tokens import SECRET_LETTERS, SURVEY_LETTERS, spell, token_hash

KEY_BYTES = 32
NONCE = 12
BLOCK = 512
"""Sheets are padded to a multiple of this many bytes, so that their length does not tell who wrote much."""


def new_key() -> bytes:
    """A fresh key."""
    return secrets.token_bytes(KEY_BYTES)


def new_survey_code() -> str:
    """A random name for a survey, which stands at the front of its codes."""
    return spell(secrets.token_bytes(KEY_BYTES), SURVEY_LETTERS)


def shuffled(items: list[Any]) -> list[Any]:
    """The same in an order that nobody can foresee."""
    mixed = list(items)
    secrets.SystemRandom().shuffle(mixed)
    return mixed


@dataclass(frozen=True, repr=False)
class Box:
    """The opened keys of one survey. ``link`` is None once it has been destroyed."""

    code: str
    seal_key: bytes
    link: bytes | None

    @cached_property
    def _aead(self) -> AESGCM:
        return AESGCM(self.seal_key)

    def token(self, person_id: int) -> str:
        """The code of a person's sheet: always the same while the survey runs."""
        return self._token(f"person:{person_id}")

    def slip(self, number: int) -> str:
        """The code on a slip that is given to somebody without chat, nobody knows to whom."""
        return self._token(f"slip:{number}")

    def _token(self, whose: str) -> str:
        if self.link is None:
            raise LookupError("the survey is closed: nothing leads from a person to a sheet any more")
        digest = hmac.new(self.link, whose.encode(), sha256).digest()
        return self.code + spell(digest, SECRET_LETTERS)

    def hash_of(self, person_id: int) -> str:
        """What is stored of a person's code."""
        return token_hash(self.token(person_id))

    def seal(self, sheet: Any) -> bytes:
        """Answers as they are stored: padded and encrypted."""
        plain = json.dumps(sheet, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        padded = plain + b" " * (-len(plain) % BLOCK)
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._aead.encrypt(nonce, padded, self.code.encode())

    def open(self, sealed: bytes) -> dict[str, Any]:
        """The answers again."""
        found: dict[str, Any] = json.loads(self._aead.decrypt(sealed[:NONCE], sealed[NONCE:], self.code.encode()))
        return found
