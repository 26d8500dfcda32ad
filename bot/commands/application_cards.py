"""An application as it is shown: to the applicant with what comes next, to the office with what can be decided."""

from bot.messages import Button, Reply
from core.access import Permission
from core.i18n import _
from core.transaction import Tx
from membership import queries
from membership.models import Application, Unit
from membership.queries import ApplicationCard
from membership.rules import categories, classes
from membership.rules.admission import decisions, plan
from membership.rules.admission.plan import StepKind
from membership.rules.admission.states import UNDER_WAY, WITH_APPLICANT, Act, State
from membership.rules.standing import Status


def step_label(application: Application) -> str:
    """The step at which an open application stands, in words."""
    if application.state != State.OPEN:
        return ""
    return decisions.step_named(plan.loaded(application.steps), application.step).label


def where(application: Application) -> str:
    """State and step in words."""
    return " · ".join(part for part in (State(application.state).label, step_label(application)) if part)


def as_data(application: Application) -> dict[str, object]:
    """An application for machines."""
    return {
        "application": application.number,
        "name": application.name,
        "code": application.code,
        "state": application.state,
        "step": application.step if application.state == State.OPEN else "",
    }


def shown(tx: Tx, application: Application) -> Reply:
    """The card of an application with the buttons for whoever looks at it."""
    card = queries.application_card(tx.session, application)
    mine = application.person_id == tx.actor.person_id
    buttons = _own_buttons(tx, card) if mine else _office_buttons(tx, card)
    text = "\n".join(_lines(tx, card, office=tx.actor.may(Permission.VIEW_MEMBERS)))
    return Reply(text, buttons=buttons, data=as_data(application), personal=True)


def _lines(tx: Tx, card: ApplicationCard, *, office: bool) -> list[str]:
    one = card.application
    lines = [
        f"{one.reference} {one.name} — {where(one)}",
        _("Credit code: {code}").format(code=one.code),
        " · ".join(part for part in (categories.label(one.category), classes.label(one.rank), one.region) if part),
    ]
    if one.engineers is not None:
        lines.append(_("Certified safety engineers: {count}").format(count=one.engineers))
    contact = " ".join(part for part in (card.applicant.name, card.applicant.phone) if part)
    lines.append(_("Applicant: {name}").format(name=contact))
    if card.unit is not None:
        lines.append(_("Member: {reference}").format(reference=card.unit.reference))
    if office and card.former is not None:
        lines.append(_former(card.former))
    lines += _papers(tx, card)
    lines += [_step(tx, card, index, office=office) for index in range(len(card.steps))]
    return lines


def _former(unit: Unit) -> str:
    text = _("Was a member before: {reference}, {status}")
    return text.format(reference=unit.reference, status=Status(unit.status).label)


def _papers(tx: Tx, card: ApplicationCard) -> list[str]:
    way = queries.admission_plan(tx.session, tx.today)
    labels = {paper.name: paper.label for paper in way.papers}
    lines = [
        _("{name}: {text}").format(name=labels.get(paper.kind, paper.kind), text=f"{file.name} (#{file.id})")
        for paper, file in card.papers
    ]
    if card.application.state in WITH_APPLICANT:
        sent = {paper.kind for paper, _file in card.papers}
        missing = decisions.missing_papers(way, card.application.category, sent)
        lines += [_("Still to send: {name}").format(name=paper.label) for paper in missing]
    return lines


def _step(tx: Tx, card: ApplicationCard, index: int, *, office: bool) -> str:
    """One line of history. The applicant reads what was done and why, not by whom."""
    one = card.steps[index]
    labels = {step.name: step.label for step in plan.loaded(card.application.steps)}
    who = card.names.get(one.person_id or 0, "") if office else ""
    decided = one.act in (Act.APPROVED, Act.RETURNED, Act.DECLINED)
    parts = [
        tx.association.show(one.at),
        labels.get(one.step, "") if decided else "",
        Act(one.act).label,
        who,
        one.reason,
    ]
    return " ".join(part for part in parts if part)


def _own_buttons(tx: Tx, card: ApplicationCard) -> tuple[tuple[Button, ...], ...]:
    one = card.application
    rows: list[tuple[Button, ...]] = []
    if one.state in WITH_APPLICANT:
        way = queries.admission_plan(tx.session, tx.today)
        sent = {paper.kind for paper, _file in card.papers}
        missing = decisions.missing_papers(way, one.category, sent)
        for paper in way.papers_for(one.category):
            label = _("Send: {name}") if paper.name not in sent else _("Send anew: {name}")
            rows.append((Button(label.format(name=paper.label), f"application attach {one.reference} {paper.name}"),))
        if not missing:
            rows.insert(0, (Button(_("Hand in the application"), f"application submit {one.reference}"),))
    if one.state in UNDER_WAY:
        rows.append((Button(_("Withdraw the application"), f"application withdraw {one.reference}"),))
    return tuple(rows)


def _office_buttons(tx: Tx, card: ApplicationCard) -> tuple[tuple[Button, ...], ...]:
    """What can be done at its step, for somebody who may: a vote is put, a notice written, else it is decided."""
    one = card.application
    rows = [
        (Button(_("Get {name}").format(name=file.name)[:60], f"application paper {one.reference} {paper.kind}"),)
        for paper, file in card.papers[:6]
    ]
    if one.state != State.OPEN or not tx.actor.may(Permission.MANAGE_MEMBERS):
        return tuple(rows)
    step = decisions.step_named(plan.loaded(one.steps), one.step)
    if not tx.actor.may(step.permission):
        return tuple(rows)
    first = Button(_("Pass the step"), f"application approve {one.reference}")
    if step.kind is StepKind.VOTE:
        first = Button(_("Put to the vote"), f"application vote {one.reference}")
    elif step.kind is StepKind.NOTICE and not one.notice:
        first = Button(_("Write the public notice"), f"application notice {one.reference}")
    turn = (
        Button(_("Return for completion"), f"application return {one.reference}"),
        Button(_("Decline the application"), f"application decline {one.reference}"),
    )
    return (*rows, (first,), turn)
