"""After publication: receipt, figures that add up, reminders, taking back, withdrawing, wishes of members."""

from typing import Annotated, Any

from announcements import notices, queries, usecases
from announcements.models import Announcement
from announcements.rules.kinds import NAMES, Kind
from announcements.rules.lifecycle import State
from bot.commands.announcement_parameters import AnnouncementRef, KindName, Unconfirmed
from bot.commands.announcement_replies import counted
from bot.commands.approvals import waits_for_officer
from bot.marking import held
from bot.messages import Button, Incoming, Reply, Table
from bot.parameters import Page, Parameter, Reason, plain
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from people import affiliations, audiences, saved

PAGE = 20
MOST_OFFERED = 8
CHASES = {"now": "现在", "on": "定期", "off": "停止", "others": "转催"}


def _read_chase(_tx: Tx, raw: str) -> str:
    for name, zh in CHASES.items():
        if plain(raw).casefold() in (name, zh):
            return name
    raise BadInput("chase_form", _("Use: {known}").format(known=_(", ").join(CHASES.values())))


Chase = Annotated[str, Parameter(N_("when"), _read_chase, zh="方式")]


@command(
    "announce ack",
    zh="公告 确认",
    summary=N_("Confirm that you received an announcement"),
    permission=Permission.ACKNOWLEDGE,
    private=False,
)
def acknowledge(tx: Tx, announcement: Unconfirmed, incoming: Incoming) -> Reply:
    """Confirm receipt; in a group each person for themselves."""
    return _confirmed(tx, announcement, incoming)


@command(
    "received",
    zh="收到",
    summary=N_("Confirm the one announcement that waits for you, or choose which"),
    permission=Permission.ACKNOWLEDGE,
)
def received(tx: Tx, incoming: Incoming) -> Reply:
    """What people answer to a notice: it confirms the only one that waits, and asks which when there are several."""
    waiting = queries.awaiting_confirmation(tx.session, tx.actor.person_id or 0)
    if len(waiting) == 1:
        return _confirmed(tx, waiting[0], incoming)
    if not waiting:
        return Reply(_("Thank you. No announcement waits for your confirmation."), data={"waiting": 0})
    buttons = tuple(
        (Button(f"{one.document_number or one.reference} {one.title}"[:60], f"announce ack {one.reference}"),)
        for one in waiting[:MOST_OFFERED]
    )
    text = _("{count} announcements wait for your confirmation. Which one have you received?")
    return Reply(text.format(count=len(waiting)), buttons=buttons, data={"waiting": len(waiting)})


def _confirmed(tx: Tx, announcement: Announcement, incoming: Incoming) -> Reply:
    usecases.acknowledge(tx, announcement=announcement, chat=None if incoming.private else incoming.chat)
    text = _("Thank you: receipt of {number} “{title}” is noted.").format(
        number=announcement.document_number, title=announcement.title
    )
    return Reply(text, data={"announcement": announcement.number, "version": announcement.version})


