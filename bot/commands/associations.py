"""For people who belong to several associations: which of them they speak with."""

from typing import Annotated

from bot.messages import Incoming, Reply
from bot.parameters import Choice, Parameter, plain
from bot.registry import command
from core.access import Permission
from core.associations import Association
from core.errors import NotFound
from core.i18n import N_, _
from core.transaction import Tx
from people import addresses, usecases


def _read_association(tx: Tx, raw: str) -> Association:
    wanted = plain(raw).casefold()
    mine = addresses.linked_associations(tx.session, tx.actor.person_id or 0)
    found = [one for one in mine if wanted in (one.code.casefold(), one.name.casefold())]
    found = found or [one for one in mine if wanted and wanted in one.name.casefold()]
    if len(found) != 1:
        names = _(", ").join(one.name for one in mine) or _("none")
        raise NotFound("association_unknown", _("This chat is linked with: {names}").format(names=names))
    return found[0]


def _mine(tx: Tx) -> list[Choice]:
    linked = addresses.linked_associations(tx.session, tx.actor.person_id or 0)
    return [(one.code, one.name) for one in linked]


AssociationRef = Annotated[
    Association, Parameter(N_("association"), _read_association, zh="协会", choices=_mine, rest=True)
]


@command(
    "switch",
    zh="切换",
    summary=N_("Choose which of your associations you speak with"),
    permission=Permission.USE_OFFICE,
)
def switch(tx: Tx, association: AssociationRef, incoming: Incoming) -> Reply:
    """From now on lines from this chat go to the chosen association; its notices keep their own buttons."""
    usecases.choose_association(tx, association=association, platform=incoming.platform, account=incoming.account)
    text = _("From now on you speak with {association}.").format(association=association.name)
    return Reply(text, data={"association": association.code})
