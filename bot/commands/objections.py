"""Objections to public notices and comments on drafts: raised by members, ruled on, answered."""

from announcements import queries, usecases
from announcements.models import Objection
from announcements.rules.objections import ObjectionState
from bot.commands.announcement_parameters import AnnouncementRef, ObjectionRef, OwnObjection, Ruling
from bot.commands.files import File
from bot.marking import held
from bot.messages import Button, Reply, Table
from bot.parameters import Page, Reason, Text
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx

PAGE = 10


@command(
    "object",
    zh="异议 提出",
    summary=N_("Object to a public notice, or comment on a draft"),
    permission=Permission.ANSWER,
)
def object_to(tx: Tx, announcement: AnnouncementRef, text: Text, file: File | None = None) -> Reply:
    """It gets a number and a day by which it is answered; one that comes too late is kept as such."""
    sent = (file.name, file.content) if file is not None else None
    made = usecases.object_to(tx, announcement=announcement, words=text, file=sent)
    data = {"objection": made.number, "state": made.state, "due": str(made.due_on) if made.due_on else None}
    if made.state == ObjectionState.LATE:
        words = _(
            "{reference}: the period ended on {day}. Your objection came too late; it is kept and shown to the "
            "secretariat, but not ruled on."
        )
        return Reply(words.format(reference=made.reference, day=announcement.runs_until), data=data)
    words = _("{reference} is received in the name of {unit}. You get an answer by {day}.")
    buttons = ((Button(_("Take back the objection"), f"objection withdraw {made.reference}"),),)
    return Reply(words.format(reference=made.reference, unit=made.unit, day=made.due_on), buttons=buttons, data=data)


@command(
    "objection list",
    zh="异议 列表",
    summary=N_("Objections: of one announcement, or all that are undecided"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def list_objections(tx: Tx, announcement: AnnouncementRef | None = None, page: Page = 1) -> Reply:
    """The most urgent first. What they say is shown one by one."""
    if announcement is not None:
        found = [(one, announcement) for one in queries.objections_of(tx.session, announcement)]
        found = found[PAGE * (max(page, 1) - 1) : PAGE * max(page, 1) + 1]
    else:
        found = queries.objections_waiting(tx.session, limit=PAGE + 1, offset=PAGE * (max(page, 1) - 1))
    rows = tuple(
        (one.reference, notice.reference, one.unit, ObjectionState(one.state).label, str(one.due_on or ""))
        for one, notice in found[:PAGE]
    )
    table = Table((_("Number"), _("Announcement"), _("Unit"), _("State"), _("Answer by")), rows)
    buttons = [(Button(_("Show {name}").format(name=row[0]), f"objection show {row[0]}"),) for row in rows[:5]]
    if len(found) > PAGE:
        named = f" {announcement.reference}" if announcement is not None else ""
        buttons.append((Button(_("More"), f"objection list{named} page={page + 1}"),))
    text = _("Objections") if rows else _("No objection.")
    return Reply(text, table=table if rows else None, buttons=tuple(buttons), data=[list(row) for row in rows])


@command(
    "objection show",
    zh="异议 查看",
    summary=N_("What an objection says; that you read it is recorded"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def show(tx: Tx, objection: ObjectionRef) -> Reply:
    """The words are unsealed for this reply only."""
    words = usecases.read_objection(tx, objection=objection)
    notice = queries.announcement_by_id(tx.session, objection.announcement_id)
    head = _("{reference} to {notice}, {unit}, received {moment}: {state}").format(
        reference=objection.reference,
        notice=notice.document_number or notice.reference,
        unit=objection.unit,
        moment=tx.association.show(objection.received_at),
        state=ObjectionState(objection.state).label,
    )
    lines = [head, words or _("(erased)")]
    if objection.ruling:
        state = ObjectionState(objection.state).label
        lines.append(_("Ruling: objection {state}. {reason}").format(state=state, reason=objection.ruling))
    buttons = ((Button(_("Rule on it"), f"objection rule {objection.reference}"),),)
    offered = buttons if objection.state == ObjectionState.OPEN and tx.actor.may(Permission.APPROVE) else ()
    return Reply("\n".join(lines), buttons=offered, data={"objection": objection.number, "state": objection.state})


@command(
    "objection rule",
    zh="异议 裁定",
    summary=N_("Decide an objection and answer whoever raised it"),
    permission=Permission.APPROVE,
    sensitive=True,
)
def rule_on(tx: Tx, objection: ObjectionRef, ruling: Ruling, reason: Reason) -> Reply:
    """Somebody who is not involved decides; the reason is the answer."""
    findings = usecases.rule_on(tx, objection=objection, ruling=ruling, reason=reason)
    if findings is not None:
        how = _("Nothing is decided yet. Word the reason differently, or send it unchanged once it is released.")
        return held(_("the reason"), findings, how, {"objection": objection.number})
    text = _("{reference}: {ruling}. Whoever raised it is being told.")
    words = text.format(reference=objection.reference, ruling=ruling.label)
    return Reply(words, data={"objection": objection.number, "state": ruling.value})


def _offer(one: Objection) -> tuple[Button, ...]:
    return (Button(_("Take back {name}").format(name=one.reference), f"objection withdraw {one.reference}"),)


@command("objection mine", zh="异议 我的", summary=N_("The objections you raised"), permission=Permission.ANSWER)
def mine(tx: Tx) -> Reply:
    """Where each of them stands, with the answer."""
    found = queries.objections_by(tx.session, tx.actor.person_id or 0)
    rows = tuple(
        (one.reference, notice.document_number or notice.reference, ObjectionState(one.state).label, one.ruling or "")
        for one, notice in found
    )
    table = Table((_("Number"), _("Announcement"), _("State"), _("Answer")), rows)
    buttons = tuple(_offer(one) for one, _notice in found if one.state == ObjectionState.OPEN)
    text = _("Your objections") if rows else _("You have raised none.")
    return Reply(text, table=table if rows else None, buttons=buttons, data=[list(row) for row in rows])


@command(
    "objection withdraw",
    zh="异议 撤回",
    summary=N_("Take back an objection that you raised"),
    permission=Permission.ANSWER,
)
def take_back(tx: Tx, objection: OwnObjection) -> Reply:
    """It is not ruled on any more."""
    usecases.take_back(tx, objection=objection)
    return Reply(_("{reference} is taken back.").format(reference=objection.reference), data={"state": objection.state})