@command(
    "announce status",
    zh="公告 送达",
    summary=N_("Delivered, confirmed, failed: figures that add up"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def status(tx: Tx, announcement: AnnouncementRef) -> Reply:
    """The delivery report of the newest version, with the objections and the period of a notice."""
    found = queries.report(tx.session, announcement)
    labels: dict[str, Any] = {
        _("Audience"): found.audience,
        _("Confirmed"): found.acknowledged,
        _("Delivered, not confirmed"): found.sent,
        _("Waiting"): found.waiting,
        _("Failed"): found.failed,
        _("Unknown"): found.unknown,
        _("No chat linked"): found.unreachable,
    }
    if found.stopped:
        labels[_("Stopped when it was taken back")] = found.stopped
    table = Table((_("State"), _("People")), tuple((label, str(count)) for label, count in labels.items()))
    data = {name: getattr(found, name) for name in found.__dataclass_fields__}
    lines = [
        f"{announcement.reference} {announcement.document_number or ''} {announcement.title}",
        *_facts(tx, announcement, data),
    ]
    return Reply("\n".join(lines), table=table, buttons=_offers(announcement, found.sent), data=data)


def _facts(tx: Tx, one: Announcement, data: dict[str, Any]) -> list[str]:
    lines = [_("Whether a message was opened is not told by the platforms; only a confirmation counts.")]
    if one.version:
        newest = queries.versions_of(tx.session, one)[-1]
        data["opted_out"], data["beyond"] = newest.opted_out, queries.confirmed_beyond(tx.session, one)
        if newest.goes_at is not None and newest.goes_at > tx.now and one.state == State.PUBLISHED:
            lines.append(_("Goes out at {moment}.").format(moment=tx.association.show(newest.goes_at)))
        if data["beyond"]:
            lines.append(_("Confirmed in groups by others: {count}").format(count=data["beyond"]))
        if newest.opted_out:
            lines.append(_("Do not want this kind: {count}").format(count=newest.opted_out))
    if one.runs_until is not None:
        phase, counted = queries.phase(tx.session, tx.association, one, tx.now), queries.tally(tx.session, one)
        data |= {"phase": phase, "objections": sum(counted.values()), "undecided": counted.get("open", 0)}
        lines.append(
            queries.period_words(tx.session, one.runs_from or one.runs_until, one.runs_until) + f" · {phase.label}"
        )
        if queries.is_provisional(tx.session, tx.association, one):
            lines.append(notices.provisional())
        text = _("Objections: {received}, undecided: {undecided}")
        lines.append(text.format(received=data["objections"], undecided=data["undecided"]))
    return lines


def _offers(one: Announcement, unread: int) -> tuple[tuple[Button, ...], ...]:
    if not unread or one.state != State.PUBLISHED:
        return ()
    return ((Button(_("Remind those who have not confirmed"), f"announce chase {one.reference}"),),)


@command(
    "announce units",
    zh="公告 单位送达",
    summary=N_("Which units have been told: delivered and confirmed, unit by unit"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def by_unit(tx: Tx, announcement: AnnouncementRef, page: Page = 1) -> Reply:
    """Those that nobody has confirmed for come first."""
    found = queries.by_unit(tx.session, queries.copies(tx.session, announcement, announcement.version))
    found.sort(key=lambda row: (row.confirmed > 0, row.unit))
    shown = found[PAGE * (max(page, 1) - 1) : PAGE * max(page, 1)]
    rows = tuple((r.unit, r.name, str(r.people), str(r.delivered), str(r.confirmed)) for r in shown)
    table = Table((_("Number"), _("Unit"), _("People"), _("Arrived"), _("Confirmed")), rows)
    more = ((Button(_("More"), f"announce units {announcement.reference} page={page + 1}"),),)
    silent = sum(row.confirmed == 0 for row in found)
    text = _("{count} units, {silent} without a confirmation").format(count=len(found), silent=silent)
    data = {"units": len(found), "silent": silent}
    return Reply(text, table=table if rows else None, buttons=more if len(found) > PAGE * page else (), data=data)


@command(
    "announce people",
    zh="公告 收件人",
    summary=N_("The exact people that an announcement goes to"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def list_people(tx: Tx, announcement: AnnouncementRef, page: Page = 1) -> Reply:
    """Page by page; those who cannot be reached in chat are marked."""
    return people_of(tx, announcement.audience, page, f"announce people {announcement.reference}")


def people_of(tx: Tx, audience: Any, page: int, line: str) -> Reply:
    """One page of the people of an audience, with their units."""
    start = PAGE * (max(page, 1) - 1)
    found = saved.readers(tx.session, audience, tx.today, limit=PAGE + 1, offset=start)
    units = affiliations.units_of(tx.session, [one.person_id for one in found])
    rows = tuple(
        (
            one.name,
            "、".join(name for _number, name in units.get(one.person_id, ())),
            one.platform or _("no chat linked"),
        )
        for one in found[:PAGE]
    )
    seen = audiences.preview(tx.session, audience, tx.today)
    text = audiences.describe(audience) + "：" + counted(seen)
    if not seen.people:
        text += "\n" + _("⚠ Nobody is in this audience now. Check its criteria.")
    buttons = ((Button(_("More"), f"{line} page={page + 1}"),),) if len(found) > PAGE else ()
    data = {"people": seen.people, "unreachable": seen.unreachable, "names": [row[0] for row in rows]}
    table = Table((_("Name"), _("Unit"), _("Platform")), rows)
    return Reply(text, table=table if rows else None, buttons=buttons, data=data)


@command(
    "announce chase",
    zh="公告 催阅",
    summary=N_("Remind everyone who has not confirmed: now, on schedule, or through others"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def chase(tx: Tx, announcement: AnnouncementRef, when: Chase = "now") -> Reply:
    """Remind the unread, at most once a day; `on` and `off` for the schedule, `others` for other chats and contacts."""
    if when == "on":
        usecases.keep_chasing(tx, announcement=announcement)
        text = _("The unread are reminded from {day} on.").format(day=announcement.next_chase_on)
        return Reply(text, data={"next": str(announcement.next_chase_on)})
    if when == "off":
        usecases.stop_chasing(tx, announcement=announcement)
        return Reply(_("Nobody is reminded any more."), data={"next": None})
    if when == "others":
        chats, contacts = usecases.escalate(tx, announcement=announcement)
        text = _("Asked at other chats: {chats}; other contacts asked: {contacts}").format(
            chats=chats, contacts=contacts
        )
        return Reply(text, data={"chats": chats, "contacts": contacts})
    count = usecases.chase(tx, announcement=announcement)
    return Reply(_("{count} people are being reminded.").format(count=count), data={"reminded": count})


@command(
    "announce undo",
    zh="公告 撤销",
    summary=N_("Take back a request for approval, an hour, or a text of which no copy has left yet"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def undo(tx: Tx, announcement: AnnouncementRef) -> Reply:
    """It is a draft again and keeps its document number."""
    asked = announcement.state
    stopped = usecases.undo(tx, announcement=announcement)
    if asked != State.PUBLISHED or announcement.state == State.PUBLISHED:
        words = _("{reference} is taken back; nobody has got it.").format(reference=announcement.reference)
        return Reply(words, data={"stopped": stopped, "state": announcement.state})
    text = _("Taken back: {count} copies stopped, nobody got it. {reference} is a draft again.")
    words = text.format(count=stopped, reference=announcement.reference)
    return Reply(words, data={"stopped": stopped, "state": announcement.state})


@command(
    "announce withdraw",
    zh="公告 撤回",
    summary=N_("Withdraw a published text; its recipients are told why"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
    sensitive=True,
    confirm=N_("Withdraw it? Everyone who received it will be told."),
)
def withdraw(tx: Tx, announcement: AnnouncementRef, reason: Reason) -> Reply:
    """Withdraw; nothing is deleted. What had a period waits for another officer."""
    made = usecases.withdraw(tx, announcement=announcement, reason=reason)
    if made.findings:
        how = _("Word the reason differently and withdraw it again, or send it unchanged once it is released.")
        return held(_("the reason"), made.findings, how, {"announcement": announcement.number})
    if made.approval is not None:
        return waits_for_officer(made.approval, {"announcement": announcement.number})
    text = _("Withdrawn. {count} people are being told.").format(count=made.told)
    return Reply(text, data={"told": made.told})


def _free_kinds(tx: Tx) -> list[tuple[str, str]]:
    return [(kind.value, kind.label) for kind in NAMES if not queries.rule_here(tx.association, kind, tx.today).legal]


FreeKind = Annotated[Kind, Parameter(N_("kind"), KindName.__metadata__[0].parse, zh="类型", choices=_free_kinds)]


@command(
    "unsubscribe",
    zh="退订",
    summary=N_("No more announcements of a kind; legal notices keep coming"),
    permission=Permission.ACKNOWLEDGE,
)
def unsubscribe(tx: Tx, kind: FreeKind) -> Reply:
    """Opt out of a kind."""
    usecases.unsubscribe(tx, kind=kind)
    text = _("You get no more of this kind: {kind}. `subscribe` brings it back; legal notices keep coming.")
    buttons = ((Button(_("Get it again"), f"subscribe {kind.value}"),),)
    return Reply(text.format(kind=kind.label), buttons=buttons, data={"kind": kind.value})


@command("subscribe", zh="订阅", summary=N_("Get announcements of a kind again"), permission=Permission.ACKNOWLEDGE)
def subscribe(tx: Tx, kind: FreeKind) -> Reply:
    """Opt in again."""
    usecases.subscribe(tx, kind=kind)
    return Reply(_("You get this kind again: {kind}.").format(kind=kind.label), data={"kind": kind.value})
