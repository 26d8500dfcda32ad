"""Characters that must not travel: broken ones, invisible ones in file names, and an @ that would call somebody."""

import re
import unicodedata

WORD_JOINER = "\u2060"
MENTION = re.compile(r"(?<![A-Za-z0-9_])@(?=[A-Za-z0-9_]{4,32}(?![A-Za-z0-9_]))")
NOT_IN_NAMES = re.compile(r'[<>:"|?*%]')
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
LONGEST_NAME_BYTES = 120


def well_formed(text: str) -> str:
    """The text without NUL, and with U+FFFD for lone surrogates, which neither a database nor the wire takes."""
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def inert(text: str) -> str:
    """The text as it looks, but an ``@name`` in it does not call anybody: clients would link it by themselves."""
    return MENTION.sub("@" + WORD_JOINER, well_formed(text))


def safe_file_name(name: str | None, fallback: str) -> str:
    """A file name without folders, control or invisible characters, at most 120 bytes long, its ending kept."""
    last = re.split(r"[/\\]", well_formed(name or ""))[-1]
    visible = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    plain = NOT_IN_NAMES.sub("_", visible).strip(". ") or fallback
    if DEVICES.match(plain):
        plain = "_" + plain
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending.encode()) > 10:
        return _shortened(plain, LONGEST_NAME_BYTES)
    return _shortened(stem, LONGEST_NAME_BYTES - len(ending.encode()) - 1) + "." + ending


def _shortened(text: str, size: int) -> str:
    return text.encode()[:size].decode("utf-8", "ignore")
