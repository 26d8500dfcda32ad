"""Why a unit stands where it stands, standings for a time, leaving, and classes with their terms of office."""

from datetime import date
from typing import Annotated

from bot.commands.files import File
from bot.commands.members import NOTHING, ClassName, MemberRef, StatusName
from bot.commands.unit_parameters import OwnUnit, own_unit
from bot.messages import Button, FileOut, Reply, Table
from bot.parameters import NAMED, Day, Line, Parameter, Reason, Since, Until, plain, read_day
from bot.registry import command
from core.access import Permission
from core.errors import NotFound
from core.i18n import N_, _
from core.transaction import Tx
from membership import queries, usecases
from membership.models import ClassTerm, Unit
from membership.queries.rule_texts import STANDING
from membership.rules import classes, reckoning
from membership.rules.reckoning import Dated, Rules
from membership.rules.standing import Status


def _read_term_end(tx: Tx, raw: str) -> date | None:
    return None if plain(raw).casefold() in NOTHING else read_day(tx, raw)


TermEnd = Annotated[
    date | None,
    Parameter(
        N_("last day of the term"),
        _read_term_end,
        zh="届满日",
        hint=N_("for example 2030-12-31; 无 for a class without an office"),
    ),
]


def _may_see(tx: Tx, unit: Unit) -> None:
    """The office sees every unit, its contacts their own. Raises NotFound, the same text either way."""
    mine = {one.id for one in queries.units_for(tx.session, tx.actor.person_id or 0)}
    if not tx.actor.may(Permission.VIEW_MEMBERS) and unit.id not in mine:
        raise NotFound("member_unknown", _("There is no such member. `member find ‹words›` looks for one."))


@command(
    "status explain",
    zh="状态 说明",
    summary=N_("Which rule gives a member its standing, and on which dates"),
    permission=Permission.USE_OFFICE,
)
def explain(tx: Tx, member: MemberRef) -> Reply:
    """Every fact with its dates, every rule in its order, and the one that fits."""
    _may_see(tx, member)
    rules = queries.standing_rules(tx.session, tx.today)
    facts = queries.standing_facts(tx.session, member, tx.today)
    status, fitting = reckoning.decide(rules, facts, tx.today)
    lines = [f"{member.reference} {member.name} — {Status(member.status).label}"]
    if status != member.status:
        lines.append(_("From the next reckoning on: {status}").format(status=status.label))
    lines.append(_("Joined on {day}").format(day=member.joined_on.isoformat()))
    lines += [_fact(one, tx.today) for one in facts.dated]
    lines += [f"{name}: {number}" for name, number in facts.numbers.items()]
    lines += _rules(rules, facts, tx.today)
    change = reckoning.next_change(facts, tx.today)
    if change is not None:
        lines.append(_("It is reckoned anew on {day}.").format(day=change.isoformat()))
    data = {"status": status.value, "rule": fitting.name, "version": rules.version}
    return Reply("\n".join(lines), data=data)


def _fact(one: Dated, today: date) -> str:
    until = one.until.isoformat() if one.until else _("open end")
    text = _("{fact}: {since} – {until}").format(fact=one.fact.label, since=one.starts_on.isoformat(), until=until)
    if not one.holds(today):
        text += _(" (not today)")
    return " ".join(part for part in (text, one.reason) if part)


def _rules(rules: Rules, facts: reckoning.Facts, today: date) -> list[str]:
    lines = [_("Rules, version {version}; the first that fits decides:").format(version=rules.version)]
    decided = False
    for number, rule in enumerate(rules.rules, 1):
        fits = not decided and rule.fits(facts, today)
        decided = decided or fits
        lines.append(f"{'→' if fits else '·'} {number}. {rule.words}")
    return lines


@command(
    "status override",
    zh="状态 临时设定",
    summary=N_("Set a member's standing for a time; another officer confirms it"),
    permission=Permission.MANAGE_MEMBERS,
    sensitive=True,
)
def override(tx: Tx, member: MemberRef, status: StatusName, until: Until, reason: Reason) -> Reply:
    """After its last day the rules decide again by themselves."""
    asked = usecases.ask_override(tx, unit=member, status=status, until=until, reason=reason)
    text = _("{reference} waits for another officer: {summary}")
    return Reply(text.format(reference=asked.reference, summary=asked.summary), data={"approval": asked.number})


