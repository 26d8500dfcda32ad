"""Writing announcements: drafts, their elements and attachments, corrections, results, new periods."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from announcements import queries
from announcements.models import Announcement
from announcements.rules import elements, kinds, lifecycle
from announcements.rules.kinds import Kind
from announcements.rules.lifecycle import Delivery, State
from core import approvals, attachments
from core.access import Permission, usecase
from core.deadlines import calendar_of
from core.errors import BadInput, Conflict, RuleViolated
from core.i18n import _
from core.numbering import next_numbers
from core.transaction import Tx

MOST_FILES = 10


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def draft(
    tx: Tx,
    *,
    kind: Kind,
    title: str,
    body: str,
    audience: dict[str, list[str]],
    typed: Mapping[str, str] | None = None,
    fields: Sequence[str] = (),
    about: str | None = None,
    parent: Announcement | None = None,
    excluded: Sequence[int] = (),
) -> Announcement:
    """Write a draft. Nothing is sent, and nobody but staff sees it.

    ``typed`` are elements as typed; ``about`` is the thing of another package that it belongs to; ``excluded`` are
    people who may not rule on objections. A kind with elements of its own needs no text.
    """
    if kind is Kind.RESULT and parent is not None:
        _check_first_result(tx, parent)
    needs_text = "body" in kinds.rule_for(kind, tx.today).elements
    made = Announcement(
        number=next_numbers(tx.session, tx.association.id, "announcement")[0],
        kind=kind.value,
        state=State.DRAFT,
        title=lifecycle.check_title(title),
        body=lifecycle.check_body(body) if needs_text or body.strip() else "",
        audience=audience,
        elements={},
        fields=list(fields),
        about=about,
        parent_id=parent.id if parent else None,
        excluded=list(excluded),
        author_id=tx.actor.person_id or 0,
        made_at=tx.now,
    )
    for name in elements.in_order(typed or {}):
        _put(tx, made, name, (typed or {})[name])
    tx.session.add(made)
    tx.session.flush()
    tx.record("announcement:text:draft", made.subject, {"kind": kind.value, "title": made.title})
    return made


def _check_first_result(tx: Tx, notice: Announcement) -> None:
    queries.announcement_by_number(tx.session, notice.number, lock=True)
    for result in queries.results_of(tx.session, notice):
        if result.state != State.WITHDRAWN:
            text = _("{notice} has a result already: {result} ({state}). Go on with that one, or withdraw it first.")
            words = {"notice": notice.document_number or notice.reference, "state": State(result.state).label}
            raise Conflict("result_exists", text.format(result=result.document_number or result.reference, **words))


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def revise(
    tx: Tx,
    *,
    announcement: Announcement,
    title: str | None = None,
    body: str | None = None,
    audience: dict[str, list[str]] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Announcement:
    """Change a draft, or prepare the next version of a published text (which stays in force until then).

    Raises RuleViolated for a published text with a period: see ``restart``.
    """
    _check_editable(tx, announcement)
    former = {"title": announcement.title, "revision": announcement.revision}
    announcement.title = lifecycle.check_title(title) if title else announcement.title
    announcement.body = lifecycle.check_body(body) if body else announcement.body
    announcement.audience = announcement.audience if audience is None else audience
    for name in elements.in_order(typed or {}):
        _put(tx, announcement, name, (typed or {})[name])
    _changed(announcement)
    tx.record("announcement:text:revise", announcement.subject, {"former": former, "title": announcement.title})
    return announcement


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def discard(tx: Tx, *, announcement: Announcement) -> Announcement:
    """Drop what was prepared for the next version of a published text: the text in force is the working copy again.

    Raises RuleViolated for a text that is not in force, Conflict when nothing was prepared.
    """
    lifecycle.check_published(State(announcement.state))
    if not queries.changed_since(tx.session, announcement):
        raise Conflict("nothing_prepared", _("Nothing was changed since it was published."))
    newest = queries.versions_of(tx.session, announcement)[-1]
    for name in queries.VERSIONED:
        setattr(announcement, name, getattr(newest, name))
    announcement.restart_reason = None
    _changed(announcement)
    tx.record("announcement:text:discard", announcement.subject, {"version": newest.version})
    return announcement


def _check_editable(tx: Tx, announcement: Announcement) -> None:
    if State(announcement.state) is State.SUBMITTED:
        approvals.lapse(tx, announcement.subject)
    periodic = kinds.rule_for(Kind(announcement.kind), tx.today).period is not None
    running = State(announcement.state) is State.PUBLISHED and periodic and not announcement.restart_reason
    lifecycle.check_editable(State(announcement.state), periodic=running)


def _changed(announcement: Announcement) -> None:
    announcement.revision += 1
    if announcement.state == State.HELD:
        announcement.state = State.DRAFT


def _put(tx: Tx, one: Announcement, name: str, raw: str) -> None:
    """Set one element, or replace one {field} of the template everywhere."""
    if name in one.fields:
        value = elements.read_element(name, raw, tx.today)
        one.title, one.body = (elements.filled(text, name, value) for text in (one.title, one.body))
        one.elements = {key: elements.filled(str(text), name, value) for key, text in one.elements.items()}
        one.fields = [field for field in one.fields if field != name]
    elif name in ("title", "body"):
        setattr(one, name, elements.read_element(name, raw, tx.today))
    elif name == "ends" and (days := elements.as_days(raw)):
        one.elements = one.elements | {"ends": _end(tx, one, days).isoformat()}
    else:
        one.elements = one.elements | {name: elements.read_element(name, raw, tx.today)}


def _end(tx: Tx, one: Announcement, days: int) -> date:
    if "starts" not in one.elements:
        raise BadInput("starts_missing", _("Set the first day first; then the last one can be counted."))
    rule = queries.rule_here(tx.association, Kind(one.kind), tx.today)
    return rule.end(date.fromisoformat(one.elements["starts"]), days, calendar_of(tx.session)).day


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def restart(
    tx: Tx, *, announcement: Announcement, starts: str, ends: str, reason: str, body: str | None = None
) -> Announcement:
    """Prepare a published notice to run anew with new dates; its readers will be told why. The old period holds until then.

    Raises RuleViolated for one that is not published, has no period, or has a published result.
    """
    lifecycle.check_published(State(announcement.state))
    if announcement.runs_until is None:
        raise RuleViolated("no_period", _("This announcement has no period. Use `announce edit`."))
    if any(result.state == State.PUBLISHED for result in queries.results_of(tx.session, announcement)):
        raise RuleViolated("concluded", _("Its result is published. Write a new notice."))
    announcement.restart_reason = reason.strip()
    if body:
        announcement.body = lifecycle.check_body(body)
    _put(tx, announcement, "starts", starts)
    _put(tx, announcement, "ends", ends)
    _changed(announcement)
    data = {"reason": reason, "starts": announcement.elements["starts"], "ends": announcement.elements["ends"]}
    tx.record("announcement:period:restart", announcement.subject, data)
    return announcement


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def attach(tx: Tx, *, announcement: Announcement, name: str, content: bytes) -> attachments.Stored:
    """Send a file along. Raises BadInput for an eleventh one, an empty one, or one of more than 20 MB."""
    _check_editable(tx, announcement)
    if len(announcement.attachments) >= MOST_FILES:
        raise BadInput("too_many_files", _("An announcement carries at most 10 files."))
    stored = attachments.store(tx.session, name, content, "application/octet-stream", tx.now)
    if stored.id not in announcement.attachments:
        announcement.attachments = [*announcement.attachments, stored.id]
    _changed(announcement)
    tx.record("announcement:file:attach", announcement.subject, {"name": stored.name, "sha256": stored.sha256})
    return stored


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def detach(tx: Tx, *, announcement: Announcement) -> int:
    """Take all files off a draft. Returns how many there were."""
    _check_editable(tx, announcement)
    count = len(announcement.attachments)
    announcement.attachments = []
    _changed(announcement)
    tx.record("announcement:file:detach", announcement.subject, {"files": count})
    return count


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def choose_groups(tx: Tx, *, announcement: Announcement, groups: Sequence[int]) -> None:
    """Post it to these linked groups, too."""
    _check_editable(tx, announcement)
    announcement.groups = list(groups)
    _changed(announcement)
    tx.record("announcement:groups:choose", announcement.subject, {"groups": list(groups)})


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def choose_delivery(tx: Tx, *, announcement: Announcement, delivery: Delivery, reason: str) -> None:
    """Let it go out whatever the hour, or tell nobody of it; the reason is kept. Raises RuleViolated for a legal kind."""
    _check_editable(tx, announcement)
    legal = kinds.rule_for(Kind(announcement.kind), tx.today).legal
    lifecycle.check_silence(delivery, legal=legal)
    announcement.delivery = delivery
    _changed(announcement)
    tx.record("announcement:delivery:choose", announcement.subject, {"delivery": delivery, "reason": reason})


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def schedule(tx: Tx, *, announcement: Announcement, moment: datetime) -> None:
    """Let it go out at a moment, once it is approved. Raises BadInput for one that has passed, RuleViolated for a text
    that is in force: its next version comes when it is approved.
    """
    _check_editable(tx, announcement)
    if announcement.state == State.PUBLISHED:
        raise RuleViolated("already_published", _("It is published. Its next version goes out when it is approved."))
    if moment <= tx.now:
        raise BadInput("moment_passed", _("This moment has passed. Give a later one."))
    announcement.scheduled_for = moment
    _changed(announcement)
    tx.record("announcement:hour:schedule", announcement.subject, {"moment": moment.isoformat()})


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def cancel(tx: Tx, *, announcement: Announcement) -> None:
    """Stop an approved text that waits for its hour, or forget the hour of a draft; it is a draft again."""
    if announcement.state != State.SCHEDULED and announcement.scheduled_for is None:
        raise RuleViolated("not_scheduled", _("It is not scheduled."))
    if announcement.state != State.SCHEDULED:
        _check_editable(tx, announcement)
    else:
        announcement.state = State.DRAFT
    announcement.scheduled_for, announcement.approved_by = None, None
    _changed(announcement)
    tx.record("announcement:hour:cancel", announcement.subject)
