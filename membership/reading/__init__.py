"""Reading uploaded spreadsheets: checked from outside first, then opened in a process that cannot do harm."""

from membership.reading.sandbox import Book, Sheet, read_sheet

__all__ = ["Book", "Sheet", "read_sheet"]
