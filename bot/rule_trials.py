"""Rules for screening tried before they count: a file of them, read and run over texts, and how the outcome is shown."""

from collections.abc import Iterable

import yaml

from bot.messages import Table
from core.errors import BadInput
from core.i18n import _
from disciplinary.rules.screening import Change, Trial, tried

SHOWN = 30
LARGEST = 500_000


def run(content: bytes, texts: Iterable[tuple[str, str]]) -> Trial:
    """What a file of rules would change over texts, pairs of name and text. Raises BadInput when the file is wrong."""
    if len(content) > LARGEST:
        raise BadInput("rules_wrong", _("This is no file of rules: {trouble}").format(trouble=_("it is too large")))
    try:
        return tried(content.decode("utf-8-sig"), texts)
    except (ValueError, TypeError, AttributeError, yaml.YAMLError) as wrong:
        trouble = " ".join(str(wrong).split())[:300]
        raise BadInput("rules_wrong", _("This is no file of rules: {trouble}").format(trouble=trouble)) from wrong


def summary(trial: Trial, count: int) -> str:
    """The figures in words. Nothing was switched on."""
    lines = [
        _("Tried on {count} texts: {starts} places would newly be found, {stops} no longer.").format(
            count=count, starts=len(trial.starts), stops=len(trial.stops)
        )
    ]
    if trial.failed:
        lines.append(_("Its own examples that go wrong: {count}").format(count=len(trial.failed)))
    return "\n".join([*lines, _("Nothing has been switched on.")])


def table(trial: Trial) -> Table | None:
    """The first changes, one a line: examples of its own that fail, then what starts, then what stops."""
    rows = [
        *((_example(change.name), "", change.rule, change.quote[:40]) for change in trial.failed),
        *((_("newly found"), *_row(change)) for change in trial.starts),
        *((_("no longer found"), *_row(change)) for change in trial.stops),
    ]
    columns = (_("Change"), _("Number"), _("Rule"), _("Words"))
    return Table(columns, tuple(rows[:SHOWN])) if rows else None


def _example(name: str) -> str:
    return _("example is not found") if name == "finds" else _("example is found")


def _row(change: Change) -> tuple[str, str, str]:
    return change.name, change.rule, " ".join(change.quote.split())[:40]
