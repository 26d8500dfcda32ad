"""Typed parameters of commands: what each is called, how it is read, what can be chosen.

Used as annotations: ``Text = Annotated[str, Parameter(...)]``, so a command's signature says all there is to say.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from core.access import Role
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from people import rules

Choice = tuple[str, str]
TRUE = frozenset({"yes", "y", "true", "1", "是", "对", "确认", "好", "好的"})
NAMED = "named"
"""Added to an annotation, it makes a parameter that is only taken as name=value: nothing is changed by a stray word."""
FALSE = frozenset({"no", "n", "false", "0", "否", "不", "不是", "取消"})


@dataclass(frozen=True)
class Parameter:
    """How one kind of value is asked for and read.

    ``label`` is a msgid; ``zh`` its Chinese name as an option; ``parse`` raises AppError; ``choices`` are
    (value, label) pairs; ``rest`` swallows the remainder of a line; ``flag`` needs no value; ``file`` is sent, not typed;
    ``named`` is only taken as name=value; ``joins`` says of a following word whether it belongs to the value, too.
    """

    label: str
    parse: Callable[[Tx, str], Any]
    zh: str = ""
    hint: str = ""
    choices: Callable[[Tx], list[Choice]] | None = None
    rest: bool = False
    flag: bool = False
    file: bool = False
    multiline: bool = False
    named: bool = False
    joins: Callable[[str], bool] | None = None

    def example(self, name: str, label: str) -> str:
        """How it is typed as an option."""
        return f"--{name.replace('_', '-')}" if self.flag else f"{label}=…"


def plain(raw: str) -> str:
    """A typed value as it is compared: full-width forms folded, edges trimmed."""
    return unicodedata.normalize("NFKC", raw).strip()


def read_text(_tx: Tx, raw: str) -> str:
    """Free text, kept as typed."""
    text = raw.strip()
    if not text:
        raise BadInput("text_missing", _("Some text is needed here."))
    return text


def read_phone(_tx: Tx, raw: str) -> str:
    """A telephone number in its one spelling."""
    return rules.check_phone(raw)


def read_number(_tx: Tx, raw: str) -> int:
    """A whole number written in ordinary digits (full-width ones too), at most nine of them."""
    text = plain(raw)
    digits = text.removeprefix("-")
    odd = any(unicodedata.category(c) == "No" for c in raw)
    if odd or not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput(
            "number_form", _("“{value}” is no whole number. Write it in digits, for example 12.").format(value=raw[:40])
        )
    return int(text)


def read_day(tx: Tx, raw: str) -> date:
    """A day, in any of the usual spellings: 2026-10-08, 2026.10.8, 20261008, 2026年10月8日, 今天, today."""
    from core.days import read_date

    return read_date(raw, tx.today)


def read_yes(_tx: Tx, raw: str) -> bool:
    """Yes or no."""
    word = plain(raw).casefold()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise BadInput("yes_or_no", _("Please answer yes or no."))


def read_role(_tx: Tx, raw: str) -> Role:
    """A role by its name in either language."""
    word = plain(raw).casefold()
    for role in Role:
        if word in (role.value, role.value.replace("_", "-"), role.label.casefold()):
            return role
    known = ", ".join(role.label for role in Role)
    raise BadInput("role_unknown", _("“{name}” is no role. Use: {known}").format(name=raw[:40], known=known))


def yes_or_no(_tx: Tx) -> list[Choice]:
    """The two answers to a question."""
    return [("yes", _("Yes")), ("no", _("No"))]


def roles(_tx: Tx) -> list[Choice]:
    """Every role with its label."""
    return [(role.value, role.label) for role in Role]


Text = Annotated[str, Parameter(N_("text"), read_text, zh="内容", rest=True, multiline=True)]
Line = Annotated[str, Parameter(N_("text"), read_text, zh="内容")]
Title = Annotated[str, Parameter(N_("title"), read_text, zh="标题")]
Body = Annotated[str, Parameter(N_("body"), read_text, zh="正文", rest=True, multiline=True)]
Reason = Annotated[str, Parameter(N_("reason"), read_text, zh="理由", rest=True, multiline=True)]
Name = Annotated[str, Parameter(N_("name"), read_text, zh="姓名")]
GivenName = Annotated[str, Parameter(N_("name of it"), read_text, zh="名称")]
Phone = Annotated[str, Parameter(N_("phone"), read_phone, zh="电话")]
Number = Annotated[int, Parameter(N_("number"), read_number, zh="编号")]
Page = Annotated[int, Parameter(N_("page"), read_number, zh="页")]
Day = Annotated[date, Parameter(N_("date"), read_day, zh="日期", hint=N_("for example 2026-10-08"))]
Until = Annotated[date, Parameter(N_("until"), read_day, zh="至", hint=N_("for example 2028-12-31"))]
Since = Annotated[date, Parameter(N_("from"), read_day, zh="自", hint=N_("for example 2026-01-01"))]
Flag = Annotated[bool, Parameter(N_("yes or no"), read_yes, choices=yes_or_no, flag=True)]
RoleName = Annotated[Role, Parameter(N_("role"), read_role, zh="角色", choices=roles)]
