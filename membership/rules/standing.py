"""The standing of a member unit: which states there are and which steps lead from one to another. Pure."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from core.errors import BadInput, RuleViolated
from core.i18n import N_, _


class Status(StrEnum):
    """Where a unit stands. Type, period, standing and grade are four different things; this is standing only."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    EXPELLED = "expelled"
    MERGED = "merged"

    @property
    def label(self) -> str:
        """The status in the language of the moment."""
        return _(NAMES[self])

    @property
    def member(self) -> bool:
        """Whether a unit of this standing is a member."""
        return self in (Status.ACTIVE, Status.SUSPENDED)


NAMES = {
    Status.ACTIVE: N_("active"),
    Status.SUSPENDED: N_("rights suspended"),
    Status.WITHDRAWN: N_("has withdrawn"),
    Status.LAPSED: N_("deemed withdrawn"),
    Status.EXPELLED: N_("membership cancelled"),
    Status.MERGED: N_("merged into another"),
}
ALIASES = {
    Status.ACTIVE: ("正常", "在会", "恢复", "重新入会"),
    Status.SUSPENDED: ("暂停", "停权", "暂停权利", "暂停会员权利"),
    Status.WITHDRAWN: ("退会", "已退会"),
    Status.LAPSED: ("视为退会", "自动退会"),
    Status.EXPELLED: ("除名", "开除", "取消会员资格", "取消资格"),
    Status.MERGED: ("合并", "已合并"),
}
"""What people also call them."""
STEPS = {
    Status.ACTIVE: {Status.SUSPENDED, Status.WITHDRAWN, Status.LAPSED, Status.EXPELLED},
    Status.SUSPENDED: {Status.ACTIVE, Status.WITHDRAWN, Status.LAPSED, Status.EXPELLED},
    Status.WITHDRAWN: {Status.ACTIVE},
    Status.LAPSED: {Status.ACTIVE},
    Status.EXPELLED: {Status.ACTIVE},
    Status.MERGED: set(),
}
"""No step leads to a merged unit or away from it: only a merge does, and its number then stands for the other unit."""


def check_step(former: Status, status: Status) -> None:
    """A step that the lifecycle knows. Raises RuleViolated. Withdrawing is never refused to a member."""
    if status not in STEPS[former]:
        text = _("From “{former}” there is no step to “{status}”.")
        raise RuleViolated("status_step", text.format(former=former.label, status=status.label))


def check_until(status: Status, on: date, until: date | None) -> None:
    """Only a suspension has a last day, and it comes after the first. Raises BadInput."""
    if until is None:
        return
    if status is not Status.SUSPENDED:
        raise BadInput("until_suspension", _("Only a suspension has an end; the other standings last."))
    if until < on:
        raise BadInput("until_before", _("The last day is before the first."))


def spells(joined: date, steps: Sequence[tuple[date, Status]]) -> tuple[tuple[date, date | None], ...]:
    """The memberships of a unit that the steps after its joining make: first day and last, None while it lasts."""
    found: list[tuple[date, date | None]] = [(joined, None)]
    for on, status in steps:
        first, last = found[-1]
        if status.member and last is not None:
            found.append((on, None))
        elif not status.member and last is None:
            found[-1] = (first, on)
    return tuple(found)


def status_named(words: str) -> Status:
    """The status of this name in either language. Raises BadInput."""
    word = "".join(words.split()).casefold()
    for status in Status:
        if word in (status.value, status.label.casefold().replace(" ", ""), *ALIASES[status]):
            return status
    known = ", ".join(status.label for status in Status)
    raise BadInput("status_unknown", _("“{name}” is no status. Use: {known}").format(name=words[:40], known=known))
