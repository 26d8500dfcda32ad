"""The elements of an announcement beside title and text: their names, how they are typed, and what a fault is called. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from announcements.rules.kinds import Fault
from announcements.rules.lifecycle import check_body, check_title
from core.days import read_date
from core.errors import BadInput
from core.i18n import N_, _

LONGEST_ELEMENT = 4_000
DATES = ("starts", "ends", "day")
TEXTS = ("title", "body")
OTHERS = ("concludes", "corrects")
"""Elements that name another announcement."""
NAMES = {
    "title": ("标题", N_("title")),
    "body": ("正文", N_("body")),
    "basis": ("依据", N_("basis")),
    "subjects": ("名单", N_("list of those concerned")),
    "decision": ("拟作决定", N_("proposed decision")),
    "starts": ("起始日", N_("first day of the period")),
    "ends": ("截止日", N_("last day of the period")),
    "objection": ("异议方式", N_("how and where to object")),
    "department": ("受理部门", N_("department that receives it")),
    "phone": ("电话", N_("telephone")),
    "address": ("地址", N_("e-mail or address")),
    "day": ("会议日期", N_("day of the meeting")),
    "place": ("地点", N_("place")),
    "concludes": ("所涉公示", N_("public notice it concludes")),
    "corrects": ("所更正公告", N_("announcement it corrects")),
}
DAYS = ("days", "天数", "工作日数")
HINTS = {
    "basis": N_("for example 《会员分级评价办法》甲安协〔2026〕3号"),
    "subjects": N_("one a line, or “see the attachment”"),
    "starts": N_("not before it is published, for example 2026-10-09"),
    "ends": N_("a date, or a number of days such as 5"),
    "objection": N_("in writing, signed or sealed, with a way to reach whoever objects"),
}
FAULTS = {
    "missing": N_("is missing"),
    "title_word": N_("has to contain the word “{place}”"),
    "before_publication": N_("lies before the day of publication ({place})"),
    "too_short": N_("is too early: the least period ends on {place}"),
    "before_start": N_("lies before the first day ({place})"),
    "before_end": N_("lies before the end of the period ({place})"),
    "identity_number": N_("shows an identity card number in full ({place}): leave it out"),
    "mobile_number": N_("shows a person's telephone number in full ({place}): leave it out"),
    "placeholder": N_("is a field of the template that has not been filled in"),
    "period_runs": N_("has not ended yet; its last day is {place}"),
    "objections_open": N_("still has {place} undecided objections"),
    "concluded": N_("has a published result already: {place}"),
    "not_in_force": N_("is not a published public notice"),
}
PLACEHOLDER = re.compile(r"\{([^\W_][\w]{0,19})\}")


def label(name: str) -> str:
    """What an element is called in the language of the moment; a field of a template keeps its own name."""
    return _(NAMES[name][1]) if name in NAMES else name


def hint(name: str) -> str:
    """An example of what to type."""
    return _(HINTS[name]) if name in HINTS else ""


def element_named(words: str, fields: Sequence[str] = ()) -> str:
    """The element, or the field of a template, of this name in either language. Raises BadInput that lists them."""
    typed = words.strip().strip("{}").casefold()
    for name, (zh, english) in NAMES.items():
        if typed in (name, zh, english, _(english).casefold()):
            return name
    if typed in DAYS:
        return "ends"
    for field in fields:
        if typed == field.casefold():
            return field
    known = "、".join([zh for name, (zh, _english) in NAMES.items() if name not in OTHERS] + list(fields))
    raise BadInput("element_unknown", _("“{name}” is no element. Use: {known}").format(name=words[:40], known=known))


def read_element(name: str, raw: str, today: date) -> str:
    """A typed element in its stored form: dates in ISO form. Raises BadInput."""
    if name in DATES:
        return read_date(raw, today).isoformat()
    if name == "title":
        return check_title(raw)
    if name == "body":
        return check_body(raw)
    text = raw.strip()
    if not text:
        raise BadInput("text_missing", _("Some text is needed here."))
    if len(text) > LONGEST_ELEMENT:
        raise BadInput("element_too_long", _("This is longer than 4 000 characters. Attach it as a file."))
    return text


def as_days(raw: str) -> int | None:
    """``5``, ``5天``, ``５个工作日``: a number of days instead of a date; None for anything else."""
    found = re.fullmatch(r"([0-9]{1,3})(?:个)?(?:天|日|工作日|自然日|days?|working days?)?", plain(raw))
    return int(found[1]) if found else None


def plain(raw: str) -> str:
    """Without the differences of width and the spaces at the ends."""
    return unicodedata.normalize("NFKC", raw).strip().casefold()


def in_order(typed: Mapping[str, str]) -> list[str]:
    """The names in the order in which they have to be set: the first day before the last, which may be counted from it."""
    return sorted(typed, key=lambda name: name == "ends")


def as_fields(title: str, body: str, elements: Mapping[str, Any]) -> dict[str, Any]:
    """All elements by name, the days as dates."""
    read = {name: date.fromisoformat(value) if name in DATES else value for name, value in elements.items()}
    return read | {"title": title, "body": body}


def placeholders(*texts: str) -> list[str]:
    """The {fields} that stand in these texts, each once, in order."""
    return list(dict.fromkeys(name for text in texts for name in PLACEHOLDER.findall(text)))


def filled(text: str, field: str, value: str) -> str:
    """The text with one {field} replaced; nothing else in it is interpreted."""
    return text.replace("{" + field + "}", value)


def fault_text(fault: Fault) -> str:
    """A fault in words: which element, what is wrong, where."""
    return f"{label(fault.element)}：" + _(FAULTS[fault.code]).format(place=fault.place)
