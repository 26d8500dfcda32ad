"""What the commands about announcements are typed with."""

import re
import unicodedata
from dataclasses import replace
from datetime import datetime, time
from typing import Annotated

from announcements import queries
from announcements.models import Announcement, Objection
from announcements.rules import elements, templates
from announcements.rules.document_number import DocumentNumber
from announcements.rules.kinds import Kind, kind_named
from announcements.rules.lifecycle import Delivery, State, delivery_named
from announcements.rules.objections import NAMES, RULINGS, ObjectionState, ruling_named
from announcements.rules.quiet import read_hours
from announcements.rules.templates import Template
from bot.parameters import Choice, Parameter, plain, read_day, read_text
from core.errors import BadInput, NotFound
from core.i18n import N_, _
from core.transaction import Tx
from people import groups, saved
from people.audiences import Audience, is_criterion
from people.models import LinkedGroup, SavedAudience

AFTERNOON = ("下午", "晚上", "傍晚", "中午")
MOMENT = re.compile(
    r"(?P<day>.+?)(?:\s*T|\s+|(?<=[日号天]))\s*(?P<part>上午|早上|下午|晚上|傍晚|中午)?\s*"
    r"(?P<hour>[0-9]{1,2})(?:[:点时](?:(?P<half>半)|(?P<minute>[0-9]{1,2})分?|整)?)"
)


def _read_announcement(tx: Tx, raw: str) -> Announcement:
    return queries.announcement_named(tx.session, plain(raw))


def _read_kind(_tx: Tx, raw: str) -> Kind:
    return kind_named(unicodedata.normalize("NFKC", raw).strip())


def _read_audience(tx: Tx, raw: str) -> dict[str, list[str]]:
    return saved.read(tx.session, raw)


def _read_saved(tx: Tx, raw: str) -> SavedAudience:
    return saved.saved_named(tx.session, plain(raw))


def _read_groups(tx: Tx, raw: str) -> list[LinkedGroup]:
    if plain(raw).casefold() in ("none", "无", "不发"):
        return []
    names = plain(raw).replace("、", ",").replace("，", ",").split(",")
    return [groups.group_named(tx.session, name.strip()) for name in names if name.strip()]


def _read_group(tx: Tx, raw: str) -> LinkedGroup:
    return groups.group_named(tx.session, plain(raw))


def _read_moment(tx: Tx, raw: str) -> datetime:
    """``2026-10-20 09:00``, ``明天 上午9点``, ``10月20日下午3点半``: any day with a time of day, in the association's zone."""
    found = MOMENT.fullmatch(plain(raw))
    if found is None:
        raise BadInput("moment_form", _("Write the day and the hour like 2026-10-20 09:00."))
    hour = int(found["hour"])
    if found["part"] in AFTERNOON and hour < 12:
        hour += 12
    minute = 30 if found["half"] else int(found["minute"] or 0)
    if hour > 23 or minute > 59:
        raise BadInput("moment_form", _("Write the day and the hour like 2026-10-20 09:00."))
    return datetime.combine(read_day(tx, found["day"]), time(hour, minute), tx.association.timezone)


def _read_last_day(tx: Tx, raw: str) -> str:
    """A date, or a number of days, kept as it will be set."""
    days = elements.as_days(raw)
    return str(days) if days else read_day(tx, raw).isoformat()


def _read_first_day(tx: Tx, raw: str) -> str:
    return read_day(tx, raw).isoformat()


def _read_delivery(_tx: Tx, raw: str) -> Delivery:
    return delivery_named(plain(raw))


def _read_ruling(_tx: Tx, raw: str) -> ObjectionState:
    return ruling_named(plain(raw))


def _read_objection(tx: Tx, raw: str) -> Objection:
    digits = plain(raw).upper().removeprefix("O-").removeprefix("O")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("objection_form", _("Write an objection like O-0012."))
    return queries.objection_by_number(tx.session, int(digits))


def _read_number(_tx: Tx, raw: str) -> DocumentNumber:
    return DocumentNumber.parse(raw)


def _read_template(tx: Tx, raw: str) -> Template:
    name = plain(raw)
    own = queries.own_template(tx.session, name)
    if own is not None:
        return Template(own.name, Kind(own.kind), own.title, own.body, own.elements)
    if name not in templates.shipped():
        raise NotFound("template_unknown", _("There is no such template. `announce template list` shows them."))
    return templates.shipped()[name]


def _read_state(_tx: Tx, raw: str) -> State:
    for state in State:
        if plain(raw).casefold() in (state.value, state.label.casefold()):
            return state
    raise BadInput("state_unknown", _("Use: {known}").format(known=_(", ").join(state.label for state in State)))


def _read_hours(_tx: Tx, raw: str) -> tuple[time, time]:
    return read_hours(raw)


