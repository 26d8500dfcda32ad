"""Templates: texts with {fields}, made by the association beside the shipped ones."""

from announcements import queries
from announcements.models import Announcement, AnnouncementTemplate
from announcements.rules import elements, lifecycle, templates
from announcements.rules.kinds import Kind
from announcements.rules.templates import Template
from announcements.usecases.drafting import draft
from core.access import Permission, usecase
from core.errors import Conflict, NotFound
from core.i18n import _
from core.transaction import Tx


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def add_template(tx: Tx, *, name: str, kind: Kind, title: str, body: str) -> AnnouncementTemplate:
    """Keep a text to be used again. Raises Conflict for a name that is taken."""
    name = templates.check_name(name)
    if queries.own_template(tx.session, name) is not None or name in templates.shipped():
        raise Conflict("template_exists", _("There is a template “{name}” already.").format(name=name))
    made = AnnouncementTemplate(
        name=name,
        kind=kind.value,
        title=lifecycle.check_title(title),
        body=lifecycle.check_body(body),
        elements={},
        made_by=tx.actor.person_id,
        made_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    tx.record("announcement:template:add", f"template:{made.id}", {"name": name, "kind": kind.value})
    return made


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def remove_template(tx: Tx, *, name: str) -> None:
    """Drop one of the association's own templates. Raises NotFound."""
    found = queries.own_template(tx.session, name)
    if found is None:
        raise NotFound("template_unknown", _("The association has no template “{name}” of its own.").format(name=name))
    tx.session.delete(found)
    tx.record("announcement:template:remove", f"template:{found.id}", {"name": name})


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def use_template(tx: Tx, *, template: Template, audience: dict[str, list[str]]) -> Announcement:
    """A draft from a template; its {fields} and the elements of its kind are still to be filled in."""
    fields = elements.placeholders(template.title, template.body, *template.elements.values())
    made = draft(
        tx,
        kind=template.kind,
        title=template.title,
        body=template.body,
        audience=audience,
        typed=template.elements,
        fields=fields,
    )
    tx.record("announcement:template:use", made.subject, {"template": template.name})
    return made
