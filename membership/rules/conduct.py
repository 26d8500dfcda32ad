"""The code of conduct as text: its numbered clauses and its digest. Pure."""

import re
import unicodedata
from hashlib import sha256
from typing import NamedTuple

from core.errors import BadInput, NotFound
from core.i18n import _

LONGEST = 50_000
DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")}
ARTICLE = re.compile(r"^\s*第\s*([0-9一二三四五六七八九十百零]{1,7})\s*条\s*")
NUMBERED = re.compile(r"^\s*([0-9]{1,3})\s*[.．、)）]\s*")


class Clause(NamedTuple):
    """A numbered clause: its number in plain digits, and its words."""

    number: str
    text: str


def digest(text: str) -> str:
    """The fingerprint of exactly this text."""
    return sha256(text.encode()).hexdigest()


def cleaned(raw: str) -> str:
    """The text as it is kept: NFC, one kind of line ends, no trailing blanks. Raises BadInput when empty or too long."""
    lines = unicodedata.normalize("NFC", raw).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = "\n".join(line.rstrip() for line in lines).strip()
    if not text:
        raise BadInput("text_missing", _("Some text is needed here."))
    if len(text) > LONGEST:
        raise BadInput("text_too_long", _("This text is longer than 50 000 characters."))
    return text


def number_of(words: str) -> int:
    """12, 十二 or 一百零二 as a number; 0 when it is none."""
    if words.isascii() and words.isdigit():
        return int(words)
    total, digit = 0, 0
    for sign in words:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = DIGITS.get(sign, 0)
    return total + digit


def clauses_of(text: str) -> list[Clause]:
    """The clauses of a text: each begins a line with 第N条, N. or N、 and goes on to the next one.

    Raises BadInput when there is none, or when one is missing, empty or comes twice: a record could not name it.
    """
    lines = text.split("\n")
    # Where articles are written out, plain numbers are lists within them.
    head = ARTICLE if any(ARTICLE.match(line) for line in lines) else NUMBERED
    found: list[tuple[int, list[str]]] = []
    for line in lines:
        begun = head.match(line)
        if begun and (head is ARTICLE or number_of(begun[1]) == len(found) + 1):
            found.append((number_of(begun[1]), [line[begun.end() :]]))
        elif found:
            found[-1][1].append(line)
    clauses = [Clause(str(number), "\n".join(words).strip()) for number, words in found]
    _check(clauses)
    return clauses


def _check(clauses: list[Clause]) -> None:
    if not clauses:
        raise BadInput("clauses_missing", _("Number the clauses: each begins a line, for example with 第一条 or 1."))
    for place, clause in enumerate(clauses, 1):
        if clause.number != str(place):
            text = _("Clause {number} comes where clause {place} should: number them 1, 2, 3 … without gaps.")
            raise BadInput("clauses_order", text.format(number=clause.number, place=place))
        if not clause.text:
            raise BadInput("clause_empty", _("Clause {number} has no words.").format(number=clause.number))


def clause_numbered(clauses: list[Clause], words: str) -> Clause:
    """The clause of this number, however it is written. Raises NotFound."""
    wanted = str(number_of("".join(words.split()).removeprefix("第").removesuffix("条")))
    for clause in clauses:
        if clause.number == wanted:
            return clause
    text = _("There is no clause {number}; there are {count}.")
    raise NotFound("clause_unknown", text.format(number=words[:20], count=len(clauses)))
