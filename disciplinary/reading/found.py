"""What the reader of one format hands on."""

from collections.abc import Iterable
from dataclasses import dataclass

Part = tuple[str, str, str]
"""Kind of place (page, paragraph, cell …), its number or name, and the words with what separates them from the next."""


class NotRead(Exception):
    """The file gives no words; the argument is the code of core.screening.Unread."""


@dataclass(frozen=True)
class Found:
    """The words of a file. ``unread`` says why some of it is not among them."""

    parts: Iterable[Part]
    unread: str = ""
    pictures: int = 0
