"""How large an uploaded spreadsheet may be."""

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds on a file, on what it unpacks to, and on the process that reads it."""

    file_bytes: int = 10 * MB
    unpacked_bytes: int = 50 * MB
    ratio: int = 100
    entries: int = 2_000
    sheets: int = 100
    merges: int = 50_000
    rows: int = 20_000
    columns: int = 64
    cell_characters: int = 2_000
    characters: int = 20_000_000
    shared_strings: int = 200_000
    memory_bytes: int = 512 * MB
    cpu_seconds: int = 10
    wall_seconds: int = 12


DEFAULT = Limits()
