"""The dues of a year: what was adopted, and charging the members with it."""

from typing import Annotated, Any

from bot.commands.dues_parameters import Adopted, Basis, DueDay, DuesYear, Prorata, Rates
from bot.commands.members import MemberRef
from bot.messages import Button, Reply, Table
from bot.parameters import NAMED, Since
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from membership import usecases
from membership.queries import dues
from membership.rules import classes
from membership.rules.dues.money import plain_yuan, yuan
from membership.usecases.dues import Raised


def rates_line(rates: dict[str, int]) -> str:
    """What each class pays, on one line."""
    return _(", ").join(f"{classes.label(rank)} {plain_yuan(fen)}" for rank, fen in rates.items())


@command(
    "dues set",
    zh="会费 标准",
    summary=N_("Enter the dues of a year as they were adopted"),
    permission=Permission.MANAGE_DUES,
)
def set_dues(
    tx: Tx, year: DuesYear, rates: Rates, basis: Basis, adopted: Adopted, due: DueDay, prorata: Prorata = False
) -> Reply:
    """Amounts by class, with the decision behind them; what was entered before stays as an earlier version."""
    schedule = usecases.set_dues(
        tx, year=year, rates=rates, adopted_on=adopted, basis=basis, due_on=due, prorata=prorata
    )
    lines = [
        _("Dues of {year}, version {version}: {rates}").format(
            year=year, version=schedule.version, rates=rates_line(rates)
        ),
        _("Adopted {day}: {basis}").format(day=adopted.isoformat(), basis=schedule.basis),
        _("Due {day}").format(day=due.isoformat()) + (_("; joining during the year pays by months") if prorata else ""),
    ]
    buttons = ((Button(_("What it would come to"), f"dues preview {year}"),),)
    data = {"year": year, "version": schedule.version, "rates": rates}
    return Reply("\n".join(lines), buttons=buttons, data=data)


@command(
    "dues schedule",
    zh="会费 标准表",
    summary=N_("Dues by class and year, with the decisions behind them"),
    permission=Permission.VIEW_MEMBERS,
)
def show_schedule(tx: Tx, year: DuesYear | None = None) -> Reply:
    """Every version, the newest first."""
    found = dues.schedules(tx.session, year)
    rows = tuple(
        (
            f"{one.year}/{one.version}",
            rates_line(dues.rates_of(tx.session, one)),
            f"{one.adopted_on.isoformat()} {one.basis}",
            one.due_on.isoformat(),
        )
        for one in found[:20]
    )
    table = Table((_("Year/version"), _("Dues (yuan)"), _("Adopted by"), _("Due")), rows)
    if not rows:
        return Reply(_("No dues are entered yet. `dues set` enters what was adopted."), data=[])
    return Reply(_("{count} versions").format(count=len(found)), table=table, data=[list(row) for row in rows])


@command(
    "dues raise",
    zh="会费 计收",
    summary=N_("Charge every member for a year, by its class"),
    permission=Permission.MANAGE_DUES,
    confirm=N_("Charge all members that are not charged for this year yet? Nobody is told by this."),
)
def raise_dues(
    tx: Tx,
    year: DuesYear,
    since: Annotated[Since, NAMED] | None = None,
    due: Annotated[DueDay, NAMED] | None = None,
    member: Annotated[MemberRef, NAMED] | None = None,
) -> Reply:
    """Again and again without harm: who is charged already is left alone."""
    made = usecases.raise_dues(tx, year=year, day=since, due_on=due, unit=member)
    text = _("Dues {year}: {count} charges made, {total} in all, due {due}.")
    buttons = ((Button(_("List"), f"dues list year={year}"), Button(_("Ageing"), "dues ageing")),)
    return Reply("\n".join([_counted(text, made), *_by_class(made)]), buttons=buttons, data=_as_data(made))


@command(
    "dues preview",
    zh="会费 试算",
    summary=N_("What charging the members for a year would come to, without doing it"),
    permission=Permission.MANAGE_DUES,
)
def preview(
    tx: Tx, year: DuesYear, since: Annotated[Since, NAMED] | None = None, due: Annotated[DueDay, NAMED] | None = None
) -> Reply:
    """The same figures that `dues raise` gives."""
    made = usecases.preview_raise(tx, year=year, day=since, due_on=due)
    text = _("Dues {year} would be {count} charges, {total} in all, due {due}. Nothing is charged yet.")
    line = f"dues raise {year}" + (f" since={since}" if since else "") + (f" due={due}" if due else "")
    label = _("Charge {count} members").format(count=made.count)
    buttons = ((Button(label, line),),) if made.count else ()
    return Reply("\n".join([_counted(text, made), *_by_class(made)]), buttons=buttons, data=_as_data(made))


def _counted(text: str, made: Raised) -> str:
    day = made.due.day.isoformat()
    return text.format(year=made.year, count=made.count, total=yuan(made.total), due=day)


def _by_class(made: Raised) -> list[str]:
    """The classes, and what is to be known of the due day."""
    told = _("{name}: {count} units, {total}")
    lines = [told.format(name=classes.label(rank), count=n, total=yuan(fen)) for rank, (n, fen) in made.made.items()]
    if made.due.provisional:
        lines.append(_("The holidays of that year are not published yet: the due day may still move."))
    for text, units in (
        (_("{name}: {count} units owe nothing."), made.exempt),
        (_("{name}: no amount is adopted, {count} units were not charged."), made.unpriced),
    ):
        lines += [text.format(name=classes.label(rank), count=count) for rank, count in units.items()]
    return lines


def _as_data(made: Raised) -> dict[str, Any]:
    more = {"unpriced": dict(made.unpriced), "exempt": dict(made.exempt)}
    return {"count": made.count, "fen": made.total, "due": made.due.day.isoformat()} | more
