"""What a round would be, before it is opened."""

from datetime import date

from bot.commands.grading_parameters import (
    FirstDays,
    Months,
    NoticeDays,
    Population,
    ReviewDays,
    SchemeRef,
    SelfDays,
)
from bot.messages import Button, Reply, Table
from bot.parameters import Page, Title
from bot.registry import command
from core.access import Permission
from core.calendar import Due
from core.i18n import N_, _
from core.transaction import Tx
from membership.queries import population
from membership.rules.grading.terms import Stage
from membership.rules.scoring import stage_label
from membership.usecases import rounds as usecases
from membership.usecases.rounds import Opening, Plan
from people import audiences

PAGE = 15
DAYS = ("self_days", "first_days", "review_days", "notice_days", "months")


def plan_of(
    title: str, chosen: dict[str, list[str]], days: tuple[int | None, ...], *, blind: bool = True, council: bool = False
) -> Plan:
    """The plan of a round; ``days`` are those of the stages and of the notice, then the months of validity."""
    own, first, review, notice, months = days
    return Plan(title, chosen, own, first, review, notice, months, blind, council)


def until(stage: Stage, day: date, *, provisional: bool) -> str:
    """The last day of a stage."""
    return _("{stage} until {day}").format(stage=stage_label(stage), day=Due(day, provisional).words)


def _timetable(made: Opening) -> list[str]:
    lines = [until(stage, end.day, provisional=end.provisional) for stage, end in zip(Stage, made.ends, strict=True)]
    text = _("then the public notice of {days} working days; grades hold {months} months")
    return [*lines, text.format(days=made.times.notice_days, months=made.valid_months)]


@command(
    "grading preview",
    zh="评定 预览",
    summary=N_("What a round would be: who exactly is graded, and by when each stage ends"),
    permission=Permission.MANAGE_GRADING,
)
def preview(
    tx: Tx,
    scheme: SchemeRef,
    title: Title,
    population_: Population,
    self_days: SelfDays | None = None,
    first_days: FirstDays | None = None,
    review_days: ReviewDays | None = None,
    notice_days: NoticeDays | None = None,
    months: Months | None = None,
    page: Page = 1,
) -> Reply:
    """Nothing is written. Units without a contact are graded, too, but nobody can assess for them."""
    days = (self_days, first_days, review_days, notice_days, months)
    made = usecases.work_out(tx, scheme, plan_of(title, population_, days))
    first = PAGE * (max(page, 1) - 1)
    units = population.population(tx.session, population_, tx.today, limit=PAGE, offset=first)
    table = Table((_("Number"), _("Unit")), tuple((one.reference, one.name) for one in units))
    head = _("“{title}” by {scheme}, for {audience}: {count} member units").format(
        title=title, scheme=scheme.reference, audience=audiences.describe(population_), count=made.members
    )
    lines = [head, *_timetable(made), *_without_contact(tx, population_)]
    said = _said(scheme.reference, title, population_, dict(zip(DAYS, days, strict=True)))
    row = [Button(_("Open this round"), f"grading open {said}")]
    if made.members > first + PAGE:
        row.append(Button(_("More"), f"grading preview {said} page={page + 1}"))
    data = {"members": made.members, "ends": [str(end.day) for end in made.ends]}
    return Reply("\n".join(lines), table=table, buttons=(tuple(row),), data=data)


def _said(scheme: str, title: str, chosen: dict[str, list[str]], days: dict[str, int | None]) -> str:
    """The same words again, for a button."""
    who = " ".join(f"{name}={','.join(values)}" for name, values in chosen.items()) or "all"
    more = "".join(f" {name}={value}" for name, value in days.items() if value is not None)
    return f'{scheme} "{title}" "{who}"{more}'


def _without_contact(tx: Tx, chosen: dict[str, list[str]]) -> list[str]:
    silent = population.without_contact(tx.session, chosen, tx.today)
    if not silent:
        return []
    text = _("{count} of them have no contact who could assess them: {names}")
    names = _(", ").join(f"{one.reference} {one.name}" for one in silent[:5]) + ("…" if len(silent) > 5 else "")
    return [text.format(count=len(silent), names=names)]
