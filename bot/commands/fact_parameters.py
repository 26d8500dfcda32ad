"""What the commands about graded facts are typed with."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from bot.parameters import Choice, Parameter, plain, read_day, read_number, read_text, read_yes, yes_or_no
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import GradingFact
from membership.queries import facts as queries
from membership.rules import fact_register as rules
from membership.rules.grading import numbers

MOST_CHOICES = 20


def _read_item(tx: Tx, raw: str) -> str:
    return rules.item_named(queries.graders_for_facts(tx.session, tx.today), raw)


def _items(tx: Tx) -> list[Choice]:
    known = {
        rule.id: rule.title.text for one in queries.graders_for_facts(tx.session, tx.today) for rule in one.scheme.rules
    }
    return list(known.items())[:MOST_CHOICES]


def _read_fact(tx: Tx, raw: str) -> GradingFact:
    digits = plain(raw).upper().removeprefix("Q-").removeprefix("Q")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("fact_form", _("Write a fact like Q-0003."))
    return queries.fact_by_number(tx.session, int(digits))


def _read_value(_tx: Tx, raw: str) -> Decimal | None:
    return numbers.read_number(raw)


def _read_times(tx: Tx, raw: str) -> int:
    found = read_number(tx, plain(raw).removesuffix("次"))
    if found < 1:
        raise BadInput("count_low", _("A count is a whole number from 1."))
    return found


FactRef = Annotated[GradingFact, Parameter(N_("fact"), _read_fact, zh="事实", hint=N_("a number such as Q-0003"))]
Item = Annotated[
    str,
    Parameter(N_("kind of fact"), _read_item, zh="事项", hint=N_("a rule of the scheme"), choices=_items),
]
FactDay = Annotated[
    date,
    Parameter(N_("day of the fact"), read_day, zh="发生日期", hint=N_("when it came about, not when it is entered")),
]
Document = Annotated[
    str,
    Parameter(N_("source document"), read_text, zh="文书", hint=N_("name and number of the paper that proves it")),
]
Value = Annotated[Decimal | None, Parameter(N_("value"), _read_value, zh="数值", hint=N_("amount, rate or number"))]
Times = Annotated[int, Parameter(N_("times"), _read_times, zh="次数")]
Level = Annotated[str, Parameter(N_("level"), read_text, zh="层级", hint=N_("a level of the scheme"))]
FormerGrade = Annotated[str, Parameter(N_("former grade"), read_text, zh="历史等级")]
SameFact = Annotated[str, Parameter(N_("same act"), read_text, zh="同一事实", hint=N_("one word for facts of one act"))]
Ended = Annotated[date, Parameter(N_("end of the act"), read_day, zh="终止日期")]
Continuing = Annotated[bool, Parameter(N_("still going on"), read_yes, zh="持续", choices=yes_or_no, flag=True)]
Note = Annotated[str, Parameter(N_("why it is changed"), read_text, zh="说明", rest=True, multiline=True)]
