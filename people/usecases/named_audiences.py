"""Audiences that are kept under a name."""

from core.access import Permission, usecase
from core.errors import BadInput
from core.i18n import _
from core.transaction import Tx
from people import saved
from people.models import SavedAudience

RESERVED = ("all", "全体", "全体会员")


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def save_audience(tx: Tx, *, name: str, words: dict[str, list[str]]) -> SavedAudience:
    """Keep an audience under a name; one of that name is replaced. Who is in it is found out when it is used."""
    name = name.strip().lstrip("@＠")
    if not 1 <= len(name) <= 40 or any(mark in name for mark in "=＝ ,，") or name.casefold() in RESERVED:
        raise BadInput("audience_name", _("Give it a name of one word, at most 40 characters, without “=”."))
    found = saved.find_saved(tx.session, name) or SavedAudience(name=name)
    found.words, found.saved_by, found.saved_at = words, tx.actor.person_id, tx.now
    tx.session.add(found)
    tx.session.flush()
    tx.record("audience:name:save", f"audience:{found.id}", {"name": name, "words": words})
    return found


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def delete_audience(tx: Tx, *, audience: SavedAudience) -> None:
    """Forget a saved audience. What was sent to it stays."""
    tx.session.delete(audience)
    tx.record("audience:name:delete", f"audience:{audience.id}", {"name": audience.name})
