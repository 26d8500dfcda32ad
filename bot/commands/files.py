"""The parameter for a file that a person sent."""

from typing import Annotated

from bot.messages import FileIn
from bot.parameters import Parameter, plain
from core import attachments
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx


def _read_file(tx: Tx, raw: str) -> FileIn:
    """A kept file by its number, as ``#12``."""
    digits = plain(raw).removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        raise BadInput("file_missing", _("Please send the file."))
    name, _media_type, content = attachments.content_of(tx.session, int(digits))
    return FileIn(name, content)


File = Annotated[FileIn, Parameter(N_("file"), _read_file, zh="文件", file=True)]
