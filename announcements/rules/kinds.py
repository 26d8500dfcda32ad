"""Kinds (interim)."""

from enum import StrEnum

from core.errors import BadInput
from core.i18n import _


class Kind(StrEnum):
    """Kind."""

    NOTICE = "notice"
    ANNOUNCEMENT = "announcement"

    @property
    def label(self) -> str:
        """Label."""
        return {"notice": "通知", "announcement": "公告"}[self.value]


def kind_named(text: str) -> Kind:
    """By name."""
    for kind in Kind:
        if text.casefold() in (kind.value, kind.label):
            return kind
    raise BadInput("kind_unknown", _("“{name}” is no kind of announcement.").format(name=text[:40]))
