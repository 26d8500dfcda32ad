"""Putting motions, rewording and withdrawing them."""

import re
from collections.abc import Collection, Sequence

from core import holds
from core.access import Permission, usecase
from core.errors import BadInput
from core.i18n import _
from core.numbering import next_numbers
from core.transaction import Tx
from meetings import queries
from meetings.models import Meeting, Motion
from meetings.rules import ballots, calls, motions
from meetings.rules.bodies import Body, Matter
from meetings.rules.motions import State
from meetings.usecases.telling import body_of

REFERENCE = re.compile(r"[a-z][a-z_-]*:[0-9A-Za-z.-]{1,60}")


@usecase(Permission.MANAGE_MEETINGS)
def put(
    tx: Tx,
    *,
    title: str,
    wording: str = "",
    meeting: Meeting | None = None,
    body: Body | None = None,
    matter: Matter = Matter.ORDINARY,
    about: str = "",
    secret: bool | None = None,
    candidates: Sequence[str] = (),
    places: int = 1,
    concerns: Collection[str] = (),
    drafters: Collection[int] = (),
) -> Motion:
    """Put a motion to a meeting, or to a body for written consent. Nobody is asked anything yet.

    ``about`` names what is decided (``case:3``, ``grading:2026-1``) and finds the decision again; ``concerns`` are
    references of units and persons (``member:12``, ``person:7``) whose people may not vote; ``drafters`` are persons.
    """
    if meeting is not None:
        calls.check_state(calls.State(meeting.state), calls.State.HELD, calls.State.CALLED, calls.State.OPEN)
    where = body_of(tx, meeting.body) if meeting is not None else body
    if where is None:
        raise BadInput("body_missing", _("Name the meeting or the body that is to decide."))
    names = ballots.check_candidates(candidates, places) if candidates else []
    motion = Motion(
        number=next_numbers(tx.session, tx.association.id, "motion")[0],
        meeting_id=meeting.id if meeting is not None else None,
        body=where.value,
        matter=(Matter.ELECTION if names else matter).value,
        about=_reference(about) if about else "",
        title=calls.check_words(title, motions.LONGEST_TITLE, _("title")),
        wording=calls.check_words(wording, motions.LONGEST_TEXT, _("text")) if wording else "",
        candidates=names,
        places=places if names else 0,
        secret=where.rule_for(Matter.ELECTION if names else matter).secret or bool(secret),
        concerns=sorted({_reference(one) for one in concerns}),
        drafters=sorted(set(drafters)),
        state=State.DRAFT,
        put_by=tx.actor.person_id,
        put_at=tx.now,
    )
    tx.session.add(motion)
    tx.session.flush()
    _screen(tx, motion)
    data = {"body": motion.body, "matter": motion.matter, "about": motion.about, "state": motion.state}
    tx.record("motion:text:put", motion.subject, data | {"concerns": motion.concerns, "drafters": motion.drafters})
    return motion


def _reference(words: str) -> str:
    if not REFERENCE.fullmatch(words):
        raise BadInput(
            "reference_form",
            _("“{value}” is no reference. Write it like {example}.").format(value=words[:40], example="case:3"),
        )
    return words


def _screen(tx: Tx, motion: Motion) -> None:
    checked = holds.check(tx, motion.subject, "\n".join((motion.title, motion.wording, *motion.candidates)).strip())
    motion.findings = checked.stored()
    motion.state = State.DRAFT if checked.may_go else State.HELD


@usecase(Permission.MANAGE_MEETINGS)
def reword(tx: Tx, *, motion: Motion, title: str = "", wording: str = "") -> Motion:
    """Change the words of a motion that nobody has voted on; they are screened again.

    A held motion can be put to the vote once its words were released; then nothing need be changed.
    """
    motion = queries.motion_by_number(tx.session, motion.number, lock=True)
    if motion.state != State.HELD:
        motions.check_openable(State(motion.state))
    if not (title or wording or motion.state == State.HELD):
        raise BadInput("nothing_to_change", _("Say what to change: title=… or the new text."))
    former = {"title": motion.title, "wording": motion.wording}
    motion.title = calls.check_words(title or motion.title, motions.LONGEST_TITLE, _("title"))
    motion.wording = calls.check_words(wording, motions.LONGEST_TEXT, _("text")) if wording else motion.wording
    _screen(tx, motion)
    tx.record("motion:text:reword", motion.subject, {"former": former, "state": motion.state})
    return motion


@usecase(Permission.MANAGE_MEETINGS)
def withdraw(tx: Tx, *, motion: Motion, reason: str) -> None:
    """Take a motion back that nobody has voted on."""
    motion = queries.motion_by_number(tx.session, motion.number, lock=True)
    if motion.state != State.HELD:
        motions.check_openable(State(motion.state))
    motion.state = State.WITHDRAWN
    tx.record("motion:text:withdraw", motion.subject, {"reason": reason.strip()})
