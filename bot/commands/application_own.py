"""Applying for membership: what an applicant says."""

from typing import Annotated, Any

from bot.commands.application_cards import shown, where
from bot.commands.application_parameters import ApplicationRef, PaperName, StateName
from bot.commands.files import File
from bot.commands.members import Category, ClassName, Engineers, NewRegion, UnitCode, UnitName
from bot.messages import Button, FileOut, Reply, Table
from bot.parameters import NAMED, Line, Page, Phone
from bot.registry import command
from core import attachments
from core.access import Permission
from core.errors import NotFound
from core.i18n import N_, _
from core.transaction import Tx
from membership import queries
from membership.rules.admission import decisions
from membership.rules.admission.states import UNDER_WAY
from membership.rules.classes import MemberClass
from membership.usecases import admission
from membership.usecases.admission.applying import Profile

PAGE = 15


@command("apply", zh="入会 申请", summary=N_("Apply for membership of a unit"), permission=Permission.APPLY)
def apply(
    tx: Tx,
    name: UnitName,
    code: UnitCode,
    category: Category,
    region: NewRegion,
    phone: Phone,
    rank: Annotated[ClassName, NAMED] | None = None,
    engineers: Annotated[Engineers, NAMED] | None = None,
) -> Reply:
    """Begin an application; the documents that it needs are asked for with buttons."""
    profile = Profile(
        name,
        code,
        category,
        rank or MemberClass.MEMBER.value,
        region,
        engineers if isinstance(engineers, int) else None,
    )
    made = admission.begin(tx, profile=profile, phone=phone)
    reply = shown(tx, made)
    head = _("Application {reference} is begun. Send the documents, then hand it in.").format(reference=made.reference)
    return Reply(f"{head}\n\n{reply.text}", buttons=reply.buttons, data=reply.data, personal=True)


@command(
    "application amend",
    zh="入会 修改",
    summary=N_("Change your application before it is handed in, or when it was returned"),
    permission=Permission.APPLY,
)
def amend(
    tx: Tx,
    application: ApplicationRef,
    name: Annotated[UnitName, NAMED] | None = None,
    code: Annotated[UnitCode, NAMED] | None = None,
    category: Annotated[Category, NAMED] | None = None,
    region: Annotated[NewRegion, NAMED] | None = None,
    rank: Annotated[ClassName, NAMED] | None = None,
    engineers: Annotated[Engineers, NAMED] | None = None,
) -> Reply:
    """Change what is given as name=value; the rest stays."""
    given = {"name": name, "code": code, "category": category, "region": region, "rank": rank, "engineers": engineers}
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if changes.get("engineers") == "":
        changes["engineers"] = None
    admission.amend(tx, application=application, changes=changes)
    return shown(tx, application)


@command(
    "application attach",
    zh="入会 材料",
    summary=N_("Send a document with your application"),
    permission=Permission.APPLY,
)
def attach(tx: Tx, application: ApplicationRef, document: PaperName, file: File) -> Reply:
    """Keep a document; what is still missing is shown."""
    admission.attach(tx, application=application, paper=document, file=(file.name, file.content))
    return shown(tx, application)


@command("application submit", zh="入会 提交", summary=N_("Hand your application in"), permission=Permission.APPLY)
def submit(tx: Tx, application: ApplicationRef) -> Reply:
    """Hand it in, for the first time or again."""
    made = admission.submit(tx, application=application)
    text = _("{reference} is handed in: {where}. You will be told of every step; there is nothing to pay.")
    return Reply(text.format(reference=made.reference, where=where(made)), data={"application": made.number})


@command(
    "application withdraw",
    zh="入会 撤回",
    summary=N_("Withdraw your application"),
    permission=Permission.APPLY,
    confirm=N_("Withdraw this application? You may apply again at any time."),
)
def withdraw(tx: Tx, application: ApplicationRef, reason: Line = "") -> Reply:
    """Withdraw it; no reason is needed."""
    made = admission.withdraw(tx, application=application, reason=reason)
    return Reply(_("{reference} is withdrawn.").format(reference=made.reference), data={"application": made.number})


@command(
    "application show",
    zh="入会 查看",
    summary=N_("One application with its documents and history"),
    permission=Permission.USE_OFFICE,
)
def show(tx: Tx, application: ApplicationRef) -> Reply:
    """The card: the applicant's own, or for the office any."""
    return shown(tx, application)


@command(
    "application list",
    zh="入会 列表",
    summary=N_("Applications: your own, or for the office all that are under way"),
    permission=Permission.USE_OFFICE,
)
def list_all(tx: Tx, state: Annotated[StateName, NAMED] | None = None, page: Page = 1) -> Reply:
    """Newest first."""
    every = tx.actor.may(Permission.VIEW_MEMBERS)
    states = [state] if state else (UNDER_WAY if every else ())
    found = queries.applications(
        tx.session,
        states=states,
        person_id=None if every else tx.actor.person_id,
        limit=PAGE + 1,
        offset=PAGE * (max(page, 1) - 1),
    )
    rows = tuple((one.reference, one.name, where(one), tx.association.show(one.touched_at)) for one in found[:PAGE])
    buttons = [(Button(f"{one.reference} {one.name}"[:60], f"application show {one.reference}"),) for one in found[:5]]
    if len(found) > PAGE:
        named = f" state={state.value}" if state else ""
        buttons.append((Button(_("More"), f"application list page={page + 1}{named}"),))
    table = Table((_("Number"), _("Unit"), _("State"), _("Last touched")), rows) if rows else None
    text = _("{count} applications").format(count=len(rows)) if rows else _("There are no applications.")
    return Reply(text, table=table, buttons=tuple(buttons), data=[list(row) for row in rows])


@command(
    "application paper",
    zh="入会 取件",
    summary=N_("Get a document of an application"),
    permission=Permission.USE_OFFICE,
)
def paper(tx: Tx, application: ApplicationRef, document: PaperName) -> Reply:
    """The file as it was sent."""
    wanted = decisions.paper_named(queries.admission_plan(tx.session, tx.today).papers, document)
    kept = next((f for p, f in queries.papers_of(tx.session, application) if p.kind == wanted.name), None)
    if kept is None:
        raise NotFound("paper_missing", _("“{name}” has not been sent.").format(name=wanted.label))
    name, media, content = attachments.content_of(tx.session, kept.id)
    return Reply(f"{application.reference} {wanted.label}", files=(FileOut(name, content, media),), personal=True)
