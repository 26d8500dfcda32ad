"""Cutting long text into messages: counted in UTF-16 units, the strictest that platforms use, never inside a visible character."""

from wcwidth import iter_graphemes

SHORTEST = 24
SENTENCE_ENDS = ("。", "！", "？", "；", ". ", "! ", "? ", "; ")


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units: 2 for a character outside the basic plane."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split_text(text: str, limit: int) -> list[str]:
    """The text in parts of at most ``limit`` UTF-16 units, each headed ``(1/3)`` and a line break when there are several.

    Without these heads the parts joined are the text. Paragraph borders are preferred, then lines, sentences, words.
    Raises ValueError for a limit under 24.
    """
    if utf16_length(text) <= limit:
        return [text]
    pieces = cut_for_numbering(text, limit)
    return [numbered(piece, index, len(pieces)) for index, piece in enumerate(pieces, 1)]


def numbered(text: str, index: int, total: int) -> str:
    """The text under its place in a series."""
    return f"({index}/{total})\n{text}"


def cut_for_numbering(text: str, limit: int) -> list[str]:
    """Pieces that leave room for their number."""
    if limit < SHORTEST:
        raise ValueError("limit")
    digits = 1
    while len(str(len(pieces := cut(text, limit - len(numbered("", 1, 1)) - 2 * (digits - 1))))) > digits:
        digits += 1
    return pieces


def cut(text: str, limit: int) -> list[str]:
    """Pieces of at most ``limit`` UTF-16 units that joined are the text."""
    pieces = []
    while text:
        end = _border(text, limit)
        pieces.append(text[:end])
        text = text[end:]
    return pieces


def _border(text: str, limit: int) -> int:
    """Where the first piece of the text ends."""
    if len(text) <= limit and utf16_length(text) <= limit:
        return len(text)
    ends = _grapheme_ends(text, limit)
    if not ends:
        return _inside_a_character(text, limit)
    half = ends[-1] // 2
    for marks in (("\n\n",), ("\n",), SENTENCE_ENDS, (" ", "\u3000")):
        for end in reversed(ends):
            if end <= half:
                break
            if text.endswith(marks, 0, end):
                return end
    return ends[-1]


def _grapheme_ends(text: str, limit: int) -> list[int]:
    """Where visible characters end, as far as they fit; a line feed always ends one."""
    ends: list[int] = []
    place = used = 0
    for grapheme in iter_graphemes(text[: limit + 1]):
        used += utf16_length(grapheme)
        place += len(grapheme)
        if used > limit:
            return ends
        ends.append(place)
    # The window cut the last one short when the text goes on: only the ends before it are sure.
    return ends[:-1] if place < len(text) else ends


def _inside_a_character(text: str, limit: int) -> int:
    """One visible character of thousands of marks: cut between code points, for it must go out somehow."""
    place, used = 0, 0
    while used + utf16_length(text[place]) <= limit:
        used += utf16_length(text[place])
        place += 1
    return place
