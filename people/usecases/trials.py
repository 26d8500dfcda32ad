"""Guessing at invitation codes is slow: a chat account gets a few tries an hour, counted where a restart finds them."""

from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from people.models import CodeTrial
from people.rules import TRIAL_PERIOD, TRIALS


def take_trial(session: Session, platform: str, account: str, now: datetime) -> bool:
    """Count one try of this account; False when it has had its tries of this hour.

    The row's lock makes parallel tries wait for each other. Nobody is known yet, so there is no unit of work.
    """
    build: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    table: Any = CodeTrial.__table__
    stale = table.c.since <= now - TRIAL_PERIOD
    first = build(table).values(platform=platform, account=account[:80], since=now, tries=1)
    again = first.on_conflict_do_update(
        index_elements=["platform", "account"],
        set_={"tries": case((stale, 1), else_=table.c.tries + 1), "since": case((stale, now), else_=table.c.since)},
    )
    tries: int = session.connection().execute(again.returning(table.c.tries)).scalar_one()
    return tries <= TRIALS


def forget_trials(session: Session, platform: str, account: str, now: datetime) -> None:
    """After a valid code the count starts anew; counts of former hours go as well."""
    mine = (CodeTrial.platform == platform) & (CodeTrial.account == account[:80])
    session.execute(delete(CodeTrial).where(or_(mine, CodeTrial.since <= now - TRIAL_PERIOD)))
