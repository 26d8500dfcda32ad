"""What can be told of a file before anything parses it: its real kind, and how large it would become."""

import re
import stat
import zipfile
import zlib
from io import BytesIO

from core.errors import BadInput
from core.i18n import _
from membership.reading.limits import Limits

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SMALL = 100_000
"""Parts below this size may pack tighter than the ratio: short repetitive XML does."""


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
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as broken:
        raise _not_a_roster() from broken
    _check_names(entries, limits)
    total = 0
    for entry in entries:
        total += _inflated(archive, entry, limits, total)
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise BadInput("file_has_macros", _("This file contains macros. Save it as .xlsx without macros."))


def _check_names(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise bomb()
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or any(_unsafe(name) for name in names):
        raise _not_a_roster()
    if any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
        raise _not_a_roster()
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadInput("file_encrypted", _("This file is protected by a password. Remove the password first."))
    if "xl/workbook.bin" in names:
        raise BadInput("file_binary", _("This is a binary workbook (xlsb). Save it as .xlsx and send it again."))
    if "xl/workbook.xml" not in names:
        raise _not_a_roster()


def _unsafe(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name


def bomb() -> BadInput:
    """The refusal of a file that would grow beyond reason."""
    return BadInput("file_bomb", _("This file unpacks to far more than a roster needs. It is not opened."))


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits, before: int) -> int:
    """How many bytes an entry really has: counted while unpacking, whatever its header says."""
    try:
        size = _counted(archive, entry, limits.unpacked_bytes - before)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError, RuntimeError) as broken:
        raise _not_a_roster() from broken
    if before + size > limits.unpacked_bytes or (size > SMALL and size > limits.ratio * max(entry.compress_size, 1)):
        raise bomb()
    return size


def _counted(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> int:
    """The entry's size, or the first count beyond ``most``."""
    size = 0
    with archive.open(entry) as stream:
        while size <= most and (part := stream.read(1 << 16)):
            size += len(part)
    return size
