"""The register of entrustments: what the association may do for whom, by which document, until when."""

from typing import Annotated

from bot.messages import Button, Reply, Table
from bot.parameters import NAMED, Choice, Day, Parameter, Reason, Since, Until, plain, read_yes
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from delegated_tasks import queries, rules, usecases
from delegated_tasks.models import Mandate
from delegated_tasks.rules import Level


def _read_mandate(tx: Tx, raw: str) -> Mandate:
    digits = plain(raw).upper().removeprefix("W").removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("mandate_form", _("Write an entrustment like W-0003."))
    return queries.mandate_by_number(tx.session, int(digits))


def _read_principal(_tx: Tx, raw: str) -> str:
    return rules.check_principal(raw)


def _read_level(_tx: Tx, raw: str) -> Level:
    return rules.level_named(raw)


def _levels(_tx: Tx) -> list[Choice]:
    return [(level.value, level.label) for level in Level]


def _read_document(_tx: Tx, raw: str) -> str:
    return rules.check_document(raw)


def _read_acts(_tx: Tx, raw: str) -> list[str]:
    return rules.check_acts(raw)


MandateRef = Annotated[Mandate, Parameter(N_("entrustment"), _read_mandate, zh="委托")]
Principal = Annotated[
    str, Parameter(N_("principal"), _read_principal, zh="委托方", hint=N_("full name, as in the document"))
]
LevelName = Annotated[Level, Parameter(N_("level"), _read_level, zh="级别", choices=_levels)]
Document = Annotated[
    str, Parameter(N_("document number"), _read_document, zh="文号", hint=N_("for example 江应急函〔2026〕12号"))
]
Fee = Annotated[bool, Parameter(N_("fee allowed"), read_yes, zh="可收费")]
Acts = Annotated[
    list[str], Parameter(N_("permitted acts"), _read_acts, zh="受托事项", hint=N_("separated by 、"), rest=True)
]


@command(
    "mandate add",
    zh="委托 登记",
    summary=N_("Enter a written entrustment of the association"),
    permission=Permission.MANAGE_MANDATES,
)
def add(
    tx: Tx,
    principal: Principal,
    level: LevelName,
    document: Document,
    starts: Since,
    ends: Until,
    acts: Acts,
    fee: Annotated[Fee, NAMED] = False,
) -> Reply:
    """Enter an entrustment; texts that claim it are compared with this entry. Add fee=yes when its document allows a fee."""
    made = usecases.enter_mandate(
        tx, principal=principal, level=level, document=document, starts=starts, ends=ends, acts=acts, fee_allowed=fee
    )
    text = _("{reference} is entered: {principal}, {document}, until {day}.")
    words = text.format(reference=made.reference, principal=made.principal, document=made.document, day=made.ends_on)
    return Reply(words, data={"mandate": made.number})


@command(
    "mandate list",
    zh="委托 列表",
    summary=N_("Entrustments and whether they are live"),
    permission=Permission.SCREEN_TEXTS,
)
def list_all(tx: Tx) -> Reply:
    """The whole register, newest first."""
    found = queries.mandates(tx.session)
    rows = tuple(
        (
            m.reference,
            m.principal,
            m.document,
            rules.describe_acts(m.acts),
            f"{m.starts_on} – {m.last_day}",
            _state(tx, m),
        )
        for m in found
    )
    columns = (_("Number"), _("Principal"), _("Document number"), _("Permitted acts"), _("Term"), _("State"))
    text = _("{count} entrustments").format(count=len(found))
    return Reply(text, table=Table(columns, rows) if rows else None, data=[list(row) for row in rows])


def _state(tx: Tx, mandate: Mandate) -> str:
    if rules.is_live(mandate.starts_on, mandate.last_day, tx.today):
        return _("live")
    return _("not begun") if mandate.starts_on > tx.today else _("over")


@command("mandate show", zh="委托 查看", summary=N_("One entrustment in full"), permission=Permission.SCREEN_TEXTS)
def show(tx: Tx, mandate: MandateRef) -> Reply:
    """Everything that is entered about an entrustment."""
    lines = [
        f"{mandate.reference} {mandate.principal}（{Level(mandate.level).label}）",
        _("Document: {number}").format(number=mandate.document),
        _("Permitted acts: {acts}").format(acts=rules.describe_acts(mandate.acts)),
        _("Term: {first} to {last}").format(first=mandate.starts_on, last=mandate.ends_on)
        + " · "
        + _state(tx, mandate),
    ]
    lines.append(_("Its document allows a fee.") if mandate.fee_allowed else _("Its document allows no fee."))
    if mandate.ended_on is not None:
        lines.append(_("Ended early on {day}: {reason}").format(day=mandate.ended_on, reason=mandate.end_reason))
    live = rules.is_live(mandate.starts_on, mandate.last_day, tx.today) and tx.actor.may(Permission.MANAGE_MANDATES)
    buttons = ((Button(_("End it today"), f"mandate end {mandate.reference} {tx.today}"),),) if live else ()
    return Reply("\n".join(lines), buttons=buttons, data={"mandate": mandate.number, "state": _state(tx, mandate)})


@command(
    "mandate end",
    zh="委托 终止",
    summary=N_("End an entrustment before its term"),
    permission=Permission.MANAGE_MANDATES,
)
def end(tx: Tx, mandate: MandateRef, on: Day, reason: Reason) -> Reply:
    """Note that an entrustment was revoked or given back."""
    ended = usecases.end_mandate(tx, mandate=mandate, on=on, reason=reason)
    text = _("{reference} ends on {day}: texts may not rely on it any more.")
    return Reply(text.format(reference=ended.reference, day=on), data={"mandate": ended.number})
