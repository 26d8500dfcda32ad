"""What this package keeps about a person: units they act for, roster rows, applications, proposals, acceptances."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update

from core import attachments
from core.transaction import Tx
from membership import grade_holdings, round_holdings
from membership.models import (
    Application,
    ApplicationPaper,
    ApplicationStep,
    ChangedFact,
    ChangeRequest,
    ConductAcceptance,
    ConductText,
    DuesBatch,
    DuesBatchRow,
    ImportBatch,
    ImportRow,
    Unit,
    UnitContact,
)
from membership.queries import papers_of
from membership.queries.admission import steps_of
from membership.rules.admission.states import UNDER_WAY, Act, State
from membership.rules.changes import PERSONAL
from people import holdings
from people.holdings import GONE, Facts, Holding, mentions, rows
from people.models import Person


def _units(tx: Tx, person: Person) -> Facts:
    query = (
        select(Unit.name.label("unit"), UnitContact.since, UnitContact.until)
        .join(Unit, Unit.id == UnitContact.unit_id)
        .where(UnitContact.person_id == person.id)
        .order_by(UnitContact.id)
    )
    return rows(tx.session.execute(query), "unit", "since", "until")


def _end_units(tx: Tx, person: Person) -> int:
    acting = update(UnitContact).where(UnitContact.person_id == person.id, UnitContact.until.is_(None))
    return tx.session.execute(acting.values(until=tx.today)).rowcount  # type: ignore[attr-defined,no-any-return]


def _named(tx: Tx, person: Person) -> list[ImportRow]:
    """Rows that entered the person, or that hold their name or number in a cell of its own."""
    said = or_(ImportRow.person_id == person.id, mentions(ImportRow.data, person.name, person.phone))
    found = tx.session.scalars(select(ImportRow).where(said).order_by(ImportRow.id))
    return [row for row in found if blanked(row.data, person) != row.data or row.person_id == person.id]


def blanked(value: Any, person: Person) -> Any:
    """Stored data of any depth with the cells blanked that hold exactly the person's name or number."""
    if isinstance(value, dict):
        return {key: blanked(inner, person) for key, inner in value.items()}
    if isinstance(value, list):
        return [blanked(inner, person) for inner in value]
    return GONE if value and value in (person.name, person.phone) else value


def _rosters(tx: Tx, person: Person) -> Facts:
    return [{"row": row.row, **{key: row.data.get(key) for key in ("contact", "phone")}} for row in _named(tx, person)]


def _erase_rosters(tx: Tx, person: Person) -> int:
    """The rows lose the contact; the uploaded files, which hold the same words, lose their content."""
    found = _named(tx, person)
    for row in found:
        row.data, row.former = blanked(row.data, person), blanked(row.former, person)
    batches = select(ImportBatch.attachment_id).where(ImportBatch.id.in_({row.batch_id for row in found}))
    attachments.erase(tx.session, list(tx.session.scalars(batches)))
    return len(found)


def _payers(tx: Tx, person: Person) -> list[DuesBatchRow]:
    """Lines of lists of payments that hold the person's name or number in a cell of its own: individual members pay, too."""
    said = mentions(DuesBatchRow.data, person.name, person.phone)
    found = tx.session.scalars(select(DuesBatchRow).where(said).order_by(DuesBatchRow.id))
    return [row for row in found if blanked(row.data, person) != row.data]


def _payments(tx: Tx, person: Person) -> Facts:
    return [
        {"row": row.row, **{key: row.data.get(key) for key in ("name", "on", "receipt")}} for row in _payers(tx, person)
    ]


def _erase_payments(tx: Tx, person: Person) -> int:
    """The lines lose the name; the uploaded lists lose their content. What was paid stays."""
    found = _payers(tx, person)
    for row in found:
        row.data = blanked(row.data, person)
    batches = select(DuesBatch.attachment_id).where(DuesBatch.id.in_({row.batch_id for row in found}))
    attachments.erase(tx.session, list(tx.session.scalars(batches)))
    return len(found)


