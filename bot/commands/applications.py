"""Deciding about applications, one or many at once; the public notice, the vote, and the way of admission."""

from collections.abc import Callable
from typing import Annotated

from announcements import queries as announced
from bot.commands.announcement_parameters import Address, Department, Manner, OfficePhone
from bot.commands.application_cards import where
from bot.commands.application_parameters import AllOf, Applications, StartsOn
from bot.commands.files import File
from bot.commands.meeting_parameters import MeetingRef
from bot.messages import Button, FileOut, Reply, Table
from bot.parameters import NAMED, Reason
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from membership import queries, usecases
from membership.models import Application
from membership.queries.rule_texts import ADMISSION
from membership.rules.admission.plan import Plan, StepKind
from membership.usecases import admission
from membership.usecases.admission import Outcome

HELD = N_("screening holds this reason: word it differently")


def _answer(done: str, outcomes: list[Outcome]) -> Reply:
    """What became of each; a single refusal is the answer itself."""
    if len(outcomes) == 1 and outcomes[0].error is not None:
        raise outcomes[0].error
    rows = tuple(
        (f"J-{one.number:04d}", one.application.name if one.application else "", _said(one)) for one in outcomes
    )
    good = sum(one.error is None and not one.held for one in outcomes)
    text = (
        done.format(count=good)
        if good == len(outcomes)
        else _("{count} of {all} done").format(count=good, all=len(outcomes))
    )
    data = [
        {
            "application": one.number,
            "done": one.error is None and not one.held,
            "error": one.error.code if one.error else ("held_by_screening" if one.held else None),
        }
        for one in outcomes
    ]
    code = "held_by_screening" if all(one.held for one in outcomes) else None
    return Reply(text, table=Table((_("Number"), _("Unit"), _("What became of it")), rows), data=data, error=code)


def _said(one: Outcome) -> str:
    if one.error is not None:
        return one.error.text
    if one.held:
        return _(HELD)
    return where(one.application) if one.application else ""


def _each(tx: Tx, numbers: list[int], decide: Callable[[Application], bool], done: str) -> Reply:
    return _answer(done, admission.each(tx, numbers, decide))


@command(
    "application approve",
    zh="入会 通过",
    summary=N_("Pass applications on to their next step, one or many"),
    permission=Permission.MANAGE_MEMBERS,
)
def approve(tx: Tx, applications: AllOf) -> Reply:
    """Each on its own: one that cannot pass says why and does not stop the others."""
    done = _("{count} passed")
    return _each(tx, applications, lambda one: admission.approve(tx, application=one), done)


@command(
    "application return",
    zh="入会 退回",
    summary=N_("Return applications for completion; the applicants are told why"),
    permission=Permission.MANAGE_MEMBERS,
)
def send_back(tx: Tx, applications: Applications, reason: Reason) -> Reply:
    """The reason is sent as it is."""
    done = _("{count} returned")
    return _each(tx, applications, lambda one: admission.send_back(tx, application=one, reason=reason), done)


@command(
    "application decline",
    zh="入会 不予通过",
    summary=N_("Decline applications; the applicants are told why"),
    permission=Permission.MANAGE_MEMBERS,
    sensitive=True,
)
def decline(tx: Tx, applications: Applications, reason: Reason) -> Reply:
    """The reason is sent as it is."""
    done = _("{count} declined")
    return _each(tx, applications, lambda one: admission.decline(tx, application=one, reason=reason), done)


def _named(tx: Tx, numbers: list[int]) -> list[Application]:
    return [queries.application_by_number(tx.session, number) for number in numbers]


