"""What can be told of a zipped document before anything parses it: whether it is sound, and how large it becomes."""

import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

SMALL = 100_000
"""Parts below this size may pack tighter than the ratio: short repetitive XML does."""
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError, RuntimeError)


class Unsound(Exception):
    """The archive is not to be opened; the argument is the code: file_bomb, file_unreadable or file_encrypted."""

    @property
    def code(self) -> str:
        """Why."""
        return str(self.args[0])


@dataclass(frozen=True)
class Bounds:
    """How many entries, how many bytes unpacked, and how many times its packed size a large entry may be."""

    entries: int
    unpacked_bytes: int
    ratio: int


def open_archive(content: bytes, bounds: Bounds) -> zipfile.ZipFile:
    """A zip archive whose entries are few, rightly named and not protected. Raises Unsound."""
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        entries = archive.infolist()
    except BROKEN as broken:
        raise Unsound("file_unreadable") from broken
    _check_names(entries, bounds)
    return archive


def check_sizes(archive: zipfile.ZipFile, bounds: Bounds) -> None:
    """Raises Unsound for an archive that would grow beyond its bounds."""
    total = 0
    for entry in archive.infolist():
        total += _inflated(archive, entry, bounds, total)


def _check_names(entries: list[zipfile.ZipInfo], bounds: Bounds) -> None:
    if len(entries) > bounds.entries:
        raise Unsound("file_bomb")
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or any(_unsafe(name) for name in names):
        raise Unsound("file_unreadable")
    if any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
        raise Unsound("file_unreadable")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unsound("file_encrypted")


def _unsafe(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, bounds: Bounds, before: int) -> int:
    """How many bytes an entry really has: counted while unpacking, whatever its header says."""
    try:
        size = _counted(archive, entry, bounds.unpacked_bytes - before)
    except BROKEN as broken:
        raise Unsound("file_unreadable") from broken
    too_tight = size > SMALL and size > bounds.ratio * max(entry.compress_size, 1)
    if before + size > bounds.unpacked_bytes or too_tight:
        raise Unsound("file_bomb")
    return size


def _counted(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> int:
    """The entry's size, or the first count beyond ``most``."""
    size = 0
    with archive.open(entry) as stream:
        while size <= most and (part := stream.read(1 << 16)):
            size += len(part)
    return size