def _applications(tx: Tx, person: Person) -> Facts:
    made = tx.session.scalars(select(Application).where(Application.person_id == person.id).order_by(Application.id))
    return [
        {
            "application": one.reference,
            "unit": one.name,
            "state": one.state,
            "made_at": one.made_at.isoformat(),
            "papers": [file.name for _paper, file in papers_of(tx.session, one)],
            "history": [f"{step.act} {step.reason}".strip() for step in steps_of(tx.session, one)],
        }
        for one in made
    ]


def _erase_applications(tx: Tx, person: Person) -> int:
    """The documents lose their content, and what was written about the application loses the person."""
    mine = select(Application.id).where(Application.person_id == person.id)
    papers = select(ApplicationPaper.attachment_id).where(ApplicationPaper.application_id.in_(mine))
    attachments.erase(tx.session, list(tx.session.scalars(papers)))
    said = or_(ApplicationStep.act == Act.BEGUN, mentions(ApplicationStep.reason, person.name, person.phone))
    blank = update(ApplicationStep).where(ApplicationStep.application_id.in_(mine), said).values(reason=GONE)
    tx.session.execute(blank.execution_options(synchronize_session=False))
    return len(list(tx.session.scalars(mine)))


def _end_applications(tx: Tx, person: Person) -> int:
    """Whoever leaves applies for nothing any more."""
    open_ones = update(Application).where(Application.person_id == person.id, Application.state.in_(UNDER_WAY))
    ended = open_ones.values(state=State.WITHDRAWN, decided_on=tx.today)
    return tx.session.execute(ended).rowcount  # type: ignore[attr-defined,no-any-return]


def _own_changes(person: Person) -> ColumnElement[bool]:
    """What they proposed about themselves, or what names them."""
    made = select(ChangeRequest.id).where(ChangeRequest.person_id == person.id)
    own = and_(ChangedFact.request_id.in_(made), ChangedFact.fact.in_(PERSONAL))
    return or_(own, and_(ChangedFact.fact.in_(PERSONAL), mentions(ChangedFact.new, person.name, person.phone)))


def _changes(tx: Tx, person: Person) -> Facts:
    made = ChangeRequest.person_id == person.id
    query = (
        select(ChangeRequest.made_at, ChangedFact.fact, ChangedFact.old, ChangedFact.new, ChangedFact.state)
        .join(ChangeRequest, ChangeRequest.id == ChangedFact.request_id)
        .where(or_(made, _own_changes(person)))
        .order_by(ChangedFact.id)
    )
    return rows(tx.session.execute(query), "made_at", "fact", "old", "new", "state")


def _erase_changes(tx: Tx, person: Person) -> int:
    blank = update(ChangedFact).where(_own_changes(person)).values(old=GONE, new=GONE)
    return tx.session.execute(blank.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined,no-any-return]


def _acceptances(tx: Tx, person: Person) -> Facts:
    query = (
        select(Unit.name.label("unit"), ConductText.version, ConductAcceptance.at, ConductAcceptance.sha256)
        .join(Unit, Unit.id == ConductAcceptance.unit_id)
        .join(ConductText, ConductText.id == ConductAcceptance.text_id)
        .where(ConductAcceptance.person_id == person.id)
        .order_by(ConductAcceptance.id)
    )
    return rows(tx.session.execute(query), "unit", "version", "at", "sha256")


def register() -> None:
    """Make them known to the requests that show or erase a person's data."""
    holdings.register(Holding("units", "代表的会员单位", _units, end=_end_units))
    holdings.register(Holding("rosters", "名册中的记录", _rosters, _erase_rosters))
    holdings.register(Holding("payments", "缴费清单中的记录", _payments, _erase_payments))
    holdings.register(Holding("applications", "入会申请", _applications, _erase_applications, end=_end_applications))
    holdings.register(Holding("changes", "变更申请", _changes, _erase_changes))
    holdings.register(Holding("conduct", "接受的行为规范", _acceptances))
    grade_holdings.register()
    round_holdings.register()
