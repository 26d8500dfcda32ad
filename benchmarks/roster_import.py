"""Reading and judging a roster of 100 000 rows, beside openpyxl that only reads the cells of the same file."""

import tempfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from benchmarks.measure import Report, clocked, peak_memory
from examples.roster import write_roster
from membership import reading
from membership.reading.limits import DEFAULT, MB
from membership.rules import roster

ROWS = 100_000
ROOMY = replace(
    DEFAULT,
    file_bytes=100 * MB,
    unpacked_bytes=500 * MB,
    rows=200_000,
    characters=200_000_000,
    shared_strings=2_000_000,
    memory_bytes=2_048 * MB,
    cpu_seconds=60,
    wall_seconds=90,
)


def main() -> int:
    """Print the figures; returns how many targets were missed."""
    report = Report(f"A roster of {ROWS:,} rows and twelve columns, as associations keep them")
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "roster.xlsx"
        write_roster(path, ROWS)
        content = path.read_bytes()
    before = peak_memory()
    with clocked() as read:
        sheets = reading.read_sheet(content, "roster.xlsx", ROOMY).sheets
    sheet = max(sheets, key=lambda one: len(one.rows))
    with clocked() as judged:
        rows = roster.judge(sheet.rows, hidden=sheet.hidden, merged=sheet.merged)
    ours, held = read.seconds + judged.seconds, peak_memory()
    bare = _openpyxl(content)
    report.note(f"{len(rows):,} rows judged, {sum(row.outcome == 'error' for row in rows):,} of them refused")
    report.figure("read in the sandbox", read.seconds, "s")
    report.figure("judged", judged.seconds, "s")
    report.figure("openpyxl read-only, cells only", bare, "s")
    report.figure("openpyxl / read and judged", bare / ours, "×", at_least=5)
    report.figure("memory it takes beyond what was held before", held - before, "MB")
    return report.missed


def _openpyxl(content: bytes) -> float:
    with clocked() as taken:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        for sheet in book.worksheets:
            for _row in sheet.iter_rows(values_only=True):
                pass
    return taken.seconds


if __name__ == "__main__":
    raise SystemExit(main())