def _kinds(_tx: Tx) -> list[Choice]:
    return [(kind.value, kind.label) for kind in Kind]


def _deliveries(_tx: Tx) -> list[Choice]:
    return [(way.value, way.label) for way in Delivery]


def _rulings(_tx: Tx) -> list[Choice]:
    return [(state.value, _(NAMES[state][1])) for state in RULINGS]


def _templates(tx: Tx) -> list[Choice]:
    own = [(one.name, one.name) for one in queries.own_templates(tx.session)]
    return own + [(name, name) for name in templates.shipped()]


def _saved(tx: Tx) -> list[Choice]:
    return [(one.name, one.name) for one in saved.all_saved(tx.session)]


def _groups(tx: Tx) -> list[Choice]:
    return [(group.name, group.name) for group in groups.live_groups(tx.session)]


def _waiting(tx: Tx) -> list[Choice]:
    found = queries.objections_waiting(tx.session)
    return [(one.reference, f"{one.reference} {notice.title}"[:60]) for one, notice in found]


AnnouncementRef = Annotated[
    Announcement, Parameter(N_("announcement"), _read_announcement, zh="公告", hint=N_("A-0012 or its document number"))
]
KindName = Annotated[Kind, Parameter(N_("kind"), _read_kind, zh="类型", choices=_kinds)]


def _unconfirmed(tx: Tx) -> list[Choice]:
    waiting = queries.awaiting_confirmation(tx.session, tx.actor.person_id or 0)
    return [(one.reference, f"{one.document_number or one.reference} {one.title}"[:60]) for one in waiting]


Unconfirmed = Annotated[Announcement, replace(AnnouncementRef.__metadata__[0], choices=_unconfirmed)]
AudienceWords = Annotated[
    Audience,
    Parameter(
        N_("audience"),
        _read_audience,
        zh="对象",
        hint=N_("“all”, a saved audience, or criteria such as region=杭州市 category=检测检验机构 -class=理事单位"),
        joins=is_criterion,
    ),
]
SavedRef = Annotated[SavedAudience, Parameter(N_("audience"), _read_saved, zh="名称", choices=_saved)]
Groups = Annotated[list[LinkedGroup], Parameter(N_("groups"), _read_groups, zh="群", choices=_groups, rest=True)]
GroupRef = Annotated[LinkedGroup, Parameter(N_("group"), _read_group, zh="群", choices=_groups, rest=True)]
Moment = Annotated[
    datetime, Parameter(N_("day and hour"), _read_moment, zh="时间", hint=N_("for example 2026-10-20 09:00"), rest=True)
]
Basis = Annotated[str, Parameter(N_("basis"), read_text, zh="依据", hint=elements.HINTS["basis"])]
Subjects = Annotated[
    str,
    Parameter(N_("list of those concerned"), read_text, zh="名单", hint=elements.HINTS["subjects"], multiline=True),
]
Decision = Annotated[str, Parameter(N_("proposed decision"), read_text, zh="拟作决定")]
FirstDay = Annotated[
    str, Parameter(N_("first day of the period"), _read_first_day, zh="起始日", hint=elements.HINTS["starts"])
]
LastDay = Annotated[
    str, Parameter(N_("last day of the period"), _read_last_day, zh="截止日", hint=elements.HINTS["ends"])
]
Manner = Annotated[str, Parameter(N_("how and where to object"), read_text, zh="异议方式", multiline=True)]
Department = Annotated[str, Parameter(N_("department that receives it"), read_text, zh="受理部门")]
OfficePhone = Annotated[str, Parameter(N_("telephone"), read_text, zh="电话")]
Address = Annotated[str, Parameter(N_("e-mail or address"), read_text, zh="地址")]
ElementName = Annotated[str, Parameter(N_("element"), read_text, zh="要素", hint=N_("for example basis"))]
DeliveryWay = Annotated[Delivery, Parameter(N_("way of delivery"), _read_delivery, zh="方式", choices=_deliveries)]
ObjectionRef = Annotated[Objection, Parameter(N_("objection"), _read_objection, zh="异议", choices=_waiting)]
OwnObjection = Annotated[Objection, Parameter(N_("objection"), _read_objection, zh="异议")]
Ruling = Annotated[ObjectionState, Parameter(N_("ruling"), _read_ruling, zh="结论", choices=_rulings)]
NumberRef = Annotated[DocumentNumber, Parameter(N_("document number"), _read_number, zh="文号")]
TemplateRef = Annotated[Template, Parameter(N_("template"), _read_template, zh="模板", choices=_templates)]
StateName = Annotated[State, Parameter(N_("state"), _read_state, zh="状态")]
Hours = Annotated[tuple[time, time], Parameter(N_("quiet hours"), _read_hours, zh="免打扰", hint=N_("21:00-08:00"))]
