"""Between text as people see it and text as Slack writes it."""

import re

from bot.platforms.characters import well_formed
from bot.platforms.splitting import cut, utf16_length

CONTROL = re.compile(r"<([^<>]*)>")
SMALLEST = 24


def escape(text: str) -> str:
    """Text in which nothing is a mention, a link or a command: Slack's three control characters as entities."""
    return well_formed(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(text: str) -> str:
    """What a person typed, from what Slack made of it: links, mentions and entities turned back into words."""
    return unescape(CONTROL.sub(lambda found: _spoken(found.group(1)), well_formed(text)))


def unescape(text: str) -> str:
    """The three entities turned back, the ampersand last so that nothing is decoded twice."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _spoken(inside: str) -> str:
    """One ``<…>``: a link reads as its label, a mention as @name."""
    target, bar, label = inside.partition("|")
    sign = target[:1]
    if sign in ("@", "#"):
        return sign + (label if bar and label else target[1:])
    if sign == "!":
        return label if bar and label else "@" + target[1:].partition("^")[0]
    return label if bar and label else target.removeprefix("mailto:").removeprefix("tel:")


def length(text: str) -> int:
    """Length as it counts against Slack's limits: escaped, in UTF-16 units."""
    return utf16_length(escape(text))


def cut_escaped(text: str, limit: int) -> list[str]:
    """Pieces that joined are the text, each at most ``limit`` long once it is escaped."""
    return _cut(text, limit, limit)


def _cut(text: str, limit: int, size: int) -> list[str]:
    pieces = []
    for piece in cut(text, max(size, SMALLEST)):
        if length(piece) <= limit or size <= SMALLEST:
            pieces.append(piece)
        else:
            pieces += _cut(piece, limit, size // 2)
    return pieces


def shortened(text: str, limit: int) -> str:
    """One line of at most ``limit`` characters once it is escaped."""
    line = " ".join(well_formed(text[: limit * 4]).split())
    if length(line) <= limit:
        return line
    while length(line) > limit - 1:
        line = line[:-1]
    return line + "…"
