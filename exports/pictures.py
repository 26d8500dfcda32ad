"""Pictures of distributions, drawn as PNG without a display. The same figures give the same bytes on the same machine."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from threading import Lock
from typing import Any

FONTS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei",
    "Microsoft YaHei", "SimHei", "PingFang SC", "Hiragino Sans GB", "Noto Sans CJK JP", "Droid Sans Fallback",
)  # fmt: skip
STEPS = ("#b2473e", "#dd9a7a", "#d9d9d2", "#86b4b4", "#1f5f6f")
BAR = "#1f5f6f"
DOTS = 110
ROW_INCHES = 0.42


_ONE_AT_A_TIME = Lock()
"""The library's settings belong to the whole process."""


@dataclass(frozen=True)
class Stack:
    """One bar divided by steps: its label and how many answers each step got."""

    label: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Bars:
    """Bars of one question: (label, count) for each answer."""

    title: str
    counts: tuple[tuple[str, int], ...]


@lru_cache(maxsize=1)
def chinese_font() -> str | None:
    """A font of this machine that has Chinese characters, or None."""
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in FONTS if name in known), None)


def draw(title: str, steps: Sequence[str], stacks: Sequence[Stack], bars: Sequence[Bars]) -> bytes:
    """A PNG with the stacked bars on top and one panel for each further question.

    ``Stack.label`` and ``Bars.title`` should be short, for example “1” and “Q13”, where ``chinese_font`` is None.
    """
    with _settings():
        return _png(title, steps, stacks, bars)


@contextmanager
def _settings() -> Iterator[None]:
    """The library's settings for our pictures, for one thread at a time."""
    from matplotlib import rc_context

    fonts: dict[Any, Any] = {
        "font.family": [chinese_font() or "DejaVu Sans"],
        "axes.unicode_minus": False,
        "font.size": 10,
    }
    with _ONE_AT_A_TIME, rc_context(fonts):
        yield


@contextmanager
def drawing(size: tuple[float, float]) -> Iterator[Any]:
    """An empty figure of so many inches, to be drawn and saved inside the block."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with _settings():
        figure = Figure(figsize=size, dpi=DOTS, layout="constrained")
        FigureCanvasAgg(figure)
        yield figure


def _png(title: str, steps: Sequence[str], stacks: Sequence[Stack], bars: Sequence[Bars]) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    heights = [len(stacks) + 2, *(len(panel.counts) + 2 for panel in bars)] if stacks else []
    heights = heights or [len(panel.counts) + 2 for panel in bars]
    figure = Figure(figsize=(9.5, ROW_INCHES * sum(heights) + 0.8), dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=13)
    axes = figure.subplots(len(heights), 1, gridspec_kw={"height_ratios": heights}, squeeze=False)[:, 0]
    if stacks:
        _draw_stacks(axes[0], steps, stacks)
    for panel, one in zip(axes[1 if stacks else 0 :], bars, strict=True):
        _draw_bars(panel, one)
    target = BytesIO()
    figure.savefig(target, format="png", metadata={"Software": None})
    return target.getvalue()


def _draw_stacks(panel: Any, steps: Sequence[str], stacks: Sequence[Stack]) -> None:
    places = range(len(stacks))
    left = [0.0] * len(stacks)
    for index, step in enumerate(steps):
        widths = [100 * stack.counts[index] / (sum(stack.counts) or 1) for stack in stacks]
        panel.barh(places, widths, left=left, color=STEPS[index], label=step, height=0.72, edgecolor="white")
        for place, width in zip(places, widths, strict=True):
            if width >= 7:
                ink = "white" if index in (0, 4) else "#222222"
                panel.text(
                    left[place] + width / 2, place, f"{width:.0f}", ha="center", va="center", color=ink, fontsize=9
                )
        left = [a + b for a, b in zip(left, widths, strict=True)]
    panel.set_yticks(places, [stack.label for stack in stacks])
    panel.set_xlim(0, 100)
    panel.set_xlabel("%")
    panel.invert_yaxis()
    panel.legend(ncols=len(steps), loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False, fontsize=9)
    _clear(panel)


def _draw_bars(panel: Any, bars: Bars) -> None:
    places = range(len(bars.counts))
    counts = [count for _label, count in bars.counts]
    panel.barh(places, counts, color=BAR, height=0.7)
    for place, count in zip(places, counts, strict=True):
        panel.text(count, place, f" {count}", va="center", fontsize=9)
    panel.set_yticks(places, [label for label, _count in bars.counts])
    panel.set_xlim(0, max(counts, default=1) * 1.12 or 1)
    panel.xaxis.get_major_locator().set_params(integer=True)
    panel.set_title(bars.title, loc="left", fontsize=10)
    panel.invert_yaxis()
    _clear(panel)


def _clear(panel: Any) -> None:
    panel.spines[["top", "right", "left"]].set_visible(False)
    panel.tick_params(axis="y", length=0)
