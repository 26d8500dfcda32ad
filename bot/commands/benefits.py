"""What a grade brings a member."""

from datetime import date
from typing import Annotated

from bot.commands.grading_parameters import SchemeRef
from bot.messages import Reply, Table
from bot.parameters import NAMED, Parameter, Reason, Since, Until, plain
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import GradeBenefit
from membership.queries import adjustments as queries
from membership.queries import grading
from membership.usecases import benefits as usecases


def _read_benefit(tx: Tx, raw: str) -> GradeBenefit:
    digits = plain(raw).removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("benefit_form", _("Write a benefit by its number, like 3."))
    return queries.benefit_by_number(tx.session, int(digits))


BenefitRef = Annotated[GradeBenefit, Parameter(N_("benefit"), _read_benefit, zh="权益")]
GradeName = Annotated[
    str, Parameter(N_("grade"), lambda _tx, raw: plain(raw), zh="等级", hint=N_("of the scheme, such as A"))
]
BenefitWords = Annotated[
    str, Parameter(N_("benefit"), lambda _tx, raw: raw.strip(), zh="权益内容", rest=True, multiline=True)
]


@command("benefits", zh="会员权益", summary=N_("What each grade brings"), permission=Permission.USE_OFFICE)
def list_benefits(tx: Tx, scheme: SchemeRef | None = None) -> Reply:
    """The benefits of today, by the grades of the scheme in effect."""
    version = grading.scheme_in_effect(tx.session, tx.today, scheme.scheme if scheme else None)
    if version is None:
        return Reply(_("No scheme is in effect, so no grade brings anything yet."), data=[])
    rows = [
        (str(one.number), grade, one.words, str(one.effective_from))
        for grade in grading.loaded(version.document).grade_ids
        for one in queries.benefits(tx.session, version.scheme, grade, tx.today)
    ]
    text = _("Benefits by {title}, version {version}").format(title=version.title, version=version.version)
    if not rows:
        text += "\n" + _("None has been entered yet.")
    table = Table((_("Number"), _("Grade"), _("Benefit"), _("From")), tuple(rows)) if rows else None
    return Reply(text, table=table, data=[list(row) for row in rows])


@command(
    "benefit add",
    zh="权益 添加",
    summary=N_("Enter what a grade brings; nothing that only an authority can grant"),
    permission=Permission.MANAGE_OFFICE,
)
def add(
    tx: Tx,
    scheme: SchemeRef,
    grade: GradeName,
    words: BenefitWords,
    starts: Annotated[Since, NAMED] | None = None,
) -> Reply:
    """From today, or from a day that is given."""
    first: date = starts or tx.today
    made = usecases.add_benefit(tx, scheme=scheme.scheme, grade=grade, words=words, starts=first)
    text = _("Benefit {number}: grade {grade} brings “{words}” from {day}.")
    shown = text.format(number=made.number, grade=made.grade, words=made.words, day=made.effective_from)
    return Reply(shown, data={"benefit": made.number})


@command("benefit end", zh="权益 终止", summary=N_("A benefit ends with a day"), permission=Permission.MANAGE_OFFICE)
def end(tx: Tx, benefit: BenefitRef, last: Until, reason: Reason) -> Reply:
    """It stays readable in the history."""
    usecases.end_benefit(tx, benefit=benefit, last=last, reason=reason)
    text = _("Benefit {number} ends with {day}.")
    return Reply(text.format(number=benefit.number, day=last), data={"benefit": benefit.number})
