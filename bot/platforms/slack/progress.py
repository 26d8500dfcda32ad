"""The message that shows how far long work is."""

from bot.platforms.slack.wire import Wire


class ProgressMessage:
    """Posted at the first call, edited at the others. Raises DeliveryError kinds."""

    def __init__(self, wire: Wire, chat: str, thread: str = "") -> None:
        self._wire = wire
        self._chat = chat
        self._thread = thread
        self._message: tuple[str, str] | None = None

    async def __call__(self, text: str) -> None:
        """Show the text."""
        if self._message is None:
            answer = await self._wire.chat_postMessage(channel=self._chat, text=text, thread_ts=self._thread or None)
            self._message = str(answer.get("channel") or self._chat), str(answer.get("ts") or "")
        else:
            channel, ts = self._message
            await self._wire.chat_update(channel=channel, ts=ts, text=text)
