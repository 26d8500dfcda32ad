"""Writes about announcements, split by subject.

Another package that needs a public notice uses ``open_notice`` and ``check_may_conclude``; see ``usecases.notices``.
"""

from announcements.usecases.approving import PUBLISH, submit
from announcements.usecases.drafting import (
    attach,
    cancel,
    choose_delivery,
    choose_groups,
    detach,
    discard,
    draft,
    restart,
    revise,
    schedule,
)
from announcements.usecases.manners import choose_manners
from announcements.usecases.notices import Opened, check_may_conclude, open_notice, redate_notice
from announcements.usecases.numbers import choose_code_word, void_number
from announcements.usecases.objections import object_to, read_objection, rule_on, take_back
from announcements.usecases.receipts import (
    acknowledge,
    chase,
    escalate,
    keep_chasing,
    stop_chasing,
    subscribe,
    unsubscribe,
)
from announcements.usecases.templates import add_template, remove_template, use_template
from announcements.usecases.tending import publish_scheduled, tend
from announcements.usecases.undoing import undo
from announcements.usecases.withdrawing import withdraw

__all__ = [
    "PUBLISH",
    "Opened",
    "acknowledge",
    "add_template",
    "attach",
    "cancel",
    "chase",
    "check_may_conclude",
    "choose_code_word",
    "choose_delivery",
    "choose_groups",
    "choose_manners",
    "detach",
    "discard",
    "draft",
    "escalate",
    "keep_chasing",
    "object_to",
    "open_notice",
    "publish_scheduled",
    "read_objection",
    "redate_notice",
    "remove_template",
    "restart",
    "revise",
    "rule_on",
    "schedule",
    "stop_chasing",
    "submit",
    "subscribe",
    "take_back",
    "tend",
    "undo",
    "unsubscribe",
    "use_template",
    "void_number",
    "withdraw",
]
