"""Rosters judged against the register, without touching it, and kept as batches that wait for confirmation."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import insert

from core import attachments
from core.access import Permission, usecase
from core.errors import BadInput, RuleViolated
from core.i18n import _
from core.numbering import next_numbers
from core.transaction import Tx
from membership import queries, reading
from membership.models import ImportBatch, ImportRow, Unit
from membership.rules import roster
from membership.rules.roster import Row
from membership.rules.standing import Status

EVERY_SHEET = "*"


@dataclass(frozen=True)
class Wanted:
    """How a roster is to be taken: one sheet by name, or every one; and whether it may only fill what is blank."""

    sheet: str = ""
    only_blank: bool = False


@dataclass(frozen=True)
class Judged:
    """A roster as it would come in, and all that is to be said about its file.

    ``others`` are visible sheets that look like rosters too and were not read; ``skipped`` are hidden ones; ``unread``
    are columns that mean nothing here; ``newer`` counts members that were changed after the file was saved.
    """

    rows: list[Row]
    sheets: list[str]
    skipped: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    old: bool = False
    saved: datetime | None = None
    newer: int = 0
    before: list[ImportBatch] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Outcome → number of rows."""
        found: dict[str, int] = {}
        for row in self.rows:
            found[row.outcome] = found.get(row.outcome, 0) + 1
        return found


def judge(tx: Tx, name: str, content: bytes, wanted: Wanted | None = None) -> Judged:
    """Read and judge a roster against the register; writes nothing. Raises BadInput for an unreadable file."""
    wanted = wanted or Wanted()
    book = reading.read_sheet(content, name)
    chosen, others = _chosen(book, wanted.sheet)
    rows: list[Row] = []
    seen: dict[str, Row] = {}
    for sheet in chosen:
        title = sheet.name if len(chosen) > 1 else ""
        rows += roster.judge(
            sheet.rows,
            hidden=sheet.hidden,
            merged=sheet.merged,
            since_1904=book.since_1904,
            sheet=title,
            seen=seen,
        )
    newer = _compared(tx, rows, book.saved, only_blank=wanted.only_blank)
    headers = [(sheet, roster.find_header(sheet.rows, sheet.merged)) for sheet in chosen]
    return Judged(
        rows,
        [sheet.name for sheet in chosen],
        skipped=book.skipped,
        others=others,
        unread=[text for _sheet, header in headers for text in header.unread],
        hidden_columns=[text for sheet, header in headers for text in _hidden(sheet, header)],
        old=book.old,
        saved=book.saved,
        newer=newer,
        before=queries.imports_of(tx.session, sha256(content).hexdigest()),
    )


def _chosen(book: reading.Book, wanted: str) -> tuple[list[reading.Sheet], list[str]]:
    """The sheets to read, and the names of the other rosters: the first roster unless something else is wanted."""
    if wanted and wanted != EVERY_SHEET:
        named = [sheet for sheet in book.sheets if roster.folded(sheet.name) == roster.folded(wanted)]
        if not named:
            names = "、".join(sheet.name for sheet in book.sheets)
            raise BadInput("sheet_unknown", _("This file has no such sheet. It has: {names}").format(names=names))
        return named, []
    found, trouble = [], None
    for sheet in book.sheets:
        try:
            roster.find_header(sheet.rows, sheet.merged)
        except BadInput as error:
            trouble = trouble or error
            if error.code == "header_twice":
                raise
            continue
        found.append(sheet)
    if not found:
        raise trouble or RuleViolated("file_without_sheet", _("This file has no visible sheet."))
    return (found, []) if wanted else (found[:1], [sheet.name for sheet in found[1:]])


def _hidden(sheet: reading.Sheet, header: roster.Header) -> list[str]:
    """The headings of hidden columns that are read all the same."""
    titles = {position: roster.heading_of(name) for name, position in header.columns.items() if name != "index"}
    return [titles[position] for position in sheet.hidden_columns if position in titles]


