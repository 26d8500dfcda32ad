"""What the office keeps about a person: each part registers its own, so that one request shows all of it, one erasure
empties all of it, and one departure ends all of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from json import dumps
from typing import Any

from sqlalchemy import String, cast, delete, false, literal, or_, select, update

from core import audit
from core.approvals import Approval
from core.i18n import _
from core.inbox import InboxState, InboxUpdate
from core.outbox import OutboxContent, OutboxMessage, State
from core.transaction import Tx
from people import queries
from people.models import ChatIdentity, CodeTrial, Invitation, LegalHold, Person

GONE = "—"
Facts = list[dict[str, Any]]


def _nothing(_tx: Tx, _person: Person) -> int:
    return 0


def _no_reason(_tx: Tx, _person: Person) -> list[str]:
    return []


@dataclass(frozen=True)
class Holding:
    """One kind of data about a person. ``zh`` heads its sheet when it is handed out.

    ``facts`` shows it in full; ``erase`` empties it and says how many rows it touched; ``holds`` gives the reasons why
    it must not be erased yet; ``end`` ends what should not outlast a person's time here.
    """

    name: str
    zh: str
    facts: Callable[[Tx, Person], Facts]
    erase: Callable[[Tx, Person], int] = _nothing
    holds: Callable[[Tx, Person], list[str]] = _no_reason
    end: Callable[[Tx, Person], int] = _nothing


HOLDINGS: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Make a kind of data known, once under its name."""
    HOLDINGS[holding.name] = holding


def rows(found: Any, *names: str) -> Facts:
    """These columns of each row as plain values."""
    return [{name: _plain(getattr(row, name)) for name in names} for row in found]


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def mentions(column: Any, *words: str | None) -> Any:
    """The condition that a text or JSON column contains one of these words, as typed or as JSON writes it."""
    text = cast(column, String)
    spelt = {form for word in words if word for form in (word, dumps(word)[1:-1])}
    return or_(false(), *(text.contains(form, autoescape=True) for form in sorted(spelt)))


def _entry(_tx: Tx, person: Person) -> Facts:
    return rows([person], "id", "name", "phone", "language", "added_at", "left_at")


def _roles(tx: Tx, person: Person) -> Facts:
    return rows(queries.grants_of(tx.session, person.id), "role", "starts_on", "ends_on", "revoked_at")


def _chats(tx: Tx, person: Person) -> Facts:
    found = tx.session.scalars(select(ChatIdentity).where(ChatIdentity.person_id == person.id))
    return rows(found, "platform", "account", "linked_at", "ended_at", "unreachable_since", "trouble")


def _erase_chats(tx: Tx, person: Person) -> int:
    accounts = [(row["platform"], row["account"]) for row in _chats(tx, person)]
    for platform, account in accounts:
        tx.session.execute(delete(CodeTrial).where(CodeTrial.platform == platform, CodeTrial.account == account))
    blank = {"account": literal("erased-") + cast(ChatIdentity.id, String), "chat": "", "trouble": None}
    tx.session.execute(
        update(ChatIdentity)
        .where(ChatIdentity.person_id == person.id)
        .values(**blank)
        .execution_options(synchronize_session=False)
    )
    return len(accounts)


def _invitations(tx: Tx, person: Person) -> Facts:
    found = tx.session.scalars(select(Invitation).where(Invitation.person_id == person.id))
    return rows(found, "made_at", "expires_at", "used_at", "revoked_at")


def _messages(tx: Tx, person: Person) -> Facts:
    query = (
        select(OutboxMessage.platform, OutboxMessage.state, OutboxMessage.sent_at, OutboxContent.texts)
        .join(OutboxContent, OutboxContent.id == OutboxMessage.content_id)
        .where(OutboxMessage.person_id == person.id)
        .order_by(OutboxMessage.id)
    )
    language = person.language or tx.association.language
    return [
        {"platform": row.platform, "state": row.state, "sent_at": _plain(row.sent_at), "text": row.texts.get(language)}
        for row in tx.session.execute(query)
    ]


