"""Rosters: judged without touching anything, kept as a batch, confirmed, undone. An import never sends anything."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update

from core import attachments
from core.access import Permission, Role, usecase
from core.errors import Conflict, RuleViolated
from core.i18n import _
from core.numbering import next_numbers
from core.transaction import Tx
from membership import queries, reading
from membership.models import ImportBatch, ImportRow, Qualification, StatusChange, Unit, UnitContact
from membership.rules import roster
from membership.rules.roster import Row
from membership.rules.standing import Status
from membership.rules.units import name_key
from people.models import Person, RoleGrant

QUALIFICATION = "资质"
FACTS = ("name", "category", "rank", "region", "joined_on", "engineers", "remark")


@dataclass(frozen=True)
class Judged:
    """A roster as it would come in: its rows, and the sheets that were not read."""

    rows: list[Row]
    skipped: list[str]

    @property
    def counts(self) -> dict[str, int]:
        """Outcome → number of rows."""
        found: dict[str, int] = {}
        for row in self.rows:
            found[row.outcome] = found.get(row.outcome, 0) + 1
        return found


def judge(tx: Tx, name: str, content: bytes) -> Judged:
    """Read and judge a roster against the register; writes nothing. Raises BadInput for an unreadable file."""
    book = reading.read_sheet(content, name)
    sheet = _roster_sheet(book.sheets)
    rows = roster.judge(sheet.rows, hidden=sheet.hidden, merged=sheet.merged)
    known = queries.units_by_code(tx.session)
    facts = queries.facts_of(tx.session)
    for row in rows:
        if row.outcome == "ok":
            _compare(row, known.get(row.code), facts)
    return Judged(rows, book.skipped)


def _roster_sheet(sheets: list[reading.Sheet]) -> reading.Sheet:
    """The first sheet with a heading row; the error of the last one when there is none."""
    trouble: Exception | None = None
    for sheet in sheets:
        try:
            roster.find_header(sheet.rows)
        except Exception as error:
            trouble = error
            continue
        return sheet
    raise trouble or RuleViolated("file_without_sheet", _("This file has no visible sheet."))


def _compare(row: Row, unit: Unit | None, facts: dict[int, queries.Facts]) -> None:
    if unit is None:
        row.outcome = "insert"
        return
    if not Status(unit.status).member:
        row.problems.append("has_left")
    known = facts.get(unit.id, queries.NO_FACTS)
    same = all(getattr(unit, field) == value for field, value in _facts(row).items())
    same = same and (row.valid_until is None or known.valid_until == row.valid_until)
    same = same and (not row.contact or row.contact in known.contacts)
    row.outcome = "unchanged" if same else "update"


def _facts(row: Row) -> dict[str, Any]:
    """What a good row says about its unit; what it leaves blank stays as it is."""
    said = {
        "name": row.name,
        "category": row.kind,
        "rank": row.rank,
        "region": row.region or None,
        "joined_on": row.joined,
        "engineers": row.engineers,
        "remark": row.remark or None,
    }
    return {field: value for field, value in said.items() if value is not None}


@usecase(Permission.IMPORT_MEMBERS)
def judge_import(tx: Tx, *, name: str, content: bytes) -> tuple[ImportBatch, Judged]:
    """Judge a roster and keep it as a batch that waits for confirmation."""
    judged = judge(tx, name, content)
    stored = attachments.store(tx.session, name, content, "application/octet-stream", tx.now)
    batch = ImportBatch(
        number=next_numbers(tx.session, tx.association.id, "import")[0],
        attachment_id=stored.id,
        state="judged",
        counts=judged.counts,
        made_by=tx.actor.person_id,
        made_at=tx.now,
    )
    tx.session.add(batch)
    tx.session.flush()
    tx.session.connection().execute(
        insert(ImportRow.__table__),  # type: ignore[arg-type]
        [_kept(tx, batch, row) for row in judged.rows] or [],
    )
    tx.record("member:import:judge", f"import:{batch.number}", {"sha256": stored.sha256, "counts": judged.counts})
    return batch, judged


def _kept(tx: Tx, batch: ImportBatch, row: Row) -> dict[str, Any]:
    return {
        "association_id": tx.association.id,
        "batch_id": batch.id,
        "row": row.row,
        "outcome": row.outcome,
        "problems": row.problems,
        "data": as_data(row),
        "unit_id": None,
        "former": None,
    }


def as_data(row: Row) -> dict[str, Any]:
    """A row for machines and for storage; days as ISO text, values as stored."""
    return {
        "name": row.name,
        "code": row.code,
        "kind": row.kind,
        "rank": row.rank,
        "joined": row.joined.isoformat() if row.joined else None,
        "phone": row.phone,
        "engineers": row.engineers,
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "region": row.region,
        "contact": row.contact,
        "remark": row.remark,
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@usecase(Permission.IMPORT_MEMBERS, sensitive=True)
def confirm_import(
    tx: Tx, *, batch: ImportBatch, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> dict[str, int]:
    """Bring the good rows of a batch into the register, all of them or none. Nobody is notified.

    Raises Conflict when the batch was decided, or the register has changed under it since it was judged.
    """
    if batch.state != "judged":
        raise Conflict("import_decided", _("This import has been decided already."))
    rows = [row for row in queries.rows_of(tx.session, batch) if row.outcome in ("insert", "update")]
    known = queries.units_by_code(tx.session)
    if any((row.outcome == "insert") == (row.data["code"] in known) for row in rows):
        raise Conflict("register_changed", _("The register has changed since. Upload the roster again."))
    inserted = _insert(tx, [row for row in rows if row.outcome == "insert"])
    progress(len(inserted), len(rows))
    _update(tx, [row for row in rows if row.outcome == "update"], known)
    progress(len(rows), len(rows))
    batch.state, batch.confirmed_at = "confirmed", tx.now
    counts = {"inserted": len(inserted), "updated": len(rows) - len(inserted)}
    tx.record("member:import:confirm", f"import:{batch.number}", counts)
    return counts


def _insert(tx: Tx, rows: list[ImportRow]) -> list[int]:
    """New units with their standing, qualification and contact, each table in one statement."""
    if not rows:
        return []
    numbers = next_numbers(tx.session, tx.association.id, "member", len(rows))
    ids = _bulk(tx, Unit, [_new_unit(row.data, number) for row, number in zip(rows, numbers, strict=True)])
    for row, unit_id in zip(rows, ids, strict=True):
        row.unit_id, row.former = unit_id, None
    steps = [
        {
            "unit_id": unit_id,
            "former": None,
            "status": Status.ACTIVE,
            "on": _day(row.data["joined"]),
            "reason": "",
            "recorded_at": tx.now,
        }
        for row, unit_id in zip(rows, ids, strict=True)
    ]
    _bulk(tx, StatusChange, steps)
    held = [(i, r.data["valid_until"]) for r, i in zip(rows, ids, strict=True) if r.data["valid_until"]]
    _bulk(tx, Qualification, [{"unit_id": i, "name": QUALIFICATION, "valid_until": _day(day)} for i, day in held])
    _contacts(tx, [(i, r.data) for r, i in zip(rows, ids, strict=True) if r.data["contact"]])
    return ids


def _new_unit(data: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        "number": number,
        "code": data["code"],
        "name": data["name"],
        "name_key": name_key(data["name"]),
        "category": data["kind"],
        "rank": data["rank"],
        "region": data["region"],
        "joined_on": _day(data["joined"]),
        "status": Status.ACTIVE,
        "engineers": data["engineers"],
        "remark": data["remark"],
        "version": 1,
    }


def _bulk(tx: Tx, table: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows in order and return their ids."""
    if not rows:
        return []
    own = [row | {"association_id": tx.association.id} for row in rows]
    statement = insert(table).returning(table.id, sort_by_parameter_order=True)
    return list(tx.session.scalars(statement, own))