def _compared(tx: Tx, rows: list[Row], saved: datetime | None, *, only_blank: bool) -> int:
    """Turn good rows into inserts, updates and unchanged ones; returns how many members are newer than the file."""
    known = queries.units_by_code(tx.session)
    facts = queries.facts_of(tx.session)
    newer = 0
    for row in rows:
        unit = known.get(row.code)
        roster.judged_against(row, known=unit is not None)
        if unit is None or row.outcome != "ok":
            continue
        if not Status(unit.status).member:
            row.problems.append("has_left")
        row.version = unit.version
        row.changes = _changes(row, unit, facts.get(unit.id, queries.NO_FACTS))
        if only_blank:
            row.changes = {name: pair for name, pair in row.changes.items() if pair[0] in (None, "")}
        row.outcome = "update" if row.changes else "unchanged"
        newer += bool(row.changes and saved and unit.changed_at and unit.changed_at > saved)
    return newer


def _changes(row: Row, unit: Unit, facts: queries.Facts) -> dict[str, tuple[Any, Any]]:
    """Fact → (kept, said) where a good row says something else; what it leaves blank stays as it is."""
    said: dict[str, Any] = {
        "name": row.name,
        "category": row.kind,
        "rank": row.rank,
        "region": row.region,
        "joined_on": row.joined,
        "engineers": row.engineers,
        "remark": row.remark,
    }
    if "date_month_only" in row.problems and row.joined and row.joined.replace(day=1) == unit.joined_on.replace(day=1):
        del said["joined_on"]
    pairs = {name: (getattr(unit, name), value) for name, value in said.items()}
    pairs["valid_until"] = (facts.valid_until, row.valid_until)
    found = {name: pair for name, pair in pairs.items() if pair[1] not in (None, "") and pair[0] != pair[1]}
    return found | _contact_changes(row, facts)


def _contact_changes(row: Row, facts: queries.Facts) -> dict[str, tuple[Any, Any]]:
    person = facts.contacts.get(row.contact)
    if person is not None:
        return {"phone": (person.phone, row.phone)} if row.phone and row.phone != person.phone else {}
    if not row.contact and row.phone in {"", *(p.phone for p in facts.contacts.values())}:
        return {}
    return {"contact": ("、".join(facts.contacts), row.contact or row.phone)}


@usecase(Permission.IMPORT_MEMBERS)
def judge_import(tx: Tx, *, name: str, content: bytes, wanted: Wanted | None = None) -> tuple[ImportBatch, Judged]:
    """Judge a roster and keep it as a batch that waits for confirmation."""
    wanted = wanted or Wanted()
    judged = judge(tx, name, content, wanted)
    stored = attachments.store(tx.session, name, content, "application/octet-stream", tx.now)
    batch = ImportBatch(
        number=next_numbers(tx.session, tx.association.id, "import")[0],
        attachment_id=stored.id,
        state="judged",
        only_blank=wanted.only_blank,
        counts=judged.counts,
        made_by=tx.actor.person_id,
        made_at=tx.now,
    )
    tx.session.add(batch)
    tx.session.flush()
    kept = [_kept(tx, batch, row) for row in judged.rows]
    if kept:
        tx.session.connection().execute(insert(ImportRow.__table__), kept)  # type: ignore[arg-type]
    tx.record("member:import:judge", f"import:{batch.number}", {"sha256": stored.sha256, "counts": judged.counts})
    return batch, judged


def _kept(tx: Tx, batch: ImportBatch, row: Row) -> dict[str, Any]:
    return {
        "association_id": tx.association.id,
        "batch_id": batch.id,
        "row": row.row,
        "sheet": row.sheet[:60],
        "outcome": row.outcome,
        "problems": row.problems,
        "data": as_data(row),
        "version": row.version,
        "unit_id": None,
        "person_id": None,
        "former": None,
    }


def as_data(row: Row) -> dict[str, Any]:
    """A row for machines and for storage; days as ISO text, values as stored."""
    return {
        "name": row.name,
        "code": row.code,
        "kind": row.kind,
        "rank": row.rank,
        "joined": spelled(row.joined),
        "phone": row.phone,
        "engineers": row.engineers,
        "valid_until": spelled(row.valid_until),
        "region": row.region,
        "contact": row.contact,
        "remark": row.remark,
        "changes": changes_as_data(row.changes.items()),
    }


def changes_as_data(changes: Iterable[tuple[str, tuple[Any, Any]]]) -> dict[str, list[Any]]:
    """Fact → [kept, said], days as ISO text."""
    return {name: [spelled(kept), spelled(said)] for name, (kept, said) in changes}


def spelled(value: Any) -> Any:
    """A value as it is stored in JSON."""
    return value.isoformat() if isinstance(value, date) else value
