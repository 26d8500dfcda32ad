"""Pictures of grades in chat: how they are spread, where members moved between two rounds, one member's profile."""

from typing import Annotated

from bot.commands.grade_simulation import drawn, name_of
from bot.commands.grades import check_may_see
from bot.commands.members import Category, MemberRef
from bot.messages import FileOut, Reply, Table
from bot.parameters import NAMED, Parameter, plain
from bot.registry import command
from core.access import Permission
from core.errors import BadInput, RuleViolated
from core.i18n import N_, _
from core.transaction import Tx
from exports import grade_pictures
from exports.grade_pictures import Profile
from membership.queries import grade_figures, grading
from membership.rules import categories

PNG = "image/png"


@command(
    "grade chart",
    zh="等级 分布",
    summary=N_("How the grades in force are spread, as a picture"),
    permission=Permission.VIEW_MEMBERS,
)
def chart(tx: Tx, category: Annotated[Category, NAMED] | None = None) -> Reply:
    """All members, or those of one category; who has no grade in force is counted, too."""
    counts = grade_figures.spread(tx.session, tx.today, category)
    if not counts:
        raise RuleViolated("no_grades", _("No grade is in force yet."))
    shown = [(name_of(grade), count) for grade, count in counts]
    title = _("Grades in force on {day}").format(day=tx.today)
    if category:
        title += " · " + categories.label(category)
    rows = tuple((grade, str(count)) for grade, count in shown)
    files = (FileOut("grades.png", grade_pictures.spread(title, shown), PNG),)
    return Reply(title, table=Table((_("Grade"), _("Members")), rows), files=files, data=[list(one) for one in shown])


def _read_round(tx: Tx, raw: str) -> int:
    digits = plain(raw).upper().removeprefix("G-").removeprefix("G")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("round_form", _("Write a round like G-0003."))
    return grade_figures.round_id(tx.session, int(digits))


FormerRound = Annotated[int, Parameter(N_("former round"), _read_round, zh="前次评级", hint=N_("such as G-0001"))]
LaterRound = Annotated[int, Parameter(N_("later round"), _read_round, zh="后次评级", hint=N_("such as G-0002"))]


@command(
    "grade movement",
    zh="等级 变动",
    summary=N_("Where members moved between two rounds, as a picture"),
    permission=Permission.VIEW_MEMBERS,
)
def movement(tx: Tx, former: FormerRound, later: LaterRound) -> Reply:
    """Members of either round; the diagonal stayed."""
    moves = grade_figures.between(tx.session, former, later)
    if not moves.all:
        raise RuleViolated("no_grades", _("These rounds have not given any grade yet."))
    text = _("{up} rise, {down} fall, {same} stay, {new} graded for the first time, {other} without a grade")
    title = _("Movement between two rounds")
    axes = (_("former round"), _("later round"))
    picture = drawn(title, moves, axes)
    matrix = {f"{before}>{after}": count for (before, after), count in moves.matrix.items()}
    files = (FileOut("movement.png", picture, PNG),)
    return Reply(
        f"{title}\n{text.format(**moves.counts)}", files=files, data={"counts": moves.counts, "matrix": matrix}
    )


@command(
    "grade profile",
    zh="等级 画像",
    summary=N_("A member's indicators against the median of its category, as a picture"),
    permission=Permission.USE_OFFICE,
)
def profile(tx: Tx, member: MemberRef) -> Reply:
    """For staff, and for a contact of the own unit; others appear only as a median of at least three."""
    check_may_see(tx, member)
    grade = grading.grade_in_force(tx.session, member, tx.today)
    found = grade_figures.profile(tx.session, member, grade, tx.today) if grade is not None else None
    if found is None or not found.lines:
        raise RuleViolated("no_profile", _("{unit} has no scored indicators yet.").format(unit=member.name))
    enough = found.others >= grade_figures.FEWEST
    lines = [Profile(one.title, one.member, one.median if enough else None) for one in found.lines]
    title = f"{member.name} · {categories.label(member.category)}"
    names = (_("this member"), _("median of {count} members").format(count=found.others))
    picture = grade_pictures.profile(title, lines, names)
    rows = tuple((one.title, _percent(one.member), _percent(one.median)) for one in lines)
    table = Table((_("Indicator"), _("This member, %"), _("Median, %")), rows)
    text = title if enough else title + "\n" + _("Too few members of this category are graded for a median.")
    data = [[one.title, one.member, one.median] for one in lines]
    return Reply(text, table=table, files=(FileOut("profile.png", picture, PNG),), data=data)


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.0f}"
