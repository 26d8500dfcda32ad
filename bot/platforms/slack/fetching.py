"""Files that people send, fetched from Slack within a limit."""

import logging
from dataclasses import replace

from bot.messages import FileIn, Reply
from bot.platforms.base import DeliveryError, Rejected
from bot.platforms.patience import TRIES, Patience
from bot.platforms.slack.reading import Attachment, attachment_of
from bot.platforms.slack.wire import TooBig, Wire
from core.i18n import DEFAULT_LANGUAGE, _, speaking

log = logging.getLogger(__name__)
DOWNLOAD = 20 * 1024 * 1024


class Fetcher:
    """Fetches one file at a time."""

    def __init__(self, wire: Wire, patience: Patience, limit: int = DOWNLOAD) -> None:
        self._wire = wire
        self._patience = patience
        self._limit = limit

    async def fetch(self, attachments: tuple[Attachment, ...], language: str | None) -> FileIn | Reply:
        """The file, or what to tell the person instead."""
        with speaking(language or DEFAULT_LANGUAGE):
            too_big = Reply(_("This file is over 20 MB, which is more than I can fetch. Please send a smaller one."))
            gone = Reply(_("I could not fetch this file. Please send it again."))
            several = Reply(_("Please send one file at a time. None of these was taken."), error="several_files")
        if len(attachments) > 1:
            return several
        (attachment,) = attachments
        if attachment.size > self._limit:
            return replace(too_big, error="file_too_big")
        try:
            return FileIn(attachment.name, await self._download(attachment))
        except TooBig:
            return replace(too_big, error="file_too_big")
        except DeliveryError as error:
            log.warning("a file could not be fetched", extra={"fields": {"reason": error.reason}})
            return replace(gone, error="file_unavailable")

    async def _download(self, attachment: Attachment) -> bytes:
        """The file's bytes. Trouble on the line is tried again."""
        for attempt in range(TRIES):
            try:
                return await self._once(attachment)
            except Rejected:
                raise
            except DeliveryError as error:
                if attempt == TRIES - 1:
                    raise
                await self._patience.sleep(self._patience.pause(error, attempt))
        raise AssertionError

    async def _once(self, attachment: Attachment) -> bytes:
        if not attachment.url:
            described = (await self._wire.files_info(file=attachment.id)).get("file")
            attachment = attachment_of(described) if isinstance(described, dict) else attachment
        if attachment.size > self._limit:
            raise TooBig
        return await self._wire.download(attachment.url, self._limit, attachment.media_type)
