"""One command through the whole road, beside the bare inserts it comes down to."""

import json
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, insert

from benchmarks.measure import Report, median, quantile, times
from bot.dispatch import House
from bot.messages import Incoming
from core import audit
from core.db import make_engine, open_session
from core.inbox import InboxUpdate
from core.outbox import OutboxContent, OutboxMessage
from people.models import Person, RoleGrant
from tests import databases
from tests.houses import found, open_for_test

ROUNDS = 1000


def main() -> int:
    """Print the figures; returns how many targets were missed."""
    report = Report("A command that changes, audits and notifies, in one durable commit (SQLite, synchronous=FULL)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = databases.sqlite(folder, folder)
        with open_for_test(url, folder) as house:
            road = times(_command(house), ROUNDS)
        core = times(_bare_inserts(make_engine(databases.sqlite(folder, folder))), ROUNDS)
    report.figure("through dispatch, p50", median(road), "ms", at_most=3)
    report.figure("through dispatch, p99", quantile(road, 0.99), "ms", at_most=15)
    report.figure("the same inserts by SQLAlchemy Core, p50", median(core), "ms")
    report.figure("dispatch / Core", median(road) / median(core), "×", at_most=3)
    return report.missed


def _command(house: House) -> Callable[[int], None]:
    found(house)
    with open_session(house.engine, 1) as session:
        people = [Person(name=f"人员{i}", added_at=house.clock()) for i in range(ROUNDS + 20)]
        session.add_all(people)
        session.flush()
        numbers = [person.id for person in people]

    def grant(i: int) -> None:
        line = f"role grant {numbers[i]} staff"
        raw = json.dumps({"text": line, "from": "秦书"})
        reply = house.handle(Incoming("console", f"b{i}", "秦书", "秦书", text=line, raw=raw))
        if reply is None or reply.error:
            raise AssertionError(reply)

    return grant


def _bare_inserts(engine: Engine) -> Callable[[int], None]:
    """What the command writes, with nothing around it: no parsing, no rights, no chain."""
    with tempfile.TemporaryDirectory() as name, open_for_test(str(engine.url), Path(name)) as house:
        found(house)
        now = house.clock()
    with open_session(engine, 1) as session:
        person = Person(name="某人", added_at=now)
        session.add(person)
        session.flush()
        person_id = person.id
    scoped = {"association_id": 1}
    text = {"zh_CN": "您获得了角色", "en": "You were given a role"}

    def work(i: int) -> None:
        token = secrets.token_hex(16)
        with engine.begin() as connection:
            update = {"platform": "console", "update_id": f"x{i}", "raw": "{}", "state": "done", "received_at": now}
            connection.execute(insert(InboxUpdate.__table__).values(update | {"reply": {"text": "好"}}))
            grant = {"person_id": person_id, "role": "staff", "starts_on": now.date(), "granted_by": 1}
            connection.execute(insert(RoleGrant.__table__).values(scoped | grant))
            content = {"key": f"k{i}", "subject": "s", "texts": text, "buttons": [], "attachments": []}
            more = {"on_unknown": "retry", "created_at": now}
            row = connection.execute(insert(OutboxContent.__table__).values(scoped | content | more))
            message = {"content_id": row.inserted_primary_key[0], "person_id": person_id, "language": "zh_CN"}
            rest = {"state": "unreachable", "priority": 5, "token": token, "dedupe_key": token, "due_at": now}
            connection.execute(insert(OutboxMessage.__table__).values(scoped | message | rest | {"attempts": 0}))
            entry = {"seq": 1000 + i, "at": now.isoformat(), "actor": "person:1", "action": "a:b:c", "object": "x:1"}
            link = {"data": "{}", "previous": secrets.token_bytes(32), "hash": secrets.token_bytes(32)}
            connection.execute(insert(audit.AuditEntry.__table__).values(scoped | entry | link))

    return work


if __name__ == "__main__":
    raise SystemExit(main())
