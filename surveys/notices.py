"""The words that people receive about surveys."""

from core.i18n import _


def privacy(*, identified: bool) -> str:
    """What becomes of an answer: said before the first question, wherever it is asked."""
    if identified:
        return _("This survey is not anonymous: the secretariat sees who answered what.")
    return _(
        "Anonymous: your answers are stored apart from your name, and results of fewer than five people are never shown. "
        "The chat platform can see what you press; the web form goes past it."
    )


def invited(
    *, association: str, title: str, intro: str, questions: int, last_day: str, identified: bool, link: str
) -> str:
    """You are asked to answer. ``link`` is where the personal address will stand."""
    ask = _("{association} asks you to answer {count} questions by the end of {day}.")
    web = _("In a browser, without logging in: {link}").format(link=link)
    parts = [f"【{title}】", intro, ask.format(association=association, count=questions, day=last_day)]
    return "\n".join(part for part in (*parts, privacy(identified=identified), web) if part)


def reminded(*, association: str, title: str, last_day: str, link: str) -> str:
    """You have not answered yet."""
    text = _("{association} has no answer from you yet to “{title}”. It can be given until the end of {day}.")
    web = _("In a browser, without logging in: {link}").format(link=link)
    return text.format(association=association, title=title, day=last_day) + "\n" + web


def begin() -> str:
    """The button under an invitation."""
    return _("Answer now")


def declined(*, reference: str, title: str, reason: str) -> str:
    """The author is told why it was not approved."""
    return _("{reference} “{title}” was declined: {reason}").format(reference=reference, title=title, reason=reason)


def closed(*, reference: str, title: str, answered: int, invited: int, shown: bool, identified: bool) -> str:
    """The author is told that a survey has closed."""
    text = _("{reference} “{title}” has closed: {answered} of {invited} answered.")
    said = text.format(reference=reference, title=title, answered=answered, invited=invited)
    if shown:
        return said + " " + _("`survey report {reference}` shows the results.").format(reference=reference)
    return said + " " + no_result(identified=identified)


def no_result(*, identified: bool) -> str:
    """Why there is nothing to show."""
    if identified:
        return _("Fewer than five: there is no result.")
    return _("Fewer than five: there is no result, and the sheets have been destroyed.")


def assigned(*, association: str, reference: str, text: str, due: str) -> str:
    """An improvement is yours to see to."""
    words = _("{association}: please see to {reference} by {due}: {text}")
    return words.format(association=association, reference=reference, text=text, due=due)


def named_answers(*, reference: str, title: str) -> str:
    """The workbook with the answers of a survey that is not anonymous."""
    return _("The answers to {reference} “{title}” with names. Handle them as personal data.").format(
        reference=reference, title=title
    )
