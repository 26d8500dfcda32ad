"""``guildhall doctor``: what is configured, what is reachable, what is pending, what is failing."""

import asyncio
import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine, func, select

from bot.app import Adapter, open_house, platforms
from bot.dispatch import House
from core import audit, migrate
from core.associations import Association, all_associations
from core.config import Settings
from core.db import enter, make_engine, open_reading
from core.i18n import _
from core.inbox import InboxState, InboxUpdate
from core.jobs import last_run
from core.outbox import OutboxMessage

OK, PROBLEM = 0, 1
PATIENCE_SECONDS = 10


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    good: bool
    words: str


def examine(settings: Settings, *, as_json: bool) -> int:
    """Look at everything and print it; 1 when something needs attention."""
    house = open_house(settings)
    found = [*_storage(settings, house.engine), *asyncio.run(_reach(settings, house)), *_state(house)]
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
            found.append(Finding(adapter.name, False, f"{type(error).__name__}: {error}"))
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


def _state(house: House) -> list[Finding]:
    found: list[Finding] = []
    with open_reading(house.engine) as session:
        inbox = _counted(session, select(InboxUpdate.state, func.count()).group_by(InboxUpdate.state))
        failed = inbox.get(InboxState.FAILED, 0)
        found.append(Finding(_("inbox"), not failed, _shown(inbox)))
        for association in all_associations(session):
            enter(session, association.id)
            found += _association(session, association)
    return found


def _association(session: Any, association: Association) -> list[Finding]:
    outbox = _counted(session, select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state))
    troubled = sum(outbox.get(state, 0) for state in ("unknown", "dead", "failed"))
    checked = audit.verify(session, association.id)
    run = last_run(session, "conversations")
    timers = run.claimed_at.isoformat() if run else _("have not run yet; `guildhall serve` starts them")
    return [
        Finding(f"{association.name} · " + _("outbox"), not troubled, _shown(outbox)),
        Finding(f"{association.name} · " + _("audit"), checked.intact, _("{count} rows").format(count=checked.rows)),
        Finding(f"{association.name} · " + _("timers"), True, timers),
    ]


def _counted(session: Any, query: Any) -> dict[str, int]:
    return {state: count for state, count in session.execute(query)}  # noqa: C416 - rows are no pairs to dict()


def _shown(counts: dict[str, int]) -> str:
    return ", ".join(f"{state} {count}" for state, count in sorted(counts.items())) or _("empty")
