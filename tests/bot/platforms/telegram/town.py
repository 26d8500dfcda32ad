"""The whole office on a loopback Telegram, with people in front of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import func, select

from bot.delivery import Delivery
from bot.dispatch import House
from bot.platforms.telegram import TelegramPlatform, connect
from core.audit import AuditEntry
from core.db import open_session
from core.inbox import InboxUpdate
from tests.bot.platforms.telegram.office import QUICK
from tests.houses import Office, Voice
from tests.loopback.telegram import TelegramServer
from tests.loopback.telegram_world import Actor, Chat


class Street:
    """The office on a loopback Telegram, with people in front of it."""

    def __init__(self, server: TelegramServer, house: House, platform: TelegramPlatform) -> None:
        self.server = server
        self.house = house
        self.platform = platform
        server.methods.pace.burst = 1000
        server.methods.pace.overall = 1000

    def answered(self) -> bool:
        with open_session(self.house.engine) as session:
            done = select(InboxUpdate.update_id).where(
                InboxUpdate.platform == "telegram", InboxUpdate.replied_at.is_not(None)
            )
            known = set(session.scalars(done))
        return {str(update["update_id"]) for update in self.server.world.every_update} <= known

    async def settle(self) -> None:
        await self.server.until(self.answered, 20)

    async def ask(self, who: Actor, text: str, chat: Chat | None = None, **extra: object) -> str:
        who.send(text, chat, **extra)
        await self.settle()
        return self.last(who, chat)

    def last(self, who: Actor, chat: Chat | None = None) -> str:
        written = self.server.written(chat or who.private)
        return str(written[-1].get("text") or written[-1].get("caption", "")) if written else ""

    async def join(self, who: Actor, by: Voice, name: str) -> str:
        code = by.do(f"person invite {name}").data["code"]
        return await self.ask(who, f"/start {code}")

    async def deliver(self) -> None:
        await Delivery(self.house, {"telegram": self.platform}).drain()


@asynccontextmanager
async def street(server: TelegramServer, house: House) -> AsyncIterator[Street]:
    platform = connect(server.token, house, api=server.url, tempo=QUICK, patience=2, read_timeout=5.0)
    task = asyncio.create_task(platform.run())
    try:
        yield Street(server, house, platform)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await platform.close()


def audit_rows(house: House) -> int:
    with open_session(house.engine, 1) as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


async def published(town: Street, office: Office, number: int = 1) -> None:
    office.clerk.do("announce draft 通知 开会 全体 请参加")
    approval = office.clerk.do(f"announce submit A-{number}").data["approval"]
    assert office.deputy.do(f"approval approve P-{approval}").error is None
    await town.deliver()
