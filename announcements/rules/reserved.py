"""Code words that belong to government bodies: an association that used one would issue under their name (M11)."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data" / "reserved_code_words.toml"


@lru_cache(maxsize=1)
def _table() -> tuple[frozenset[str], re.Pattern[str], re.Pattern[str]]:
    data = tomllib.loads(DATA.read_text("utf-8"))
    own = "|".join(map(re.escape, data["association_marks"]))
    bodies = "|".join(map(re.escape, data["bodies"]))
    return frozenset(data["exact"]), re.compile(bodies), re.compile(f"({own})(字|函|发|秘|办)?$")


def is_reserved(word: str) -> bool:
    """Whether a code word is, or looks like, one of a government body. A word ending in an association's mark is its own."""
    exact, bodies, own = _table()
    if word in exact:
        return True
    return own.search(word) is None and bodies.search(word) is not None
