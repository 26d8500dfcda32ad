"""Logs as one JSON object a line; secrets and control characters never get through."""

import json
import logging
import sys
from collections.abc import Sequence

QUIET = ("httpx", "httpcore", "telegram", "slack_bolt", "slack_sdk", "apscheduler", "alembic")


class Redacted(logging.Formatter):
    """Formats a record as JSON and blanks every known secret in it."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__()
        self._secrets = [secret for secret in secrets if secret]

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
        for secret in self._secrets:
            line = line.replace(json.dumps(secret)[1:-1], "***")
        return line


def configure(level: str, secrets: Sequence[str]) -> None:
    """Send all logs to standard error as redacted JSON; libraries that log requests speak only of warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacted(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