def _contacts(tx: Tx, units: Iterable[tuple[int, dict[str, Any]]]) -> None:
    """A person for each contact named in the roster: entered, not invited."""
    chosen = list(units)
    people = [{"name": data["contact"], "phone": data["phone"] or None, "added_at": tx.now} for _unit, data in chosen]
    ids = _bulk(tx, Person, people)
    links = [
        {"unit_id": unit_id, "person_id": person_id, "since": tx.today}
        for (unit_id, _data), person_id in zip(chosen, ids, strict=True)
    ]
    _bulk(tx, UnitContact, links)
    granted = {"role": Role.CONTACT, "starts_on": tx.today, "granted_by": tx.actor.person_id}
    _bulk(tx, RoleGrant, [granted | {"person_id": person_id} for person_id in ids])


def _update(tx: Tx, rows: list[ImportRow], known: dict[str, Unit]) -> None:
    facts = queries.facts_of(tx.session)
    for row in rows:
        unit = known[row.data["code"]]
        held = facts.get(unit.id, queries.NO_FACTS)
        former = {field: getattr(unit, field) for field in FACTS} | {"valid_until": held.valid_until}
        for field, value in _said(row.data).items():
            setattr(unit, field, value)
        unit.name_key = name_key(unit.name)
        _renew(tx, unit, _day(row.data["valid_until"]))
        if row.data["contact"] and row.data["contact"] not in held.contacts:
            _contacts(tx, [(unit.id, row.data)])
        tx.session.flush()
        row.unit_id = unit.id
        row.former = {k: v.isoformat() if isinstance(v, date) else v for k, v in former.items()}
        row.former["version"] = unit.version


