"""Rule documents in force: the association's own, else those that come with the product."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import _
from membership.models import RuleText
from membership.rules import reckoning
from membership.rules.admission import plan
from membership.rules.admission.plan import Plan
from membership.rules.reckoning import Rules

ADMISSION = "admission"
STANDING = "standing"


def rule_text(session: Session, kind: str, day: date) -> RuleText | None:
    """The association's own document in force on a day; None while it has none."""
    query = select(RuleText).where(RuleText.kind == kind, RuleText.effective_from <= day)
    return session.scalar(query.order_by(RuleText.effective_from.desc(), RuleText.version.desc()).limit(1))


def rule_texts(session: Session, kind: str) -> list[RuleText]:
    """Every document of a kind that the association has had, newest first."""
    return list(session.scalars(select(RuleText).where(RuleText.kind == kind).order_by(RuleText.version.desc())))


def rule_text_numbered(session: Session, kind: str, version: int) -> RuleText:
    """One version. Raises NotFound."""
    found = session.scalar(select(RuleText).where(RuleText.kind == kind, RuleText.version == version))
    if found is None:
        raise NotFound("rules_unknown", _("There is no such version."))
    return found


def last_rule_version(session: Session, kind: str) -> int:
    """The last version given out, 0 for none."""
    return session.scalar(select(func.max(RuleText.version)).where(RuleText.kind == kind)) or 0


def plan_text(session: Session, day: date) -> str:
    """The document of the way of admission in force on a day."""
    own = rule_text(session, ADMISSION, day)
    return own.text if own is not None else plan.shipped()


def admission_plan(session: Session, day: date) -> Plan:
    """The way of admission in force on a day."""
    return plan.plan_of(plan_text(session, day))


def standing_text(session: Session, day: date) -> str:
    """The document of the rules of standing in force on a day."""
    own = rule_text(session, STANDING, day)
    return own.text if own is not None else reckoning.shipped()


def standing_rules(session: Session, day: date) -> Rules:
    """The rules of standing in force on a day."""
    return reckoning.rules_of(standing_text(session, day))
