"""Pictures of grades, drawn as PNG: how they are spread, where members moved, one member against its category."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from textwrap import fill
from typing import Any

from exports.pictures import BAR, DOTS, drawing

MARK = "#b2473e"
QUIET = "#b9c4c4"
TITLE_SIGN, NOTE_SIGN = 0.19, 0.13
"""Inches that a Chinese character takes in a title and in a note."""


@dataclass(frozen=True)
class Profile:
    """One indicator: its title, a member's part of the maximum and the median of its category, both in percent."""

    title: str
    member: float | None
    median: float | None


def spread(title: str, counts: Sequence[tuple[str, int]]) -> bytes:
    """Bars: how many members hold each grade, the best first."""
    with drawing(figure_size(len(counts) + 1)) as figure:
        panel = figure.subplots()
        values = [count for _grade, count in counts]
        places = range(len(counts))
        panel.barh(places, values, color=BAR, height=0.68)
        total = sum(values) or 1
        for place, value in zip(places, values, strict=True):
            panel.text(value, place, f"  {value}  ({100 * value / total:.0f}%)", va="center", fontsize=10)
        panel.set_yticks(places, [grade for grade, _count in counts])
        panel.set_xlim(0, max(values, default=1) * 1.2 or 1)
        panel.xaxis.get_major_locator().set_params(integer=True)
        panel.invert_yaxis()
        panel.set_title(title, fontsize=13, loc="left")
        _bare(panel)
        return png(figure)


def figure_size(rows: int) -> tuple[float, float]:
    """Width and height in inches for so many rows."""
    return 8.5, 1.4 + 0.45 * max(rows, 3)


def movement(
    title: str, order: Sequence[str], ranked: int, matrix: Mapping[tuple[str, str], int], words: tuple[str, str, str]
) -> bytes:
    """A square: from the grade in the row to the grade in the column; the diagonal stayed, left of it rose.

    The first ``ranked`` of ``order`` are grades, the best first; the others are none and neither rise nor fall.
    ``words`` name the rows, the columns, and what the colours mean.
    """
    size = max(len(order), 2)
    with drawing((2.6 + 0.95 * size, 2.2 + 0.72 * size)) as figure:
        panel = figure.subplots()
        most = max(matrix.values(), default=1)
        for row, left in enumerate(order):
            for column, right in enumerate(order):
                _cell(panel, (row, column), ranked, matrix.get((left, right), 0), most)
        places = range(len(order))
        panel.set_xticks(places, order)
        panel.set_yticks(places, order)
        panel.set_xlim(-0.5, len(order) - 0.5)
        panel.set_ylim(len(order) - 0.5, -0.5)
        panel.xaxis.tick_top()
        panel.xaxis.set_label_position("top")
        panel.set_xlabel(words[1])
        panel.set_ylabel(words[0])
        broad = figure.get_figwidth()
        figure.suptitle(fill(title, int(broad / TITLE_SIGN)), fontsize=13)
        figure.supxlabel(fill(words[2], int(broad / NOTE_SIGN)), fontsize=9)
        _bare(panel)
        panel.tick_params(length=0)
        panel.spines["bottom"].set_visible(False)
        return png(figure)


def _cell(panel: Any, place: tuple[int, int], ranked: int, count: int, most: int) -> None:
    from matplotlib.patches import Rectangle

    row, column = place
    moved = row != column and max(place) < ranked
    colour = QUIET if not moved else (BAR if column < row else MARK)
    strength = 0.06 if not count else 0.25 + 0.75 * (count / most) ** 0.5
    panel.add_patch(
        Rectangle((column - 0.46, row - 0.44), 0.92, 0.88, facecolor=colour, alpha=strength, edgecolor="none")
    )
    if count:
        ink = "white" if strength > 0.65 and moved else "#222222"
        panel.text(column, row, str(count), ha="center", va="center", fontsize=11, color=ink)


def profile(title: str, lines: Sequence[Profile], names: tuple[str, str]) -> bytes:
    """Bars of a member, with a mark for the median of its category on each indicator. ``names``: member and median."""
    with drawing(figure_size(len(lines) + 1)) as figure:
        panel = figure.subplots()
        places = range(len(lines))
        panel.barh(places, [one.member or 0 for one in lines], color=BAR, height=0.6, label=names[0])
        marks = [(place, one.median) for place, one in zip(places, lines, strict=True) if one.median is not None]
        panel.scatter(
            [value for _place, value in marks], [place for place, _value in marks],
            marker="|", s=260, linewidths=3, color=MARK, label=names[1], zorder=3,
        )  # fmt: skip
        for place, one in zip(places, lines, strict=True):
            words = "—" if one.member is None else f" {one.member:.0f}"
            panel.text(1, place, words, va="center", color="white" if (one.member or 0) > 12 else "#222222", fontsize=9)
        panel.set_yticks(places, [one.title for one in lines])
        panel.set_xlim(0, 105)
        panel.set_xlabel("%")
        panel.invert_yaxis()
        panel.set_title(title, fontsize=13, loc="left", pad=28)
        panel.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1.0), frameon=False, fontsize=9)
        _bare(panel)
        return png(figure)


def _bare(panel: Any) -> None:
    panel.spines[["top", "right", "left"]].set_visible(False)
    panel.tick_params(axis="y", length=0)


def png(figure: Any) -> bytes:
    """The figure as PNG; the same figures give the same bytes."""
    target = BytesIO()
    figure.savefig(target, format="png", dpi=DOTS, metadata={"Software": None})
    return target.getvalue()
