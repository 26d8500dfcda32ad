"""What an operator should know of a bot: how updates reach us, and what stands in the way."""

from telegram import WebhookInfo
from telegram.error import TelegramError

from bot.platforms.telegram.wire import TelegramBot
from core.i18n import _

Finding = tuple[str, bool, str]
"""What was looked at, whether it is well, and words about it."""


async def examined(bot: TelegramBot, url: str, public: bool) -> list[Finding]:
    """How updates come. A server that cannot tell is no trouble. ``public`` says that a public address is set."""
    try:
        info = await bot.get_webhook_info()
    except (TelegramError, TypeError, KeyError):
        info = None
    return [_way(url, public, info), *_trouble(info)]


def _way(url: str, public: bool, info: WebhookInfo | None) -> Finding:
    if not url:
        words = _("by asking (no public address is needed)")
        if public:
            words = _("by asking, because GUILDHALL_TELEGRAM_WEBHOOK_SECRET is not set")
        return (_("Telegram updates"), True, words)
    registered = info is None or info.url == url
    words = _("posted to {url}").format(url=url)
    if not registered:
        words += " " + _("(not registered yet; `guildhall serve` does it)")
    return (_("Telegram updates"), registered, words)


def _trouble(info: WebhookInfo | None) -> list[Finding]:
    if info is None or not info.url or not info.last_error_message:
        return []
    words = _("Telegram could not post: {words}; {count} wait").format(
        words=info.last_error_message, count=info.pending_update_count
    )
    return [(_("Telegram updates"), False, words)]
