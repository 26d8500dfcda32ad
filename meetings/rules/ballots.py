"""Reading a vote as it was typed or pressed. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256

from core.errors import BadInput, RuleViolated
from core.i18n import N_, _
from meetings.rules.counting import ABSTAIN, NO, YES, Ballot

LONGEST_NAME = 60
MOST_CANDIDATES = 50
LEAST_SECRET = 3
WORDS = {
    YES: ("同意", "赞成", "是", "yes", "y", "for", "agree"),
    NO: ("不同意", "反对", "否", "no", "n", "against", "disagree"),
    ABSTAIN: ("弃权", "abstain", "abstention"),
}


class Form(StrEnum):
    """What is asked: yes or no, or whom."""

    QUESTION = "question"
    ELECTION = "election"


LABELS = {YES: N_("In favour"), NO: N_("Against"), ABSTAIN: N_("Abstain")}


def label(choice: str) -> str:
    """A choice in the language of the moment."""
    return _(LABELS[choice])


def in_words(ballot: Ballot, candidates: Sequence[str]) -> str:
    """A ballot as people say it."""
    if not ballot:
        return label(ABSTAIN)
    if candidates:
        return "、".join(candidates[int(number) - 1] for number in ballot)
    return label(ballot[0])


def read_ballot(words: str, candidates: Sequence[str], places: int) -> Ballot:
    """A vote from words: yes, no, abstain; in an election names or numbers of at most ``places`` candidates.

    Raises BadInput for anything else. An abstention is an empty ballot.
    """
    text = " ".join(unicodedata.normalize("NFKC", words).split())
    meant = next((choice for choice, known in WORDS.items() if text.casefold() in known), None)
    if meant == ABSTAIN:
        return ()
    if not candidates:
        if meant is None:
            raise BadInput("choice_unknown", _("“{value}” is no vote. Say yes, no or abstain.").format(value=text[:40]))
        return (meant,)
    return _picks(text, candidates, places)


def _picks(text: str, candidates: Sequence[str], places: int) -> Ballot:
    picks = {_pick(word, candidates) for word in re.split(r"[,;、 ]+", text) if word}
    if not picks:
        raise BadInput("choice_missing", _("Name whom you vote for, or abstain."))
    if len(picks) > places:
        text = _("There are {places} places and you named {count}. Name fewer.")
        raise BadInput("too_many_choices", text.format(places=places, count=len(picks)))
    return tuple(str(number) for number in sorted(picks))


def _pick(word: str, candidates: Sequence[str]) -> int:
    if word in candidates:
        return candidates.index(word) + 1
    if word.isascii() and word.isdigit() and 1 <= int(word[:4]) <= len(candidates):
        return int(word)
    known = "、".join(f"{number} {name}" for number, name in enumerate(candidates, 1))
    text = _("“{value}” is no candidate. Use: {known}")
    raise BadInput("candidate_unknown", text.format(value=word[:40], known=known))


def token_hash(token: str) -> str:
    """What is stored of a ballot paper's token."""
    return sha256(token.encode()).hexdigest()


def check_candidates(raw: Sequence[str], places: int) -> list[str]:
    """The candidates of an election in the order of the ballot. Raises BadInput for none, doubles, or impossible places."""
    names = [" ".join(unicodedata.normalize("NFKC", name).split()) for name in raw]
    names = [name for name in names if name]
    if len(set(names)) != len(names):
        raise BadInput("candidate_twice", _("A candidate is named twice."))
    if any(len(name) > LONGEST_NAME or name.isdigit() or re.search(r"[,;、 ]", name) for name in names):
        raise BadInput(
            "candidate_form",
            _("A candidate's name has no spaces or commas, is no number, and has at most 60 characters."),
        )
    if not 1 <= len(names) <= MOST_CANDIDATES:
        raise BadInput("candidates_missing", _("Name 1 to 50 candidates."))
    if not 1 <= places <= len(names):
        raise BadInput("places_form", _("There must be at least one place, and no more places than candidates."))
    return names


def check_secrecy(voters: int) -> None:
    """With fewer than three voters no ballot is secret. Raises RuleViolated."""
    if voters < LEAST_SECRET:
        raise RuleViolated(
            "too_few_for_secrecy", _("Only {count} may vote: a secret ballot needs at least 3.").format(count=voters)
        )
