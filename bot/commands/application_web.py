"""The web form for applications: its public address, and links for one application each."""

from bot.messages import Button, Reply
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from membership.rules.admission.web import LINK_DAYS
from membership.usecases import admission


@command(
    "application form",
    zh="入会 网上申请",
    summary=N_("Switch the public web form for applications on, and see its address"),
    permission=Permission.MANAGE_MEMBERS,
)
def open_form(tx: Tx) -> Reply:
    """The address for the association's own site; it stays the same until it is switched off."""
    address = admission.open_form(tx)
    text = _(
        "The form is open to everybody at:\n{address}\nWhat is handed in there comes to you as an application like those in "
        "chat. At most 40 people a day whom the office does not know can apply."
    )
    close = Button(_("Switch the form off"), "application form-off")
    return Reply(text.format(address=address), buttons=((close,),), data={"address": address})


@command(
    "application form-off",
    zh="入会 网上关闭",
    summary=N_("Switch the public web form for applications off"),
    permission=Permission.MANAGE_MEMBERS,
    confirm=N_("Switch the public form off? Its address will never work again; a new one is made next time."),
)
def close_form(tx: Tx) -> Reply:
    """The address stops working at once; links for one application still work."""
    admission.close_form(tx)
    return Reply(
        _("The form is closed. What was handed in stays; `application link` still makes links for one application.")
    )


@command(
    "application link",
    zh="入会 链接",
    summary=N_("A link to the web form for one application"),
    permission=Permission.MANAGE_MEMBERS,
    secret=True,
)
def link(tx: Tx) -> Reply:
    """A link to send to one unit; it is spent when the application is handed in."""
    address = admission.make_link(tx)
    text = _("{address}\nFor one application, within {days} days. Send it to the unit; it is shown only now.")
    return Reply(text.format(address=address, days=LINK_DAYS.days), secret=True)
