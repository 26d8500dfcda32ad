"""Which format a file really has, told from its bytes before anything parses it."""

from core.archives import Bounds, Unsound, check_sizes, open_archive
from core.screening import Unread
from disciplinary.reading.limits import Limits

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
PDF = b"%PDF-"
TEXT = (".txt", ".csv", ".tsv", ".md", ".markdown", ".log")
MARKUP = (b"<", b"{\\rtf", b"%!")


class Unreadable(Exception):
    """Nobody here can read the file; the argument is why."""

    @property
    def why(self) -> Unread:
        """Why."""
        return Unread(self.args[0])


def kind_of(content: bytes, name: str, limits: Limits) -> str:
    """docx, xlsx, xls, pdf or text. Raises Unreadable for every other file, and for one that is not to be opened."""
    if len(content) > limits.file_bytes:
        raise Unreadable(Unread.TOO_LARGE)
    if content[:4] == b"PK\x03\x04":
        return _zipped(content, limits)
    if content[:8] == OLE:
        return _old(content)
    if PDF in content[:1024]:
        return "pdf"
    return _plain(content, name)


def _zipped(content: bytes, limits: Limits) -> str:
    bounds = Bounds(limits.entries, limits.unpacked_bytes, limits.ratio)
    try:
        archive = open_archive(content, bounds)
        check_sizes(archive, bounds)
    except Unsound as wrong:
        why = {"file_bomb": Unread.TOO_LARGE, "file_encrypted": Unread.ENCRYPTED}
        raise Unreadable(why.get(wrong.code, Unread.BROKEN)) from wrong
    names = archive.namelist()
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    raise Unreadable(Unread.UNKNOWN)


def _old(content: bytes) -> str:
    """Excel 97 workbooks are read; Word 97, WPS and protected files are not."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable(Unread.ENCRYPTED)
    if "Workbook".encode("utf-16-le") in content:
        return "xls"
    raise Unreadable(Unread.UNKNOWN)


def _plain(content: bytes, name: str) -> str:
    head = content[:2_000].lstrip(b"\xef\xbb\xbf \r\n\t")
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    named = name.lower().endswith(TEXT)
    if (b"\x00" in content and not wide) or (head.startswith(MARKUP) and not named):
        raise Unreadable(Unread.UNKNOWN)
    if named or "." not in name:
        return "text"
    raise Unreadable(Unread.UNKNOWN)
