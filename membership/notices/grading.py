"""The words about schemes and rounds that members, evaluators and officers receive, and that are made public."""

from collections.abc import Mapping, Sequence

from core.i18n import _
from membership.rules.grading.scheme import MISSING

PublicLine = tuple[str, str]
"""Name of a unit and its grade as shown: all that a public notice says of it."""


def awaits_decision(*, reference: str, what: str, asker: str) -> str:
    """Something about grading waits for a second person."""
    text = _("{reference} waits for your decision: {what} (asked by {asker}). `approval show {reference}`")
    return text.format(reference=reference, what=what, asker=asker)


def to_decide() -> str:
    """The button that shows what is to be decided."""
    return _("Show")


def opened(*, association: str, reference: str, title: str, scheme: str, until: str) -> str:
    """A round begins with the members' own assessments."""
    text = _(
        "{association}: grading “{title}” ({reference}) begins, by {scheme}. Please assess your own unit and send the "
        "evidence by {until}. One question at a time; you can stop and go on later."
    )
    return text.format(association=association, reference=reference, title=title, scheme=scheme, until=until)


def to_assess() -> str:
    """The button that begins a self-assessment."""
    return _("Begin the self-assessment")


def to_queue() -> str:
    """The button that opens the queue."""
    return _("Open my queue")


def stage_opened(*, reference: str, title: str, stage: str, until: str) -> str:
    """A reviewing stage begins; the evaluator has units to score."""
    text = _("{reference} “{title}”: the {stage} begins. You have members to score, until {until}.")
    return text.format(reference=reference, title=title, stage=stage, until=until)


def cancelled(*, reference: str, title: str, reason: str) -> str:
    """A round was broken off."""
    text = _("{reference} “{title}” is cancelled: {reason}. Grades given before stay as they are.")
    return text.format(reference=reference, title=title, reason=reason)


def conflict_declared(*, person: str, unit: str) -> str:
    """Somebody stands aside; the unit needs another evaluator."""
    text = _("{person} has a conflict of interest with {unit} and stands aside. `grading assign` names somebody else.")
    return text.format(person=person, unit=unit)


def subjects(*, count: int) -> str:
    """Whom the notice is about."""
    return _("{count} member units; the list is below or in the attached file").format(count=count)


def grade_name(shown: str) -> str:
    """A grade as people read it: in words where the scheme has none of its own for a missing one."""
    return _("missing grade") if shown == MISSING.id else shown


def spread_words(spread: Mapping[str, int]) -> str:
    """How many hold each grade, in words."""
    return _(", ").join(f"{grade_name(grade)} {count}" for grade, count in spread.items())


def decision(*, scheme: str, spread: Mapping[str, int]) -> str:
    """What is to be decided."""
    text = _("Grades by {scheme}: {spread}")
    return text.format(scheme=scheme, spread=spread_words(spread))


def objection_way(*, association: str) -> str:
    """How to object."""
    text = _(
        "In writing and signed by the unit during the notice, with the facts: in this chat with `object`, or to the "
        "secretariat of {association}. Anonymous objections are not taken."
    )
    return text.format(association=association)


def lines(found: Sequence[PublicLine]) -> str:
    """The list of a notice, a unit a line."""
    return "\n".join(f"{place}. {name}　{grade_name(grade)}" for place, (name, grade) in enumerate(found, 1))


def as_csv(found: Sequence[PublicLine]) -> bytes:
    """The same as a file that a spreadsheet opens: no formula can hide in a name."""
    rows = [(_("No."), _("Unit"), _("Grade"))]
    rows += [(str(place), name, grade_name(grade)) for place, (name, grade) in enumerate(found, 1)]
    return ("\ufeff" + "".join(",".join(map(_cell, row)) + "\r\n" for row in rows)).encode()


def _cell(text: str) -> str:
    safe = "'" + text if text[:1] in ("=", "+", "-", "@", "\t") else text
    return '"' + safe.replace('"', '""') + '"' if any(mark in safe for mark in '",\r\n') else safe


def result(*, association: str, reference: str, title: str, mark: str) -> str:
    """The letter with each member's own result, which is put in at the place of ``mark`` when it is sent."""
    text = _("{association}: the grades of “{title}” ({reference}) are published.")
    head = text.format(association=association, title=title, reference=reference)
    foot = _(
        "What it rests on, and what would change it: `grade explain`. It changes only by a new round or an adjustment."
    )
    return f"{head}\n{mark}\n{foot}"


def own_result(*, unit: str, grade: str, score: str, rank: str, until: str) -> str:
    """One member's own line."""
    text = _("{unit}: grade {grade}, score {score}, place {rank}, valid until {until}.")
    return text.format(unit=unit, grade=grade, score=score, rank=rank, until=until)


def own_missing(*, unit: str, grade: str) -> str:
    """The line of a member that could not be scored."""
    return _("{unit}: {grade}. What was missing is in the explanation.").format(unit=unit, grade=grade_name(grade))


def published(*, scheme: str, spread: Mapping[str, int], count: int, objections: int, decided: str, until: str) -> str:
    """The text of the announcement of the result."""
    text = _(
        "After the public notice and the ruling on {objections} objections, {decided}, the grades of {count} member units by "
        "{scheme} are published: {spread}. They hold until {until}."
    )
    words = {"objections": objections, "decided": decided, "count": count, "scheme": scheme, "until": until}
    return text.format(**words, spread=spread_words(spread))
