"""10 000 reminders due at the same minute: claimed and queued by a few statements, beside one ORM row at a time."""

import secrets
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, event, insert, select
from sqlalchemy.orm import Session

from benchmarks.databases import EACH
from benchmarks.enqueue import fill, settle
from benchmarks.measure import Report, clocked
from bot.dispatch import House
from core.access import Permission
from core.db import open_session
from core.deadlines import calendar_of
from core.outbox import OutboxContent, OutboxMessage
from core.transaction import Tx
from membership.models import Qualification, Unit, UnitContact
from reminders import dues, queries
from reminders.models import ReminderSent
from reminders.rules.schedule import windows
from reminders.rules.shipped import Rule
from reminders.usecases.editing import stored_row
from reminders.usecases.sending import run_rule
from tests.houses import Clock, found, open_for_test, system

DUE = 10_000
FIRST = 1_000_000
NOW = datetime(2026, 10, 21, 10, 7, tzinfo=ZoneInfo("Asia/Shanghai"))
ENDS = date(2026, 11, 20)


def main() -> int:
    """Print the figures; returns how many targets were missed."""
    report = Report(f"{DUE:,} reminders due at the same minute, each about another subject, committed")
    for name, database in EACH.items():
        with database() as (url, folder), open_for_test(url, folder) as house:
            _prepare(house)
            claimed = _claimed(house)
            queued, statements = _whole(house)
            again, _few = _whole(house)
            orm = _orm(house.engine)
        report.figure(f"{name}: claimed in the ledger", claimed, "s", at_most=1.0)
        report.figure(f"{name}: claimed, worded and queued for delivery", queued, "s")
        report.figure(f"{name}: statements for all of it", statements, "")
        report.figure(f"{name}: the next hour, with nothing new", again, "s")
        report.figure(f"{name}: one ORM row at a time", orm, "s")
        report.figure(f"{name}: ORM / ours, to the same state", orm / queued, "×", at_least=5)
    return report.missed


def _prepare(house: House) -> None:
    found(house)
    with open_session(house.engine, 1) as session:
        fill(session, DUE)
        _units(session)
    settle(house.engine)
    clock = house.clock
    if not isinstance(clock, Clock):
        raise TypeError(clock)
    clock.now = NOW
    with system(house, 1, Permission.DELIVER) as tx:
        rule = queries.rule_by_number(tx.session, 1)
        stored_row(tx, rule).since = tx.today - timedelta(days=1)


def _units(session: Session) -> None:
    """A unit, a qualification that ends and a contact for each person that was filled in."""
    numbers = range(FIRST, FIRST + DUE)
    common = {"association_id": 1, "category": "testing", "rank": "member", "region": "杭州市", "status": "active"}
    common |= {"joined_on": date(2020, 1, 1), "remark": "", "version": 1}
    units = [
        common | {"id": n, "number": n, "code": f"{n:018}", "name": f"单位{n}", "name_key": f"单位{n}"} for n in numbers
    ]
    held = [{"association_id": 1, "id": n, "unit_id": n, "name": "资质", "valid_until": ENDS} for n in numbers]
    acting = [{"association_id": 1, "unit_id": n, "person_id": n, "since": date(2020, 1, 1)} for n in numbers]
    for table, rows in ((Unit, units), (Qualification, held), (UnitContact, acting)):
        session.connection().execute(insert(table.__table__), rows)


def _claimed(house: House) -> float:
    """The ledger alone: committed, then taken back for what follows."""
    with clocked() as taken, system(house, 1, Permission.DELIVER) as tx:
        rule = queries.rule_by_number(tx.session, 1)
        _all(tx, rule)
    with open_session(house.engine, 1) as session:
        session.query(ReminderSent).delete()
    return taken.seconds


def _all(tx: Tx, rule: Rule) -> None:
    since = rule.since or tx.today
    spans = windows(rule.schedule, calendar_of(tx.session), tx.today, since)
    count = sum(dues.claim(tx, rule, span, secrets.token_hex(8)) for span in spans)
    if count != DUE:
        raise AssertionError(count)


def _whole(house: House) -> tuple[float, int]:
    """Everything that the timer does for the rule, and in how many statements."""
    seen: list[int] = []
    event.listen(house.engine, "before_cursor_execute", lambda *_arguments: seen.append(1))
    with clocked() as taken, system(house, 1, Permission.DELIVER) as tx:
        run_rule(tx, queries.rule_by_number(tx.session, 1))
    return taken.seconds, len(seen)


def _orm(engine: Engine) -> float:
    """The usual way: load what is due, look each up in the ledger, add three rows for each."""
    with clocked() as taken, open_session(engine, 1) as session:
        rows = session.execute(
            select(Unit, Qualification, UnitContact)
            .join(Qualification, Qualification.unit_id == Unit.id)
            .join(UnitContact, UnitContact.unit_id == Unit.id)
            .where(Qualification.valid_until == ENDS)
        ).all()
        for unit, held, contact in rows:
            _one(session, unit, held, contact)
    return taken.seconds


def _one(session: Session, unit: Unit, held: Qualification, contact: UnitContact) -> None:
    subject = f"qualification:{held.id}"
    mine = (ReminderSent.rule == 2, ReminderSent.subject == subject, ReminderSent.person_id == contact.person_id)
    if session.scalar(select(ReminderSent.id).where(*mine)) is not None:
        return
    common = {"rule": 2, "subject": subject, "owner": f"member:{unit.number}", "occurrence": "orm", "key": subject}
    session.add(ReminderSent(**common, person_id=contact.person_id, due_on=ENDS, state="sent", token="orm", at=NOW))
    words = {"zh_CN": f"{unit.name} 有效期至 {ENDS}", "en": f"{unit.name} is valid until {ENDS}"}
    content = OutboxContent(key=subject, subject="orm:1", texts=words, buttons=[], attachments=[], created_at=NOW)
    session.add(content)
    session.flush()
    copy = {"content_id": content.id, "person_id": contact.person_id, "platform": "console", "chat": f"a{unit.id}"}
    session.add(
        OutboxMessage(
            **copy,
            language="zh_CN",
            state="pending",
            priority=5,
            token=secrets.token_hex(16),
            dedupe_key=subject,
            due_at=NOW,
        )
    )


if __name__ == "__main__":
    raise SystemExit(main())
