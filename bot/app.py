"""The composition root: settings → database → rules → commands → one house that adapters and timers share."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from bot import commands
from bot.dispatch import House
from core import logs, migrate
from core.config import Settings
from core.db import make_engine
from core.keys import load_key_ring
from core.screening import Finding
from membership import criteria


def no_findings(_text: str, _session: Session, _today: date) -> tuple[Finding, ...]:
    """A screener without rules."""
    return ()


def open_house(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> House:
    """Make the data directory, bring the schema up to date, load the commands, and put the house together."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    logs.configure(settings.log_level, settings.secrets)
    migrate.upgrade(settings.database, settings.data_dir)
    commands.load()
    criteria.register()
    key = settings.key.get_secret_value() if settings.key else None
    keys = load_key_ring(settings.data_dir, key)
    return House(make_engine(settings.database), no_findings, keys, clock or (lambda: datetime.now(UTC)))
