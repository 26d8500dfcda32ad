"""What an entrustment must say before the association may act on it. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from core.errors import BadInput, RuleViolated
from core.i18n import N_, _

LONGEST_PRINCIPAL, LONGEST_DOCUMENT, LONGEST_ACT, MOST_ACTS = 100, 80, 60, 20
SHORT_FORMS = frozenset({"局里", "上级", "上面", "有关部门", "主管部门", "应急局", "市局", "省厅", "区局", "县局"})


class Level(StrEnum):
    """On which level of the state the principal stands."""

    CENTRAL = "central"
    PROVINCIAL = "provincial"
    MUNICIPAL = "municipal"
    COUNTY = "county"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Its name in the language of the moment."""
        return _(LEVEL_NAMES[self])


LEVEL_NAMES = {
    Level.CENTRAL: N_("central"),
    Level.PROVINCIAL: N_("provincial"),
    Level.MUNICIPAL: N_("municipal"),
    Level.COUNTY: N_("county"),
    Level.OTHER: N_("no government body"),
}


def level_named(words: str) -> Level:
    """The level of this name in either language. Raises BadInput that lists what there is."""
    folded = unicodedata.normalize("NFKC", words).strip().casefold()
    for level in Level:
        if folded in (level.value, level.label.casefold(), level.label.removesuffix("级")):
            return level
    known = _(", ").join(level.label for level in Level)
    raise BadInput("level_unknown", _("“{name}” is no level. Use: {known}").format(name=words[:40], known=known))


def check_principal(words: str) -> str:
    """The principal's full name. Raises BadInput for a short form such as 局里 that names nobody."""
    name = " ".join(words.split())
    if len(name) < 4 or name in SHORT_FORMS or len(name) > LONGEST_PRINCIPAL:
        text = _("Write the principal's full name as in the document, for example 江南省应急管理厅.")
        raise BadInput("principal_form", text)
    return name


def check_document(words: str) -> str:
    """The number of the document or contract, as it is written there. Raises BadInput."""
    number = " ".join(words.split())
    if not re.search(r"\d", number) or len(number) > LONGEST_DOCUMENT:
        text = _("Write the number of the document or contract, for example 江应急函〔2026〕12号.")
        raise BadInput("mandate_document_form", text)
    return number


def check_acts(words: str) -> list[str]:
    """The acts that the document permits, separated by 、 or commas. Raises BadInput when there is none."""
    acts = [act.strip() for act in re.split(r"[、,，;；\n]", words) if act.strip()]
    if not acts or len(acts) > MOST_ACTS or any(len(act) > LONGEST_ACT for act in acts):
        text = _("Write the permitted acts, separated by 、, for example 组织培训、起草标准. At most 20, each short.")
        raise BadInput("acts_form", text)
    return list(dict.fromkeys(acts))


def check_term(starts: date, ends: date) -> None:
    """An entrustment has a term, and ends after it begins. Raises RuleViolated."""
    if ends < starts:
        raise RuleViolated("term_reversed", _("The term ends before it starts."))


def is_live(starts: date, last: date, today: date) -> bool:
    """Whether a term is open on a day; both ends count in."""
    return starts <= today <= last


def describe_acts(acts: Sequence[str]) -> str:
    """The acts in one line."""
    return "、".join(acts)