def _said(data: dict[str, Any]) -> dict[str, Any]:
    names = {"name": "name", "category": "kind", "rank": "rank", "region": "region", "engineers": "engineers"}
    said = {field: data[key] for field, key in names.items()} | {"joined_on": _day(data["joined"])}
    said["remark"] = data["remark"] or None
    return {field: value for field, value in said.items() if value not in (None, "")}


def _renew(tx: Tx, unit: Unit, until: date | None) -> None:
    if until is None:
        return
    mine = (Qualification.unit_id == unit.id, Qualification.name == QUALIFICATION)
    if tx.session.scalar(select(Qualification.id).where(*mine)) is None:
        tx.session.add(Qualification(unit_id=unit.id, name=QUALIFICATION, valid_until=until))
        return
    tx.session.execute(update(Qualification).where(*mine).values(valid_until=until))


@usecase(Permission.IMPORT_MEMBERS, sensitive=True)
def undo_import(tx: Tx, *, batch: ImportBatch) -> dict[str, int]:
    """Take a confirmed batch back: what it entered goes, what it changed gets its former facts.

    Raises Conflict when a unit was changed after the import, or somebody it entered has joined a chat: then nothing
    is undone. Numbers given out are not given again.
    """
    if batch.state != "confirmed":
        raise Conflict("import_not_confirmed", _("Only a confirmed import can be undone."))
    rows = [row for row in queries.rows_of(tx.session, batch) if row.unit_id is not None]
    units = queries.units_by_id(tx.session, [row.unit_id or 0 for row in rows])
    touched = [row for row in rows if units[row.unit_id or 0].version != (row.former or {}).get("version", 1)]
    entered = [row.unit_id or 0 for row in rows if row.former is None]
    if touched or queries.somebody_joined(tx.session, entered):
        raise Conflict("import_in_use", _("Members of this import have changed since. Correct them one by one."))
    for row in rows:
        if row.former is not None:
            _restore(tx, units[row.unit_id or 0], row.former)
    _remove(tx, entered)
    batch.state, batch.undone_at = "undone", tx.now
    counts = {"removed": len(entered), "restored": len(rows) - len(entered)}
    tx.record("member:import:undo", f"import:{batch.number}", counts)
    return counts


def _restore(tx: Tx, unit: Unit, former: dict[str, Any]) -> None:
    for field in FACTS:
        setattr(unit, field, _day(former[field]) if field == "joined_on" else former[field])
    unit.name_key = name_key(unit.name)
    mine = (Qualification.unit_id == unit.id, Qualification.name == QUALIFICATION)
    tx.session.execute(update(Qualification).where(*mine).values(valid_until=_day(former["valid_until"])))


def _remove(tx: Tx, unit_ids: list[int]) -> None:
    people = list(tx.session.scalars(select(UnitContact.person_id).where(UnitContact.unit_id.in_(unit_ids))))
    for column in (UnitContact.unit_id, Qualification.unit_id, StatusChange.unit_id):
        tx.session.execute(delete(column.class_).where(column.in_(unit_ids)))
    for column in (RoleGrant.person_id, Person.id):
        tx.session.execute(delete(column.class_).where(column.in_(people)))
    tx.session.execute(delete(Unit).where(Unit.id.in_(unit_ids)))
