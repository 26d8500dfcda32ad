"""Schemes: entered as drafts, published by a second person, never changed after that, retired in the end."""

from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from core import approvals
from core.access import Permission, Role, usecase
from core.errors import BadInput, Conflict, RuleViolated
from core.i18n import _, in_every_language
from core.outbox import Message, Priority
from core.transaction import Tx
from membership.models import GradingRound, GradingScheme
from membership.notices import grading as notices
from membership.queries import grading as queries
from membership.rules.grading.checker import Report, check_publishable, examine
from membership.rules.grading.problems import listed
from membership.rules.grading.scheme import Scheme
from membership.rules.rounds import CANCELLED, State
from people import audiences
from people.audiences import recipients
from people.models import Person

PUBLISH = "grading.publish_scheme"
LONGEST_ID, LONGEST_VERSION = 60, 40


@usecase(Permission.MANAGE_GRADING)
def draft_scheme(tx: Tx, *, document: str) -> tuple[GradingScheme, Report]:
    """Keep a document as a draft, in the place of a former draft of the same version. Returns what the checker says.

    Raises BadInput for a document that is no scheme, with every place; Conflict for a version that was published.
    """
    text = document.removeprefix("\ufeff").replace("\r\n", "\n")
    report = examine(text, tx.today)
    scheme = report.scheme
    if scheme is None:
        head = _("This is no scheme yet. What is wrong, with the place in the document:")
        raise BadInput("scheme_unreadable", f"{head}\n{listed(report.problems[:20])}")
    _check_names(scheme)
    row = _draft_row(tx, scheme)
    row.title, row.document, row.sha256 = scheme.title.zh[:200], text, sha256(text.encode()).hexdigest()
    row.effective_from, row.effective_to = scheme.effective_from, scheme.effective_to
    row.drafted_by, row.drafted_at = tx.actor.person_id or 0, tx.now
    tx.session.flush()
    data = {"sha256": row.sha256, "revision": row.revision, "problems": len(report.problems)}
    tx.record("scheme:draft:keep", row.subject, data)
    return row, report


def _check_names(scheme: Scheme) -> None:
    if len(scheme.id) > LONGEST_ID or len(scheme.version) > LONGEST_VERSION:
        text = _("The id of a scheme has at most {id} characters, its version at most {version}.")
        raise BadInput("scheme_name_long", text.format(id=LONGEST_ID, version=LONGEST_VERSION))


def _draft_row(tx: Tx, scheme: Scheme) -> GradingScheme:
    mine = (GradingScheme.scheme == scheme.id, GradingScheme.version == scheme.version)
    found = tx.session.scalar(select(GradingScheme).where(*mine).with_for_update())
    if found is None:
        made = GradingScheme(scheme=scheme.id, version=scheme.version, state="draft", revision=1)
        tx.session.add(made)
        return made
    if found.state != "draft":
        text = _("Version {version} of {scheme} is published and never changes. Give the document a new version.")
        raise Conflict("scheme_published", text.format(version=found.version, scheme=found.scheme))
    found.revision += 1
    return found


@usecase(Permission.MANAGE_GRADING)
def ask_publication(tx: Tx, *, version: GradingScheme) -> approvals.Approval:
    """Ask for a draft to be published by somebody who did not write it. Raises RuleViolated while it has errors."""
    _check_draft(version)
    report = examine(version.document, tx.today)
    check_publishable(report.problems)
    summary = _(
        "Publish grading scheme {reference} “{title}”, in effect from {day}; {warnings} warnings; SHA-256 {hash}"
    )
    approval = approvals.request(
        tx,
        PUBLISH,
        subject=version.subject,
        arguments={"scheme": version.scheme, "version": version.version},
        summary=summary.format(
            reference=version.reference, title=version.title, day=version.effective_from,
            warnings=len(report.problems), hash=version.sha256[:16],
        ),
        concerns=version.drafted_by,
    )  # fmt: skip
    tell_officers(tx, version.subject, approval, version.reference)
    return approval


def tell_officers(tx: Tx, subject: str, approval: approvals.Approval, what: str) -> None:
    """Tell everybody who could decide a request that it waits."""
    write = partial(notices.awaits_decision, reference=approval.reference, what=what, asker=tx.actor.name)
    officers = audiences.holds_role([Role.SECRETARY_GENERAL, Role.DEPUTY], tx.today)
    who = recipients(officers & (Person.id != tx.actor.person_id) & Person.left_at.is_(None))
    key = f"{subject}:{approval.reference}"
    button = {"labels": in_every_language(notices.to_decide), "command": f"approval show {approval.reference}"}
    tx.notify(Message(key, key, in_every_language(write), [[button]], priority=Priority.URGENT), who)


def _check_draft(version: GradingScheme) -> None:
    if version.state != "draft":
        raise Conflict("scheme_published", _("This version is published already."))


def _version(tx: Tx, arguments: dict[str, Any]) -> str:
    found = queries.scheme_version(tx.session, arguments["scheme"], arguments["version"])
    return f"{found.revision}:{found.sha256}"


def _publish(tx: Tx, arguments: dict[str, Any]) -> GradingScheme:
    version = queries.scheme_version(tx.session, arguments["scheme"], arguments["version"])
    _check_draft(version)
    check_publishable(examine(version.document, tx.today).problems)
    version.state, version.published_by, version.published_at = "published", tx.actor.person_id, tx.now
    tx.record("scheme:version:publish", version.subject, {"sha256": version.sha256})
    return version


def _declined(tx: Tx, arguments: dict[str, Any], reason: str) -> None:
    version = queries.scheme_version(tx.session, arguments["scheme"], arguments["version"])
    tx.record("scheme:version:decline", version.subject, {"reason": reason})


@usecase(Permission.MANAGE_GRADING)
def retire_scheme(tx: Tx, *, version: GradingScheme, reason: str) -> None:
    """No new round is opened by it; grades that were given by it stay. Raises RuleViolated while a round runs by it."""
    if version.state != "published":
        raise Conflict("scheme_not_published", _("Only a published version is retired."))
    running = select(GradingRound).where(
        GradingRound.scheme_id == version.id, GradingRound.state.not_in([State.PUBLISHED, CANCELLED])
    )
    one = tx.session.scalar(running.limit(1))
    if one is not None:
        text = _("{round} is graded by this version. End or cancel it first.")
        raise RuleViolated("scheme_in_use", text.format(round=one.reference))
    version.state, version.retired_by, version.retired_at = "retired", tx.actor.person_id, tx.now
    version.retired_why = reason.strip()
    tx.record("scheme:version:retire", version.subject, {"reason": reason.strip()})


approvals.APPROVABLE[PUBLISH] = approvals.Approvable(
    version=_version, execute=_publish, declined=_declined, permission=Permission.MANAGE_GRADING
)
