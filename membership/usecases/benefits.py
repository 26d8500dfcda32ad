"""Benefits that go with grades. A benefit of an association never stands in for what only an authority can grant."""

from datetime import date

from core.access import Permission, usecase
from core.errors import BadInput, Conflict
from core.i18n import _
from core.numbering import next_numbers
from core.screening import Severity
from core.transaction import Tx
from membership.models import GradeBenefit
from membership.queries import grading
from membership.rules import benefits as rules

LONGEST = 300


@usecase(Permission.MANAGE_OFFICE)
def add_benefit(tx: Tx, *, scheme: str, grade: str, words: str, starts: date) -> GradeBenefit:
    """Enter what a grade brings from a day on. Raises BadInput for a grade that the scheme does not have, RuleViolated for
    what would be an act of authority: exemption from checks, priority in approvals, less punishment.
    """
    version = grading.scheme_in_effect(tx.session, tx.today, scheme)
    if version is None:
        raise BadInput("scheme_unknown", _("No scheme “{name}” is in effect.").format(name=scheme[:40]))
    known = grading.loaded(version.document).grade_ids
    if grade not in known:
        text = _("“{grade}” is no grade of this scheme. Use one of: {known}")
        raise BadInput("grade_unknown", text.format(grade=grade[:40], known=", ".join(known)))
    if not words.strip() or len(words) > LONGEST:
        raise BadInput("text_long", _("Describe the benefit in at most {most} characters.").format(most=LONGEST))
    grave = [finding for finding in tx.screen(words) if finding.severity is Severity.HIGH]
    rules.check_not_administrative(words, [(finding.quote, finding.why) for finding in grave])
    made = GradeBenefit(
        number=next_numbers(tx.session, tx.association.id, "benefit")[0],
        scheme=scheme,
        grade=grade,
        words=words.strip(),
        effective_from=starts,
        entered_by=tx.actor.person_id,
        entered_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    tx.record("benefit:entry:add", f"benefit:{made.number}", {"scheme": scheme, "grade": grade, "words": made.words})
    return made


@usecase(Permission.MANAGE_OFFICE)
def end_benefit(tx: Tx, *, benefit: GradeBenefit, last: date, reason: str) -> GradeBenefit:
    """A benefit ends with a day; it stays readable. Raises Conflict when it has ended, BadInput for a day before it began."""
    if benefit.effective_to is not None and benefit.effective_to < tx.today:
        raise Conflict("benefit_ended", _("This benefit has ended already."))
    if last < benefit.effective_from:
        raise BadInput("date_order", _("A benefit cannot end before it begins."))
    benefit.effective_to, benefit.ended_by, benefit.ended_why = last, tx.actor.person_id, reason
    tx.record("benefit:entry:end", f"benefit:{benefit.number}", {"last": last, "reason": reason})
    return benefit
