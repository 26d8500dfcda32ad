"""Rule documents of the association's own: the way of admission and the rules of standing. Another officer confirms them."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Any

from core import approvals
from core.access import Permission, usecase
from core.approvals import Approval
from core.errors import BadInput, Conflict
from core.i18n import N_, _
from core.transaction import Tx
from membership import queries
from membership.models import RuleText
from membership.queries.rule_texts import ADMISSION, STANDING, last_rule_version
from membership.rules import reckoning
from membership.rules.admission import plan
from membership.rules.admission.plan import Plan
from membership.rules.reckoning import Rules
from people.usecases.asking import tell_officers

SET = "membership.set_rules"
READ: dict[str, Callable[[str], Plan | Rules]] = {ADMISSION: plan.plan_of, STANDING: reckoning.rules_of}
NAMES = {ADMISSION: N_("way of admission"), STANDING: N_("rules of standing")}


@usecase(Permission.MANAGE_OFFICE, sensitive=True)
def ask_rules(tx: Tx, *, kind: str, content: bytes) -> Approval:
    """Ask another officer to put a document of rules into force from its day on.

    Raises BadInput that names the place and what is wrong with it, Conflict when it is in force already.
    """
    text = _text(content)
    starts: date = READ[kind](text).effective_from
    if starts < tx.today:
        raise BadInput("rules_past", _("effective_from is over: rules are not changed for the past."))
    digest = sha256(text.encode()).hexdigest()
    latest = queries.rule_texts(tx.session, kind)
    if latest and latest[0].sha256 == digest:
        raise Conflict("rules_known", _("This document is the latest one already."))
    summary = _("{name}: new document from {day}, {digest}").format(
        name=_(NAMES[kind]), day=starts.isoformat(), digest=digest[:12]
    )
    arguments = {"kind": kind, "text": text, "by": tx.actor.person_id}
    asked = approvals.request(tx, SET, subject=f"rules:{kind}", arguments=arguments, summary=summary)
    tell_officers(tx, asked)
    return asked


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise BadInput("rules_encoding", _("Save the document as UTF-8 text.")) from None


def _set(tx: Tx, arguments: dict[str, Any]) -> RuleText:
    kind, text = arguments["kind"], arguments["text"]
    made = RuleText(
        kind=kind,
        version=last_rule_version(tx.session, kind) + 1,
        text=text,
        sha256=sha256(text.encode()).hexdigest(),
        effective_from=max(READ[kind](text).effective_from, tx.today),
        entered_by=arguments["by"],
        confirmed_by=tx.actor.person_id,
        entered_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    data = {"kind": kind, "version": made.version, "from": made.effective_from, "sha256": made.sha256}
    tx.record("rules:text:set", f"rules:{kind}", data)
    return made


def _version(tx: Tx, arguments: dict[str, Any]) -> str:
    return str(last_rule_version(tx.session, arguments["kind"]))


approvals.APPROVABLE[SET] = approvals.Approvable(version=_version, execute=_set, permission=Permission.MANAGE_OFFICE)
