"""The register of facts: what an entry may say, and how it is handed to the grading engine. Pure.

A fact names a rule of a scheme, or ``history`` for a grade held before. Scores of indicators are given in rounds.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from core.errors import BadInput, RuleViolated
from core.i18n import N_, _
from membership.rules.grading.facts import HISTORY, TOTAL, Fact, check_history
from membership.rules.grading.numbers import half_width
from membership.rules.grading.score import Grader

LONGEST = {"document": 200, "same_fact": 100, "level": 60, "reason": 500}


class Act(StrEnum):
    """What an entry of the register did."""

    ENTERED = "entered"
    AMENDED = "amended"
    CORRECTED = "corrected"
    REPAIRED = "repaired"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        """The act in the language of the moment."""
        return _(NAMES[self])


NAMES = {
    Act.ENTERED: N_("entered"),
    Act.AMENDED: N_("entry put right"),
    Act.CORRECTED: N_("corrected by the member"),
    Act.REPAIRED: N_("credit repaired"),
    Act.REVOKED: N_("entry revoked"),
}


def item_named(graders: Sequence[Grader], raw: str) -> str:
    """The rule that these words name in any of the schemes, by id or title; also ``history``. Raises BadInput."""
    word = half_width(raw)
    if word.casefold() in (HISTORY, "历史等级"):
        return HISTORY
    if any(word in one.takes for one in graders):
        return word
    found = {one.items[word] for one in graders if word in one.items}
    if word.casefold() in (TOTAL, "总分") or any(
        word in one.items and found <= one.indicators.keys() for one in graders
    ):
        raise BadInput(
            "fact_is_score", _("“{item}” is scored in a round, not entered as a fact.").format(item=word[:40])
        )
    if len(found) != 1:
        known = _(", ").join(dict.fromkeys(rule.title.text for one in graders for rule in one.scheme.rules))
        text = _("“{item}” is no fact that the schemes in force know. They know: {known}")
        raise BadInput("item_unknown", text.format(item=word[:40], known=known))
    return found.pop()


def check_fact(graders: Sequence[Grader], fact: Fact, today: date) -> None:
    """A fact that every scheme which knows its rule can take. Raises BadInput, a Refused naming the field."""
    knowing = [plan for one in graders if (plan := one.plan_of(fact.item)) is not None]
    if fact.item == HISTORY:
        _check_former(graders, fact)
    elif not knowing:
        raise BadInput("item_unknown", _("No scheme in force knows this fact any more."))
    repaired = any(one.rule.repair is not None for one in knowing)
    for one in knowing:
        known = fact if one.rule.repair is not None or not repaired else fact._replace(repaired=None)
        for plan in one.also:
            plan.check(known)
    days = (fact.day, fact.ended, fact.corrected, fact.repaired)
    if any(day is not None and day > today for day in days):
        raise BadInput("date_future", _("This day has not come yet."))
    if not fact.evidence:
        raise BadInput("document_missing", _("Name the document that proves it, or send the file."))


def _check_former(graders: Sequence[Grader], fact: Fact) -> None:
    known = [one for one in graders if fact.grade in (*one.scheme.grade_ids, one.scheme.missing.id)]
    for one in known or graders:
        check_history(one.scheme, fact)


def check_length(name: str, text: str) -> str:
    """A text that fits its column. Raises BadInput."""
    if len(text) > LONGEST[name]:
        raise BadInput("text_long", _("This is longer than {most} characters.").format(most=LONGEST[name]))
    return text


def check_open(act: str) -> None:
    """A revoked fact does not change any more. Raises RuleViolated."""
    if act == Act.REVOKED:
        raise RuleViolated("fact_revoked", _("This entry has been revoked. Enter the fact anew if it is one."))


def evidence_words(document: str, name: str | None, sha256: str | None) -> str:
    """Document and file of an entry as they stand in the explanation; the file with the beginning of its hash."""
    file = f"{name} (sha256 {sha256[:12]})" if name and sha256 else ""
    return "; ".join(part for part in (document, file) if part)


def fitted(grader: Grader, fact: Fact) -> Fact | None:
    """The fact as this scheme takes it; None when the scheme does not know it. Raises BadInput when it cannot take it.

    A repair that the scheme does not know is left out: there the fact counts as if it had not been repaired.
    """
    if fact.item == HISTORY:
        known = (*grader.scheme.grade_ids, grader.scheme.missing.id, grader.scheme.ended.id)
        return fact if fact.grade in known else None
    plan = grader.plan_of(fact.item)
    if plan is None:
        return None
    fact = fact._replace(item=plan.rule.id, repaired=fact.repaired if plan.rule.repair is not None else None)
    for one in plan.also:
        one.check(fact)
    return fact
