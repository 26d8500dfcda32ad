"""Document numbers (文号): canonical ``代字〔年〕序号号`` on output, lenient on input (GB/T 9704 for the canonical form)."""

import re
import unicodedata
from dataclasses import dataclass

from announcements.rules.reserved import is_reserved
from core.errors import BadInput, RuleViolated
from core.i18n import _

FORM = re.compile(
    r"(?P<code>[^\[(〔-]+?)字?"
    r"(?:[\[(〔](?P<year>[0-9]{4})年?[\])〕]年?|(?P<bare>[0-9]{4})[年-])"
    r"-?第?(?P<number>[0-9]{1,6})号?"
)


@dataclass(frozen=True)
class DocumentNumber:
    """A code word, a year and a serial number without leading zeros."""

    code: str
    year: int
    number: int

    def __str__(self) -> str:
        """The canonical form."""
        return f"{self.code}〔{self.year}〕{self.number}号"

    @classmethod
    def parse(cls, text: str) -> "DocumentNumber":
        """Read a number with any brackets or none (甲安协2026-3, 甲安协2026年第3号), with 第, leading zeros, full-width signs or spaces. Raises BadInput."""
        folded = "".join(unicodedata.normalize("NFKC", text).split())
        found = FORM.fullmatch(folded.translate(str.maketrans("【】［］{}「」—–", "[][][][]--")))
        if found is None:
            raise BadInput(
                "document_number_form",
                _("“{text}” is no document number. Write it like 甲安协〔2026〕3号.").format(text=text[:60]),
            )
        return cls(found["code"], int(found["year"] or found["bare"]), int(found["number"]))


def check_code_word(raw: str) -> str:
    """The code word of an association. Raises BadInput, or RuleViolated for one that belongs to a government body."""
    word = "".join(unicodedata.normalize("NFKC", raw).split())
    if not 2 <= len(word) <= 20 or not word.isalnum():
        raise BadInput("code_word_form", _("A code word has 2 to 20 characters, for example 甲安协."))
    if is_reserved(word):
        raise RuleViolated(
            "code_word_reserved",
            _("“{word}” looks like the code word of a government body. Use the association's own.").format(word=word),
        )
    return word
