"""``guildhall doctor``: what is configured, what is reachable, what is pending, what is failing."""

import asyncio
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.app import Adapter, open_house, platforms
from bot.dispatch import House
from bot.safekeeping import HEADS, read_heads
from core import audit, deadlines, migrate
from core.access import Role
from core.associations import Association, all_associations
from core.config import Settings
from core.db import enter, make_engine, open_reading
from core.i18n import N_, _
from core.inbox import InboxState, InboxUpdate
from core.jobs import last_run
from core.logs import redact
from core.outbox import OutboxMessage, State
from people import queries

OK, PROBLEM = 0, 1
PATIENCE_SECONDS = 10
OVERDUE, LOOK_AHEAD = timedelta(days=2), timedelta(days=31)
TROUBLED = (State.UNKNOWN, State.DEAD, State.FAILED, State.HELD)
STATES: dict[str, str] = {
    InboxState.NEW: N_("not yet handled"),
    InboxState.DONE: N_("done"),
    InboxState.FAILED: N_("failed"),
    InboxState.IGNORED: N_("without an answer"),
    State.PENDING: N_("waiting to be sent"),
    State.HELD: N_("held back"),
    State.SENDING: N_("being sent"),
    State.SENT: N_("sent"),
    State.UNKNOWN: N_("unknown whether it arrived"),
    State.UNREACHABLE: N_("not reachable"),
    State.CANCELLED: N_("cancelled"),
    State.DEAD: N_("given up after many tries"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    good: bool
    words: str


def examine(settings: Settings, *, as_json: bool) -> int:
    """Look at everything and print it; 1 when something needs attention."""
    house = open_house(settings)
    found = [*_storage(settings, house.engine), *asyncio.run(_reach(settings, house)), *_state(settings, house)]
    if as_json:
        print(json.dumps([asdict(finding) for finding in found], ensure_ascii=False))
    else:
        for finding in found:
            print(f"{'✓' if finding.good else '✗'} {finding.what}: {finding.words}")
    return OK if all(finding.good for finding in found) else PROBLEM


def _storage(settings: Settings, engine: Engine) -> list[Finding]:
    checked = make_engine(settings.database)
    revision = migrate.current_revision(checked)
    checked.dispose()
    return [
        Finding(_("database"), True, engine.url.render_as_string(hide_password=True)),
        Finding(_("schema"), revision == migrate.latest_revision(), str(revision)),
        Finding(_("data directory"), settings.data_dir.is_dir(), str(settings.data_dir.resolve())),
    ]


async def _reach(settings: Settings, house: House) -> list[Finding]:
    """Ask every configured platform who we are."""
    found = []
    for adapter in platforms(settings, house):
        try:
            found += await asyncio.wait_for(_looked_at(adapter), PATIENCE_SECONDS)
        except Exception as error:
            words = redact(f"{type(error).__name__}: {error}", settings.secrets)
            found.append(Finding(adapter.name, False, words))
        finally:
            await adapter.close()
    if not found:
        words = _("none configured (GUILDHALL_TELEGRAM_TOKEN, GUILDHALL_SLACK_BOT_TOKEN); the terminal works without")
        found.append(Finding(_("chat platforms"), True, words))
    return found


async def _looked_at(adapter: Adapter) -> list[Finding]:
    """Who we are there, and what else the platform's adapter can say."""
    found = [Finding(adapter.name, True, await adapter.identify())]
    examine = getattr(adapter, "examine", None)
    return found + [Finding(*one) for one in await examine()] if examine else found


def _state(settings: Settings, house: House) -> list[Finding]:
    found: list[Finding] = []
    heads = read_heads(settings.data_dir / HEADS)
    now = house.clock()
    with open_reading(house.engine) as session:
        inbox = _counted(session, select(InboxUpdate.state, func.count()).group_by(InboxUpdate.state))
        failed = inbox.get(InboxState.FAILED, 0)
        found.append(Finding(_("inbox"), not failed, _shown(inbox)))
        for association in all_associations(session):
            enter(session, association.id)
            checked = audit.verify(session, association.id, heads.get(association.code))
            of_time = [look(session, association, now) for look in (_timers, _officers, _calendar)]
            looked_at = [_outbox(session), _audit(checked), *of_time]
            found += [replace(one, what=f"{association.name} · {one.what}") for one in looked_at]
    return found


def _outbox(session: Session) -> Finding:
    states = _counted(session, select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state))
    return Finding(_("outbox"), not any(states.get(state) for state in TROUBLED), _shown(states))


def _audit(checked: audit.Verified) -> Finding:
    words = _("{count} rows").format(count=checked.rows)
    if not checked.intact:
        words += " · " + _("row R-{row}: {reason}").format(row=checked.bad_row, reason=_(checked.reason))
    return Finding(_("audit"), checked.intact, words)


def _timers(session: Session, association: Association, now: datetime) -> Finding:
    """Jobs run daily: one that last ran the day before yesterday is a job that nobody runs."""
    run = last_run(session, "conversations")
    if run is None:
        return Finding(_("timers"), True, _("have not run yet; `guildhall serve` starts them"))
    text = _("last ran at {moment}").format(moment=association.show(run.claimed_at))
    return Finding(_("timers"), now - run.claimed_at < OVERDUE, text)


def _officers(session: Session, association: Association, now: datetime) -> Finding:
    """Without a secretary-general nobody can appoint one; without a second officer nothing is confirmed by another."""
    day = association.day(now)
    leaders = queries.holders_of(session, Role.SECRETARY_GENERAL, day)
    others = queries.leaders_besides(session, [leaders[0].id] if leaders else [], day)
    text = _("{leaders} in office as secretary-general, {others} more who can confirm")
    return Finding(_("officers"), bool(leaders), text.format(leaders=len(leaders), others=max(others, 0)))


def _calendar(session: Session, association: Association, now: datetime) -> Finding:
    """The holidays of next year come out in November: from December on they are missed."""
    day = association.day(now + LOOK_AHEAD)
    known = deadlines.calendar_of(session).knows(day)
    words = _("holidays entered up to {year}") if known else _("the holidays of {year} are missing: `calendar publish`")
    return Finding(_("calendar"), known, words.format(year=day.year))


def _counted(session: Session, query: Any) -> dict[str, int]:
    return {state: count for state, count in session.execute(query)}  # noqa: C416 - rows are no pairs to dict()


def _shown(counts: dict[str, int]) -> str:
    """``sent 3, failed 1``, in the words of the operator's language."""
    return _(", ").join(f"{_(STATES.get(state, state))} {count}" for state, count in sorted(counts.items())) or _(
        "empty"
    )
