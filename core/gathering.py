"""What goes out together is screened together: a text, the names of its files and their words, each with its place."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from core.i18n import N_, _
from core.screening import FILE, Finding, Place, Severity, Unread, Words, text_of

RULE = "file-unread@1"
PLACES = {
    Place.PARAGRAPH: N_("paragraph {where}"),
    Place.HEADER: N_("header"),
    Place.FOOTER: N_("footer"),
    Place.FOOTNOTE: N_("footnote"),
    Place.ENDNOTE: N_("endnote"),
    Place.COMMENT: N_("comment {where}"),
    Place.TEXT_BOX: N_("text box {where}"),
    Place.STRUCK_OUT: N_("struck out in paragraph {where}"),
    Place.PAGE: N_("page {where}"),
    Place.ABOUT: N_("title of the document"),
    Place.FORM: N_("form field"),
    Place.SHEET: N_("name of sheet {where}"),
    Place.CELL: N_("cell {where}"),
    Place.LINE: N_("line {where}"),
}
REASONS = {
    Unread.UNKNOWN: N_("its format is not read here"),
    Unread.ENCRYPTED: N_("it is protected by a password"),
    Unread.BROKEN: N_("it is damaged"),
    Unread.TOO_LARGE: N_("it is too large to be read whole"),
    Unread.PICTURES: N_("it holds only pictures"),
    Unread.PAGES: N_("some of its pages hold only pictures"),
    Unread.EMBEDDED: N_("it holds other files"),
    Unread.EMPTY: N_("it holds no words"),
}


@dataclass(frozen=True)
class Gathered:
    """All words that go out together. ``starts`` and ``places`` tell what begins where; ``digest`` names this very sending."""

    text: str
    digest: str
    starts: tuple[int, ...]
    places: tuple[str, ...]
    unread: tuple[tuple[str, int, Unread], ...]
    pictured: tuple[str, ...]

    def placed(self, finding: Finding) -> Finding:
        """The finding with the file and the place in it; nothing is added for the text itself."""
        return replace(finding, place=self.places[bisect_right(self.starts, finding.start) - 1])

    def not_read(self) -> Iterator[Finding]:
        """One finding for each file that somebody has to look at."""
        for name, start, why in self.unread:
            yield Finding(
                category=FILE,
                severity=Severity.MEDIUM,
                start=start,
                end=start + len(name),
                quote=name,
                rule=RULE,
                basis=_("No text goes out unread."),
                why=_("“{name}” could not be read ({reason}): a reviewer has to look at it.").format(
                    name=name, reason=_(REASONS[why])
                ),
                suggestion=_(
                    "Send it as .docx, .xlsx or a PDF whose text can be selected, or let a reviewer release it."
                ),
                place=name,
            )


def gather(text: str, files: Sequence[tuple[str, bytes]] = ()) -> Gathered:
    """The text and the words of files (name and content), in this order."""
    pieces = [("", text)]
    unread, pictured, hashes = list[tuple[str, int, Unread]](), list[str](), list[str]()
    at = len(text)
    for name, content in files:
        hashes.append(sha256(content).hexdigest())
        words = text_of(name, content)
        if words.unread is not None:
            unread.append((name, at + 1, words.unread))
        if words.pictures:
            pictured.append(name)
        added = [(name, f"\n{name}\n"), *_parts(name, words)]
        pieces += added
        at += sum(len(said) for _place, said in added)
    whole = "".join(said for _place, said in pieces)
    return Gathered(
        whole, _digest(whole, hashes), _starts(pieces), tuple(p for p, _s in pieces), tuple(unread), tuple(pictured)
    )


def _parts(name: str, words: Words) -> list[tuple[str, str]]:
    return [(f"{name} · {_(PLACES[part.place]).format(where=part.where)}", part.text) for part in words.parts]


def _starts(pieces: Sequence[tuple[str, str]]) -> tuple[int, ...]:
    starts, at = [], 0
    for _place, said in pieces:
        starts.append(at)
        at += len(said)
    return tuple(starts)


def _digest(whole: str, hashes: Sequence[str]) -> str:
    """Of the words alone when there is no file; a file counts with every byte, whatever could be read of it."""
    return sha256("\n".join([whole, *hashes]).encode("utf-8", "surrogatepass")).hexdigest()
