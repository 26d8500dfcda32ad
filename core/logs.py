"""Logs as one JSON object a line; secrets and control characters never get through."""

import json
import logging
import sys
from collections.abc import Callable, Sequence
from urllib.parse import quote

QUIET = ("httpx", "httpcore", "telegram", "slack_bolt", "slack_sdk", "apscheduler", "alembic")


class Redacted(logging.Formatter):
    """Formats a record as JSON and blanks every known secret in it."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__()
        self._secrets = _all_spellings(secrets, _spellings)

    def format(self, record: logging.LogRecord) -> str:
        """One line. A traceback goes into its own field."""
        entry = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= dict(vars(record).get("fields", {}))
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        line = json.dumps(entry, ensure_ascii=True, default=str)
        return _blanked(line, self._secrets)


def redact(words: str, secrets: Sequence[str]) -> str:
    """Words for an operator, without any secret: an error of a library may quote the address it called."""
    return _blanked(words, _all_spellings(secrets, lambda secret: (secret, quote(secret, safe=""))))


def _blanked(line: str, spellings: Sequence[str]) -> str:
    for spelling in spellings:
        line = line.replace(spelling, "***")
    return line


def _all_spellings(secrets: Sequence[str], spell: Callable[[str], tuple[str, ...]]) -> list[str]:
    """The longest first, so that no rest of one is left by another."""
    return sorted({form for secret in secrets if secret for form in spell(secret)}, key=len, reverse=True)


def _spellings(secret: str) -> tuple[str, str]:
    """A secret as it may stand in a line: as it is, and as part of an address."""
    return json.dumps(secret)[1:-1], quote(secret, safe="")


def configure(level: str, secrets: Sequence[str]) -> None:
    """Send all logs to standard error as redacted JSON; libraries that log requests speak only of warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacted(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
