"""The words that applicants and those who decide about them receive."""

from core.i18n import _


def filed(*, reference: str, name: str, step: str) -> str:
    """An application was handed in, or has come to the next step: to those who decide it."""
    return _("Application {reference} of {name} waits: {step}.").format(reference=reference, name=name, step=step)


def passed(*, association: str, reference: str, name: str, done: str, comes: str) -> str:
    """A step was passed: to the applicant."""
    text = _("{association}: application {reference} of {name} has passed “{done}”. Next: {comes}.")
    return text.format(association=association, reference=reference, name=name, done=done, comes=comes)


def returned(*, association: str, reference: str, name: str, reason: str) -> str:
    """The application needs completing: to the applicant."""
    text = _(
        "{association}: please complete application {reference} of {name}.\n{reason}\n"
        "Change it with “application amend”, send documents with “application attach”, then hand it in again."
    )
    return text.format(association=association, reference=reference, name=name, reason=reason)


def declined(*, association: str, reference: str, name: str, step: str, reason: str) -> str:
    """The application was declined: to the applicant."""
    text = _("{association}: application {reference} of {name} was declined ({step}).\nReason: {reason}")
    return text.format(association=association, reference=reference, name=name, step=step, reason=reason)


def not_adopted(*, motion: str) -> str:
    """The reason when a vote has not adopted it."""
    return _("the motion was not adopted ({motion})").format(motion=motion)


def admitted(*, association: str, name: str, member: str) -> str:
    """The unit is a member now: to the applicant."""
    text = _(
        "{association}: welcome. {name} is a member now, number {member}. Applying cost nothing and nothing is owed for it; "
        "`help` shows what you can do."
    )
    return text.format(association=association, name=name, member=member)


def about_to_expire(*, association: str, reference: str, name: str, day: str) -> str:
    """Nobody has touched it for long: to the applicant, before it expires."""
    text = _(
        "{association}: application {reference} of {name} has not been handed in. It expires after {day}; "
        "hand it in or change something before, and it goes on."
    )
    return text.format(association=association, reference=reference, name=name, day=day)


def expired(*, association: str, reference: str, name: str) -> str:
    """It has expired: to the applicant."""
    text = _("{association}: application {reference} of {name} has expired. You may apply again at any time.")
    return text.format(association=association, reference=reference, name=name)


def withdrawn(*, reference: str, name: str) -> str:
    """The applicant has withdrawn it: to those who had it before them."""
    return _("Application {reference} of {name} was withdrawn by the applicant.").format(reference=reference, name=name)


def show_it() -> str:
    """The button that shows an application."""
    return _("Show the application")


def hand_in() -> str:
    """The button that hands an application in."""
    return _("Hand in the application")


def notice_title(count: int) -> str:
    """The heading of the public notice about applicants."""
    return _("Public notice of {count} units to be admitted as members").format(count=count)


def notice_decision() -> str:
    """What the public notice announces."""
    return _("to be admitted as members")


def motion_title(names: str) -> str:
    """The heading of the motion about applicants."""
    return _("Admission of {names} as members").format(names=names)


def motion_wording(lines: str) -> str:
    """What the council decides."""
    return _("The following units are admitted as members:\n{lines}").format(lines=lines)
