"""What the commands about registers are typed with: registers, entries, and the fields that a declaration brings."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Annotated, Any

from bot.parameters import Choice, Parameter, plain, read_number, yes_or_no
from bot.registry import Slot
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from membership import queries as members
from membership.models import RegisterEntry, RegisterProposal, Unit
from membership.queries import register_values
from membership.queries import registers as queries
from membership.rules.registers import catalogue, reading
from membership.rules.registers.declaration import Field, Item, Register, Type

NOTHING = frozenset({"无", "-", "—", "none", "空"})
"""What is typed to leave an optional field blank."""
LATER = frozenset({Type.ATTACHMENT})
"""Types that no list is filtered by."""


def read_entry_number(raw: str) -> int:
    """The number of an entry as it is typed."""
    digits = plain(raw).upper().removeprefix("E-").removeprefix("E")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("entry_form", _("Write an entry like E-0012."))
    return int(digits)


def _read_entry(tx: Tx, raw: str) -> RegisterEntry:
    return queries.entry_by_number(tx.session, read_entry_number(raw))


def own_units(tx: Tx) -> list[Unit]:
    """The units that the person acts for."""
    return members.units_for(tx.session, tx.actor.person_id or 0)


def _read_own_entry(tx: Tx, raw: str) -> RegisterEntry:
    own = [unit.id for unit in own_units(tx)]
    return queries.entry_by_number(tx.session, read_entry_number(raw), unit_ids=own)


def _read_register(_tx: Tx, raw: str) -> Register:
    return catalogue.register_named(raw)


def _read_proposal(tx: Tx, raw: str) -> RegisterProposal:
    return queries.proposal_by_number(tx.session, abs(read_number(tx, raw)))


def _read_own_unit(tx: Tx, raw: str) -> Unit:
    """One of the units that the person acts for, by number, code or name."""
    text = plain(raw)
    digits = text.upper().removeprefix("M-").removeprefix("M")
    found = [
        u for u in own_units(tx) if digits == str(u.number) or digits == f"{u.number:04d}" or text in (u.code, u.name)
    ]
    if not found:
        raise BadInput("not_your_unit", _("You do not act for this unit."))
    return found[0]


def _registers(_tx: Tx) -> list[Choice]:
    return [(made.name, _(made.label)) for made in catalogue.registers().values()]


def _own_registers(tx: Tx) -> list[Choice]:
    """Registers that members write and that are meant for one of the person's units."""
    categories = {unit.category for unit in own_units(tx)}
    meant = [made for made in catalogue.registers().values() if made.members and made.meant_for(categories)]
    return [(made.name, _(made.label)) for made in meant]


def _own_units(tx: Tx) -> list[Choice]:
    return [(unit.reference, unit.name) for unit in own_units(tx)]


def _read_days(tx: Tx, raw: str) -> int:
    number = read_number(tx, plain(raw).removesuffix("天"))
    if not 0 <= number <= 3_660:
        raise BadInput("days_range", _("Give a number of days between 0 and 3660."))
    return number


def field_parameter(one: Field, *, named: bool = False, blank: bool = False) -> Parameter:
    """A field of a declaration as a parameter of a command; with ``blank`` it may be emptied."""
    return Parameter(
        one.label,
        _reader(one, blank=blank),
        zh=one.label.texts["zh_CN"],
        hint=one.hint or reading.example(one.type),
        choices=_choices(one),
        file=one.type is Type.ATTACHMENT,
        named=named,
    )


def _reader(one: Field, *, blank: bool) -> Callable[[Tx, str], Any]:
    def read(tx: Tx, raw: str) -> Any:
        if not raw.strip():
            text = _("Write what “{field}” shall say.")
            raise BadInput("value_missing", text.format(field=_(one.label)))
        if blank and one.type is not Type.YES_NO and plain(raw).casefold() in NOTHING:
            return NOTHING
        return register_values.read_value(tx.session, one, raw, tx.today)

    return read


def _choices(one: Field) -> Callable[[Tx], list[Choice]] | None:
    if one.type is Type.YES_NO:
        return yes_or_no
    if one.type is not Type.CHOICE:
        return None
    return lambda tx: _offered(one.items, tx.today)


def _offered(items: Sequence[Item], day: date) -> list[Choice]:
    return [(item.value, _(item.label)) for item in items if item.offered(day)]


def _slot(one: Field, parameter: Parameter, *, required: bool) -> Slot:
    return Slot(one.name, parameter, required)


def fields_to_fill(_tx: Tx, raw: str) -> tuple[Slot, ...]:
    """For a new entry: what is needed is asked for, the rest is only taken as name=value."""
    register = catalogue.register_named(raw)
    present = [one for one in register.fields if not one.historic]
    return tuple(_slot(one, field_parameter(one, named=not one.required), required=one.required) for one in present)


def fields_to_change(tx: Tx, raw: str) -> tuple[Slot, ...]:
    """For an entry that there is: every field, as name=value."""
    return _changing(_read_entry(tx, raw))


def own_fields_to_change(tx: Tx, raw: str) -> tuple[Slot, ...]:
    """The same for an entry of one's own unit."""
    return _changing(_read_own_entry(tx, raw))


def _changing(entry: RegisterEntry) -> tuple[Slot, ...]:
    fields = catalogue.register_named(entry.register).fields
    return tuple(_slot(one, field_parameter(one, named=True, blank=not one.required), required=False) for one in fields)


def fields_to_filter(_tx: Tx, raw: str) -> tuple[Slot, ...]:
    """For a list: every field that entries can be found by, as name=value."""
    fields = (one for one in catalogue.register_named(raw).fields if one.type not in LATER)
    return tuple(_slot(one, field_parameter(one, named=True), required=False) for one in fields)


def given(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that were given, those to be emptied as None."""
    return {name: None if value is NOTHING else value for name, value in fields.items() if value is not None}


def names_of(register: Register, names: Iterable[str]) -> str:
    """Fields in words."""
    return _(", ").join(_(register.by_name[name].label) for name in names)


RegisterName = Annotated[Register, Parameter(N_("register"), _read_register, zh="登记册", choices=_registers)]
OwnRegister = Annotated[Register, Parameter(N_("register"), _read_register, zh="登记册", choices=_own_registers)]
EntryRef = Annotated[RegisterEntry, Parameter(N_("entry"), _read_entry, zh="条目", hint=N_("for example E-0012"))]
OwnEntry = Annotated[RegisterEntry, Parameter(N_("entry"), _read_own_entry, zh="条目", hint=N_("for example E-0012"))]
OwnUnit = Annotated[Unit, Parameter(N_("member"), _read_own_unit, zh="会员", choices=_own_units)]
ProposalRef = Annotated[
    RegisterProposal, Parameter(N_("proposal"), _read_proposal, zh="申报", hint=N_("its number, for example 3"))
]
Expiring = Annotated[
    int, Parameter(N_("expiring within days"), _read_days, zh="到期", hint=N_("for example 60: validity ends by then"))
]
