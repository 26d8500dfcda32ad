"""Document numbers (interim)."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class DocumentNumber:
    """代字〔年〕序号号."""

    code: str
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.code}〔{self.year}〕{self.number}号"

    @classmethod
    def parse(cls, text: str) -> "DocumentNumber":
        """From text."""
        found = re.fullmatch(r"(.+)〔(\d{4})〕(\d+)号", text)
        assert found
        return cls(found[1], int(found[2]), int(found[3]))
