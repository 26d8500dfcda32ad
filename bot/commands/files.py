"""The parameter for a file that a person sent."""

from collections.abc import Iterable
from typing import Annotated

from bot.messages import FileIn, FileOut
from bot.parameters import Parameter, plain
from core import attachments
from core.errors import BadInput, NotFound
from core.i18n import N_, _
from core.transaction import Tx


def kept_files(tx: Tx, numbers: Iterable[int | None]) -> tuple[FileOut, ...]:
    """Kept files to be sent along with a reply, each once; one whose content was erased is left out."""
    found = []
    for number in dict.fromkeys(numbers):
        try:
            if number is not None:
                found.append(FileOut(*attachments.content_of(tx.session, number)[::2]))
        except NotFound:
            continue
    return tuple(found)


def _read_file(tx: Tx, raw: str) -> FileIn:
    """A kept file by its number, as ``#12``."""
    digits = plain(raw).removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        raise BadInput("file_missing", _("Please send the file."))
    name, _media_type, content = attachments.content_of(tx.session, int(digits))
    return FileIn(name, content)


File = Annotated[FileIn, Parameter(N_("file"), _read_file, zh="文件", file=True)]
