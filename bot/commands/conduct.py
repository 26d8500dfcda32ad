"""The code of conduct: its text, its publication, acceptance by the units, and who has not accepted."""

from typing import Annotated

from bot.commands.unit_parameters import OwnUnit, own_unit
from bot.messages import Button, Reply, Table
from bot.parameters import NAMED, Body, Page, Parameter, Title, read_number, read_text
from bot.registry import command
from core.access import Permission
from core.errors import NotFound
from core.i18n import N_, _
from core.transaction import Tx
from membership import queries, usecases
from membership.models import ConductText, Unit
from membership.rules.standing import Status

PAGE = 15
Version = Annotated[int, Parameter(N_("version"), read_number, zh="版本")]
Days = Annotated[int, Parameter(N_("days to accept"), read_number, zh="天数", hint=N_("calendar days, for example 30"))]
ClauseNumber = Annotated[str, Parameter(N_("clause"), read_text, zh="条款", hint=N_("for example 3 or 第三条"))]


def _chosen(tx: Tx, version: int | None) -> ConductText:
    """The version that is named, else the one in force; drafts only for the office. Raises NotFound."""
    office = tx.actor.may(Permission.MANAGE_MEMBERS)
    found = queries.conduct_in_force(tx.session) if version is None else queries.conduct_text(tx.session, version)
    if found is None or (found.published_on is None and not office):
        raise NotFound("conduct_none", _("No code of conduct is in force yet."))
    return found


def _head(text: ConductText) -> str:
    if text.published_on is None:
        return _("“{title}”, version {version}, draft").format(title=text.title, version=text.version)
    words = _("“{title}”, version {version}, in force since {day}")
    return words.format(title=text.title, version=text.version, day=text.published_on.isoformat())


def _waiting(tx: Tx, text: ConductText) -> list[Unit]:
    """The units of this person that have not accepted the version in force."""
    current = queries.conduct_in_force(tx.session)
    if current is None or current.id != text.id or not tx.actor.may(Permission.REPRESENT):
        return []
    mine = queries.units_for(tx.session, tx.actor.person_id or 0)
    return [u for u in mine if Status(u.status).member and queries.acceptance_of(tx.session, text, u) is None]


@command(
    "conduct text",
    zh="行为规范 查看",
    summary=N_("The code of conduct, whole or one clause"),
    permission=Permission.USE_OFFICE,
)
def show(tx: Tx, version: Version | None = None, clause: Annotated[ClauseNumber, NAMED] | None = None) -> Reply:
    """The version in force, or another one; with a button to accept for whoever has not."""
    text = _chosen(tx, version)
    data = {"version": text.version, "sha256": text.sha256, "clauses": len(text.clauses)}
    if clause is not None:
        _text, found = queries.clause(tx.session, clause, text.version)
        words = _("Clause {number} of {text}:").format(number=found.number, text=_head(text))
        return Reply(f"{words}\n{found.text}", data=data | {"clause": found.number})
    buttons = [
        (Button(_("Accept for {unit}").format(unit=u.name)[:60], f"conduct accept {text.version} {u.reference}"),)
        for u in _waiting(tx, text)[:5]
    ]
    if text.published_on is None:
        buttons.append((Button(_("Publish the text"), f"conduct publish {text.version}"),))
    digest = _("Digest (SHA-256): {digest}").format(digest=text.sha256)
    return Reply(f"{_head(text)}\n{digest}\n\n{text.text}", buttons=tuple(buttons), data=data)


@command(
    "conduct draft",
    zh="行为规范 起草",
    summary=N_("Write the next version of the code of conduct"),
    permission=Permission.MANAGE_MEMBERS,
)
def draft(tx: Tx, title: Title, body: Body) -> Reply:
    """Each clause begins a line with 第一条 or 1.; nothing is sent yet."""
    made = usecases.conduct.draft(tx, title=title, text=body)
    text = _("Version {version} is drafted with {count} clauses.").format(version=made.version, count=len(made.clauses))
    buttons = (
        (
            Button(_("Show it"), f"conduct text {made.version}"),
            Button(_("Publish the text"), f"conduct publish {made.version}"),
        ),
    )
    return Reply(text, buttons=buttons, data={"version": made.version, "clauses": len(made.clauses)})


