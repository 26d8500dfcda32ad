"""What meetings keep about a person: attendance, proxies, open votes, and that they voted in secret (never what)."""

from sqlalchemy import or_, select, update

from core.transaction import Tx
from meetings.models import (
    Attendee,
    BallotPaper,
    BodySeat,
    Meeting,
    Motion,
    OpenVote,
    Proxy,
    Recusal,
)
from people import holdings
from people.holdings import GONE, Facts, Holding, rows
from people.models import Person


def _attendance(tx: Tx, person: Person) -> Facts:
    query = (
        select(Meeting.number.label("meeting"), Attendee.seat, Attendee.answer, Attendee.reason, Attendee.present_at)
        .join(Meeting, Meeting.id == Attendee.meeting_id)
        .where(Attendee.person_id == person.id)
        .order_by(Attendee.id)
    )
    return rows(tx.session.execute(query), "meeting", "seat", "answer", "reason", "present_at")


def _erase_attendance(tx: Tx, person: Person) -> int:
    """That somebody attended stays in the minutes, which are kept for good; the reasons that they gave go."""
    mine = update(Attendee).where(Attendee.person_id == person.id, Attendee.reason != "").values(reason=GONE)
    return tx.session.execute(mine).rowcount  # type: ignore[attr-defined,no-any-return]


def _proxies(tx: Tx, person: Person) -> Facts:
    mine = or_(Proxy.principal_id == person.id, Proxy.agent_id == person.id)
    found = tx.session.scalars(select(Proxy).where(mine).order_by(Proxy.id))
    return rows(found, "seat", "principal_id", "agent_id", "given_at", "revoked_at")


def _votes(tx: Tx, person: Person) -> Facts:
    query = select(Motion.number.label("motion"), OpenVote.choice, OpenVote.at)
    query = query.join(Motion, Motion.id == OpenVote.motion_id).where(OpenVote.person_id == person.id)
    found = rows(tx.session.execute(query.order_by(OpenVote.id)), "motion", "choice", "at")
    papers = select(Motion.number.label("motion"), BallotPaper.spent)
    papers = papers.join(Motion, Motion.id == BallotPaper.motion_id).where(BallotPaper.person_id == person.id)
    aside = select(Motion.number.label("motion"), Recusal.bar, Recusal.reason)
    aside = aside.join(Motion, Motion.id == Recusal.motion_id).where(Recusal.person_id == person.id)
    found += rows(tx.session.execute(papers.order_by(Motion.number)), "motion", "spent")
    return found + rows(tx.session.execute(aside.order_by(Motion.number)), "motion", "bar", "reason")


def _erase_votes(tx: Tx, person: Person) -> int:
    """Votes belong to a decision and stay under the person's number; the reason for standing aside goes."""
    mine = update(Recusal).where(Recusal.person_id == person.id).values(reason=GONE)
    return tx.session.execute(mine).rowcount  # type: ignore[attr-defined,no-any-return]


def _end(tx: Tx, person: Person) -> int:
    """Whoever leaves sits on no body, acts for nobody, and votes no more."""
    seats = update(BodySeat).where(BodySeat.person_id == person.id, BodySeat.until.is_(None)).values(until=tx.today)
    acting = or_(Proxy.principal_id == person.id, Proxy.agent_id == person.id)
    proxies = update(Proxy).where(acting, Proxy.revoked_at.is_(None)).values(revoked_at=tx.now)
    later = {"synchronize_session": False}
    ended = [tx.session.execute(statement, execution_options=later) for statement in (seats, proxies)]
    return sum(result.rowcount for result in ended)  # type: ignore[attr-defined]


def register() -> None:
    """Make them known to the requests that show or erase a person's data."""
    holdings.register(Holding("attendance", "会议出席", _attendance, _erase_attendance, end=_end))
    holdings.register(Holding("proxies", "会议委托", _proxies))
    holdings.register(Holding("votes", "表决", _votes, _erase_votes))
