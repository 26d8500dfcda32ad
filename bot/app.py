"""The composition root: settings → database → rules → commands → one house that adapters and timers share."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from apscheduler.schedulers.background import BackgroundScheduler

from announcements import registering as announcements
from bot import commands, reminding, safekeeping
from bot import holdings as conversations
from bot.delivery import Delivery
from bot.dispatch import House
from bot.platforms.base import Platform
from bot.screener import screened
from core import logs, migrate
from core.config import Settings
from core.db import make_engine
from core.errors import BadInput
from core.i18n import _
from core.keys import load_key_ring
from disciplinary import registering as discipline
from exports import holdings as lists
from meetings import registering as meetings
from membership import criteria, register_criteria, register_holdings, register_merging, seating
from membership import holdings as members
from membership.rules.registers import catalogue, figures
from membership.rules.registers.loading import DeclarationError
from surveys import registering as surveys

log = logging.getLogger(__name__)
GRACE_SECONDS = 14.0
LAST_RESORT_SECONDS = 18.0
PARTS = ("telegram", "slack", "delivery", "timers", "portal")


class Adapter(Platform, Protocol):
    """A configured platform: it receives, and delivery can send through it."""

    async def identify(self) -> str:
        """Ask the platform who we are: a proof that the token works."""
        ...

    async def run(self) -> None:
        """Receive until cancelled."""
        ...

    async def close(self) -> None:
        """Close the connections. More than once does no harm."""
        ...


def open_house(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> House:
    """Make the data directory, bring the schema up to date, load the commands, and put the house together.

    Raises Conflict for a newer schema, and for a clock that stands before what has been recorded already.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    logs.configure(settings.log_level, settings.secrets)
    migrate.upgrade(settings.database, settings.data_dir)
    declare_registers(settings.data_dir / "registers")
    register()
    key = settings.key.get_secret_value() if settings.key else None
    keys = load_key_ring(settings.data_dir, key)
    moment = clock or (lambda: datetime.now(UTC))
    house = House(make_engine(settings.database), screened, keys, moment, settings.public_url)
    safekeeping.check_clock(house.engine, house.clock())
    safekeeping.erase_again(house, settings.data_dir)
    return house


def declare_registers(folder: Path) -> None:
    """Make known the registers that this installation declares itself, and its figures. Raises BadInput."""
    try:
        catalogue.declare_folder(folder)
    except DeclarationError as broken:
        text = _("A register is declared wrongly. {place}")
        raise BadInput("declaration_broken", text.format(place=broken)) from broken
    if (folder / "figures").is_dir() and folder / "figures" not in figures.FOLDERS:
        figures.FOLDERS.insert(0, folder / "figures")


def register() -> None:
    """Let the packages tell each other what they have: commands, audiences, what is kept about people."""
    commands.load()
    criteria.register()
    register_criteria.register()
    register_merging.register()
    members.register()
    register_holdings.register()
    conversations.register()
    seating.register()
    announcements.register()
    meetings.register()
    surveys.register()
    discipline.register()
    reminding.register()
    lists.register()


def platforms(settings: Settings, house: House) -> list[Adapter]:
    """The adapters of every platform whose token is set. Libraries are imported only for these."""
    found: list[Adapter] = []
    if settings.telegram_token is not None:
        from bot.platforms.telegram import open_telegram

        found.append(open_telegram(settings, house))
    if settings.slack_bot_token is not None:
        from bot.platforms.slack import open_slack

        found.append(open_slack(settings, house))
    return found


def serve(settings: Settings, parts: Sequence[str]) -> int:
    """Run the chosen parts (all by default) until SIGTERM or SIGINT; what is in flight is finished first."""
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise BadInput(
            "part_unknown", _("There is no part “{name}”. Use: {known}").format(name=unknown[0], known=" ".join(PARTS))
        )
    house = open_house(settings)
    last_resort = threading.Timer(LAST_RESORT_SECONDS, os._exit, args=(1,))
    last_resort.daemon = True
    asked = asyncio.run(_serve(settings, house, set(parts or PARTS), last_resort))
    last_resort.cancel()
    return 0 if asked else 1


async def _serve(settings: Settings, house: House, parts: set[str], last_resort: threading.Timer) -> bool:
    """Each part is a task; one that dies of a defect ends the process, so that a supervisor starts it anew.

    True when it was asked to end.
    """
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    adapters = platforms(settings, house)
    tasks = {asyncio.create_task(adapter.run(), name=adapter.name) for adapter in adapters if adapter.name in parts}
    delivery = Delivery(house, {adapter.name: adapter for adapter in adapters})
    if "delivery" in parts and adapters:
        tasks.add(asyncio.create_task(delivery.run(), name="delivery"))
    scheduler = _timers(settings, house) if "timers" in parts else None
    if "portal" in parts:
        tasks.add(asyncio.create_task(_portal(settings, house, adapters), name="portal"))
    log.info("serving", extra={"fields": {"parts": sorted(task.get_name() for task in tasks)}})
    asked = await _until(stopping, tasks)
    last_resort.start()
    delivery.stop()
    await _end(tasks, scheduler)
    await asyncio.gather(*(adapter.close() for adapter in adapters), return_exceptions=True)
    return asked


def _timers(settings: Settings, house: House) -> BackgroundScheduler:
    from bot import timers

    return timers.start(house, settings.data_dir)


async def _portal(settings: Settings, house: House, adapters: Sequence[Adapter]) -> None:
    from portal.server import run

    await run(settings, house, adapters)


async def _until(stopping: asyncio.Event, tasks: set["asyncio.Task[None]"]) -> bool:
    waiter = asyncio.create_task(stopping.wait())
    done, _pending = await asyncio.wait({waiter, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    for task in done - {waiter}:
        log.error("a part ended", extra={"fields": {"part": task.get_name()}}, exc_info=task.exception())
    return waiter in done


async def _end(tasks: set["asyncio.Task[None]"], scheduler: BackgroundScheduler | None) -> None:
    """Receive nothing more, and let everything that has begun come to its end, for a while.

    Whatever has not ended then is cut off by the last resort: its transaction is undone, and taken up at the next start.
    """
    for task in tasks:
        if task.get_name() != "delivery":
            task.cancel()
    ending = [*tasks]
    if scheduler is not None:
        ending.append(asyncio.create_task(asyncio.to_thread(scheduler.shutdown)))
    if ending:
        await asyncio.wait(ending, timeout=GRACE_SECONDS)
    for task in ending:
        task.cancel()
    await asyncio.gather(*ending, return_exceptions=True)