@command(
    "application notice",
    zh="入会 公示",
    summary=N_("Write one public notice about applications"),
    permission=Permission.MANAGE_MEMBERS,
)
def notice(
    tx: Tx,
    applications: Applications,
    starts: StartsOn,
    objection: Annotated[Manner, NAMED] | None = None,
    department: Annotated[Department, NAMED] | None = None,
    phone: Annotated[OfficePhone, NAMED] | None = None,
    address: Annotated[Address, NAMED] | None = None,
) -> Reply:
    """Where to object is as in the notice before; what is missing there is named."""
    given = {"objection": objection, "department": department, "phone": phone, "address": address}
    typed = announced.last_contact(tx.session) | {name: value for name, value in given.items() if value}
    opened = admission.open_notice(tx, applications=_named(tx, applications), starts=starts, typed=typed)
    made = opened.announcement
    data = {"announcement": made.number, "approval": opened.approval.number if opened.approval else None}
    preview = Button(_("Preview"), f"announce preview {made.reference}")
    if opened.approval is None:
        text = _("Screening holds {reference}.").format(reference=made.reference)
        return Reply(text, buttons=((preview,),), data=data, error="held_by_screening")
    text = _("The public notice {reference} waits for another officer ({approval}).")
    words = text.format(reference=made.reference, approval=opened.approval.reference)
    return Reply(words, buttons=((preview,),), data=data)


@command(
    "application vote",
    zh="入会 表决",
    summary=N_("Put applications to the vote as one motion"),
    permission=Permission.MANAGE_MEETINGS,
)
def vote(tx: Tx, applications: Applications, meeting: Annotated[MeetingRef, NAMED] | None = None) -> Reply:
    """To a meeting, or for written consent of the body; the vote is opened with `motion open` then."""
    motion = admission.put_to_vote(
        tx, applications=_named(tx, applications), meeting=meeting.number if meeting else None
    )
    data = {"motion": motion.number, "held": motion.held}
    if motion.held:
        text = _("Screening holds {reference}.").format(reference=motion.reference)
        return Reply(text, data=data, error="held_by_screening")
    text = _("{reference} “{title}” is put. Its result decides about the applications.")
    buttons = ((Button(_("Open the vote"), f"motion open {motion.reference}"),),) if meeting else ()
    return Reply(text.format(reference=motion.reference, title=motion.title), buttons=buttons, data=data)


@command(
    "admission show",
    zh="入会 流程",
    summary=N_("The way of admission: steps, documents, periods"),
    permission=Permission.VIEW_MEMBERS,
)
def show_plan(tx: Tx) -> Reply:
    """The way in force, and its document as a file to change."""
    text = queries.plan_text(tx.session, tx.today)
    way = queries.admission_plan(tx.session, tx.today)
    file = FileOut(f"admission-{way.version}.toml", text.encode(), "application/toml")
    return Reply("\n".join(_plan_lines(way)), files=(file,), data={"version": way.version})


def _plan_lines(way: Plan) -> list[str]:
    lines = [_("Way of admission, version {version}").format(version=way.version)]
    for number, step in enumerate(way.steps, 1):
        parts = [f"{number}. {step.label}"]
        if step.kind is StepKind.NOTICE:
            parts.append(_("{count} working days").format(count=step.work_days))
        if step.separate:
            parts.append(_("not by whoever decided the step before"))
        lines.append(" · ".join(parts))
    required, optional = _("Required: {name}"), _("Optional: {name}")
    lines += [(required if paper.required else optional).format(name=paper.label) for paper in way.papers]
    text = _("Left lying by the applicant, it expires after {days} days; a word {warn} days before.")
    lines.append(text.format(days=way.expire_days, warn=way.warn_days))
    lines.append(_("Strangers may apply in chat.") if way.open else _("Strangers may not apply in chat."))
    return lines


@command(
    "admission set",
    zh="入会 流程设定",
    summary=N_("Put another way of admission into force; another officer confirms it"),
    permission=Permission.MANAGE_OFFICE,
    sensitive=True,
)
def set_plan(tx: Tx, file: File) -> Reply:
    """A TOML document like the one that `admission show` gives."""
    asked = usecases.ask_rules(tx, kind=ADMISSION, content=file.content)
    text = _("{reference} waits for another officer: {summary}")
    return Reply(text.format(reference=asked.reference, summary=asked.summary), data={"approval": asked.number})
