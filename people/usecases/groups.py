"""Linking groups and channels: a code made in private and posted in the group proves that both belong together."""

from functools import partial

from sqlalchemy import select

from core.access import Permission, usecase
from core.errors import Conflict, NotFound
from core.i18n import _, in_every_language
from core.outbox import Message
from core.transaction import Tx
from people import groups, notices, rules
from people.models import GroupSighting, LinkedGroup


@usecase(Permission.MANAGE_PEOPLE, sensitive=True)
def begin_group(tx: Tx, *, name: str) -> str:
    """A single-use code, valid 14 days, to be posted in the group. Raises Conflict for a name that is taken."""
    name = rules.clean_line(name)
    if any(group.name == name for group in groups.live_groups(tx.session)):
        raise Conflict("group_exists", _("A group is linked as “{name}” already.").format(name=name))
    code = rules.new_code()
    made = LinkedGroup(
        name=name[:60],
        code_hash=rules.code_hash(code),
        expires_at=tx.now + rules.INVITATION_DAYS,
        linked_by=tx.actor.person_id or 0,
    )
    tx.session.add(made)
    tx.session.flush()
    tx.record("group:code:make", f"group:{made.id}", {"name": made.name})
    return code


@usecase(Permission.MANAGE_PEOPLE, sensitive=True)
def link_group(tx: Tx, *, code: str, platform: str, chat: str) -> LinkedGroup:
    """Link the group in which a code was posted. Raises NotFound for a wrong, used or expired code, or one of somebody else."""
    group = groups.group_by_code(tx.session, rules.code_hash(code))
    if group is None or group.expires_at <= tx.now or group.linked_by != tx.actor.person_id:
        raise NotFound("code_invalid", _("This code is not valid (any more). Make a new one in private: `group link`."))
    if groups.group_at(tx.session, platform, chat) is not None:
        raise Conflict("group_linked", _("This group is linked already."))
    group.platform, group.chat, group.linked_at = platform, chat, tx.now
    tx.session.flush()
    note_seen(tx, chat)
    tx.record("group:chat:link", f"group:{group.id}", {"platform": platform})
    return group


@usecase(Permission.MANAGE_PEOPLE, sensitive=True)
def unlink_group(tx: Tx, *, group: LinkedGroup) -> None:
    """Post nothing to this group any more."""
    group.ended_at = tx.now
    tx.record("group:chat:unlink", f"group:{group.id}", {"name": group.name})


@usecase(Permission.MANAGE_PEOPLE, sensitive=True)
def screen_group(tx: Tx, *, group: LinkedGroup, on: bool) -> None:
    """Have what staff write in a group screened, or no more. The group is told in words; it begins when these arrive.

    Raises Conflict when it is so already.
    """
    if on == (group.screening is not None):
        raise Conflict("screening_so", _("It is like that already."))
    key = f"group:{group.id}:screening:{tx.now.timestamp():.6f}"
    group.screening = key if on else None
    write = partial(notices.group_screened if on else notices.group_not_screened, association=tx.association.name)
    told = tx.notify(Message(key, f"group:{group.id}", in_every_language(write)), groups.to_groups([group.id]))
    tx.record(f"group:screening:{'begin' if on else 'end'}", f"group:{group.id}", {"name": group.name, "told": told})


def note_seen(tx: Tx, chat: str) -> None:
    """The actor has been seen in this chat, if it is a linked group; the caller records what they did there."""
    platform = tx.channel.partition(":")[0]
    group = groups.group_at(tx.session, platform, chat)
    if group is None or tx.actor.person_id is None:
        return
    mine = (GroupSighting.group_id == group.id, GroupSighting.person_id == tx.actor.person_id)
    seen = tx.session.scalar(select(GroupSighting).where(*mine))
    if seen is None:
        tx.session.add(GroupSighting(group_id=group.id, person_id=tx.actor.person_id, last_at=tx.now))
    else:
        seen.last_at = tx.now
