"""What this package lets people be reminded of: ends of qualifications and terms, dues, the code of conduct; its part of the digest."""

from sqlalchemy import Date, String, and_, cast, false, literal

from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from membership import grade_reminders, round_reminders
from membership.models import ClassTerm, DuesCharge, Qualification, Unit, UnitContact
from membership.queries import PRESENT, admission_plan, conduct_in_force, open_changes, waiting_by_step
from membership.queries.conduct import not_accepted
from membership.queries.dues import IN_FORCE, OWED
from membership.rules import classes
from reminders import digest, kinds
from reminders.digest import Part
from reminders.kinds import Due, Kind, columns, numbered


def _qualifications(_tx: Tx) -> Due:
    return (
        columns(
            association_id=Unit.association_id,
            subject=numbered("qualification", Qualification.id),
            owner=numbered("member", Unit.number),
            title=Unit.name + literal(" · ") + Qualification.name,
            due_on=Qualification.valid_until,
            person_id=UnitContact.person_id,
            name=Qualification.name,
            category=Unit.category,
            region=Unit.region,
        )
        .join_from(Unit, Qualification, Qualification.unit_id == Unit.id)
        .outerjoin(UnitContact, and_(UnitContact.unit_id == Unit.id, UnitContact.until.is_(None)))
        .where(PRESENT, Qualification.valid_until.is_not(None))
    )


def _dues(_tx: Tx) -> Due:
    """Charges of present members that are not settled: who has left is not chased."""
    return (
        columns(
            association_id=DuesCharge.association_id,
            subject=numbered("dues", DuesCharge.number),
            owner=numbered("dues", DuesCharge.number),
            title=Unit.name + literal(" · ") + cast(DuesCharge.year, String),
            due_on=DuesCharge.due_on,
            person_id=UnitContact.person_id,
            year=cast(DuesCharge.year, String),
            category=Unit.category,
            region=Unit.region,
        )
        .join_from(DuesCharge, Unit, Unit.id == DuesCharge.unit_id)
        .outerjoin(UnitContact, and_(UnitContact.unit_id == Unit.id, UnitContact.until.is_(None)))
        .where(PRESENT, IN_FORCE, OWED > 0)
    )


def _class_terms(_tx: Tx) -> Due:
    """Terms of office that run and have a last day."""
    return (
        columns(
            association_id=Unit.association_id,
            subject=numbered("class", ClassTerm.id),
            owner=numbered("member", Unit.number),
            title=Unit.name + literal("|") + ClassTerm.rank,
            due_on=ClassTerm.until,
            person_id=UnitContact.person_id,
            rank=ClassTerm.rank,
        )
        .join_from(ClassTerm, Unit, Unit.id == ClassTerm.unit_id)
        .outerjoin(UnitContact, and_(UnitContact.unit_id == Unit.id, UnitContact.until.is_(None)))
        .where(PRESENT, ClassTerm.until.is_not(None), ClassTerm.ended_on.is_(None), ClassTerm.begun_at.is_not(None))
    )


def _class_title(stored: str) -> str:
    name, _bar, rank = stored.rpartition("|")
    return f"{name} · {classes.label(rank)}"


def _conduct(tx: Tx) -> Due:
    """Units that have not accepted the code of conduct in force; nobody while there is none."""
    text = conduct_in_force(tx.session)
    return (
        columns(
            association_id=Unit.association_id,
            subject=literal(f"conduct:{text.version if text else 0}-") + cast(Unit.number, String),
            owner=numbered("member", Unit.number),
            title=Unit.name + literal(" · ") + literal(text.title if text else ""),
            due_on=literal(text.accept_by if text else None, Date()),
            person_id=UnitContact.person_id,
            category=Unit.category,
            region=Unit.region,
        )
        .join_from(Unit, UnitContact, and_(UnitContact.unit_id == Unit.id, UnitContact.until.is_(None)))
        .where(not_accepted(text.id) if text else false())
    )


def _waiting(tx: Tx, _person_id: int) -> list[str]:
    """What of members and applicants waits for the office."""
    labels = {step.name: step.label for step in admission_plan(tx.session, tx.today).steps}
    text = _("{step}: {count} applications")
    lines = [text.format(step=labels.get(step, step), count=n) for step, n in waiting_by_step(tx.session).items()]
    changes = open_changes(tx.session)
    return [*lines, _("{count} requests of change").format(count=changes)] if changes else lines


QUALIFICATION = N_("end of a qualification")
BY_UNIT = ("category", "region")
KINDS = (
    Kind(
        "qualification", "资质", QUALIFICATION, _qualifications, letter="M", prefix="member", filters=("name", *BY_UNIT)
    ),
    Kind(
        "dues",
        "会费",
        N_("dues that are owed"),
        _dues,
        letter="F",
        filters=("year", *BY_UNIT),
        button=(N_("My dues"), "my dues"),
    ),
    Kind(
        "class",
        "会籍任期",
        N_("end of a class's term"),
        _class_terms,
        letter="M",
        prefix="member",
        filters=("rank",),
        title=_class_title,
    ),
    Kind(
        "conduct",
        "行为规范",
        N_("acceptance of the code of conduct"),
        _conduct,
        letter="M",
        prefix="member",
        filters=BY_UNIT,
        button=(N_("Read the code of conduct"), "conduct text"),
    ),
)


def register() -> None:
    """Make the kinds and the part of the digest known."""
    for kind in KINDS:
        kinds.register(kind)
    grade_reminders.register()
    round_reminders.register()
    digest.register(Part("members", N_("Members and applicants"), Permission.MANAGE_MEMBERS, _waiting, 25))
