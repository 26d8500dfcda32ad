"""What is settled about an announcement before it goes out: files, groups, hour, way of delivery; and what follows one."""

from typing import Annotated

from announcements import usecases
from announcements.models import Announcement
from announcements.rules.kinds import Kind
from bot.commands.announcement_parameters import (
    AnnouncementRef,
    DeliveryWay,
    FirstDay,
    Groups,
    LastDay,
    Moment,
)
from bot.commands.announcement_replies import next_question, previewed
from bot.commands.files import File
from bot.messages import Incoming, Reply
from bot.parameters import NAMED, Body, Reason, Title
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx


@command(
    "announce attach",
    zh="公告 附件",
    summary=N_("Send a file along with an announcement"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def attach(tx: Tx, announcement: AnnouncementRef, file: File) -> Reply:
    """Keep a file with the draft; its words are screened with the text."""
    stored = usecases.attach(tx, announcement=announcement, name=file.name, content=file.content)
    text = _("{name} goes along with {reference}.\nSHA-256: {sha256}")
    words = text.format(name=stored.name, reference=announcement.reference, sha256=stored.sha256)
    return Reply(words, data={"announcement": announcement.number, "sha256": stored.sha256})


@command(
    "announce detach",
    zh="公告 去附件",
    summary=N_("Take the files off a draft"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def detach(tx: Tx, announcement: AnnouncementRef) -> Reply:
    """The files stay stored, but do not go along."""
    count = usecases.detach(tx, announcement=announcement)
    return Reply(_("{count} files taken off.").format(count=count), data={"files": count})


@command(
    "announce groups",
    zh="公告 发群",
    summary=N_("Post an announcement to linked groups, too"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def choose_groups(tx: Tx, announcement: AnnouncementRef, groups: Groups) -> Reply:
    """Choose the groups; “none” for no group."""
    usecases.choose_groups(tx, announcement=announcement, groups=[group.id for group in groups])
    return previewed(tx, announcement)


@command(
    "announce delivery",
    zh="公告 送达方式",
    summary=N_("Send at once whatever the hour, or publish without telling anybody"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def choose_delivery(tx: Tx, announcement: AnnouncementRef, way: DeliveryWay, reason: Reason) -> Reply:
    """Both are recorded with their reason."""
    usecases.choose_delivery(tx, announcement=announcement, delivery=way, reason=reason)
    return previewed(tx, announcement)


@command(
    "announce schedule",
    zh="公告 定时",
    summary=N_("Let an announcement go out at a moment, once it is approved"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def schedule(tx: Tx, announcement: AnnouncementRef, moment: Moment) -> Reply:
    """Set the hour, in the association's time."""
    usecases.schedule(tx, announcement=announcement, moment=moment)
    return previewed(tx, announcement)


@command(
    "announce cancel",
    zh="公告 取消定时",
    summary=N_("Stop an announcement that waits for its hour"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def cancel(tx: Tx, announcement: AnnouncementRef) -> Reply:
    """It is a draft again."""
    usecases.cancel(tx, announcement=announcement)
    return previewed(tx, announcement)


@command(
    "announce restart",
    zh="公示 重新公示",
    summary=N_("Run a published notice anew, with new dates and a reason"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def restart(
    tx: Tx,
    announcement: AnnouncementRef,
    starts: FirstDay,
    ends: LastDay,
    reason: Reason,
    body: Annotated[Body, NAMED] | None = None,
) -> Reply:
    """Nothing of the running notice is changed until the new one is approved."""
    usecases.restart(tx, announcement=announcement, starts=starts, ends=ends, reason=reason, body=body)
    return previewed(tx, announcement)


@command(
    "announce discard",
    zh="公告 放弃修改",
    summary=N_("Drop what was prepared for the next version; the text in force stays"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def discard(tx: Tx, announcement: AnnouncementRef) -> Reply:
    """The text in force is the working copy again."""
    usecases.discard(tx, announcement=announcement)
    return previewed(tx, announcement)


def _follow(tx: Tx, incoming: Incoming, kind: Kind, parent: Announcement, title: str, body: str) -> Reply:
    audience = {name: list(values) for name, values in parent.audience.items()}
    made = usecases.draft(tx, kind=kind, title=title, body=body, audience=audience, parent=parent)
    return next_question(tx, incoming, made)


@command(
    "announce correct",
    zh="公告 更正",
    summary=N_("Write a correction of a published announcement, to the same people"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def correct(
    tx: Tx, announcement: AnnouncementRef, body: Body, incoming: Incoming, title: Annotated[Title, NAMED] | None = None
) -> Reply:
    """The corrected text stays as it was; the correction names it."""
    named = announcement.document_number or announcement.reference
    title = title or f"关于“{announcement.title}”（{named}）的更正公告"
    return _follow(tx, incoming, Kind.CORRECTION, announcement, title, body)


@command(
    "announce result",
    zh="公示 结果",
    summary=N_("Write the result of a public notice; it can go out when the period has ended"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def conclude(
    tx: Tx, announcement: AnnouncementRef, body: Body, incoming: Incoming, title: Annotated[Title, NAMED] | None = None
) -> Reply:
    """It is refused while the period runs, or while an objection is undecided."""
    title = title or f"{announcement.title.replace('公示', '')}公示结果的公告"
    return _follow(tx, incoming, Kind.RESULT, announcement, title, body)
