"""Changes that members propose on their own cards, and the office's decisions fact by fact."""

from typing import Annotated, Any

from bot.commands.members import Category, Engineers, NewRegion, UnitCode, UnitName
from bot.commands.unit_parameters import OwnUnit, own_unit
from bot.messages import Button, Reply, Table
from bot.parameters import NAMED, Flag, Page, Parameter, Phone, Reason, plain, read_text
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from membership import queries, usecases
from membership.models import ChangeRequest
from membership.queries import Diff, shown_fact
from membership.rules import changes as rules
from membership.rules.changes import FACTS, FactState, RequestState

PAGE = 15


def _read_change(tx: Tx, raw: str) -> ChangeRequest:
    digits = plain(raw).upper().removeprefix("C").removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("change_form", _("Write a request like C-0012."))
    every = tx.actor.may(Permission.VIEW_MEMBERS)
    return queries.change_for(tx.session, int(digits), tx.actor.person_id, every=every)


def _open_ones(tx: Tx) -> list[tuple[str, str]]:
    mine = None if tx.actor.may(Permission.VIEW_MEMBERS) else tx.actor.person_id
    found = queries.changes(tx.session, person_id=mine, limit=10)
    return [(c.reference, f"{c.reference} {u.name}"[:60]) for c, u in found if c.state == RequestState.OPEN]


def _facts(_tx: Tx) -> list[tuple[str, str]]:
    return [(fact, _(label)) for fact, label in FACTS.items()]


ChangeRef = Annotated[
    ChangeRequest,
    Parameter(N_("request of change"), _read_change, zh="变更", hint=N_("for example C-0012"), choices=_open_ones),
]
FactName = Annotated[str, Parameter(N_("changed fact"), read_text, zh="项目", choices=_facts)]
ContactWords = Annotated[
    str,
    Parameter(
        N_("another contact"),
        lambda _tx, raw: usecases.read_contact(raw),
        zh="联系人",
        hint=N_("name and telephone, like 林新 13900000002"),
    ),
]


@command(
    "change propose",
    zh="变更 申请",
    summary=N_("Propose a change of your own unit's facts"),
    permission=Permission.REPRESENT,
)
def propose(
    tx: Tx,
    member: OwnUnit | None = None,
    name: Annotated[UnitName, NAMED] | None = None,
    code: Annotated[UnitCode, NAMED] | None = None,
    category: Annotated[Category, NAMED] | None = None,
    region: Annotated[NewRegion, NAMED] | None = None,
    engineers: Annotated[Engineers, NAMED] | None = None,
    phone: Annotated[Phone, NAMED] | None = None,
    contact: Annotated[ContactWords, NAMED] | None = None,
) -> Reply:
    """What is given as name=value is proposed; it goes live when the office has taken it over."""
    given: dict[str, Any] = {
        "name": name,
        "code": code,
        "category": category,
        "region": region,
        "engineers": engineers,
        "phone": phone,
        "contact": contact,
    }
    facts = {fact: str(value) for fact, value in given.items() if value is not None}
    if not facts:
        raise BadInput("nothing_to_change", _("Say what to change, for example region=杭州市."))
    made = usecases.propose(tx, unit=own_unit(tx, member), facts=facts)
    text = _("{reference} waits for the office. Until then the card stays as it is.").format(reference=made.reference)
    reply = _card(tx, made)
    return Reply(f"{text}\n\n{reply.text}", buttons=reply.buttons, data=reply.data, personal=True)


@command(
    "change show",
    zh="变更 查看",
    summary=N_("A request of change: old and new of each fact"),
    permission=Permission.USE_OFFICE,
)
def show(tx: Tx, change: ChangeRef) -> Reply:
    """The card of differences, with a button for each fact that is undecided."""
    return _card(tx, change)


def _card(tx: Tx, change: ChangeRequest) -> Reply:
    diff = queries.diff_of(tx.session, change)
    lines = [
        f"{change.reference} {diff.unit.reference} {diff.unit.name} — {RequestState(change.state).label}",
        _("Proposed by {name}, {moment}").format(name=diff.person.name, moment=tx.association.show(change.made_at)),
    ]
    lines += _differences(diff)
    data = {
        "change": change.number,
        "state": change.state,
        "facts": {one.fact: {"old": one.old, "new": one.new, "state": one.state} for one, _now in diff.facts},
    }
    return Reply("\n".join(lines), buttons=_buttons(tx, diff), data=data, personal=True)


