"""How large a file may be whose words are read, and how much of it is read."""

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds on a file, on what it unpacks to, on its words, and on the process that reads it."""

    file_bytes: int = 20 * MB
    unpacked_bytes: int = 100 * MB
    ratio: int = 200
    entries: int = 3_000
    pages: int = 300
    cells: int = 200_000
    characters: int = 300_000
    memory_bytes: int = 768 * MB
    cpu_seconds: int = 15
    wall_seconds: int = 20


DEFAULT = Limits()
