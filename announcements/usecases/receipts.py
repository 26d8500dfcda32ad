"""Receipt of announcements: confirming, reminding the unread, turning to others, and opting out of a kind."""

from functools import partial

from announcements import notices, queries
from announcements.models import Acknowledgement, Announcement, OptOut
from announcements.rules import kinds, lifecycle
from announcements.rules.kinds import Kind
from announcements.rules.lifecycle import State
from announcements.rules.quiet import Manners, next_moment
from announcements.usecases.publishing import plan_chasing, receipt_button
from core.access import Permission, usecase
from core.deadlines import calendar_of
from core.errors import Conflict, NotFound, RuleViolated
from core.i18n import _, in_every_language
from core.outbox import Message, Priority, Recipients
from core.transaction import Tx
from people.usecases.groups import note_seen


@usecase(Permission.ACKNOWLEDGE)
def acknowledge(tx: Tx, *, announcement: Announcement, chat: str | None = None) -> None:
    """Confirm receipt of the newest version. ``chat`` is the group whose button was pressed.

    Raises NotFound for somebody it was not sent to (nor posted before them), Conflict when done.
    """
    person_id = tx.actor.person_id or 0
    if announcement.state != State.PUBLISHED or not _was_told(tx, announcement, person_id, chat):
        raise NotFound("announcement_unknown", _("There is no such announcement. `announce list` shows them."))
    known = queries.acknowledgement_of(tx.session, announcement, person_id)
    if known is not None:
        raise Conflict("already_confirmed", _("You confirmed it on {when}.").format(when=tx.association.show(known.at)))
    if chat is not None:
        note_seen(tx, chat)
    tx.session.add(
        Acknowledgement(
            announcement_id=announcement.id,
            version=announcement.version,
            person_id=person_id,
            at=tx.now,
            channel=tx.channel,
        )
    )
    tx.record("announcement:receipt:confirm", announcement.subject, {"version": announcement.version})


def _was_told(tx: Tx, announcement: Announcement, person_id: int, chat: str | None) -> bool:
    if queries.was_sent_to(tx.session, announcement, person_id):
        return True
    return chat is not None and queries.was_posted(tx.session, announcement)


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def chase(tx: Tx, *, announcement: Announcement) -> int:
    """Remind everyone who has not confirmed the newest version, at most once a day. Returns how many."""
    lifecycle.check_published(State(announcement.state))
    if queries.content_exists(tx.session, _chase_key(tx, announcement)):
        raise Conflict("chased_today", _("They have been reminded today. Try again tomorrow."))
    return remind(tx, announcement)


def _chase_key(tx: Tx, announcement: Announcement) -> str:
    return f"{queries.publication_key(announcement, announcement.version)}:chase:{tx.today.isoformat()}"


def remind(tx: Tx, announcement: Announcement) -> int:
    """Queue the reminder of this day; the caller has made sure that there was none."""
    write = partial(
        notices.chased,
        document_number=announcement.document_number or "",
        title=announcement.title,
        association=tx.association.name,
    )
    message = _reminder(tx, announcement, _chase_key(tx, announcement), write)
    count = tx.notify(message, queries.unread(announcement, tx.today))
    announcement.chased += 1
    data = {"recipients": count, "wave": announcement.chased}
    tx.record("announcement:receipt:chase", announcement.subject, data)
    return count


def _reminder(tx: Tx, announcement: Announcement, key: str, write: "partial[str]") -> Message:
    manners = Manners.of(tx.association.settings)
    moment = next_moment(tx.now, tx.association.timezone, calendar_of(tx.session), manners)
    return Message(
        key,
        f"{announcement.subject}:chase",
        in_every_language(write),
        receipt_button(announcement),
        priority=Priority.BULK,
        due_at=moment,
    )


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def escalate(tx: Tx, *, announcement: Announcement) -> tuple[int, int]:
    """Turn to the other chats of those who have not confirmed, and to other contacts of their units.

    Once for each version. Returns how many messages go to either.
    """
    lifecycle.check_published(State(announcement.state))
    key = f"{queries.publication_key(announcement, announcement.version)}:escalate"
    if queries.content_exists(tx.session, f"{key}:chats"):
        raise Conflict("escalated", _("Others have been turned to already."))
    return turn_to_others(tx, announcement)


