"""The parts of a text: sentences, the lines they stand in, and the lists that a heading opens."""

import re
from dataclasses import dataclass

_END = re.compile(r"[。！？!?；;]+[”’」』)）\"]*|\n+|…{2,}")
_QUOTE = re.compile(r"“[^”\n]{1,160}”|「[^」\n]{1,160}」|『[^』\n]{1,160}』|\"[^\"\n]{1,160}\"|‘[^’\n]{1,160}’")
_ITEM = re.compile(
    r"[ \t]*(?:[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:[）)、]|[.．:：](?!\d))|第[一二三四五六七八九十]{1,3}[,，、：:是]|[①-⑳•·▪■□☐●◆※*-])"
)
_MARK = re.compile(r"[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)]|(?<=[：:；;。])(?:\d{1,2}[.．、])")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, as a half-open span of the plain text."""

    start: int
    end: int
    line: int  # which line of the text it stands in
    item: bool  # opens or continues a list item
    first: bool  # the first sentence of its line
    asks: bool  # ends with a question mark
    opens: bool  # ends with a colon: what follows is governed by it


def quotes(text: str) -> list[tuple[int, int]]:
    """The half-open spans between quotation marks, marks included."""
    return [match.span() for match in _QUOTE.finditer(text)]


def sentences(text: str, quoted: list[tuple[int, int]]) -> list[Sentence]:
    """The sentences of a text in order. A full stop inside a quotation does not end the sentence around it."""
    found: list[Sentence] = []
    start, line, fresh, item = 0, 0, True, False
    for end, stop in _ends(text, quoted):
        piece = text[start:end]
        if piece.strip():
            item = bool(_ITEM.match(piece)) or (item and not fresh) or bool(_MARK.match(piece))
            body = piece.rstrip("。；;\n 　")
            found.append(
                Sentence(start, end, line, item, fresh, "？" in stop or "?" in stop, body.endswith(("：", ":")))
            )
            fresh = False
        if "\n" in stop:
            line, fresh = line + 1, True
        start = end
    return found


def _ends(text: str, quoted: list[tuple[int, int]]) -> list[tuple[int, str]]:
    """Where sentences end, and with which signs."""
    inside = iter(quoted)
    quote = next(inside, None)
    ends = []
    for match in _END.finditer(text):
        while quote is not None and quote[1] <= match.start():
            quote = next(inside, None)
        if quote is not None and quote[0] < match.start() and match.end() < quote[1] and "\n" not in match.group():
            continue
        ends.append((match.end(), match.group()))
    if not ends or ends[-1][0] < len(text):
        ends.append((len(text), ""))
    return ends
