"""Where an application stands and what can happen to it. Pure."""

from enum import StrEnum

from core.errors import Conflict
from core.i18n import N_, _


class State(StrEnum):
    """Where an application stands; the last four are final."""

    DRAFT = "draft"
    OPEN = "open"
    RETURNED = "returned"
    ADMITTED = "admitted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """The state in the language of the moment."""
        return _(STATE_NAMES[self])


class Act(StrEnum):
    """What can happen to an application."""

    BEGUN = "begun"
    FILED = "filed"
    AMENDED = "amended"
    APPROVED = "approved"
    RETURNED = "returned"
    DECLINED = "declined"
    NOTICED = "noticed"
    BALLOTED = "balloted"
    ADMITTED = "admitted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """The act in the language of the moment."""
        return _(ACT_NAMES[self])


STATE_NAMES = {
    State.DRAFT: N_("not handed in yet"),
    State.OPEN: N_("in progress"),
    State.RETURNED: N_("returned for completion"),
    State.ADMITTED: N_("admitted"),
    State.DECLINED: N_("application declined"),
    State.WITHDRAWN: N_("application withdrawn"),
    State.EXPIRED: N_("application expired"),
}
ACT_NAMES = {
    Act.BEGUN: N_("begun"),
    Act.FILED: N_("handed in"),
    Act.AMENDED: N_("amended"),
    Act.APPROVED: N_("passed"),
    Act.RETURNED: N_("returned for completion"),
    Act.DECLINED: N_("application declined"),
    Act.NOTICED: N_("public notice written"),
    Act.BALLOTED: N_("put to the vote"),
    Act.ADMITTED: N_("admitted"),
    Act.WITHDRAWN: N_("application withdrawn"),
    Act.EXPIRED: N_("application expired"),
}
UNDER_WAY = (State.DRAFT, State.OPEN, State.RETURNED)
WITH_APPLICANT = (State.DRAFT, State.RETURNED)


def check_with_applicant(state: State) -> None:
    """What an applicant may change: a draft, or what was returned. Raises Conflict."""
    if state is State.OPEN:
        text = _("The application is being looked at. It can be changed when it is returned to you, or withdrawn.")
        raise Conflict("application_filed", text)
    check_under_way(state)


def check_open(state: State) -> None:
    """What the office may decide. Raises Conflict that says where the application stands."""
    if state is not State.OPEN:
        raise Conflict("application_not_open", _("This application is not open: {state}.").format(state=state.label))


def check_under_way(state: State) -> None:
    """What can still be withdrawn. Raises Conflict."""
    if state not in UNDER_WAY:
        raise Conflict("application_over", _("This application is over: {state}.").format(state=state.label))