def turn_to_others(tx: Tx, announcement: Announcement) -> tuple[int, int]:
    """Queue both messages of an escalation; the caller has made sure that there was none."""
    words = {
        "document_number": announcement.document_number or "",
        "title": announcement.title,
        "association": tx.association.name,
    }
    key = f"{queries.publication_key(announcement, announcement.version)}:escalate"
    elsewhere: Recipients = queries.unread_elsewhere(announcement, tx.today)
    chats = tx.notify(_reminder(tx, announcement, f"{key}:chats", partial(notices.chased, **words)), elsewhere)
    others = queries.colleagues_of_unread(announcement)
    contacts = tx.notify(_passed_on(tx, announcement, f"{key}:contacts", partial(notices.passed_on, **words)), others)
    announcement.escalate_on = None
    data = {"chats": chats, "contacts": contacts}
    tx.record("announcement:receipt:escalate", announcement.subject, data)
    return chats, contacts


def _passed_on(tx: Tx, announcement: Announcement, key: str, write: "partial[str]") -> Message:
    """With the whole text: whoever gets this has not had the announcement itself."""
    newest = queries.versions_of(tx.session, announcement)[-1]
    texts = {code: f"{words}\n\n{newest.title}\n\n{newest.body}" for code, words in in_every_language(write).items()}
    made = _reminder(tx, announcement, key, write)
    return Message(made.key, made.subject, texts, made.buttons, priority=Priority.BULK, due_at=made.due_at)


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def keep_chasing(tx: Tx, *, announcement: Announcement) -> None:
    """Remind its unread on the association's schedule from today on, as legal notices are by themselves."""
    lifecycle.check_published(State(announcement.state))
    announcement.chased = 0
    plan_chasing(tx, announcement)
    day = announcement.next_chase_on.isoformat() if announcement.next_chase_on else None
    tx.record("announcement:receipt:plan", announcement.subject, {"next": day})


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def stop_chasing(tx: Tx, *, announcement: Announcement) -> None:
    """Remind nobody of it any more."""
    announcement.next_chase_on, announcement.escalate_on = None, None
    tx.record("announcement:receipt:leave", announcement.subject)


@usecase(Permission.ACKNOWLEDGE)
def unsubscribe(tx: Tx, *, kind: Kind) -> None:
    """No more announcements of this kind. Raises RuleViolated for one that people have to be told of."""
    if kinds.rule_for(kind, tx.today).legal:
        raise RuleViolated(
            "legal_kind",
            _("Notices of this kind are required by law or by the articles and cannot be unsubscribed from."),
        )
    person_id = tx.actor.person_id or 0
    if kind in {one.kind for one in queries.opt_outs_of(tx.session, person_id)}:
        raise Conflict("unsubscribed", _("You do not get this kind already."))
    tx.session.add(OptOut(person_id=person_id, kind=kind.value, since=tx.now))
    tx.record("announcement:kind:unsubscribe", f"person:{person_id}", {"kind": kind.value})


@usecase(Permission.ACKNOWLEDGE)
def subscribe(tx: Tx, *, kind: Kind) -> None:
    """Get announcements of this kind again."""
    person_id = tx.actor.person_id or 0
    for one in queries.opt_outs_of(tx.session, person_id):
        if one.kind == kind:
            tx.session.delete(one)
            tx.record("announcement:kind:subscribe", f"person:{person_id}", {"kind": kind.value})
            return
    raise Conflict("subscribed", _("You get this kind already."))
