"""What this package tells the others: the kinds that belong to nobody else, the digest's own parts, what it keeps of people."""

from sqlalchemy import literal

from core.access import Permission, Role
from core.approvals import Approval, ApprovalState
from core.deadlines import Deadline
from core.i18n import N_
from core.localday import local_day
from core.transaction import Tx
from people import terms
from reminders import digest, holdings, kinds, overview
from reminders.digest import Part
from reminders.kinds import Due, Kind, columns, numbered


def _roles(tx: Tx) -> Due:
    term = terms.ending(tx.today).subquery("term")
    return columns(
        association_id=term.c.association_id,
        subject=numbered("role", term.c.id),
        owner=numbered("person", term.c.person_id),
        title=term.c.name + literal("|") + term.c.role,
        due_on=term.c.ends_on,
        person_id=term.c.person_id,
        role=term.c.role,
    )


def _role_title(stored: str) -> str:
    name, _bar, role = stored.rpartition("|")
    return f"{name} · {Role(role).label}"


def _approvals(tx: Tx) -> Due:
    return columns(
        association_id=Approval.association_id,
        subject=numbered("approval", Approval.number),
        owner=numbered("approval", Approval.number),
        title=Approval.summary,
        due_on=local_day(Approval.expires_at, literal(tx.association.zone)),
        person_id=Approval.requested_by,
        action=Approval.action,
    ).where(Approval.state == ApprovalState.PENDING.value, Approval.expires_at > tx.now)


def _deadlines(_tx: Tx) -> Due:
    return columns(
        association_id=Deadline.association_id,
        subject=numbered("deadline", Deadline.id),
        owner=Deadline.subject,
        title=Deadline.subject + literal(" · ") + Deadline.rule,
        due_on=Deadline.due_on,
        rule=Deadline.rule,
    ).where(Deadline.met_at.is_(None))


KINDS = (
    Kind("role", "任期", N_("end of a term"), _roles, filters=("role",), title=_role_title),
    Kind("approval", "审批", N_("waiting approval"), _approvals, letter="P", filters=("action",)),
    Kind("deadline", "期限", N_("deadline"), _deadlines, filters=("rule",)),
)
PARTS = (
    Part("approvals", N_("Waiting for your decision"), Permission.APPROVE, overview.waiting, 10),
    Part("held", N_("Texts held by screening"), Permission.RELEASE_TEXTS, overview.held, 20),
    Part("due", N_("Due and overdue"), Permission.MANAGE_REMINDERS, overview.due, 30),
    Part("deliveries", N_("Messages that did not arrive"), Permission.MANAGE_OFFICE, overview.undelivered, 40),
    Part("missed", N_("Reminders caught up too late"), Permission.MANAGE_REMINDERS, overview.missed, 50),
    Part("provisional", N_("Deadlines that may still move"), Permission.MANAGE_OFFICE, overview.provisional, 60),
    Part("jobs", N_("Timed work that failed"), Permission.MANAGE_OFFICE, overview.stuck_jobs, 70),
)


def register() -> None:
    """Make all of it known."""
    for kind in KINDS:
        kinds.register(kind)
    for part in PARTS:
        digest.register(part)
    holdings.register()
