"""Characters that must not travel: broken ones, and invisible ones in file names."""

import re
import unicodedata

NOT_IN_NAMES = re.compile(r'[<>:"|?*%]')
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
LONGEST_NAME_BYTES = 120


def well_formed(text: str) -> str:
    """The text without NUL, and with U+FFFD for lone surrogates, which neither a database nor the wire takes."""
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


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
