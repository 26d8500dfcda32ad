"""What the commands about applications are typed with."""

import unicodedata
from typing import Annotated, Any

from bot.parameters import Choice, Parameter, plain, read_day, read_text
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from membership import queries
from membership.models import Application
from membership.rules.admission.states import UNDER_WAY, State

MOST = 50
"""Applications decided together."""


def number_in(raw: str) -> int:
    """J-0012 or 12 as a number. Raises BadInput."""
    digits = plain(raw).upper().removeprefix("J").removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("application_form", _("Write an application like J-0012."))
    return int(digits)


def _read_application(tx: Tx, raw: str) -> Application:
    every = tx.actor.may(Permission.VIEW_MEMBERS)
    return queries.application_for(tx.session, number_in(raw), tx.actor.person_id, every=every)


def _read_several(_tx: Tx, raw: str) -> list[int]:
    text = unicodedata.normalize("NFKC", raw)
    for sign in "、;,":
        text = text.replace(sign, " ")
    numbers = list(dict.fromkeys(number_in(word) for word in text.split()))
    if not 1 <= len(numbers) <= MOST:
        raise BadInput("applications_range", _("Name 1 to 50 applications, like J-0001,J-0002."))
    return numbers


def _open_ones(tx: Tx) -> list[Choice]:
    """Those under way: for the office everybody's, for others their own."""
    mine = None if tx.actor.may(Permission.VIEW_MEMBERS) else tx.actor.person_id
    found = queries.applications(tx.session, states=UNDER_WAY, person_id=mine, limit=10)
    return [(one.reference, f"{one.reference} {one.name}"[:60]) for one in found]


def _read_state(_tx: Tx, raw: str) -> State:
    word = plain(raw).casefold()
    for state in State:
        if word in (state.value, state.label.casefold()):
            return state
    raise BadInput("state_unknown", _("Use: {known}").format(known=_(", ").join(state.label for state in State)))


def _states(_tx: Tx) -> list[Choice]:
    return [(state.value, state.label) for state in State]


def _papers(tx: Tx) -> list[Choice]:
    return [(paper.name, paper.label) for paper in queries.admission_plan(tx.session, tx.today).papers]


def _read_first_day(tx: Tx, raw: str) -> str:
    return read_day(tx, raw).isoformat()


ApplicationRef = Annotated[
    Application,
    Parameter(N_("application"), _read_application, zh="入会申请", hint=N_("for example J-0012"), choices=_open_ones),
]
Applications: Any = Annotated[
    list[int],
    Parameter(
        N_("applications"),
        _read_several,
        zh="入会申请",
        hint=N_("one or several, like J-0001,J-0002"),
        choices=_open_ones,
    ),
]
AllOf: Any = Annotated[
    list[int],
    Parameter(
        N_("applications"),
        _read_several,
        zh="入会申请",
        hint=N_("one or several, like J-0001,J-0002"),
        choices=_open_ones,
        rest=True,
    ),
]
StateName = Annotated[State, Parameter(N_("state"), _read_state, zh="状态", choices=_states)]
PaperName = Annotated[str, Parameter(N_("paper sent along"), read_text, zh="材料", choices=_papers)]
StartsOn = Annotated[str, Parameter(N_("first day"), _read_first_day, zh="起始日", hint=N_("for example 2026-10-09"))]
