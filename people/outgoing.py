"""What became of messages, for the people who sent them: reads over the outbox, with the names of recipients."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import DEFAULT_LANGUAGE, _, language
from core.outbox import OutboxContent, OutboxMessage, State
from people.models import Person

OPEN = (State.PENDING, State.SENDING)
FAILED = (State.FAILED, State.DEAD)
TITLE_LENGTH = 60


def in_trouble() -> ColumnElement[bool]:
    """The condition on a message that it needs somebody's eye. Who never had a chat is no trouble of delivery."""
    lost = and_(OutboxMessage.state == State.UNREACHABLE, OutboxMessage.error.is_not(None))
    return or_(OutboxMessage.state.in_([*FAILED, State.UNKNOWN, State.HELD]), lost)


@dataclass(frozen=True)
class Batch:
    """One message to all its recipients: how many copies stand where. The parts add up to ``total``."""

    number: int
    title: str
    created_at: datetime
    total: int
    sent: int
    waiting: int
    held: int
    unknown: int
    failed: int
    unreachable: int
    cancelled: int
    report_to: int | None = None

    @property
    def troubled(self) -> int:
        """Copies that have not arrived, or may not have, and are not on their way."""
        return self.unknown + self.failed + self.unreachable + self.held


def title_of(texts: dict[str, str]) -> str:
    """What a message is about: its first two lines, in the language of the moment."""
    text = texts.get(language()) or texts.get(DEFAULT_LANGUAGE) or next(iter(texts.values()), "")
    lines = [line for line in text.splitlines() if line.strip()][:2]
    return " ".join(lines)[:TITLE_LENGTH]


def _count(*states: State) -> ColumnElement[int]:
    return func.count(case((OutboxMessage.state.in_(states), OutboxMessage.id)))


def _batches() -> Select[Any]:
    content = OutboxContent
    return (
        select(
            content.id,
            content.texts,
            content.created_at,
            content.report_to,
            func.count(OutboxMessage.id).label("total"),
            _count(State.SENT).label("sent"),
            _count(*OPEN).label("waiting"),
            _count(State.HELD).label("held"),
            _count(State.UNKNOWN).label("unknown"),
            _count(*FAILED).label("failed"),
            _count(State.UNREACHABLE).label("unreachable"),
            _count(State.CANCELLED).label("cancelled"),
        )
        .join(OutboxMessage, OutboxMessage.content_id == content.id)
        .group_by(content.id)
    )


def _batch(row: Any) -> Batch:
    values = dict(row._mapping)
    return Batch(number=values.pop("id"), title=title_of(values.pop("texts")), **values)


def troubled_batches(session: Session, *, limit: int = 20, offset: int = 0) -> list[Batch]:
    """Messages with copies in trouble, newest first."""
    troubled = select(OutboxMessage.content_id).where(in_trouble()).distinct()
    query = _batches().where(OutboxContent.id.in_(troubled)).order_by(OutboxContent.id.desc())
    return [_batch(row) for row in session.execute(query.limit(limit).offset(offset))]


def batch_by_number(session: Session, number: int) -> Batch:
    """The message of this number. Raises NotFound."""
    row = session.execute(_batches().where(OutboxContent.id == number)).first()
    if row is None:
        raise NotFound("outbox_unknown", _("There is no such message. `outbox list` shows what has not arrived."))
    return _batch(row)


def ended() -> ColumnElement[bool]:
    """The condition on a content that nothing of it is on its way any more, and that its end has not been noted."""
    copy = (OutboxMessage.content_id == OutboxContent.id, OutboxMessage.state.in_([*OPEN, State.HELD]))
    return and_(OutboxContent.reported_at.is_(None), ~select(OutboxMessage.id).where(*copy).exists())


def worth_telling() -> ColumnElement[bool]:
    """The condition on a content that some did not get it, and that there is somebody who wants to know."""
    lost = select(OutboxMessage.id).where(OutboxMessage.content_id == OutboxContent.id, in_trouble())
    return and_(OutboxContent.report_to.is_not(None), lost.exists())


def ended_batches(session: Session, *, limit: int = 200) -> list[Batch]:
    """Messages whose delivery has ended, not well, and of whose end nobody has been told yet."""
    numbers = select(OutboxContent.id).where(ended(), worth_telling()).limit(limit)
    return [_batch(row) for row in session.execute(_batches().where(OutboxContent.id.in_(numbers)))]


def note_well_ended(session: Session, now: datetime) -> None:
    """Put aside what has arrived everywhere: it is not looked at again."""
    well = update(OutboxContent).where(ended(), ~worth_telling()).values(reported_at=now)
    session.execute(well, execution_options={"synchronize_session": False})


@dataclass(frozen=True)
class Copy:
    """One recipient's copy that is in trouble."""

    name: str | None
    platform: str | None
    state: str
    error: str | None
    attempts: int


def copies_in_trouble(session: Session, number: int, *, limit: int = 20, offset: int = 0) -> list[Copy]:
    """The copies of a message that need somebody's eye."""
    query = (
        select(Person.name, OutboxMessage.platform, OutboxMessage.state, OutboxMessage.error, OutboxMessage.attempts)
        .outerjoin(Person, Person.id == OutboxMessage.person_id)
        .where(OutboxMessage.content_id == number, in_trouble())
        .order_by(OutboxMessage.id)
    )
    return [Copy(**row._mapping) for row in session.execute(query.limit(limit).offset(offset))]
