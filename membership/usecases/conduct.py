"""The code of conduct: drafted, published by another officer, accepted by each unit, asked for again."""

from datetime import timedelta
from functools import partial
from typing import Any

from core import approvals, holds
from core.access import Permission, usecase
from core.approvals import Approval
from core.errors import BadInput, Conflict
from core.i18n import _, in_every_language
from core.outbox import Message
from core.transaction import Tx
from membership import notices, queries
from membership.models import ConductAcceptance, ConductText, Unit
from membership.rules import conduct as rules
from membership.rules.units import check_name
from membership.usecases.standing import check_acts_for
from people.audiences import recipients
from people.models import Person
from people.queries import was_queued
from people.usecases.asking import tell_officers

PUBLISH = "membership.publish_conduct"
DAYS = 30
LONGEST_DAYS = 365


@usecase(Permission.MANAGE_MEMBERS)
def draft(tx: Tx, *, title: str, text: str) -> ConductText:
    """Write the next version of the code, or write its draft anew. Raises BadInput when its clauses are not numbered."""
    words = rules.cleaned(text)
    clauses = [clause._asdict() for clause in rules.clauses_of(words)]
    latest = next(iter(queries.conduct_texts(tx.session)), None)
    if latest is not None and latest.published_on is not None and latest.sha256 == rules.digest(words):
        raise Conflict("conduct_same", _("This is the text in force already. Nothing was changed."))
    made = latest if latest is not None and latest.published_on is None else None
    if made is None:
        made = ConductText(version=(latest.version if latest else 0) + 1)
        tx.session.add(made)
    made.title, made.text, made.clauses, made.sha256 = check_name(title), words, clauses, rules.digest(words)
    made.drafted_by, made.drafted_at = tx.actor.person_id, tx.now
    tx.session.flush()
    tx.record("conduct:text:draft", made.subject, {"sha256": made.sha256, "clauses": len(clauses)})
    return made


@usecase(Permission.MANAGE_MEMBERS, sensitive=True)
def ask_publication(tx: Tx, *, version: int, days: int = DAYS) -> Approval | None:
    """Ask another officer to publish a draft; every present unit is asked to accept it within ``days`` calendar days.

    None when screening holds the text.
    """
    text = queries.conduct_text(tx.session, version)
    _check_draft(text)
    if not 1 <= days <= LONGEST_DAYS:
        raise BadInput("days_range", _("Give 1 to 365 days."))
    if not holds.check(tx, text.subject, f"{text.title}\n{text.text}").may_go:
        tx.record("conduct:text:hold", text.subject)
        return None
    arguments = {"version": version, "days": days}
    summary = _("Publish “{title}”, version {version}, {count} clauses, {digest}").format(
        title=text.title, version=version, count=len(text.clauses), digest=text.sha256[:12]
    )
    asked = approvals.request(tx, PUBLISH, subject=text.subject, arguments=arguments, summary=summary)
    tell_officers(tx, asked)
    return asked


def _check_draft(text: ConductText) -> None:
    if text.published_on is not None:
        raise Conflict("conduct_published", _("This version is published; it does not change any more."))


def _publish(tx: Tx, arguments: dict[str, Any]) -> ConductText:
    text = queries.conduct_text(tx.session, arguments["version"])
    _check_draft(text)
    text.published_by, text.published_on = tx.actor.person_id, tx.today
    text.accept_by = tx.today + timedelta(days=arguments["days"])
    tx.session.flush()
    data = {"sha256": text.sha256, "accept_by": text.accept_by}
    tx.record("conduct:text:publish", text.subject, data)
    _ask_units(tx, text, "published", partial(_published, tx.association.name, text))
    return text


def _published(association: str, text: ConductText) -> str:
    day = text.accept_by.isoformat() if text.accept_by else ""
    return notices.conduct_published(
        association=association, title=text.title, version=text.version, text=text.text, accept_by=day
    )


def _ask_units(tx: Tx, text: ConductText, event: str, write: Any) -> int:
    """A letter to everyone who acts for a present unit that has not accepted, with the buttons to read and accept."""
    buttons = [
        [
            {"labels": in_every_language(notices.accept_conduct), "command": f"conduct accept {text.version}"},
            {"labels": in_every_language(notices.read_conduct), "command": f"conduct text {text.version}"},
        ]
    ]
    message = Message(f"{text.subject}:{event}", text.subject, in_every_language(write), buttons)
    return tx.notify(message, recipients(queries.acting_for_unaccepted(text.id) & Person.left_at.is_(None)))


def _version(tx: Tx, arguments: dict[str, Any]) -> str:
    text = queries.conduct_text(tx.session, arguments["version"])
    return f"{text.sha256}:{text.published_on}"


@usecase(Permission.REPRESENT)
def accept(tx: Tx, *, unit: Unit, version: int) -> ConductAcceptance:
    """One's unit accepts the version in force: who, when, and the digest of exactly what was accepted are kept.

    Raises Conflict for a version that is not in force, and when it was accepted already.
    """
    check_acts_for(tx, unit)
    text = queries.conduct_text(tx.session, version)
    current = queries.conduct_in_force(tx.session)
    if current is None or current.id != text.id:
        raise Conflict("conduct_not_in_force", _("This version is not in force. `conduct text` shows the one that is."))
    if queries.acceptance_of(tx.session, text, unit) is not None:
        raise Conflict("conduct_accepted", _("{unit} has accepted this version already.").format(unit=unit.name))
    made = ConductAcceptance(
        unit_id=unit.id, text_id=text.id, person_id=tx.actor.person_id, sha256=text.sha256, at=tx.now
    )
    tx.session.add(made)
    tx.session.flush()
    tx.record("conduct:text:accept", text.subject, {"member": unit.audit_reference, "sha256": text.sha256})
    return made


@usecase(Permission.MANAGE_MEMBERS)
def chase(tx: Tx) -> int:
    """Remind everyone who acts for a unit that has not accepted the version in force, once a day at most.

    Returns how many. Raises Conflict while none is in force, or when today's reminder went out.
    """
    text = queries.conduct_in_force(tx.session)
    if text is None:
        raise Conflict("conduct_none", _("No code of conduct is in force yet."))
    _check_not_chased(tx, text)
    told = _ask_units(tx, text, f"chased:{tx.today.isoformat()}", partial(_chased, tx.association.name, text))
    tx.record("conduct:text:chase", text.subject, {"told": told})
    return told


def _check_not_chased(tx: Tx, text: ConductText) -> None:
    if was_queued(tx.session, f"{text.subject}:chased:{tx.today.isoformat()}"):
        raise Conflict("chased_today", _("They were reminded today. Once a day is enough."))


def _chased(association: str, text: ConductText) -> str:
    day = text.accept_by.isoformat() if text.accept_by else ""
    return notices.conduct_chased(association=association, title=text.title, version=text.version, accept_by=day)


approvals.APPROVABLE[PUBLISH] = approvals.Approvable(
    version=_version, execute=_publish, permission=Permission.MANAGE_MEMBERS
)
