"""Objections: received from a member, acknowledged, ruled on by somebody who is not involved, answered."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from announcements import notices, queries
from announcements.models import Announcement, Objection
from announcements.rules import kinds, objections
from announcements.rules.kinds import Kind
from announcements.rules.lifecycle import State
from announcements.rules.objections import ObjectionState
from core import attachments, deadlines, holds
from core.access import Permission, usecase
from core.errors import NotAllowed, NotFound, RuleViolated
from core.i18n import _, in_every_language
from core.numbering import next_numbers
from core.outbox import Message, Priority
from core.transaction import Tx
from people import affiliations, audiences
from people.audiences import ONE_PERSON, recipients

RULE = "announcement.answer"
BARRED: dict[str, Callable[[Tx, int], bool]] = {}
"""Kind of the thing that a notice is about (``grading`` of ``grading:G-0003``) → whether the actor must not rule on what this
person objects to, for a reason that only its own package knows.
"""


@usecase(Permission.ANSWER)
def object_to(tx: Tx, *, announcement: Announcement, words: str, file: tuple[str, bytes] | None = None) -> Objection:
    """Object to a public notice, or comment on a draft. It gets a number and a day by which it is answered.

    One that comes after the last day of the period has ended is kept as late. Raises NotAllowed for somebody who acts
    for no member, RuleViolated for what cannot be objected to.
    """
    over = queries.over_at(announcement, tx.association.timezone)
    answer = kinds.rule_for(Kind(announcement.kind), tx.today).answer
    if announcement.state != State.PUBLISHED or over is None or answer is None:
        raise RuleViolated("not_open_to_objection", _("This announcement is not open to objections or comments."))
    unit = affiliations.unit_names(tx.session, tx.actor.person_id or 0)
    objections.check_signed(tx.actor.person_id, unit)
    made = _received(tx, announcement, objections.check_words(words), unit, objections.state_on_arrival(tx.now, over))
    if file is not None:
        made.attachment_id = attachments.store(tx.session, *file, "application/octet-stream", tx.now).id
    if made.state == ObjectionState.OPEN:
        due = deadlines.set_deadline(tx, made.subject, RULE, tx.today, answer)
        made.due_on = due.due_on
        _acknowledge(tx, announcement, made, due)
    data = {"announcement": announcement.number, "state": made.state, "unit": made.unit}
    tx.record("announcement:objection:receive", made.subject, data)
    return made


def _received(tx: Tx, notice: Announcement, words: str, unit: str, state: ObjectionState) -> Objection:
    person_id = tx.actor.person_id or 0
    made = Objection(
        number=next_numbers(tx.session, tx.association.id, "objection")[0],
        announcement_id=notice.id,
        version=notice.version,
        person_id=person_id,
        unit=unit,
        sealed=tx.keys.seal(tx.session, person_id, words.encode()),
        state=state,
        received_at=tx.now,
        channel=tx.channel,
    )
    tx.session.add(made)
    tx.session.flush()
    return made


def _acknowledge(tx: Tx, notice: Announcement, made: Objection, due: deadlines.Deadline) -> None:
    def write(words: Callable[[str, str, str], str]) -> str:
        return words(made.reference, _named(notice), due.words)

    receipt = in_every_language(partial(write, notices.objection_received))
    tx.notify(Message(f"{made.subject}:receipt", made.subject, receipt), ONE_PERSON, {"person": made.person_id})
    news = in_every_language(partial(write, notices.objection_waits))
    staff = audiences.may(Permission.DRAFT_ANNOUNCEMENTS, tx.today, besides=made.person_id)
    tx.notify(Message(f"{made.subject}:news", f"{made.subject}:news", news), recipients(staff))


def _named(notice: Announcement) -> str:
    return f"{notice.document_number or notice.reference} “{notice.title}”"


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def read_objection(tx: Tx, *, objection: Objection) -> str | None:
    """The words of an objection; that they were read is recorded. None when its author has been erased."""
    plain = tx.keys.open(tx.session, objection.person_id, objection.sealed)
    tx.record("announcement:objection:read", objection.subject)
    return plain.decode() if plain is not None else None


@usecase(Permission.APPROVE, sensitive=True)
def rule_on(
    tx: Tx, *, objection: Objection, ruling: ObjectionState, reason: str, excluded: Collection[int] = ()
) -> list[dict[str, Any]] | None:
    """Decide an objection and answer whoever raised it: None. When screening holds the reason nothing is decided, and its
    findings come back.

    Raises NotAllowed for whoever wrote the notice, objected, or is excluded here or by the notice.
    """
    notice = queries.announcement_by_id(tx.session, objection.announcement_id)
    objection = queries.objection_by_number(tx.session, objection.number, lock=True)
    objections.check_open(ObjectionState(objection.state))
    objections.check_may_rule(
        tx.actor.person_id,
        author=notice.author_id,
        objector=objection.person_id,
        excluded={*excluded, *notice.excluded},
    )
    _check_not_barred(tx, notice, objection.person_id)
    checked = holds.check(tx, objection.subject, reason, beside=False)
    if not checked.may_go:
        tx.record("announcement:objection:hold", objection.subject)
        return checked.stored()
    objection.state, objection.ruling = ruling, reason
    objection.ruled_by, objection.ruled_at = tx.actor.person_id, tx.now
    deadlines.meet(tx, objection.subject, RULE)
    _answer(tx, notice, objection)
    data = {"ruling": ruling, "announcement": notice.number, "late": _is_late(tx, objection)}
    tx.record("announcement:objection:rule", objection.subject, data)
    return None


def _check_not_barred(tx: Tx, notice: Announcement, objector: int) -> None:
    kind = (notice.about or "").partition(":")[0]
    if kind in BARRED and BARRED[kind](tx, objector):
        raise NotAllowed("conflict_of_interest", _("You have a tie with this member, so somebody else decides."))


def _is_late(tx: Tx, objection: Objection) -> bool:
    return objection.due_on is not None and tx.today > objection.due_on


def _answer(tx: Tx, notice: Announcement, objection: Objection) -> None:
    def write() -> str:
        return notices.objection_ruled(
            reference=objection.reference,
            notice=_named(notice),
            ruling=ObjectionState(objection.state).label,
            reason=objection.ruling or "",
            association=tx.association.name,
            moment=tx.association.show(tx.now),
        )

    message = Message(
        f"{objection.subject}:answer", objection.subject, in_every_language(write), priority=Priority.LEGAL
    )
    tx.notify(message, ONE_PERSON, {"person": objection.person_id})


@usecase(Permission.ANSWER)
def take_back(tx: Tx, *, objection: Objection) -> None:
    """Its author takes an objection back. Raises NotFound for anybody else's."""
    if objection.person_id != tx.actor.person_id:
        raise NotFound("objection_unknown", _("There is no such objection. `objection list` shows them."))
    objections.check_open(ObjectionState(objection.state))
    objection.state = ObjectionState.TAKEN_BACK
    deadlines.meet(tx, objection.subject, RULE)
    tx.record("announcement:objection:take-back", objection.subject)


def end_undecided(tx: Tx, notice: Announcement) -> int:
    """A notice is withdrawn: nobody has to rule on what was objected to it, and whoever did is told. Returns how many."""
    waiting = [one for one in queries.objections_of(tx.session, notice) if one.state == ObjectionState.OPEN]
    for one in waiting:
        one.state = ObjectionState.MOOT
        deadlines.meet(tx, one.subject, RULE)
        write = partial(notices.objection_moot, reference=one.reference, notice=_named(notice))
        message = Message(f"{one.subject}:moot", one.subject, in_every_language(write), priority=Priority.LEGAL)
        tx.notify(message, ONE_PERSON, {"person": one.person_id})
        tx.record("announcement:objection:end", one.subject, {"announcement": notice.number})
    return len(waiting)
