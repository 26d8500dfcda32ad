"""Templates: texts with {fields} that are filled in when they are used."""

from announcements import queries, usecases
from announcements.rules import templates
from announcements.rules.kinds import Kind
from bot.commands.announcement_parameters import AudienceWords, KindName, TemplateRef
from bot.commands.announcement_replies import next_question
from bot.messages import Incoming, Reply, Table
from bot.parameters import Body, GivenName, Line, Title
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx


@command(
    "announce template list",
    zh="公告 模板 列表",
    summary=N_("Texts to start from"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def list_all(tx: Tx) -> Reply:
    """Your own and the shipped ones."""
    rows = [(one.name, Kind(one.kind).label, one.title, _("own")) for one in queries.own_templates(tx.session)]
    rows += [(one.name, one.kind.label, one.title, _("shipped")) for one in templates.shipped().values()]
    table = Table((_("Template"), _("Kind"), _("Title"), _("Origin")), tuple(rows))
    return Reply(_("Templates. Use one with `announce template use`."), table=table, data=[row[0] for row in rows])


@command(
    "announce template add",
    zh="公告 模板 添加",
    summary=N_("Keep a text with fields to be filled in each time"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def add(tx: Tx, name: GivenName, kind: KindName, title: Title, body: Body) -> Reply:
    """What stands in braces is asked for when it is used."""
    made = usecases.add_template(tx, name=name, kind=kind, title=title, body=body)
    return Reply(_("Template “{name}” is kept.").format(name=made.name), data={"template": made.name})


@command(
    "announce template remove",
    zh="公告 模板 删除",
    summary=N_("Drop one of your own templates"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def remove(tx: Tx, name: Line) -> Reply:
    """Announcements that were made from it stay as they are."""
    usecases.remove_template(tx, name=name)
    return Reply(_("Template “{name}” is dropped.").format(name=name), data={"template": name})


@command(
    "announce template use",
    zh="公告 模板 使用",
    summary=N_("Write an announcement from a template; its fields are asked for one by one"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def use(tx: Tx, template: TemplateRef, audience: AudienceWords, incoming: Incoming) -> Reply:
    """Make the draft and ask for the first field."""
    chosen = {name: list(values) for name, values in audience.items()}
    made = usecases.use_template(tx, template=template, audience=chosen)
    return next_question(tx, incoming, made)
