"""How an association has settled the adjusting of grades."""

from typing import Annotated

from bot.messages import Reply
from bot.parameters import NAMED, Choice, Parameter, plain, read_number
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from membership.queries import adjustments as queries
from membership.rules.adjusting import Policy
from membership.usecases import adjustments as usecases


def _read_upgrades(_tx: Tx, raw: str) -> str:
    known = {"at_review": "at_review", "at_once": "at_once", "周期评定": "at_review", "即时": "at_once"}
    if plain(raw).casefold() not in known:
        raise BadInput("upgrades_form", _("Upgrades come at_review (with the next round) or at_once."))
    return known[plain(raw).casefold()]


def _upgrade_choices(_tx: Tx) -> list[Choice]:
    return [("at_review", _("with the next round")), ("at_once", _("at once"))]


Upgrades = Annotated[str, Parameter(N_("upgrades"), _read_upgrades, zh="升级", choices=_upgrade_choices)]
Days = Annotated[int, Parameter(N_("working days to answer"), read_number, zh="申辩天数")]


@command(
    "grade settings",
    zh="等级 设置",
    summary=N_("Whether upgrades wait for the round, and how long a member may answer"),
    permission=Permission.MANAGE_OFFICE,
)
def settings(
    tx: Tx, upgrades: Annotated[Upgrades, NAMED] | None = None, answer_days: Annotated[Days, NAMED] | None = None
) -> Reply:
    """Without words, how it is settled now."""
    asked = upgrades is None and answer_days is None
    chosen = queries.policy_here(tx.association, tx.today) if asked else _settled(tx, upgrades, answer_days)
    way = _("with the next round") if chosen.upgrades_wait else _("at once")
    text = _("Upgrades: {way}. A member has {days} working days to answer and {object} to object. Basis: {basis}")
    words = text.format(way=way, days=chosen.answer.amount, object=chosen.objection.amount, basis=chosen.basis)
    return Reply(words, data={"upgrades_wait": chosen.upgrades_wait, "answer_days": chosen.answer.amount})


def _settled(tx: Tx, upgrades: str | None, answer_days: int | None) -> Policy:
    return usecases.settle_adjustments(tx, upgrades=upgrades, answer_days=answer_days)
