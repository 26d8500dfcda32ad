"""What a member may propose to change on its own card, and what becomes of each fact. Pure."""

from collections.abc import Iterable
from enum import StrEnum

from core.errors import BadInput, Conflict
from core.i18n import N_, _

FACTS = {
    "name": N_("unit name"),
    "code": N_("credit code"),
    "category": N_("category"),
    "region": N_("region"),
    "engineers": N_("engineers"),
    "phone": N_("your own telephone"),
    "contact": N_("another contact"),
}
"""What can be proposed. Class, standing and remarks are the association's to say."""
PERSONAL = ("phone", "contact")
"""Facts about a person rather than about the unit."""


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state in the language of the moment."""
        return _(REQUEST_NAMES[self])


class FactState(StrEnum):
    """What became of one proposed fact."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state in the language of the moment."""
        return _(FACT_STATE_NAMES[self])


REQUEST_NAMES = {
    RequestState.OPEN: N_("waits for the office"),
    RequestState.SETTLED: N_("all decided"),
    RequestState.WITHDRAWN: N_("request taken back"),
}
FACT_STATE_NAMES = {
    FactState.OPEN: N_("not decided yet"),
    FactState.APPROVED: N_("now on the card"),
    FactState.DECLINED: N_("change declined"),
    FactState.WITHDRAWN: N_("request taken back"),
}


def check_open(state: RequestState) -> None:
    """Only an open request can be changed. Raises Conflict."""
    if state is not RequestState.OPEN:
        raise Conflict("change_settled", _("This request is closed: {state}.").format(state=state.label))


def check_undecided(state: FactState, label: str) -> None:
    """A fact is decided once. Raises Conflict."""
    if state is not FactState.OPEN:
        text = _("{fact}: decided already ({state}).")
        raise Conflict("fact_decided", text.format(fact=label, state=state.label))


def check_unchanged(label: str, proposed_over: str, current: str) -> None:
    """What was proposed over is still what the card says. Raises Conflict that shows both."""
    if proposed_over != current:
        text = _(
            "{fact} has changed meanwhile: it was “{old}” when this was proposed, now it is “{now}”. "
            "Decline it, or take it over all the same with --anyway."
        )
        raise Conflict("fact_changed", text.format(fact=label, old=proposed_over, now=current))


def fact_named(words: str, open_ones: Iterable[str]) -> str:
    """The fact of this name in either language. Raises BadInput that lists those in the request."""
    word = "".join(words.split()).casefold()
    names = list(open_ones)
    for fact in names:
        if word in (fact, "".join(_(FACTS[fact]).split()).casefold()):
            return fact
    known = _(", ").join(_(FACTS[fact]) for fact in names)
    text = _("“{name}” is none of the facts in this request: {known}")
    raise BadInput("fact_unknown", text.format(name=words[:40], known=known))
