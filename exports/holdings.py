"""What the lists that the office has made keep about a person: member lists, proofs of service, lists of answers.

The month's workbooks are not among them: they are kept as they were handed to the regulator.
"""

from collections.abc import Iterator
from html import unescape
from io import BytesIO
from zipfile import ZipFile

from sqlalchemy import select

from core import attachments
from core.attachments import Attachment
from core.transaction import Tx
from exports.models import ExportFile
from exports.registers import XLSX
from people import holdings
from people.holdings import Facts, Holding, rows
from people.models import Person


def _found(tx: Tx, person: Person) -> Iterator[Attachment]:
    """Lists made here that name the person or hold their number, one in memory at a time."""
    words = [word for word in (person.name, person.phone) if word]
    months = select(ExportFile.attachment_id)
    made = select(Attachment.id).where(Attachment.media_type == XLSX, Attachment.size > 0, Attachment.id.not_in(months))
    for number in list(tx.session.scalars(made.order_by(Attachment.id))):
        _name, _type, content = attachments.content_of(tx.session, number)
        if _says(content, words):
            yield tx.session.get_one(Attachment, number)


def _says(content: bytes, words: list[str]) -> bool:
    """Whether a workbook of ours holds one of these words in a cell."""
    with ZipFile(BytesIO(content)) as parts:
        pages = [name for name in parts.namelist() if name.startswith(("xl/worksheets/", "xl/sharedStrings"))]
        return any(word in text for text in (unescape(parts.read(name).decode()) for name in pages) for word in words)


def _lists(tx: Tx, person: Person) -> Facts:
    return rows(_found(tx, person), "name", "stored_at", "sha256")


def _erase(tx: Tx, person: Person) -> int:
    """The lists lose their content; name and hash stay. Whoever needs one has it made anew, without the person."""
    return attachments.erase(tx.session, [one.id for one in _found(tx, person)])


def register() -> None:
    """Make them known to the requests that show or erase a person's data."""
    holdings.register(Holding("lists", "制作的名单", _lists, _erase))
