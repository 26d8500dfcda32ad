"""Logs as one JSON object a line; secrets and control characters never get through."""

import logging
import sys
from collections.abc import Mapping, Sequence
from json import dumps
from typing import Any
from urllib.parse import quote

QUIET = ("httpx", "httpcore", "telegram", "slack_bolt", "slack_sdk", "apscheduler", "alembic")


class Redacted(logging.Formatter):
    """Formats a record as JSON and blanks every known secret in it."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__()
        self._spellings = _spellings(secrets)

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
        return dumps(_blanked(entry, self._spellings), ensure_ascii=True)


def redact(words: str, secrets: Sequence[str]) -> str:
    """Words for an operator, without any secret: an error of a library may quote the address it called."""
    return str(_blanked(words, _spellings(secrets)))


def _blanked(value: Any, spellings: Sequence[str]) -> Any:
    """The value with every secret blanked in its texts, at any depth; what JSON does not know becomes text first."""
    if isinstance(value, Mapping):
        return {str(_blanked(str(key), spellings)): _blanked(inner, spellings) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_blanked(inner, spellings) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    for spelling in spellings:
        text = text.replace(spelling, "***")
    return text


def _spellings(secrets: Sequence[str]) -> list[str]:
    """Secrets as they may stand in a text: bare, in an address, in JSON, in a representation. The longest first."""
    found = {
        form
        for secret in secrets
        if secret
        for form in (
            secret,
            quote(secret, safe=""),
            dumps(secret)[1:-1],
            dumps(secret, ensure_ascii=False)[1:-1],
            repr(secret)[1:-1],
        )
    }
    return sorted(found, key=len, reverse=True)


def configure(level: str, secrets: Sequence[str]) -> None:
    """Send all logs to standard error as redacted JSON; libraries that log requests speak only of warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacted(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
