"""Announcements as staff write them: drafts, public notices, their elements, approval, and the archive."""

from typing import Annotated

from announcements import queries, usecases
from announcements.queries import Search
from announcements.rules import elements
from announcements.rules.kinds import Kind
from announcements.rules.lifecycle import State
from bot.commands.announcement_parameters import (
    Address,
    AnnouncementRef,
    AudienceWords,
    Basis,
    Decision,
    Department,
    ElementName,
    FirstDay,
    KindName,
    LastDay,
    Manner,
    OfficePhone,
    StateName,
    Subjects,
)
from bot.commands.announcement_replies import checklist, faults, next_question, previewed
from bot.commands.approvals import waits_for_officer
from bot.marking import held
from bot.messages import Button, Incoming, Reply, Table
from bot.parameters import NAMED, Body, Line, Page, Since, Text, Title, Until
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from people.audiences import Audience

__all__ = ["AnnouncementRef", "AudienceWords"]
PAGE = 10


@command(
    "announce draft",
    zh="公告 起草",
    summary=N_("Write an announcement; nothing is sent yet"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def draft(tx: Tx, kind: KindName, title: Title, audience: AudienceWords, body: Body, incoming: Incoming) -> Reply:
    """Write a draft and show it as its recipients would see it; what its kind needs beside is asked for."""
    made = usecases.draft(tx, kind=kind, title=title, body=body, audience=_stored(audience))
    return next_question(tx, incoming, made)


def _stored(audience: Audience) -> dict[str, list[str]]:
    return {name: list(values) for name, values in audience.items()}


@command(
    "announce notice",
    zh="公示 起草",
    summary=N_("Write a public notice with everything it must say"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def notice(
    tx: Tx,
    incoming: Incoming,
    title: Title,
    basis: Basis,
    subjects: Subjects,
    decision: Decision,
    starts: FirstDay,
    ends: LastDay,
    audience: AudienceWords,
    objection: Annotated[Manner, NAMED] | None = None,
    department: Annotated[Department, NAMED] | None = None,
    phone: Annotated[OfficePhone, NAMED] | None = None,
    address: Annotated[Address, NAMED] | None = None,
    body: Body = "",
) -> Reply:
    """Its last day is counted in working days. Where to object is as in the notice before, or asked for."""
    given = {"objection": objection, "department": department, "phone": phone, "address": address}
    typed = queries.last_contact(tx.session) | {name: value for name, value in given.items() if value}
    typed |= {"basis": basis, "subjects": subjects, "decision": decision, "starts": starts, "ends": ends}
    made = usecases.draft(tx, kind=Kind.PUBLIC_NOTICE, title=title, body=body, audience=_stored(audience), typed=typed)
    return next_question(tx, incoming, made)


@command(
    "announce edit",
    zh="公告 修改",
    summary=N_("Change a draft, or prepare a new version of a published text"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def edit(
    tx: Tx,
    announcement: AnnouncementRef,
    title: Annotated[Title, NAMED] | None = None,
    audience: Annotated[AudienceWords, NAMED] | None = None,
    body: Body | None = None,
) -> Reply:
    """The words are the new text; title and audience are changed as title=… and audience=…."""
    if not (title or body or audience is not None):
        raise BadInput("nothing_to_change", _("Say what to change: title=…, audience=… or the new text."))
    chosen = None if audience is None else _stored(audience)
    made = usecases.revise(tx, announcement=announcement, title=title, body=body, audience=chosen)
    return previewed(tx, made)


@command(
    "announce set",
    zh="公告 要素",
    summary=N_("Set one element of an announcement, such as its basis or its last day"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def set_element(tx: Tx, announcement: AnnouncementRef, element: ElementName, value: Text, incoming: Incoming) -> Reply:
    """Set an element, or fill in a field of its template; then ask for the next one that is missing."""
    name = elements.element_named(element, announcement.fields)
    try:
        with tx.session.begin_nested():
            usecases.revise(tx, announcement=announcement, typed={name: value})
    except BadInput as trouble:
        if not incoming.interactive or not any(fault.element == name for fault in faults(tx, announcement)):
            raise
        return next_question(tx, incoming, announcement, trouble.text)
    return next_question(tx, incoming, announcement)


@command(
    "announce complete",
    zh="公告 补全",
    summary=N_("Be asked for everything that an announcement still lacks"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def complete(tx: Tx, announcement: AnnouncementRef, incoming: Incoming) -> Reply:
    """Ask for what is missing, one by one; each answer can be followed by the next."""
    if faults(tx, announcement) and not incoming.interactive:
        return checklist(tx, announcement)
    return next_question(tx, incoming, announcement)


@command(
    "announce preview",
    zh="公告 预览",
    summary=N_("How an announcement will look, and to how many it goes"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def preview(tx: Tx, announcement: AnnouncementRef) -> Reply:
    """The text with the exact audience of this moment."""
    return previewed(tx, announcement)


@command(
    "announce submit",
    zh="公告 送审",
    summary=N_("Screen a text and ask another officer to approve it"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def submit(tx: Tx, announcement: AnnouncementRef) -> Reply:
    """Ask for approval. What is missing is listed exactly; a text that screening holds says why."""
    if announcement.state in (State.DRAFT, State.HELD) and faults(tx, announcement):
        return checklist(tx, announcement)
    approval = usecases.submit(tx, announcement=announcement)
    if approval is None:
        how = _("Reword it with `announce edit`, or wait until it is released, and send it again unchanged.")
        if any(finding.get("place") for finding in announcement.findings):
            how += "\n" + _("For a file: `announce detach`, then attach the changed one.")
        return held(announcement.reference, announcement.findings, how, {"announcement": announcement.number})
    hints = "".join("\n" + finding["why"] for finding in announcement.findings)
    return waits_for_officer(approval, {"announcement": announcement.number}, hints)


@command("announce list", zh="公告 列表", summary=N_("Announcements, newest first"), permission=Permission.USE_OFFICE)
def list_all(
    tx: Tx,
    words: Line = "",
    page: Page = 1,
    kind: Annotated[KindName, NAMED] | None = None,
    state: Annotated[StateName, NAMED] | None = None,
    since: Annotated[Since, NAMED] | None = None,
    until: Annotated[Until, NAMED] | None = None,
) -> Reply:
    """For staff all of them, also by words, number, kind, state and day; for members those they have not confirmed."""
    if not tx.actor.may(Permission.DRAFT_ANNOUNCEMENTS):
        return _mine(tx)
    search = Search(
        words, kind.value if kind else None, state.value if state else None, since, until, tx.association.timezone
    )
    found = queries.announcements(tx.session, search, limit=PAGE + 1, offset=PAGE * (max(page, 1) - 1))
    rows = tuple(
        (a.reference, a.document_number or "", Kind(a.kind).label, a.title, State(a.state).label) for a in found[:PAGE]
    )
    table = Table((_("Number"), _("Document number"), _("Kind"), _("Title"), _("State")), rows)
    named = {"kind": search.kind, "state": search.state, "since": since, "until": until}
    more = f"announce list page={page + 1}" + (f' words="{words}"' if words else "")
    more += "".join(f" {name}={value}" for name, value in named.items() if value)
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
