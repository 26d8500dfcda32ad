"""Who is asked to a meeting, kept in step with who sits on the body."""

from sqlalchemy import select

from core.access import Permission
from core.errors import NotAllowed
from core.i18n import _
from core.transaction import Tx
from meetings import queries
from meetings.models import Attendee, Meeting
from meetings.rules.bodies import Body
from people.models import Person


def keep_in_step(tx: Tx, meeting: Meeting, body: Body) -> None:
    """Add who has come onto the body, strike who has left it.

    People who were asked by name stay as long as they are with the association.
    """
    wanted = {(holder.seat, holder.person_id) for holder in queries.holders(tx.session, body, tx.today)}
    known = {(row.seat, row.person_id): row for row in queries.attendees(tx.session, meeting)}
    gone = _gone(tx, [row.person_id for row in known.values() if row.invited])
    kept = {key for key, row in known.items() if row.invited and row.person_id not in gone}
    for key in known.keys() - wanted - kept:
        known[key].struck_at = tx.now
    back = _struck(tx, meeting)
    for seat, person_id in sorted(wanted - known.keys(), key=str):
        row = back.get((seat, person_id)) or Attendee(meeting_id=meeting.id, seat=seat, person_id=person_id)
        row.struck_at = None
        tx.session.add(row)
    tx.session.flush()


def _gone(tx: Tx, people: list[int | None]) -> set[int]:
    left = select(Person.id).where(Person.id.in_(people), Person.left_at.is_not(None))
    return set(tx.session.scalars(left))


def _struck(tx: Tx, meeting: Meeting) -> dict[tuple[str, int | None], Attendee]:
    query = select(Attendee).where(Attendee.meeting_id == meeting.id, Attendee.struck_at.is_not(None))
    return {(row.seat, row.person_id): row for row in tx.session.scalars(query)}


def check_presides(tx: Tx, meeting: Meeting | None) -> None:
    """Only staff who keep the meetings, and the chair of this one, lead it. Raises NotAllowed."""
    if tx.actor.may(Permission.MANAGE_MEETINGS):
        return
    if meeting is None or meeting.chair_id is None or meeting.chair_id != tx.actor.person_id:
        raise NotAllowed("not_presiding", _("Only the chair of this meeting or staff may do this."))
