"""How rules of reminders and their parts are typed."""

from typing import Annotated

from bot.parameters import NAMED, Choice, Parameter, plain, read_number, read_text
from core.calendar import Unit
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from people import queries as people
from people import saved
from people.audiences import Audience
from people.models import Person
from reminders import queries
from reminders.kinds import KINDS, Kind, filter_named, kind_named, owner_named
from reminders.rules import schedule
from reminders.rules.shipped import Rule

OWN = frozenset({"own", "本人", "相关人"})
NO_REPEAT = frozenset({"no", "none", "0", "不重复", "无"})
UNITS = {"day": Unit.CALENDAR_DAY, "日": Unit.CALENDAR_DAY, "天": Unit.CALENDAR_DAY, "自然日": Unit.CALENDAR_DAY}
UNITS |= {"workday": Unit.WORK_DAY, "工作日": Unit.WORK_DAY}


def _read_rule(tx: Tx, raw: str) -> Rule:
    digits = plain(raw).upper().removeprefix("R").removeprefix("-").lstrip("0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 6):
        raise BadInput("reminder_form", _("Write a rule like R1."))
    return queries.rule_by_number(tx.session, int(digits))


def _rules(tx: Tx) -> list[Choice]:
    from core.i18n import language

    return [(rule.reference, f"{rule.reference} {rule.name(language())}") for rule in queries.rules(tx.session)]


def _read_kind(_tx: Tx, raw: str) -> Kind:
    return kind_named(plain(raw))


def _kinds(_tx: Tx) -> list[Choice]:
    return [(kind.name, _(kind.label)) for kind in KINDS.values()]


def _read_points(_tx: Tx, raw: str) -> tuple[int, ...]:
    return schedule.read_points(raw)


def _read_until(_tx: Tx, raw: str) -> int:
    return max(schedule.read_points(raw))


def _read_every(tx: Tx, raw: str) -> int:
    return 0 if plain(raw).casefold() in NO_REPEAT else read_number(tx, raw)


def _read_unit(_tx: Tx, raw: str) -> Unit:
    unit = UNITS.get(plain(raw).casefold())
    if unit is None:
        raise BadInput("reminder_unit", _("Write how days are counted, for example 日 or 工作日 (day, workday)."))
    return unit


def _read_audience(tx: Tx, raw: str) -> Audience | str:
    """``own`` stays a word; anything else is an audience: criteria, or the name of a saved one."""
    return "own" if plain(raw).casefold() in OWN else saved.read(tx.session, raw)


def _read_filter(_tx: Tx, raw: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in plain(raw).split():
        name, equals, values = part.partition("=")
        if not equals or not values.strip(","):
            raise BadInput("filter_form", _("Write a filter as name=value, for example region=杭州市, or “all”."))
        found[filter_named(name)] = [value for value in values.split(",") if value]
    return found


def _filter_or_all(tx: Tx, raw: str) -> dict[str, list[str]]:
    return {} if plain(raw).casefold() in ("all", "全部") else _read_filter(tx, raw)


def _read_owner(_tx: Tx, raw: str) -> str:
    return owner_named(raw)


def _read_person(tx: Tx, raw: str) -> Person:
    return people.person_named(tx.session, raw.strip())


RuleRef = Annotated[Rule, Parameter(N_("rule"), _read_rule, zh="规则", choices=_rules)]
KindName = Annotated[Kind, Parameter(N_("kind"), _read_kind, zh="类型", choices=_kinds)]
Points = Annotated[
    tuple[int, ...], Parameter(N_("days"), _read_points, zh="日子", hint=N_("for example 前30,前7,当天,后3")), NAMED
]
Days = Annotated[
    tuple[int, ...], Parameter(N_("days"), _read_points, zh="日子", hint=N_("for example 前30,前7,当天,后3"))
]
Every = Annotated[int, Parameter(N_("every"), _read_every, zh="每隔"), NAMED]
Till = Annotated[int, Parameter(N_("until"), _read_until, zh="至"), NAMED]
UnitName = Annotated[Unit, Parameter(N_("unit"), _read_unit, zh="单位"), NAMED]
Whom = Annotated[
    Audience | str,
    Parameter(N_("audience"), _read_audience, zh="对象", hint=N_("“own” for the people concerned, or role=staff")),
    NAMED,
]
Filter = Annotated[dict[str, list[str]], Parameter(N_("only"), _filter_or_all, zh="限于"), NAMED]
Wording = Annotated[str, Parameter(N_("text"), read_text, zh="内容", multiline=True), NAMED]
Words = Annotated[str, Parameter(N_("text"), read_text, zh="内容", rest=True, multiline=True)]
About = Annotated[str, Parameter(N_("what it is about"), _read_owner, zh="事项", hint=N_("for example M-0042"))]
OneSubject = Annotated[str, Parameter(N_("what it is about"), _read_owner, zh="事项"), NAMED]
WorkDays = Annotated[int, Parameter(N_("working days"), read_number, zh="工作日")]
Somebody = Annotated[Person, Parameter(N_("person"), _read_person, zh="人员"), NAMED]
