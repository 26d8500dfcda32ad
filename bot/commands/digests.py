"""The morning digest of the office: looked at, and switched."""

from bot.messages import Button, Reply
from bot.registry import command
from core.access import Permission, permissions_of
from core.i18n import N_, _
from core.transaction import Tx
from people import queries as people
from reminders import queries, usecases
from reminders.digest import words_for


@command(
    "digest show",
    zh="简报 查看",
    summary=N_("What is due, late, stuck or failing, as it stands now"),
    permission=Permission.MANAGE_REMINDERS,
)
def show(tx: Tx) -> Reply:
    """The digest of whoever asks, at this moment."""
    person = people.person_by_id(tx.session, tx.actor.person_id or 0)
    text = words_for(tx, person, permissions_of(tx.actor.roles)) or _("Nothing needs you now.")
    off = queries.digest_switch(tx.session, person.id) is not None
    button = Button(_("Send it each morning"), "digest on") if off else Button(_("No more each morning"), "digest off")
    return Reply(text, buttons=((button,),), data={"off": off})


@command("digest off", zh="简报 关闭", summary=N_("No digest each morning"), permission=Permission.MANAGE_REMINDERS)
def off(tx: Tx) -> Reply:
    """Switch one's own digest off."""
    usecases.switch_digest(tx, on=False)
    return Reply(_("The morning digest is off. `digest on` switches it on again."))


@command("digest on", zh="简报 开启", summary=N_("A digest each morning"), permission=Permission.MANAGE_REMINDERS)
def on(tx: Tx) -> Reply:
    """Switch one's own digest on."""
    usecases.switch_digest(tx, on=True)
    return Reply(_("The morning digest is on. It comes on working days, when something needs you."))
