"""What a public text must not show in full: identity card and mobile numbers of persons (PIPL articles 6 and 25). Pure."""

import re
import unicodedata
from dataclasses import dataclass

CARD = re.compile(
    r"(?<![0-9A-Z])[1-68][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X](?![0-9A-Z])"
)
OLD_CARD = re.compile(r"(?<![0-9A-Z])[1-68][0-9]{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}(?![0-9A-Z])")
MOBILE = re.compile(r"(?<![0-9])(?:(?:\+|00)?86[- ]?)?(1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4})(?![0-9])")


@dataclass(frozen=True)
class Number:
    """A number of a person in a text: what it is, and its masked form with what stands before it."""

    code: str
    shown: str


def numbers_of_people(text: str, own: str = "") -> list[Number]:
    """The numbers of persons in a text. ``own`` is the association's telephone, which may be shown."""
    folded = unicodedata.normalize("NFKC", text).upper()
    found = [Number("identity_number", _place(folded, m)) for form in (CARD, OLD_CARD) for m in form.finditer(folded)]
    ours = _digits(unicodedata.normalize("NFKC", own))
    mobiles = (m for m in MOBILE.finditer(folded) if _digits(m[1]) not in ours)
    return found + [Number("mobile_number", _place(folded, m)) for m in mobiles]


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _place(text: str, found: re.Match[str]) -> str:
    """A few characters before it, and the number with its middle hidden, so that the answer does not spread it."""
    before = re.sub(r"[0-9]", "*", text[max(found.start() - 8, 0) : found.start()]).replace("\n", " ")
    return f"…{before}{found[0][:3]}****{found[0][-2:]}"
