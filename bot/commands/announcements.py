"""Announcements from idea to proof of service."""

import unicodedata
from typing import Annotated, Any

from announcements import queries, usecases
from announcements.models import Announcement
from announcements.rules.kinds import Kind, kind_named
from announcements.rules.lifecycle import State
from bot.messages import Button, Reply, Table
from bot.parameters import Body, Choice, Line, Page, Parameter, Reason, Title, plain
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from people import audiences
from people.audiences import Audience

PAGE = 10


def _read_announcement(tx: Tx, raw: str) -> Announcement:
    digits = plain(raw).upper().removeprefix("A-").removeprefix("A")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("announcement_form", _("Write an announcement like A-0012."))
    return queries.announcement_by_number(tx.session, int(digits))


def _read_kind(_tx: Tx, raw: str) -> Kind:
    return kind_named(unicodedata.normalize("NFKC", raw).strip())


def _read_audience(_tx: Tx, raw: str) -> dict[str, list[str]]:
    return audiences.parse(raw)


def _kinds(_tx: Tx) -> list[Choice]:
    return [(kind.value, kind.label) for kind in Kind]


AnnouncementRef = Annotated[Announcement, Parameter(N_("announcement"), _read_announcement, zh="公告")]
KindName = Annotated[Kind, Parameter(N_("kind"), _read_kind, zh="类型", choices=_kinds)]
AudienceWords = Annotated[
    Audience,
    Parameter(
        N_("audience"),
        _read_audience,
        zh="对象",
        hint=N_("“all”, or criteria such as region=杭州市 category=检测检验机构"),
    ),
]


