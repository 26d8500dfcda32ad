"""The versions of an announcement: which was in force when, what each said, what changed between them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any

from announcements import notices, queries
from announcements.models import Announcement, AnnouncementVersion
from announcements.rules import elements, versions
from bot.commands.announcement_parameters import AnnouncementRef
from bot.messages import Button, Reply, Table
from bot.parameters import NAMED, Number, Parameter, plain
from bot.registry import command
from core.access import Permission
from core.errors import BadInput, NotFound
from core.i18n import N_, _
from core.transaction import Tx
from people import saved


def _read_diff(_tx: Tx, raw: str) -> bool:
    if plain(raw).casefold() not in ("diff", "对比", "差异"):
        raise BadInput("history_form", _("Add “diff” to see what changed from version to version."))
    return True


Diff = Annotated[bool, Parameter(N_("diff"), _read_diff, zh="对比")]


@command(
    "announce history",
    zh="公告 历史",
    summary=N_("Every published version of an announcement, and what changed between them"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def history(
    tx: Tx, announcement: AnnouncementRef, diff: Diff = False, version: Annotated[Number, NAMED] | None = None
) -> Reply:
    """The versions with their days and audiences; with `diff` what changed; with `version` one of them word for word."""
    found = queries.versions_of(tx.session, announcement)
    if version is not None:
        return _one_version(tx, announcement, found, version)
    names = saved.names_of(tx.session, [v.published_by for v in found if v.published_by])
    rows = tuple(
        (
            str(v.version) + (_(" (taken back)") if v.recalled_at else ""),
            tx.association.show(v.published_at),
            names.get(v.published_by or 0, ""),
            v.title,
            _period_of(tx, v),
            str(v.recipients),
        )
        for v in found
    )
    headings = (_("Version"), _("Published"), _("Released by"), _("Title"), _("Period"), _("Recipients"))
    table = Table(headings, rows)
    lines = [announcement.reference]
    for former, later in pairwise(found) if diff else ():
        lines.append(_("Version {former} → {later}:").format(former=former.version, later=later.version))
        lines += versions.differences(_as_shown(former), _as_shown(later)) or [_("No difference in the words.")]
    line = f"announce history {announcement.reference} version="
    label = _("Version {version} in full")
    buttons = tuple((Button(label.format(version=v.version), f"{line}{v.version}"),) for v in found[-5:])
    return Reply("\n".join(lines), table=table, buttons=buttons, data=[list(row) for row in rows])


def _period_of(tx: Tx, version: AnnouncementVersion) -> str:
    kept = version.elements
    if "starts" not in kept or "ends" not in kept:
        return ""
    return queries.period_words(tx.session, kept["starts"], kept["ends"])


def _one_version(tx: Tx, one: Announcement, found: Sequence[AnnouncementVersion], number: int) -> Reply:
    chosen = next((version for version in found if version.version == number), None)
    if chosen is None:
        raise NotFound("version_unknown", _("There is no version {version} of it.").format(version=number))
    head = _("{reference} {number}, version {version}, published {moment}").format(
        reference=one.reference,
        number=one.document_number or "",
        version=number,
        moment=tx.association.show(chosen.published_at),
    )
    listed = notices.listed(elements.as_fields("", "", chosen.elements))
    parts = [head, chosen.title, chosen.body, listed]
    data = {"announcement": one.number, "version": number, "elements": chosen.elements}
    return Reply("\n\n".join(part for part in parts if part), data=data)


def _as_shown(version: Any) -> versions.Shown:
    return versions.Shown(version.title, version.body, version.elements, version.audience, version.attachments)
