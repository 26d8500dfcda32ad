"""The message that shows how far long work is."""

from telegram import Bot
from telegram.error import TelegramError

from bot.platforms.telegram.errors import delivery_error


class ProgressMessage:
    """Sent at the first call, edited at the others. Raises DeliveryError kinds."""

    def __init__(self, bot: Bot, chat: int | str, thread: int | None) -> None:
        self._bot = bot
        self._chat = chat
        self._thread = thread
        self._message: int | None = None

    async def __call__(self, text: str) -> None:
        """Show the text."""
        try:
            await self._write(text)
        except TelegramError as error:
            raise delivery_error(error) from None

    async def _write(self, text: str) -> None:
        if self._message is None:
            message = await self._bot.send_message(
                self._chat, text, disable_notification=True, message_thread_id=self._thread
            )
            self._message = message.message_id
        else:
            await self._bot.edit_message_text(text, self._chat, self._message)