@command(
    "conduct publish",
    zh="行为规范 发布",
    summary=N_("Publish a drafted version; another officer confirms it"),
    permission=Permission.MANAGE_MEMBERS,
    sensitive=True,
)
def publish(tx: Tx, version: Version, days: Annotated[Days, NAMED] = usecases.conduct.DAYS) -> Reply:
    """Then every present unit is asked to accept it within so many days, whatever it accepted before."""
    asked = usecases.conduct.ask_publication(tx, version=version, days=days)
    if asked is None:
        return Reply(
            _("Screening holds this text. Word it differently, or have it released."), error="held_by_screening"
        )
    text = _("{reference} waits for another officer: {summary}")
    return Reply(text.format(reference=asked.reference, summary=asked.summary), data={"approval": asked.number})


@command(
    "conduct accept",
    zh="行为规范 接受",
    summary=N_("Accept the code of conduct for your unit"),
    permission=Permission.REPRESENT,
)
def accept(tx: Tx, version: Version, member: OwnUnit | None = None) -> Reply:
    """What was accepted, by whom and when is kept with its digest."""
    unit = own_unit(tx, member)
    made = usecases.conduct.accept(tx, unit=unit, version=version)
    text = _("{unit} has accepted version {version} of the code of conduct. Digest: {digest}")
    words = text.format(unit=unit.name, version=version, digest=made.sha256[:16])
    return Reply(words, data={"member": unit.number, "version": version, "sha256": made.sha256})


@command(
    "conduct status",
    zh="行为规范 情况",
    summary=N_("Who has not accepted the code of conduct"),
    permission=Permission.VIEW_MEMBERS,
)
def status(tx: Tx, version: Version | None = None, page: Page = 1) -> Reply:
    """How many have accepted, and the units that have not."""
    text = _chosen(tx, version)
    done, present = queries.acceptance_counts(tx.session, text)
    found = queries.units_without(tx.session, text, limit=PAGE + 1, offset=PAGE * (max(page, 1) - 1))
    rows = tuple((unit.reference, unit.name, unit.region) for unit in found[:PAGE])
    words = _("{head}: accepted by {done} of {present} members.").format(head=_head(text), done=done, present=present)
    buttons = []
    if len(found) > PAGE:
        buttons.append((Button(_("More"), f"conduct status {text.version} page={page + 1}"),))
    if rows and text.published_on is not None and tx.actor.may(Permission.MANAGE_MEMBERS):
        buttons.append((Button(_("Remind them"), "conduct chase"),))
    table = Table((_("Number"), _("Not accepted yet"), _("Region")), rows) if rows else None
    data = {"version": text.version, "accepted": done, "members": present, "missing": [row[0] for row in rows]}
    return Reply(words, table=table, buttons=tuple(buttons), data=data)


@command(
    "conduct chase",
    zh="行为规范 催办",
    summary=N_("Remind those who have not accepted the code of conduct"),
    permission=Permission.MANAGE_MEMBERS,
)
def chase(tx: Tx) -> Reply:
    """Once a day at most."""
    told = usecases.conduct.chase(tx)
    return Reply(_("{count} people are reminded.").format(count=told), data={"told": told})


@command(
    "conduct list",
    zh="行为规范 版本",
    summary=N_("Every version of the code of conduct"),
    permission=Permission.USE_OFFICE,
)
def list_all(tx: Tx) -> Reply:
    """Published ones; for the office drafts, too."""
    office = tx.actor.may(Permission.MANAGE_MEMBERS)
    found = [one for one in queries.conduct_texts(tx.session) if office or one.published_on is not None]
    buttons = tuple((Button(_head(one)[:60], f"conduct text {one.version}"),) for one in found[:5])
    rows = tuple(
        (str(one.version), one.title, one.published_on.isoformat() if one.published_on else _("draft"), one.sha256[:16])
        for one in found
    )
    table = Table((_("Version"), _("Title"), _("In force since"), _("Digest")), rows) if rows else None
    text = _("Code of conduct") if rows else _("No code of conduct is in force yet.")
    return Reply(text, table=table, buttons=buttons, data=[list(row) for row in rows])
