"""One person acts for another at a meeting."""

from functools import partial

from sqlalchemy import select

from core.access import Permission, usecase
from core.errors import Conflict, NotFound, RuleViolated
from core.i18n import _
from core.transaction import Tx
from meetings import queries
from meetings.models import Attendee, Meeting, Proxy, Voter, VotingRight
from meetings.notices import letters
from meetings.rules import calls
from meetings.rules.calls import State
from meetings.usecases.telling import body_of, known, tell
from people.models import Person


@usecase(Permission.VOTE)
def give_proxy(tx: Tx, *, meeting: Meeting, agent: Person) -> list[Proxy]:
    """Let somebody else who is asked act for one's seats; a former proxy of this meeting is replaced.

    Raises RuleViolated where the body allows none, for more than it allows, and for chains.
    """
    meeting = queries.meeting_by_number(tx.session, meeting.number, lock=True)
    me = tx.actor.person_id or 0
    rows = [row for row in queries.attendances_of(tx.session, meeting, me) if not row.seat.startswith(queries.GUEST)]
    calls.check_state(State(meeting.state), State.CALLED, State.OPEN)
    _check(tx, meeting, rows, agent)
    end_own(tx, meeting, me)
    _check_limit(tx, meeting, agent, len(rows))
    given = [
        Proxy(meeting_id=meeting.id, seat=row.seat, principal_id=me, agent_id=agent.id, given_at=tx.now) for row in rows
    ]
    tx.session.add_all(given)
    tx.session.flush()
    tx.record("meeting:proxy:give", meeting.subject, {"agent": agent.id, "seats": [row.seat for row in rows]})
    write = partial(letters.proxy_given, principal=tx.actor.name, **known(meeting, tx))
    tell(tx, f"proxy:{given[0].id}:given", f"{meeting.subject}:proxy", write, Person.id == agent.id)
    return given


def _check(tx: Tx, meeting: Meeting, rows: list[Attendee], agent: Person) -> None:
    if not rows:
        raise RuleViolated("guest_proxy", _("You are a guest at this meeting: there is no vote to pass on."))
    if agent.id == tx.actor.person_id:
        raise RuleViolated("own_proxy", _("Nobody can be their own proxy."))
    if not body_of(tx, meeting.body).rule.proxies:
        raise RuleViolated("proxy_forbidden", _("On this body nobody can be represented."))
    seats = {row.seat for row in rows}
    theirs = [row for row in queries.attendees(tx.session, meeting) if row.person_id == agent.id]
    if not any(not row.seat.startswith(queries.GUEST) for row in theirs):
        raise RuleViolated("agent_not_asked", _("{name} has no vote at this meeting.").format(name=agent.name))
    if seats & {row.seat for row in theirs}:
        raise RuleViolated("same_seat", _("{name} can take your seat without a proxy.").format(name=agent.name))
    if any(row.present_at is not None and row.left_at is None for row in rows):
        raise RuleViolated("principal_there", _("You are noted as present, so you vote yourself."))
    running = queries.proxies(tx.session, meeting)
    if any(p.principal_id == agent.id or p.agent_id == tx.actor.person_id for p in running):
        raise RuleViolated("proxy_chain", _("A proxy cannot be passed on."))


def _check_limit(tx: Tx, meeting: Meeting, agent: Person, more: int) -> None:
    most = body_of(tx, meeting.body).rule.proxies
    held = sum(proxy.agent_id == agent.id for proxy in queries.proxies(tx.session, meeting))
    if held + more > most:
        text = _("{name} may act for {most} at most.")
        raise RuleViolated("proxy_limit", text.format(name=agent.name, most=most))


@usecase(Permission.VOTE)
def revoke_proxy(tx: Tx, *, meeting: Meeting) -> None:
    """Take one's proxy back. Raises NotFound when there is none, Conflict once it was used in a running vote."""
    meeting = queries.meeting_by_number(tx.session, meeting.number, lock=True)
    queries.attendances_of(tx.session, meeting, tx.actor.person_id or 0)
    if not end_own(tx, meeting, tx.actor.person_id or 0):
        raise NotFound("proxy_unknown", _("You have given no proxy for this meeting."))


def end_own(tx: Tx, meeting: Meeting, principal_id: int) -> int:
    """End the proxies that a person has given for a meeting, and tell who held them. Returns how many."""
    mine = [proxy for proxy in queries.proxies(tx.session, meeting) if proxy.principal_id == principal_id]
    for proxy in mine:
        _check_unused(tx, meeting, proxy)
        proxy.revoked_at = tx.now
        write = partial(
            letters.proxy_ended, principal=_name(tx, principal_id), title=meeting.title, reference=meeting.reference
        )
        tell(tx, f"proxy:{proxy.id}:ended", f"{meeting.subject}:proxy", write, Person.id == proxy.agent_id)
    if mine:
        tx.session.flush()
        tx.record("meeting:proxy:end", meeting.subject, {"agent": mine[0].agent_id, "principal": principal_id})
    return len(mine)


def _name(tx: Tx, person_id: int) -> str:
    return queries.person_names(tx.session, [person_id]).get(person_id, "")


def _check_unused(tx: Tx, meeting: Meeting, proxy: Proxy) -> None:
    """In a vote that runs a used proxy stands; an unused one loses its right to vote at once."""
    running = [m.id for m in queries.motions(tx.session, meeting=meeting) if m.state == "open"]
    query = (
        select(Voter, VotingRight)
        .join(VotingRight, VotingRight.voter_id == Voter.id)
        .where(Voter.motion_id.in_(running), Voter.seat == proxy.seat, VotingRight.as_agent.is_(True))
        .with_for_update(of=Voter)
    )
    for voter, right in tx.session.execute(query):
        if voter.voted:
            raise Conflict("proxy_used", _("Your proxy has voted already; you can end it after this vote."))
        voter.present = False
        tx.session.delete(right)
