"""A scheme tried on every member before it takes effect."""

from typing import Any

from bot.commands.grading_parameters import SchemeRef
from bot.messages import FileOut, Reply, Table
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from exports import grade_pictures
from membership.rules.grading.movements import NONE, Movement, Movements
from membership.usecases import simulating

SHOWN = 8


@command(
    "grade simulate",
    zh="等级 试算",
    summary=N_("Try a scheme on every member: who would move where, and why. Nothing changes"),
    permission=Permission.ADJUST_GRADES,
)
def simulate(tx: Tx, scheme: SchemeRef) -> Reply:
    """Of the newest version, or of the one named. Scores of the last round are taken as far as this scheme knows them."""
    moves, troubled = simulating.simulate_scheme(tx, version=scheme)
    title = _("{scheme}, version {version}: tried on {count} members").format(
        scheme=scheme.title, version=scheme.version, count=len(moves.all)
    )
    picture = drawn(title, moves, (_("grade until now"), _("new grade")))
    files = (FileOut("movement.png", picture, "image/png"),) if moves.all else ()
    return Reply(
        "\n".join(_lines(title, moves, troubled)), table=_table(moves), files=files, data=_data(moves, troubled)
    )


def drawn(title: str, moves: Movements, axes: tuple[str, str]) -> bytes:
    """The movements as a picture: the grades that occur, the best first, then what is no grade. ``axes``: rows, columns."""
    seen = {one.before for one in moves.all} | {one.after for one in moves.all}
    grades = [name for name in moves.order if name in seen]
    order = [name_of(name) for name in (*grades, *sorted(seen - set(grades)))]
    matrix = {(name_of(before), name_of(after)): count for (before, after), count in moves.matrix.items()}
    words = (*axes, _("blue rose, red fell, grey stayed or had no grade"))
    return grade_pictures.movement(title, order, len(grades), matrix, words)


def name_of(grade: str) -> str:
    """A grade as it is shown; nothing is “none”."""
    return _("none") if grade == NONE else grade


def _lines(title: str, moves: Movements, troubled: list[tuple[str, str]]) -> list[str]:
    text = _("{up} rise, {down} fall, {same} stay, {new} graded for the first time, {other} without a grade")
    lines = [title, text.format(**moves.counts)]
    for direction, words in (
        (-1, _("What makes them fall: {reasons}")),
        (1, _("What decides for those that rise: {reasons}")),
    ):
        if top := moves.top_reasons(direction):
            lines.append(words.format(reasons=_("; ").join(f"{reason} {count}" for reason, count in top)))
    if troubled:
        lines.append(_("{count} members cannot be graded by this scheme:").format(count=len(troubled)))
        lines += [f"{member}: {why}" for member, why in troubled[:SHOWN]]
    return [*lines, _("Nothing was changed.")]


def _table(moves: Movements) -> Table | None:
    moved = [*moves.towards(-1)[:SHOWN], *moves.towards(1)[:SHOWN]]
    rows = tuple(_row(one) for one in moved)
    columns = (_("Number"), _("Name"), _("Grade"), _("Score"), _("Why"))
    return Table(columns, rows) if rows else None


def _row(one: Movement) -> tuple[str, ...]:
    score = "—" if one.score is None else f"{one.score:f}"
    return one.reference, one.name, f"{name_of(one.before)} → {one.after}", score, one.reasons[0] if one.reasons else ""


def _data(moves: Movements, troubled: list[tuple[str, str]]) -> dict[str, Any]:
    matrix = {f"{before}>{after}": count for (before, after), count in moves.matrix.items()}
    moved = [[one.reference, one.before, one.after] for one in (*moves.towards(-1), *moves.towards(1))]
    return {"counts": moves.counts, "matrix": matrix, "moved": moved, "troubled": [list(one) for one in troubled]}