@command(
    "announce draft",
    zh="公告 起草",
    summary=N_("Write an announcement; nothing is sent yet"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def draft(tx: Tx, kind: KindName, title: Title, audience: AudienceWords, body: Body) -> Reply:
    """Write a draft and show it as its recipients would see it."""
    made = usecases.draft(tx, kind=kind, title=title, body=body, audience=_stored(audience))
    return _previewed(tx, made)


def _stored(audience: Audience) -> dict[str, list[str]]:
    return {name: list(values) for name, values in audience.items()}


@command(
    "announce edit",
    zh="公告 修改",
    summary=N_("Change a draft, or prepare a new version of a published text"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def edit(
    tx: Tx,
    announcement: AnnouncementRef,
    title: Title | None = None,
    audience: AudienceWords | None = None,
    body: Body | None = None,
) -> Reply:
    """Change title, audience or text."""
    if not (title or body or audience is not None):
        raise BadInput("nothing_to_change", _("Say what to change: title=…, audience=… or the new text."))
    chosen = None if audience is None else _stored(audience)
    made = usecases.revise(tx, announcement=announcement, title=title, body=body, audience=chosen)
    return _previewed(tx, made)


@command(
    "announce preview",
    zh="公告 预览",
    summary=N_("How an announcement will look, and to how many it goes"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def preview(tx: Tx, announcement: AnnouncementRef) -> Reply:
    """The text with the exact audience of this moment."""
    return _previewed(tx, announcement)


def _previewed(tx: Tx, one: Announcement) -> Reply:
    seen = audiences.preview(tx.session, one.audience, tx.today)
    head = _("{reference} · {kind} · {state}").format(
        reference=one.reference, kind=Kind(one.kind).label, state=State(one.state).label
    )
    text = _("To {count} people ({unreachable} not reachable in chat): {audience}").format(
        count=seen.people, unreachable=seen.unreachable, audience=audiences.describe(one.audience)
    )
    buttons = (Button(_("Submit for approval"), f"announce submit {one.reference}"),)
    data = {"announcement": one.number, "state": one.state, "people": seen.people, "unreachable": seen.unreachable}
    return Reply(f"{head}\n{one.title}\n\n{one.body}\n\n{text}", buttons=(buttons,), data=data)


@command(
    "announce submit",
    zh="公告 送审",
    summary=N_("Screen a text and ask another officer to approve it"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def submit(tx: Tx, announcement: AnnouncementRef) -> Reply:
    """Ask for approval; a text that screening holds says why."""
    approval = usecases.submit(tx, announcement=announcement)
    if approval is None:
        return _held(announcement)
    hints = "".join("\n" + finding["why"] for finding in announcement.findings)
    text = _("{reference} waits for another officer: {summary}")
    words = text.format(reference=approval.reference, summary=approval.summary)
    return Reply(words + hints, data={"approval": approval.number, "announcement": announcement.number})


def _held(announcement: Announcement) -> Reply:
    lines = [_("Screening holds {reference}:").format(reference=announcement.reference)]
    for finding in announcement.findings:
        lines.append(f"“{finding['quote']}” — {finding['why']} ({finding['basis']})")
        lines.append(_("Suggestion: {words}").format(words=finding["suggestion"]))
    lines.append(_("Reword it with `announce edit`, or wait until it is released, and send it again unchanged."))
    data = {"announcement": announcement.number, "findings": announcement.findings}
    return Reply("\n".join(lines), data=data, error="held_by_screening")


@command("announce list", zh="公告 列表", summary=N_("Announcements, newest first"), permission=Permission.USE_OFFICE)
def list_all(tx: Tx, words: Line = "", page: Page = 1) -> Reply:
    """For staff all of them; for members those sent to them that they have not confirmed."""
    if not tx.actor.may(Permission.DRAFT_ANNOUNCEMENTS):
        return _mine(tx)
    found = queries.announcements(tx.session, words=words, limit=PAGE + 1, offset=PAGE * (max(page, 1) - 1))
    rows = tuple(
        (a.reference, a.document_number or "", Kind(a.kind).label, a.title, State(a.state).label) for a in found[:PAGE]
    )
    table = Table((_("Number"), _("Document number"), _("Kind"), _("Title"), _("State")), rows)
    more = f"announce list page={page + 1}" + (f' words="{words}"' if words else "")
    buttons = ((Button(_("More"), more),),) if len(found) > PAGE else ()
    return Reply(_("Announcements"), table=table, buttons=buttons, data=[list(row) for row in rows])


def _mine(tx: Tx) -> Reply:
    waiting = queries.awaiting_confirmation(tx.session, tx.actor.person_id or 0)
    rows = tuple((a.reference, a.document_number or "", a.title) for a in waiting)
    buttons = tuple(
        (Button(_("Confirm {number}").format(number=row[0]), f"announce ack {row[0]}"),) for row in rows[:5]
    )
    table = Table((_("Number"), _("Document number"), _("Title")), rows) if rows else None
    text = _("Waiting for your confirmation: {count}").format(count=len(rows))
    return Reply(text, table=table, buttons=buttons, data=[list(row) for row in rows])


@command(
    "announce ack",
    zh="公告 确认",
    summary=N_("Confirm that you received an announcement"),
    permission=Permission.ACKNOWLEDGE,
    private=False,
)
def acknowledge(tx: Tx, announcement: AnnouncementRef) -> Reply:
    """Confirm receipt."""
    usecases.acknowledge(tx, announcement=announcement)
    text = _("Thank you: receipt of {number} is noted.").format(number=announcement.document_number)
    return Reply(text, data={"announcement": announcement.number, "version": announcement.version})


@command(
    "announce status",
    zh="公告 送达",
    summary=N_("Delivered, confirmed, failed: figures that add up"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def status(tx: Tx, announcement: AnnouncementRef) -> Reply:
    """The delivery report of the newest version."""
    found = queries.report(tx.session, announcement)
    labels: dict[str, Any] = {
        _("Audience"): found.audience,
        _("Confirmed"): found.acknowledged,
        _("Delivered, not confirmed"): found.sent,
        _("Waiting"): found.waiting,
        _("Failed"): found.failed,
        _("Unknown"): found.unknown,
        _("Not reachable"): found.unreachable,
    }
    table = Table((_("State"), _("People")), tuple((label, str(count)) for label, count in labels.items()))
    buttons = ((Button(_("Remind the unread"), f"announce chase {announcement.reference}"),),)
    data = {name: getattr(found, name) for name in found.__dataclass_fields__}
    head = f"{announcement.reference} {announcement.document_number or ''} {announcement.title}"
    return Reply(head, table=table, buttons=buttons if found.sent else (), data=data)


@command(
    "announce chase",
    zh="公告 催阅",
    summary=N_("Remind everyone who has not confirmed"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def chase(tx: Tx, announcement: AnnouncementRef) -> Reply:
    """Remind the unread, at most once a day."""
    count = usecases.chase(tx, announcement=announcement)
    return Reply(_("{count} people are being reminded.").format(count=count), data={"reminded": count})


@command(
    "announce withdraw",
    zh="公告 撤回",
    summary=N_("Withdraw a published text; its recipients are told why"),
    permission=Permission.APPROVE,
    sensitive=True,
    confirm=N_("Withdraw it? Everyone who received it will be told."),
)
def withdraw(tx: Tx, announcement: AnnouncementRef, reason: Reason) -> Reply:
    """Withdraw; nothing is deleted."""
    told = usecases.withdraw(tx, announcement=announcement, reason=reason)
    return Reply(_("Withdrawn. {count} people are being told.").format(count=told), data={"told": told})


@command(
    "announce history",
    zh="公告 历史",
    summary=N_("Every published version of an announcement"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def history(tx: Tx, announcement: AnnouncementRef) -> Reply:
    """The versions with their days and audiences."""
    rows = tuple(
        (str(v.version), tx.association.show(v.published_at), v.title, str(v.recipients))
        for v in queries.versions_of(tx.session, announcement)
    )
    table = Table((_("Version"), _("Published"), _("Title"), _("Recipients")), rows)
    return Reply(announcement.reference, table=table, data=[list(row) for row in rows])
