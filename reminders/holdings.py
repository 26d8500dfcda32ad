"""What reminders keep about a person: what they were told, what they put off, their switches and calendar addresses."""

from sqlalchemy import delete, select, update

from core.transaction import Tx
from people import holdings
from people.holdings import Facts, Holding, rows
from people.models import Person
from reminders.models import CalendarLink, DigestSwitch, ReminderSent, ReminderSnooze


def _told(tx: Tx, person: Person) -> Facts:
    found = tx.session.scalars(
        select(ReminderSent).where(ReminderSent.person_id == person.id).order_by(ReminderSent.id)
    )
    return rows(found, "rule", "owner", "occurrence", "state", "at")


def _snoozed(tx: Tx, person: Person) -> Facts:
    found = tx.session.scalars(select(ReminderSnooze).where(ReminderSnooze.person_id == person.id))
    return rows(found, "rule", "subject", "until", "made_at")


def _links(tx: Tx, person: Person) -> Facts:
    found = tx.session.scalars(select(CalendarLink).where(CalendarLink.person_id == person.id))
    return rows(found, "made_at", "revoked_at")


def _switches(tx: Tx, person: Person) -> Facts:
    found = tx.session.scalars(select(DigestSwitch).where(DigestSwitch.person_id == person.id))
    return rows(found, "off_since")


def _erase_snoozed(tx: Tx, person: Person) -> int:
    mine = delete(ReminderSnooze).where(ReminderSnooze.person_id == person.id)
    return tx.session.execute(mine).rowcount  # type: ignore[attr-defined,no-any-return]


def _erase_switches(tx: Tx, person: Person) -> int:
    mine = delete(DigestSwitch).where(DigestSwitch.person_id == person.id)
    return tx.session.execute(mine).rowcount  # type: ignore[attr-defined,no-any-return]


def _end_links(tx: Tx, person: Person) -> int:
    open_ones = (CalendarLink.person_id == person.id, CalendarLink.revoked_at.is_(None))
    stopped = update(CalendarLink).where(*open_ones).values(revoked_at=tx.now)
    return tx.session.execute(stopped).rowcount  # type: ignore[attr-defined,no-any-return]


def register() -> None:
    """Make them known to the requests that show or erase a person's data."""
    holdings.register(Holding("reminders", "提醒记录", _told))
    holdings.register(Holding("snoozes", "推迟的提醒", _snoozed, _erase_snoozed))
    holdings.register(Holding("calendars", "日历链接", _links, end=_end_links))
    holdings.register(Holding("digests", "每日简报设置", _switches, _erase_switches))