@command(
    "status rules",
    zh="状态 规则",
    summary=N_("The rules that give members their standing, as a document"),
    permission=Permission.VIEW_MEMBERS,
)
def show_rules(tx: Tx) -> Reply:
    """The rules in force, and their document as a file to change."""
    text = queries.standing_text(tx.session, tx.today)
    rules = queries.standing_rules(tx.session, tx.today)
    lines = [_("Rules, version {version}; the first that fits decides:").format(version=rules.version)]
    lines += [f"{number}. {rule.words}" for number, rule in enumerate(rules.rules, 1)]
    file = FileOut(f"standing-{rules.version}.toml", text.encode(), "application/toml")
    return Reply("\n".join(lines), files=(file,), data={"version": rules.version})


@command(
    "status rules set",
    zh="状态 规则设定",
    summary=N_("Put other rules of standing into force; another officer confirms it"),
    permission=Permission.MANAGE_OFFICE,
    sensitive=True,
)
def set_rules(tx: Tx, file: File) -> Reply:
    """A TOML document like the one that `status rules` gives."""
    asked = usecases.ask_rules(tx, kind=STANDING, content=file.content)
    text = _("{reference} waits for another officer: {summary}")
    return Reply(text.format(reference=asked.reference, summary=asked.summary), data={"approval": asked.number})


@command(
    "withdraw membership",
    zh="退会",
    summary=N_("Leave the association with your unit, at once or on a later day"),
    permission=Permission.REPRESENT,
    confirm=N_("Leave the association with your unit? You are free to; nothing is charged for it."),
)
def leave(
    tx: Tx, member: OwnUnit | None = None, on: Annotated[Day, NAMED] | None = None, reason: Annotated[Line, NAMED] = ""
) -> Reply:
    """Nothing blocks it and nothing is charged; the secretariat is told."""
    unit = own_unit(tx, member)
    day = usecases.leave_membership(tx, unit=unit, on=on, reason=reason)
    if day == tx.today:
        text = _(
            "{name} is no member from today on. Nothing is charged for leaving, and you may come back at any time."
        )
        return Reply(text.format(name=unit.name), data={"member": unit.number, "on": day.isoformat()})
    text = _("{name} leaves on {day}. Nothing is charged for leaving. Until then you may change your mind.")
    buttons = ((Button(_("Stay after all"), f"withdraw cancel {unit.reference}"),),)
    words = text.format(name=unit.name, day=day.isoformat())
    return Reply(words, buttons=buttons, data={"member": unit.number, "on": day.isoformat()})


@command(
    "withdraw cancel",
    zh="退会 撤销",
    summary=N_("Stay after all: take back a withdrawal whose day has not come"),
    permission=Permission.REPRESENT,
)
def stay(tx: Tx, member: OwnUnit | None = None) -> Reply:
    """Take it back."""
    unit = own_unit(tx, member)
    usecases.stay(tx, unit=unit)
    return Reply(_("{name} stays a member.").format(name=unit.name), data={"member": unit.number})


@command(
    "class set",
    zh="会籍 设定",
    summary=N_("Give a member a class for a term of office"),
    permission=Permission.MANAGE_MEMBERS,
)
def set_class(
    tx: Tx,
    member: MemberRef,
    rank: ClassName,
    until: TermEnd,
    reason: Reason,
    since: Annotated[Since, NAMED] | None = None,
) -> Reply:
    """From today or a later day, until its last day; then it is an ordinary member again by itself."""
    made = usecases.set_class(tx, unit=member, rank=rank, until=until, reason=reason, starts=since)
    text = _("{reference} {name}: {term}").format(reference=member.reference, name=member.name, term=_term(made))
    return Reply(text, data={"member": member.number, "class": rank, "until": until.isoformat() if until else None})


@command(
    "class show",
    zh="会籍 查看",
    summary=N_("The classes of a member with their terms"),
    permission=Permission.USE_OFFICE,
)
def show_class(tx: Tx, member: MemberRef) -> Reply:
    """The present class and every term, oldest first."""
    _may_see(tx, member)
    found = queries.class_terms(tx.session, member)
    rows = tuple((_term(one), _how(one), one.reason) for one in found)
    text = f"{member.reference} {member.name} — {classes.label(member.rank)}"
    table = Table((_("Term of office"), _("State"), _("Reason")), rows) if rows else None
    return Reply(text, table=table, data=[list(row) for row in rows])


def _term(one: ClassTerm) -> str:
    until = one.until.isoformat() if one.until else _("open end")
    return f"{classes.label(one.rank)} {one.starts_on.isoformat()} – {until}"


def _how(one: ClassTerm) -> str:
    if one.ended_on is not None:
        return _("ended on {day}").format(day=one.ended_on.isoformat())
    return _("in office") if one.begun_at is not None else _("to come")
