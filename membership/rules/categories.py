"""Categories of member units (单位类别): the default eight, each with the aliases that rosters use. Pure."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.errors import BadInput
from core.i18n import N_, _


class Category(StrEnum):
    """The default categories; the stored text is the value."""

    SAFETY_EVALUATION = "safety_evaluation"
    TESTING_INSPECTION = "testing_inspection"
    OCCUPATIONAL_HEALTH = "occupational_health"
    INSURER = "insurer"
    ENGINEER_FIRM = "engineer_firm"
    TRAINING = "training"
    TECHNOLOGY = "technology"
    PRODUCER = "producer"


@dataclass(frozen=True)
class Names:
    """How a category is written: Chinese as in the handbook, English, and other spellings in use."""

    zh: str
    en: str
    aliases: tuple[str, ...] = ()


CATEGORIES: Mapping[str, Names] = {
    Category.SAFETY_EVALUATION: Names("安全评价机构", N_("safety evaluation body"), ("安评机构", "安评", "安全评价")),
    Category.TESTING_INSPECTION: Names(
        "检测检验机构", N_("testing and inspection body"), ("检验检测机构", "检测机构", "检测检验", "检验检测")
    ),
    Category.OCCUPATIONAL_HEALTH: Names(
        "职业卫生技术服务机构",
        N_("occupational health service body"),
        ("职业卫生机构", "职卫机构", "职业卫生服务机构", "职业卫生技术服务"),
    ),
    Category.INSURER: Names("保险机构", N_("insurer"), ("保险公司", "保险")),
    Category.ENGINEER_FIRM: Names(
        "注册安全工程师事务所", N_("firm of certified safety engineers"), ("注安师事务所", "注安事务所")
    ),
    Category.TRAINING: Names("安全培训机构", N_("safety training body"), ("培训机构", "安培机构", "安全培训")),
    Category.TECHNOLOGY: Names("安全科技机构", N_("safety technology body"), ("科技机构", "安全科技")),
    Category.PRODUCER: Names("生产经营单位", N_("production and business unit"), ("生产经营企业", "生产单位")),
}


@dataclass(frozen=True)
class Found:
    """A category that was recognised, and whether by an alias."""

    value: str
    by_alias: bool


def folded(text: str) -> str:
    """A name as it is compared."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cc"))


def recognise(text: str, table: Mapping[str, Names] = CATEGORIES) -> Found | None:
    """The category that is written here, or None: an unregistered one is not guessed."""
    word = folded(text)
    for value, names in table.items():
        if word in (folded(names.zh), names.en.casefold().replace(" ", ""), str(value)):
            return Found(str(value), by_alias=False)
        if word in map(folded, names.aliases):
            return Found(str(value), by_alias=True)
    return None


def category_named(text: str, table: Mapping[str, Names] = CATEGORIES) -> str:
    """The stored value of a category that was typed. Raises BadInput that lists what there is."""
    found = recognise(text, table)
    if found is None:
        known = _(", ").join(label(value, table) for value in table)
        raise BadInput(
            "category_unknown", _("“{name}” is no category. Use: {known}").format(name=text[:40], known=known)
        )
    return found.value


def zh(value: str | None, table: Mapping[str, Names] = CATEGORIES) -> str | None:
    """The category's Chinese name; an unknown value as it is."""
    return table[value].zh if value is not None and value in table else value


def label(value: str, table: Mapping[str, Names] = CATEGORIES) -> str:
    """The category's name in the language of the moment."""
    return _(table[value].en) if value in table else value
