"""The bodies that decide: their rules, and who sits on them."""

from bot.commands.meeting_parameters import BodyName, Clause, Clauses, MatterName, PersonName
from bot.messages import Reply, Table
from bot.parameters import Since, Until
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from meetings import queries, usecases
from meetings.rules.bodies import Matter, Rule, in_words
from meetings.rules.calls import period_words
from people import queries as people
from people.models import Person


@command("body list", zh="机构 列表", summary=N_("The bodies that decide, and their rules"), permission=Permission.VOTE)
def list_all(tx: Tx) -> Reply:
    """Every body with its rule and how many seats it has."""
    rows = []
    for body in queries.bodies(tx.session, tx.today).values():
        seats = {holder.seat for holder in queries.holders(tx.session, body, tx.today)}
        rows.append((body.label, str(len(seats)), period_words(body.notice), in_words(body.rule)))
    table = Table((_("Body"), _("Seats"), _("Notice"), _("Rule")), tuple(rows))
    return Reply(_("Bodies"), table=table, data=[list(row) for row in rows])


@command("body show", zh="机构 查看", summary=N_("A body: members, rules, sources"), permission=Permission.VOTE)
def show(tx: Tx, body: BodyName) -> Reply:
    """One body in full; rules whose text was not at hand say so."""
    listed = queries.listed(tx.session, body.value, tx.today)
    seats = {holder.seat for holder in queries.holders(tx.session, body, tx.today)}
    names = [person.name for person in listed] or sorted(queries.seat_names(tx.session, seats).values())
    lines = [f"{body.label} ({len(seats)})", "、".join(names), in_words(body.rule), _source(body.rule)]
    for matter, rule in body.matters.items():
        lines.append(f"{Matter(matter).label}: {in_words(rule)}")
        lines.append(_source(rule))
    return Reply("\n".join(line for line in lines if line), data={"body": body.value, "seats": len(seats)})


def _source(rule: Rule) -> str:
    words = _("Source: {source}").format(source=rule.source)
    return words if rule.verified else words + _(" (to be checked against your charter)")


@command(
    "body set",
    zh="机构 规则",
    summary=N_("Set what your charter says of a body; another officer confirms"),
    permission=Permission.MANAGE_MEETINGS,
    sensitive=True,
)
def set_rule(
    tx: Tx,
    body: BodyName,
    clauses: Clauses,
    clause: Clause,
    matter: MatterName = Matter.ORDINARY,
    since: Since | None = None,
) -> Reply:
    """Ask for a rule of the charter to be set."""
    asked = usecases.ask_rule(tx, body=body, changes=clauses, clause=clause, matter=matter, since=since)
    text = _("{reference} waits for another officer: {summary}")
    return Reply(text.format(reference=asked.reference, summary=asked.summary), data={"approval": asked.number})


@command("body seat", zh="机构 列名", summary=N_("List a person on a body"), permission=Permission.MANAGE_MEETINGS)
def seat(tx: Tx, body: BodyName, person: PersonName, since: Since | None = None, until: Until | None = None) -> Reply:
    """List a person on a body."""
    usecases.seat(tx, body=body.value, person=person, since=since, until=until)
    count = len(queries.listed(tx.session, body.value, tx.today))
    text = _("{name} sits on {body}, which has {count} listed people.").format(
        name=person.name, body=body.label, count=count
    )
    return Reply(text + role_hint(tx, person), data={"listed": count})


def role_hint(tx: Tx, person: Person) -> str:
    """Whoever has no role cannot use the bot, and so cannot vote: said when they are given a seat."""
    if Permission.VOTE in people.permissions_now(tx, person.id):
        return ""
    return "\n" + _("{name} has no role yet and cannot vote in chat. Give one, for example `role grant`.").format(
        name=person.name
    )


@command(
    "body unseat",
    zh="机构 离任",
    summary=N_("A person sits on a body no longer"),
    permission=Permission.MANAGE_MEETINGS,
)
def unseat(tx: Tx, body: BodyName, person: PersonName) -> Reply:
    """End a listing."""
    usecases.unseat(tx, body=body.value, person=person)
    return Reply(_("{name} sits on {body} no longer.").format(name=person.name, body=body.label))
