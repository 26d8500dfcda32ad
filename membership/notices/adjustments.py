"""Words about adjustments of grades: the hearing, the decision, the ruling on an objection. Pure."""

from collections.abc import Sequence

from core.i18n import _


def told(
    *,
    reference: str,
    unit: str,
    before: str,
    after: str,
    basis: str,
    facts: Sequence[str],
    due: str,
    period: str,
    association: str,
) -> str:
    """What a member must hear before its grade goes down: facts, basis, measure, its rights and the time for them."""
    lines = [
        _("Notice before a downgrade · {reference}").format(reference=reference),
        _("{unit}: {association} intends to lower your grade from {before} to {after}.").format(
            unit=unit, association=association, before=before, after=after
        ),
        _("Facts:"),
        *(f"· {line}" for line in facts),
        _("Basis: {basis}").format(basis=basis),
        _("You may state your case and send evidence until {due}, that day included ({period}).").format(
            due=due, period=period
        ),
        _("Your grade does not change before that, whenever you answer. An answer is never held against you."),
    ]
    return "\n".join(lines)


def answered(*, reference: str, unit: str) -> str:
    """For the officers: a member has answered."""
    return _("{unit} has answered {reference}. `adjustment show` shows what it says.").format(
        unit=unit, reference=reference
    )


def decided(
    *, reference: str, unit: str, before: str, after: str, reason: str, facts: Sequence[str], due: str | None
) -> str:
    """The decision, with its reasons and how to object."""
    lines = [
        _("Decision on {reference}: the grade of {unit} changes from {before} to {after}.").format(
            reference=reference, unit=unit, before=before, after=after
        ),
        *(f"· {line}" for line in facts),
        _("Reasons: {reason}").format(reason=reason),
    ]
    if due is not None:
        lines.append(
            _("You may object until {due}, that day included; somebody else than now will rule.").format(due=due)
        )
    return "\n".join(lines)


def unchanged(*, reference: str, unit: str, grade: str, reason: str) -> str:
    """A told downgrade was dropped."""
    text = _("Decision on {reference}: the grade of {unit} stays {grade}. Reasons: {reason}")
    return text.format(reference=reference, unit=unit, grade=grade, reason=reason)


def ruled(*, reference: str, unit: str, upheld: bool, reason: str, grade: str) -> str:
    """The ruling on an objection."""
    text = (
        _("Your objection to {reference} was upheld; {unit} has grade {grade}. Reasons: {reason}")
        if upheld
        else _("Your objection to {reference} was not upheld; {unit} keeps grade {grade}. Reasons: {reason}")
    )
    return text.format(reference=reference, unit=unit, grade=grade, reason=reason)


def proposed(*, count: int, down: int) -> str:
    """For the officers: the daily look at the grades found something."""
    text = _("Grades that would change by later facts: {count}, of them {down} down. `adjustment list` shows them.")
    return text.format(count=count, down=down)
