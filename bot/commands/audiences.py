"""Audiences that are kept under a name, and who exactly is in one."""

from bot.commands.announcement_delivery import people_of
from bot.commands.announcement_parameters import AudienceWords, SavedRef
from bot.messages import Button, FileOut, Reply, Table
from bot.parameters import GivenName, Page
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from exports import usecases as exports
from people import audiences, saved, usecases


@command(
    "audience save",
    zh="对象 保存",
    summary=N_("Keep an audience under a name, to be used as @name"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def save(tx: Tx, name: GivenName, audience: AudienceWords) -> Reply:
    """Who is in it is found out each time it is used."""
    made = usecases.save_audience(tx, name=name, words={key: list(values) for key, values in audience.items()})
    seen = audiences.preview(tx.session, made.words, tx.today)
    text = _("Saved as @{name}: {audience}; {count} people now.")
    words = text.format(name=made.name, audience=audiences.describe(made.words), count=seen.people)
    if not seen.people:
        words += "\n" + _("⚠ Nobody is in this audience now. Check its criteria.")
    return Reply(words, data={"name": made.name, "people": seen.people})


@command("audience list", zh="对象 列表", summary=N_("Saved audiences"), permission=Permission.DRAFT_ANNOUNCEMENTS)
def list_all(tx: Tx) -> Reply:
    """Their names, criteria and present sizes."""
    rows = tuple(
        (one.name, audiences.describe(one.words), str(audiences.preview(tx.session, one.words, tx.today).people))
        for one in saved.all_saved(tx.session)
    )
    table = Table((_("Name"), _("Criteria"), _("People")), rows)
    buttons = tuple((Button(_("Show {name}").format(name=row[0]), f"audience show {row[0]}"),) for row in rows[:5])
    text = _("Saved audiences") if rows else _("No audience is saved. `audience save` keeps one.")
    return Reply(text, table=table if rows else None, buttons=buttons, data=[list(row) for row in rows])


@command(
    "audience show",
    zh="对象 查看",
    summary=N_("The exact people of a saved audience"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def show(tx: Tx, audience: SavedRef, page: Page = 1) -> Reply:
    """Page by page; those who cannot be reached in chat are marked."""
    return people_of(tx, audience.words, page, f"audience show {audience.name}")


@command(
    "audience preview",
    zh="对象 预览",
    summary=N_("The exact people that some criteria mean"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def preview(tx: Tx, audience: AudienceWords, page: Page = 1) -> Reply:
    """The same for criteria that are not saved."""
    return people_of(tx, audience, page, f'audience preview "{_typed(audience)}"')


def _typed(audience: audiences.Audience) -> str:
    return " ".join(f"{name}={','.join(values)}" for name, values in audience.items()) or "all"


@command(
    "audience workbook",
    zh="对象 导出",
    summary=N_("The exact people of an audience as a workbook"),
    permission=Permission.EXPORT,
)
def workbook(tx: Tx, audience: AudienceWords) -> Reply:
    """Everybody of this moment, with their units; that it was made is recorded."""
    title = audiences.describe(audience)
    name, content = exports.audience_list(tx, audience=audience, title=title)
    return Reply(title, files=(FileOut(name, content, exports.XLSX),), data={"file": name})


@command(
    "audience delete",
    zh="对象 删除",
    summary=N_("Forget a saved audience"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def delete(tx: Tx, audience: SavedRef) -> Reply:
    """What was sent to it stays."""
    usecases.delete_audience(tx, audience=audience)
    return Reply(_("Audience @{name} is forgotten.").format(name=audience.name), data={"name": audience.name})
