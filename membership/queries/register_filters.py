"""Audiences by what stands in the registers: ``REGISTER``, ``REGISTER/FIELD/VALUE`` or ``REGISTER/expiring/60``."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select

from core.errors import BadInput
from core.i18n import _
from membership.models import RegisterEntry
from membership.queries.registers import Chosen, conditions
from membership.rules.registers import catalogue, reading
from membership.rules.registers.declaration import Field, Register, Type

EXPIRING = ("expiring", "到期")
ABOUT = date(2000, 1, 1)
"""Values of an audience are read without a day of their own; every item of a list can be meant."""
PLAIN = frozenset({Type.CHOICE, Type.YES_NO, Type.REGION, Type.CREDIT_CODE})


def parse(words: str) -> str:
    """What was typed as it is stored, in machine names. Raises BadInput."""
    name, *rest = words.split("/")
    register = catalogue.register_named(name)
    if not rest:
        return register.name
    if len(rest) != 2 or not all(part.strip() for part in rest):
        raise BadInput(
            "register_filter",
            _("Write it like safety_engineer, safety_engineer/level/senior or safety_engineer/expiring/60."),
        )
    if rest[0].casefold() in EXPIRING:
        return f"{register.name}/expiring/{_days(rest[1])}"
    one = _field(register, rest[0])
    return f"{register.name}/{one.name}/{_value(one, rest[1])}"


def _days(raw: str) -> int:
    text = reading.plain(raw).removesuffix("天")
    if not (text.isascii() and text.isdigit() and int(text) <= 3_660):
        raise BadInput("days_range", _("Give a number of days between 0 and 3660."))
    return int(text)


def _field(register: Register, raw: str) -> Field:
    """A field that an audience can be chosen by. Raises BadInput that lists them."""
    word = raw.strip().casefold()
    usable = [one for one in register.fields if one.type in PLAIN | {Type.CHOICES}]
    for one in usable:
        if word in (one.name, *(text.casefold() for text in one.label.texts.values())):
            return one
    known = _(", ").join(_(one.label) for one in usable)
    raise BadInput(
        "field_unknown", _("“{name}” is no field to choose by. Use: {known}").format(name=raw[:40], known=known)
    )


def _value(one: Field, raw: str) -> str:
    if one.items:
        return _item(one, raw)
    value = reading.read(one, raw, ABOUT)
    return "yes" if value is True else "no" if value is False else str(value)


def _item(one: Field, raw: str) -> str:
    """The value of an item, whenever it could be chosen."""
    days = [item.effective_from or item.effective_to or ABOUT for item in one.items]
    for day in [ABOUT, *days]:
        try:
            return reading.item_named(one, raw, day).value
        except BadInput as trouble:
            last = trouble
    raise last


def describe(value: str) -> str:
    """A stored value in words."""
    name, *rest = value.split("/")
    register = catalogue.registers().get(name)
    if register is None:
        return value
    if not rest:
        return _(register.label)
    if rest[0] == "expiring":
        return _("{register} ending within {days} days").format(register=_(register.label), days=rest[1])
    one = register.by_name.get(rest[0])
    return f"{_(register.label)}/{_(one.label)}/{_shown(one, rest[1])}" if one else value


def _shown(one: Field, value: str) -> str:
    return reading.show(one, value == "yes") if one.type is Type.YES_NO else reading.show(one, value)


def units_with(value: str, day: date) -> Select[Any]:
    """The ids of units with a live entry that a stored value describes; of a register that is gone, none."""
    name, *rest = value.split("/")
    query: Select[Any] = select(RegisterEntry.unit_id)
    register = catalogue.registers().get(name)
    if register is None:
        return query.where(RegisterEntry.register == name, RegisterEntry.ended_on.is_(None))
    if not rest:
        return query.where(*conditions(Chosen(register)))
    if rest[0] == "expiring":
        return query.where(*conditions(Chosen(register, expiring_before=day + timedelta(days=int(rest[1])))))
    one = register.by_name[rest[0]]
    wanted: Any = rest[1] == "yes" if one.type is Type.YES_NO else rest[1]
    return query.where(*conditions(Chosen(register, values={one.name: wanted})))