def _erase_messages(tx: Tx, person: Person) -> int:
    """Copies lose their address and stay as a count; words that only went to this person, or name them, go."""
    mark = literal("erased-") + cast(OutboxMessage.id, String)
    waiting = OutboxMessage.state.in_([State.PENDING, State.HELD])
    mine = OutboxMessage.person_id == person.id
    later = {"synchronize_session": False}
    tx.session.execute(
        update(OutboxMessage).where(mine, waiting).values(state=State.CANCELLED), execution_options=later
    )
    blank = {"chat": None, "message_id": None, "dedupe_key": mark}
    done = tx.session.execute(update(OutboxMessage).where(mine).values(**blank), execution_options=later)
    naming = or_(OutboxContent.subject == person.reference, mentions(OutboxContent.texts, person.name, person.phone))
    for content in tx.session.scalars(select(OutboxContent).where(naming)):
        own = content.subject == person.reference
        content.texts = {k: GONE if own else without(v, person) for k, v in content.texts.items()}
    return done.rowcount  # type: ignore[attr-defined,no-any-return]


def without(text: str, person: Person) -> str:
    """A text with the person's name and number blanked."""
    for word in (person.name, person.phone):
        text = text.replace(word, GONE) if word else text
    return text


def _requests(tx: Tx, person: Person) -> Facts:
    about = or_(Approval.concerns == person.id, Approval.requested_by == person.id)
    found = tx.session.scalars(select(Approval).where(about).order_by(Approval.number))
    return rows(found, "reference", "action", "summary", "state", "requested_at", "decided_at", "reason")


def _erase_requests(tx: Tx, person: Person) -> int:
    about = or_(Approval.concerns == person.id, mentions(Approval.summary, person.name))
    found = list(tx.session.scalars(select(Approval).where(about)))
    for approval in found:
        own = approval.concerns == person.id
        approval.summary = GONE if own else without(approval.summary, person)
        approval.reason = GONE if own and approval.reason else approval.reason
    return len(found)


def _updates(tx: Tx, *words: str | None) -> list[InboxUpdate]:
    naming = or_(mentions(InboxUpdate.raw, *words), mentions(InboxUpdate.reply, *words))
    return list(tx.session.scalars(select(InboxUpdate).where(InboxUpdate.state != InboxState.NEW, naming)))


def _accounts(tx: Tx, person: Person) -> list[str]:
    return [row["account"] for row in _chats(tx, person) if row["platform"] != "console"]


def _inbox(tx: Tx, person: Person) -> Facts:
    return rows(_updates(tx, *_accounts(tx, person)), "platform", "received_at", "raw")


def _erase_inbox(tx: Tx, person: Person) -> int:
    """The marks that an update was handled stay, so that a repeated one still does nothing."""
    found = _updates(tx, person.name, person.phone, *_accounts(tx, person))
    for update_ in found:
        update_.raw, update_.reply = "", None
        update_.replied_at = update_.replied_at or tx.now
    return len(found)


def _audit(tx: Tx, person: Person) -> Facts:
    found = []
    for entry in audit.about(tx.session, person.id):
        plain = tx.keys.open(tx.session, person.id, entry.sealed) if entry.sealed else None
        data = plain.decode() if plain else None
        found.append({"receipt": f"R-{entry.seq}", "at": entry.at, "action": entry.action, "personal": data})
    return found


def _holds(tx: Tx, person: Person) -> Facts:
    found = tx.session.scalars(select(LegalHold).where(LegalHold.person_id == person.id))
    return rows(found, "reason", "placed_at", "lifted_at")


def _reasons(tx: Tx, person: Person) -> list[str]:
    return [
        _("on hold since {day}: {reason}").format(day=_day(tx, h.placed_at), reason=h.reason) for h in _held(tx, person)
    ]


def _held(tx: Tx, person: Person) -> list[LegalHold]:
    return queries.holds_on(tx.session, person.id)


def _day(tx: Tx, moment: datetime) -> str:
    return tx.association.day(moment).isoformat()


def _erase_holds(tx: Tx, person: Person) -> int:
    mine = update(LegalHold).where(LegalHold.person_id == person.id).values(reason=GONE)
    return tx.session.execute(mine).rowcount  # type: ignore[attr-defined,no-any-return]


# The order matters to an erasure: what is found by the person's accounts goes before the accounts themselves.
for _holding in (
    Holding("person", "登记", _entry),
    Holding("roles", "角色", _roles),
    Holding("inbox", "收到的消息", _inbox, _erase_inbox),
    Holding("chats", "聊天账号", _chats, _erase_chats),
    Holding("invitations", "邀请码", _invitations),
    Holding("messages", "发出的通知", _messages, _erase_messages),
    Holding("requests", "审批申请", _requests, _erase_requests),
    Holding("audit", "审计中的密封内容", _audit),
    Holding("holds", "依法保全", _holds, _erase_holds, _reasons),
):
    register(_holding)
