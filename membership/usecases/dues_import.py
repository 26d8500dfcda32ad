"""Lists of payments: judged against what is owed, kept, and brought in line by line once somebody has looked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from core import attachments
from core.access import Permission, usecase
from core.errors import AppError, Conflict
from core.i18n import _
from core.numbering import next_numbers
from core.transaction import Tx
from membership import reading
from membership.models import DuesBatch, DuesBatchRow, DuesCharge, Unit
from membership.queries import dues as queries
from membership.queries import survivors
from membership.rules.dues import bank
from membership.rules.dues.bank import Line
from membership.rules.units import name_key
from membership.usecases.dues_payments import pay_dues

STEP = 200
PROBLEM_OF = {"receipt_used": "receipt_used", "overpaid": "overpaid", "dues_void": "changed"}


@dataclass
class Matched:
    """A line with the charge that it pays."""

    line: Line
    charge: DuesCharge | None = None


@dataclass
class _Register:
    """Who is who, and what those who are named owe: the charges of a unit, the oldest first."""

    numbers: dict[int, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    names: dict[str, list[int]] = field(default_factory=dict)
    charges: dict[int, DuesCharge] = field(default_factory=dict)
    charges_of: dict[int, list[DuesCharge]] = field(default_factory=dict)
    left: dict[int, int] = field(default_factory=dict)

    def add(self, charge: DuesCharge) -> None:
        """Take a charge up, once."""
        if charge.id not in self.left:
            self.left[charge.id] = charge.outstanding
            self.charges[charge.number] = charge
            self.charges_of.setdefault(charge.unit_id, []).append(charge)


def _register(tx: Tx, lines: Iterable[Line]) -> _Register:
    """Every unit by number, code and name; charges only of those that the lines name, asked for in portions."""
    found, into = _Register(), survivors(tx.session)
    for unit_id, number, code, key in tx.session.execute(select(Unit.id, Unit.number, Unit.code, Unit.name_key)):
        meant = into.get(unit_id, unit_id)
        found.numbers[number] = found.codes[code] = meant
        names = found.names.setdefault(key, [])
        if meant not in names:
            names.append(meant)
    good = [line for line in lines if line.outcome == "good"]
    units = {unit for line in good for unit in _units_of(found, line)}
    numbers = {_number(line.said["charge"], "F") or 0 for line in good if "charge" in line.said}
    for column, values in ((DuesCharge.unit_id, units), (DuesCharge.number, numbers)):
        for charge in queries.charges_where(tx.session, column, values):
            found.add(charge)
    return found


def _units_of(register: _Register, line: Line) -> list[int]:
    """By number, else by code, else by exactly this name."""
    if "member" in line.said:
        unit = register.numbers.get(_number(line.said["member"], "M") or 0)
    elif "code" in line.said:
        unit = register.codes.get(name_key(line.said["code"]).upper())
    else:
        return register.names.get(name_key(line.said.get("name", "")), [])
    return [] if unit is None else [unit]


def _judge(tx: Tx, name: str, content: bytes) -> list[Matched]:
    """Read the first sheet that is a list of payments, and find what each line pays. Writes nothing."""
    for sheet in reading.read_sheet(content, name).sheets:
        header = bank.find_header(sheet.rows)
        if header is not None:
            lines = bank.judge(sheet.rows, header, tx.today)
            break
    else:
        raise bank.header_missing()
    _check_receipts(tx, lines)
    register = _register(tx, lines)
    return [_matched(register, line) for line in lines]


def _check_receipts(tx: Tx, lines: Iterable[Line]) -> None:
    good = [line for line in lines if line.outcome == "good"]
    used, seen = queries.receipts_used(tx.session, {line.receipt for line in good}), set[str]()
    for line in good:
        if line.receipt in used:
            line.spoil("receipt_used")
        elif line.receipt in seen:
            line.spoil("receipt_twice")
        seen.add(line.receipt)


def _matched(register: _Register, line: Line) -> Matched:
    """The charge of a good line; several lines of one charge share what is left of it."""
    if line.outcome != "good":
        return Matched(line)
    charge = _charge_of(register, line)
    if charge is None:
        return Matched(line)
    left = register.left[charge.id]
    if line.amount > left:
        others = sum(max(register.left[one.id], 0) for one in register.charges_of.get(charge.unit_id, ()))
        line.spoil("several_years" if line.year is None and line.amount <= others else "overpaid")
        return Matched(line, charge)
    register.left[charge.id] = left - line.amount
    return Matched(line, charge)


def _charge_of(register: _Register, line: Line) -> DuesCharge | None:
    if "charge" in line.said:
        number = _number(line.said["charge"], "F")
        found = register.charges.get(number or 0)
        if found is None:
            line.spoil("charge_unknown")
        return found
    units = _units_of(register, line)
    if len(units) != 1:
        # What several are called is not guessed.
        line.spoil("member_ambiguous" if units else "member_unknown")
        return None
    mine = register.charges_of.get(units[0], ())
    open_ones = [one for one in mine if register.left[one.id] > 0 and line.year in (None, one.year)]
    if not open_ones:
        line.spoil("nothing_owed")
    return open_ones[0] if open_ones else None


def _number(text: str, letter: str) -> int | None:
    digits = name_key(text).upper().removeprefix(letter).removeprefix("-")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None


@usecase(Permission.MANAGE_DUES)
def judge_payments(tx: Tx, *, name: str, content: bytes) -> tuple[DuesBatch, list[Matched]]:
    """Judge a list of payments and keep it with the outcome of every line; nothing is entered yet. Raises BadInput."""
    matched = _judge(tx, name, content)
    stored = attachments.store(tx.session, name, content, "application/octet-stream", tx.now)
    batch = DuesBatch(
        number=next_numbers(tx.session, tx.association.id, "dues_batch")[0],
        attachment_id=stored.id,
        state="judged",
        counts=counted(one.line.outcome for one in matched),
        made_by=tx.actor.person_id,
        made_at=tx.now,
    )
    tx.session.add(batch)
    tx.session.flush()
    kept = [_kept(tx, batch, one) for one in matched if one.line.outcome in ("good", "error")]
    if kept:
        tx.session.connection().execute(insert(DuesBatchRow.__table__), kept)  # type: ignore[arg-type]
    tx.record("dues:import:judge", f"dues_batch:{batch.number}", {"sha256": stored.sha256, "counts": batch.counts})
    return batch, matched


def counted(outcomes: Iterable[str]) -> dict[str, int]:
    """Outcome → number of lines."""
    found: dict[str, int] = {}
    for outcome in outcomes:
        found[outcome] = found.get(outcome, 0) + 1
    return found


def _kept(tx: Tx, batch: DuesBatch, one: Matched) -> dict[str, Any]:
    return {
        "association_id": tx.association.id,
        "batch_id": batch.id,
        "row": one.line.row,
        "outcome": one.line.outcome,
        "problems": one.line.problems,
        "data": bank.as_data(one.line),
        "charge_id": one.charge.id if one.charge else None,
    }


@usecase(Permission.MANAGE_DUES, sensitive=True)
def confirm_payments(
    tx: Tx, *, batch: DuesBatch, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> list[DuesBatchRow]:
    """Enter the good lines of a list. A line that no longer fits stays out with its reason; the others go in.

    Returns every line with what became of it. Raises Conflict when the list was decided.
    """
    if batch.state != "judged":
        raise Conflict("import_decided", _("This import has been decided already."))
    rows = queries.dues_batch_rows(tx.session, batch)
    good = [row for row in rows if row.outcome == "good"]
    wanted = sorted({row.charge_id for row in good if row.charge_id is not None})
    charges = _locked(tx, wanted)
    for done, row in enumerate(good, 1):
        _bring_in(tx, batch, row, charges)
        if done % STEP == 0 or done == len(good):
            progress(done, len(good))
    batch.state, batch.confirmed_at = "confirmed", tx.now
    batch.counts = counted(row.outcome for row in rows)
    tx.record("dues:import:confirm", f"dues_batch:{batch.number}", {"counts": batch.counts})
    return rows


def _locked(tx: Tx, ids: list[int]) -> dict[int, DuesCharge]:
    """These charges, locked in one order, in portions that a statement can name."""
    found: dict[int, DuesCharge] = {}
    for begin in range(0, len(ids), 500):
        part = select(DuesCharge).where(DuesCharge.id.in_(ids[begin : begin + 500])).order_by(DuesCharge.id)
        found |= {charge.id: charge for charge in tx.session.scalars(part.with_for_update())}
    return found


def _bring_in(tx: Tx, batch: DuesBatch, row: DuesBatchRow, charges: dict[int, DuesCharge]) -> None:
    said, charge = row.data, charges[row.charge_id or 0]
    on = date.fromisoformat(said["on"])
    try:
        pay_dues(tx, charge=charge, amount=said["amount"], on=on, receipt=said["receipt"], batch_id=batch.id)
        row.outcome = "entered"
    except AppError as refusal:
        row.outcome, row.problems = "error", [*row.problems, PROBLEM_OF.get(refusal.code, "changed")]
