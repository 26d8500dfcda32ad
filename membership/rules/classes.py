"""Classes of membership (会籍类别): the office a unit holds in the association, which is not a grade. Pure."""

from enum import StrEnum

from core.errors import BadInput
from core.i18n import N_, _
from membership.rules.categories import folded


class MemberClass(StrEnum):
    """Classes from the highest to the lowest; the stored text is the value."""

    PRESIDENT = "president"
    VICE_PRESIDENT = "vice_president"
    STANDING_COUNCIL = "standing_council"
    COUNCIL = "council"
    MEMBER = "member"
    INDIVIDUAL = "individual"


NAMES = {
    MemberClass.PRESIDENT: ("会长单位", N_("president unit"), ("会长", "理事长单位", "理事长")),
    MemberClass.VICE_PRESIDENT: ("副会长单位", N_("vice-president unit"), ("副会长", "副理事长单位", "副理事长")),
    MemberClass.STANDING_COUNCIL: (
        "常务理事单位",
        N_("standing council unit"),
        ("常务理事", "常务", "常理", "常务理事会员"),
    ),
    MemberClass.COUNCIL: ("理事单位", N_("council unit"), ("理事", "理事会员")),
    MemberClass.MEMBER: (
        "会员单位",
        N_("member unit"),
        ("会员", "普通会员", "单位会员", "一般会员", "普通会员单位", "团体会员"),
    ),
    MemberClass.INDIVIDUAL: ("个人会员", N_("individual member"), ("个人",)),
}


def recognise(text: str) -> MemberClass | None:
    """The class that is written here, in full or in short."""
    word = folded(text)
    for value, (zh, en, aliases) in NAMES.items():
        if word in (zh, *aliases, value.value, en.replace(" ", "")):
            return value
    return None


def class_named(text: str) -> str:
    """The stored value of a class that was typed. Raises BadInput that lists what there is."""
    found = recognise(text)
    if found is None:
        known = _(", ").join(label(value) for value in NAMES)
        raise BadInput("class_unknown", _("“{name}” is no class. Use: {known}").format(name=text[:40], known=known))
    return found.value


def label(value: str) -> str:
    """The class's name in the language of the moment."""
    return _(NAMES[MemberClass(value)][1]) if value in list(MemberClass) else value


def zh(value: str) -> str:
    """The class's Chinese name."""
    return NAMES[MemberClass(value)][0]