def _differences(diff: Diff) -> list[str]:
    lines = []
    for one, now in diff.facts:
        line = _("{fact}: {old} → {new}").format(
            fact=_(FACTS[one.fact]), old=shown_fact(one.fact, one.old), new=shown_fact(one.fact, one.new)
        )
        if one.state != FactState.OPEN:
            line += _(" ({state})").format(state=FactState(one.state).label)
        elif now != one.old:
            line += "\n⚠ " + _("changed meanwhile: the card says “{now}” now").format(now=shown_fact(one.fact, now))
        lines.append(line + (" " + one.reason if one.reason else ""))
    return lines


def _buttons(tx: Tx, diff: Diff) -> tuple[tuple[Button, ...], ...]:
    request = diff.request
    if request.state != RequestState.OPEN:
        return ()
    if request.person_id == tx.actor.person_id:
        return ((Button(_("Take the request back"), f"change withdraw {request.reference}"),),)
    if not tx.actor.may(Permission.MANAGE_MEMBERS):
        return ()
    rows = []
    for one, now in diff.facts:
        if one.state != FactState.OPEN:
            continue
        line, anyway = f"{request.reference} {one.fact}", " --anyway" if now != one.old else ""
        label = _("Take over all the same: {fact}") if anyway else _("Take over: {fact}")
        take = Button(label.format(fact=_(FACTS[one.fact])), f"change approve {line}{anyway}")
        leave = Button(_("Decline: {fact}").format(fact=_(FACTS[one.fact])), f"change decline {line}")
        rows.append((take, leave))
    return tuple(rows)


@command(
    "change list",
    zh="变更 列表",
    summary=N_("Requests of change: your own, or for the office those that wait"),
    permission=Permission.USE_OFFICE,
)
def list_all(tx: Tx, page: Page = 1) -> Reply:
    """Newest first."""
    mine = None if tx.actor.may(Permission.VIEW_MEMBERS) else tx.actor.person_id
    found = queries.changes(tx.session, person_id=mine, limit=PAGE + 1, offset=PAGE * (max(page, 1) - 1))
    rows = tuple(
        (c.reference, unit.name, RequestState(c.state).label, tx.association.show(c.made_at))
        for c, unit in found[:PAGE]
    )
    buttons = [(Button(f"{row[0]} {row[1]}"[:60], f"change show {row[0]}"),) for row in rows[:5]]
    if len(found) > PAGE:
        buttons.append((Button(_("More"), f"change list page={page + 1}"),))
    table = Table((_("Number"), _("Unit"), _("State"), _("Proposed on")), rows) if rows else None
    text = _("{count} requests of change").format(count=len(rows)) if rows else _("There are no requests of change.")
    return Reply(text, table=table, buttons=tuple(buttons), data=[list(row) for row in rows])


@command(
    "change approve",
    zh="变更 同意",
    summary=N_("Take over one proposed fact"),
    permission=Permission.MANAGE_MEMBERS,
)
def approve(tx: Tx, change: ChangeRef, fact: FactName, anyway: Annotated[Flag, NAMED] = False) -> Reply:
    """The fact goes live now; what is left of the request is shown."""
    usecases.take_over(tx, request=change, fact=_named(tx, change, fact), anyway=anyway)
    return _card(tx, change)


@command(
    "change decline",
    zh="变更 不同意",
    summary=N_("Do not take over one proposed fact; its proposer is told why"),
    permission=Permission.MANAGE_MEMBERS,
)
def decline(tx: Tx, change: ChangeRef, fact: FactName, reason: Reason) -> Reply:
    """The reason is sent as it is."""
    if not usecases.refuse(tx, request=change, fact=_named(tx, change, fact), reason=reason):
        return Reply(_("Screening holds this reason. Word it differently."), error="held_by_screening")
    return _card(tx, change)


def _named(tx: Tx, change: ChangeRequest, fact: str) -> str:
    return rules.fact_named(plain(fact), [one.fact for one in queries.facts_in(tx.session, change)])


@command(
    "change withdraw",
    zh="变更 撤回",
    summary=N_("Take back what is undecided of your request of change"),
    permission=Permission.REPRESENT,
)
def withdraw(tx: Tx, change: ChangeRef) -> Reply:
    """Take it back."""
    usecases.take_back(tx, request=change)
    return Reply(_("{reference} is taken back.").format(reference=change.reference))
