"""Tables as text that a chat can show: aligned while narrow, else one block of lines for each row."""

from wcwidth import width

from bot.messages import Table
from core.i18n import _

PHONE_COLUMNS = 36
LONGEST_LINE = 200


def is_narrow(table: Table, columns: int = PHONE_COLUMNS) -> bool:
    """Whether the aligned table fits into so many columns, a phone's screen unless told.

    Marks without width can still make a line too long.
    """
    fits = sum(_widths(table)) + 2 * (len(table.columns) - 1) <= columns
    return fits and all(len(line) <= LONGEST_LINE for line in aligned(table))


def aligned(table: Table) -> list[str]:
    """Heading, rule and rows, each one line; Chinese characters count two columns."""
    widths = _widths(table)
    lines = [_line(row, widths) for row in (table.columns, *table.rows)]
    lines.insert(1, "  ".join("─" * columns for columns in widths))
    return lines


def blocks(table: Table) -> str:
    """A paragraph for each row, with a line ``label: value`` for each cell that holds something."""
    return "\n\n".join(_block(table.columns, row) for row in table.rows)


def _block(labels: tuple[str, ...], row: tuple[str, ...]) -> str:
    cells = [(label, _flat(cell)) for label, cell in zip(labels, row, strict=False)]
    return "\n".join(_("{label}: {value}").format(label=label, value=cell) for label, cell in cells if cell)


def _widths(table: Table) -> list[int]:
    rows = (table.columns, *table.rows)
    return [max(width(_flat(row[i])) for row in rows if i < len(row)) for i in range(len(table.columns))]


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [_flat(cell) for cell in row]
    return "  ".join(
        cell + " " * (columns - width(cell)) for cell, columns in zip(cells, widths, strict=False)
    ).rstrip()


def _flat(cell: str) -> str:
    return " ".join(cell.split())
