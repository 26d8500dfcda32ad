"""What can be told of a file before anything parses it: its real kind, and how large it would become."""

from core.archives import Bounds, Unsound, check_sizes, open_archive
from core.errors import BadInput
from core.i18n import _
from membership.reading.limits import Limits

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def check(content: bytes, name: str, limits: Limits) -> str:
    """The real kind of the file: xlsx, xls or csv. Raises BadInput with a code that names what is wrong."""
    if not content:
        raise BadInput("file_empty", _("This file is empty."))
    if len(content) > limits.file_bytes:
        size = limits.file_bytes // 1024 // 1024
        raise BadInput("file_too_large", _("This file is larger than {size} MB. Split the roster.").format(size=size))
    if content[:4] == b"PK\x03\x04":
        _check_zip(content, limits)
        return "xlsx"
    if content[:8] == OLE:
        return _check_ole(content)
    return _check_text(content, name)


def _not_a_roster() -> BadInput:
    return BadInput("file_unreadable", _("This is no readable spreadsheet. Save it as .xlsx and send it again."))


def _check_ole(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise BadInput("file_encrypted", _("This file is protected by a password. Remove the password first."))
    return "xls"


def _check_text(content: bytes, name: str) -> str:
    head = content[:2_000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise BadInput("file_is_html", _("This is a web page named like a spreadsheet. Save it as .xlsx first."))
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\x00" in content[:4_000] and not wide:
        raise _not_a_roster()
    if not name.lower().endswith((".csv", ".txt", ".tsv")):
        raise _misnamed(content) or _not_a_roster()
    return "csv"


def _misnamed(content: bytes) -> BadInput | None:
    """The refusal of a text table that calls itself a workbook."""
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(mark in text for mark in ",\t"):
            words = _("This is a text table (csv) under another name. Name it .csv and send it again.")
            return BadInput("file_misnamed", words)
    return None


def _check_zip(content: bytes, limits: Limits) -> None:
    bounds = Bounds(limits.entries, limits.unpacked_bytes, limits.ratio)
    try:
        archive = open_archive(content, bounds)
        names = archive.namelist()
        if "xl/workbook.bin" in names:
            raise BadInput("file_binary", _("This is a binary workbook (xlsb). Save it as .xlsx and send it again."))
        if "xl/workbook.xml" not in names:
            raise _not_a_roster()
        check_sizes(archive, bounds)
    except Unsound as wrong:
        raise _refusal(wrong.code) from wrong
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise BadInput("file_has_macros", _("This file contains macros. Save it as .xlsx without macros."))


def _refusal(code: str) -> BadInput:
    if code == "file_bomb":
        return bomb()
    if code == "file_encrypted":
        return BadInput(code, _("This file is protected by a password. Remove the password first."))
    return _not_a_roster()


def bomb() -> BadInput:
    """The refusal of a file that would grow beyond reason."""
    return BadInput("file_bomb", _("This file unpacks to far more than a roster needs. It is not opened."))
