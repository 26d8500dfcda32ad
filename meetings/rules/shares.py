"""Shares of a whole: quorums and majorities, compared in whole numbers only. Pure."""

from dataclasses import dataclass

from core.errors import BadInput
from core.i18n import _


@dataclass(frozen=True)
class Share:
    """``part`` of every ``whole``; ``over``: more than that. ``Share(2, 3)`` is two thirds, the border included."""

    part: int
    whole: int
    over: bool = False

    def reached_by(self, count: int, base: int) -> bool:
        """Whether ``count`` out of ``base`` reach this share. Nobody is no majority: an empty base reaches nothing."""
        if base <= 0:
            return False
        mine, needed = count * self.whole, base * self.part
        return mine > needed if self.over else mine >= needed

    def least(self, base: int) -> int:
        """The smallest count that reaches this share of ``base`` people; at least one."""
        needed = base * self.part
        return max(1, needed // self.whole + 1 if self.over else -(-needed // self.whole))

    def words(self) -> str:
        """The share as people say it."""
        text = _("more than {part}/{whole}") if self.over else _("at least {part}/{whole}")
        return text.format(part=self.part, whole=self.whole)


def check_share(part: int, whole: int, *, over: bool = False) -> Share:
    """A share above nothing and within the whole. Raises BadInput."""
    if not 0 < part <= whole <= 1000 or (over and part == whole):
        raise BadInput("share_form", _("Write a share like 2/3: above 0 and at most 1."))
    return Share(part, whole, over)
