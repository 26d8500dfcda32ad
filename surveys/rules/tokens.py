"""The codes that open an answer sheet: made by ``surveys.sealing``, typed or followed by people, kept as hashes. Pure."""

import re
import unicodedata
from hashlib import sha256

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
SURVEY_LETTERS, SECRET_LETTERS = 8, 20
LETTERS = SURVEY_LETTERS + SECRET_LETTERS
GROUP = 4


def letters(typed: str) -> str:
    """The letters and digits of a code however it was typed; empty when it cannot be one."""
    folded = unicodedata.normalize("NFKC", typed[:200]).upper()
    kept = re.sub(r"[\s\-—–_·]", "", folded)
    return kept if len(kept) == LETTERS and all(c in ALPHABET for c in kept) else ""


def survey_code(token: str) -> str:
    """The part of a code that says which survey it belongs to."""
    return token[:SURVEY_LETTERS]


def token_hash(token: str) -> str:
    """What is stored of a code. It carries 100 random bits, so nobody finds it by trying."""
    return sha256(token.encode()).hexdigest()


def readable(token: str) -> str:
    """A code in groups of four, as it is printed on a slip."""
    return "-".join(token[i : i + GROUP] for i in range(0, len(token), GROUP))


def spell(raw: bytes, count: int) -> str:
    """The first ``5 · count`` bits of some bytes as letters."""
    number = int.from_bytes(raw, "big") >> (len(raw) * 8 - 5 * count)
    return "".join(ALPHABET[(number >> (5 * i)) & 31] for i in reversed(range(count)))
