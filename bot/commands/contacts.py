"""People who act for member units."""

from bot.commands.members import MemberRef
from bot.commands.people import PersonRef
from bot.messages import Button, Reply
from bot.parameters import Flag, Name, Phone
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from membership import queries, usecases
from membership.models import Unit
from people import usecases as people
from people.models import Person
from people.rules import clean_line


@command(
    "contact add",
    zh="联系人 添加",
    summary=N_("Enter a person who acts for a member"),
    permission=Permission.MANAGE_MEMBERS,
)
def add_contact(
    tx: Tx,
    member: MemberRef,
    name: Name,
    phone: Phone | None = None,
    person: PersonRef | None = None,
    new: Flag = False,
) -> Reply:
    """Enter a contact; somebody of the same name is asked about first. The invitation is offered as a button."""
    known = [] if person or new else queries.namesakes(tx.session, clean_line(name))
    if known:
        return _same_or_another(member, clean_line(name), phone, known)
    chosen = person or people.add_person(tx, name=name, phone=phone)
    usecases.add_contact(tx, unit=member, person=chosen)
    buttons = ((Button(_("Invite to chat"), f"person invite {chosen.id}"),),)
    text = _("{name} (number {number}) acts for {unit}.").format(name=chosen.name, number=chosen.id, unit=member.name)
    return Reply(text, buttons=buttons, data={"person": chosen.id, "member": member.reference})


def _same_or_another(member: Unit, name: str, phone: str | None, known: list[tuple[Person, list[Unit]]]) -> Reply:
    line = f"contact add {member.reference} 「{name}」" + (f" phone=「{phone}」" if phone else "")
    rows = []
    for person, units in known:
        acts = "、".join(unit.name for unit in units[:2]) or _("no member")
        label = _("The same: {name}, number {number} ({units})")
        shown = label.format(name=person.name, number=person.id, units=acts)
        rows.append((Button(shown[:60], f"{line} person={person.id}"),))
    rows.append((Button(_("Another person"), f"{line} --new"),))
    text = _("Somebody is called {name} already. Is it the same person? (As typed: person=‹number›, or --new)")
    return Reply(text.format(name=name), buttons=tuple(rows), error="person_exists")


@command(
    "contact end",
    zh="联系人 终止",
    summary=N_("A person no longer acts for a member"),
    permission=Permission.MANAGE_MEMBERS,
)
def end_contact(tx: Tx, member: MemberRef, person: PersonRef) -> Reply:
    """End a contact."""
    usecases.end_contact(tx, unit=member, person=person)
    return Reply(_("{name} no longer acts for {unit}.").format(name=person.name, unit=member.name))
