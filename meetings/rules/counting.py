"""Counting votes: tallies, majorities, elections. Whole numbers only. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from core.i18n import N_, _
from meetings.rules.bodies import Base, Rule

YES, NO, ABSTAIN = "yes", "no", "abstain"
Ballot = tuple[str, ...]
"""One vote: ``("yes",)``, ``("no",)`` or, in an election, the numbers of candidates; nothing at all is an abstention."""


class Outcome(StrEnum):
    """How a motion ended."""

    PASSED = "passed"
    REJECTED = "rejected"
    TIED = "tied"
    ELECTED = "elected"
    RUNOFF = "runoff"
    SHORT = "short"
    NO_QUORUM = "no_quorum"
    NO_VOTERS = "no_voters"

    @property
    def label(self) -> str:
        """The outcome in the language of the moment."""
        return _(OUTCOMES[self])

    @property
    def positive(self) -> bool:
        """Whether something was decided that takes effect."""
        return self in (Outcome.PASSED, Outcome.ELECTED)


OUTCOMES = {
    Outcome.PASSED: N_("passed"),
    Outcome.REJECTED: N_("rejected"),
    Outcome.TIED: N_("tied: rejected"),
    Outcome.ELECTED: N_("elected"),
    Outcome.RUNOFF: N_("equal votes at the last place: a further ballot is needed"),
    Outcome.SHORT: N_("fewer elected than places"),
    Outcome.NO_QUORUM: N_("no quorum"),
    Outcome.NO_VOTERS: N_("nobody was left who may vote"),
}


@dataclass(frozen=True)
class Roll:
    """Who could vote: all ``seats``, those ``barred`` (回避), and of the others those ``present``, in person or by proxy."""

    seats: int
    barred: int
    present: int

    @property
    def able(self) -> int:
        """Everyone who may vote on this motion."""
        return self.seats - self.barred


@dataclass(frozen=True)
class Count:
    """A result. ``silent`` were present and did not vote; ``needed`` is the least number in favour.

    ``votes`` holds an election's votes by candidate, ``elected`` the numbers of those elected, most votes first.
    """

    roll: Roll
    yes: int
    no: int
    abstain: int
    silent: int
    base: int
    needed: int
    outcome: Outcome
    by_chair: bool = False
    votes: tuple[int, ...] = ()
    elected: tuple[int, ...] = field(default=())


def quorum_met(roll: Roll, rule: Rule) -> bool:
    """Whether enough of those who may vote are present. Whoever is barred counts on neither side."""
    return rule.quorum.reached_by(roll.present, roll.able)


def base_of(roll: Roll, rule: Rule, abstain: int) -> int:
    """The number that a majority is counted of."""
    base = roll.present if rule.base is Base.PRESENT else roll.able
    return max(0, base if rule.abstentions_count else base - abstain)


def count_question(roll: Roll, rule: Rule, ballots: Sequence[Ballot], chair: Ballot | None = None) -> Count:
    """The result of a motion with yes, no and abstention. ``chair``: the chair's own vote, where it decides a tie."""
    yes, no = sum(b == (YES,) for b in ballots), sum(b == (NO,) for b in ballots)
    abstain = len(ballots) - yes - no
    base = base_of(roll, rule, abstain)
    outcome, by_chair = _decide(roll, rule, yes, no, base, chair)
    return Count(
        roll=roll,
        yes=yes,
        no=no,
        abstain=abstain,
        silent=max(0, roll.present - len(ballots)),
        base=base,
        needed=rule.majority.least(base),
        outcome=outcome,
        by_chair=by_chair,
    )


def _decide(roll: Roll, rule: Rule, yes: int, no: int, base: int, chair: Ballot | None) -> tuple[Outcome, bool]:
    if void := void_outcome(roll, rule):
        return void, False
    if rule.majority.reached_by(yes, base):
        return Outcome.PASSED, False
    if yes == no and yes:
        casting = rule.chair_breaks_ties and chair == (YES,)
        return (Outcome.PASSED, True) if casting else (Outcome.TIED, False)
    return Outcome.REJECTED, False


def void_outcome(roll: Roll, rule: Rule) -> Outcome | None:
    """Why nothing can be decided: nobody is left who may vote, or too few are present."""
    if roll.able <= 0:
        return Outcome.NO_VOTERS
    return None if quorum_met(roll, rule) else Outcome.NO_QUORUM


def count_election(roll: Roll, rule: Rule, ballots: Sequence[Ballot], candidates: int, places: int) -> Count:
    """The result of an election: of the candidates with a majority, those with the most votes take the places.

    Candidates with equal votes at the last place are all left out: a further ballot decides between them.
    """
    votes = tuple(sum(str(number) in ballot for ballot in ballots) for number in range(1, candidates + 1))
    abstain = sum(not ballot for ballot in ballots)
    base = base_of(roll, rule, abstain)
    able = [n for n in range(1, candidates + 1) if rule.majority.reached_by(votes[n - 1], base)]
    ranked = sorted(able, key=lambda n: (-votes[n - 1], n))
    elected = _without_ties(ranked, votes, places)
    void = void_outcome(roll, rule)
    return Count(
        roll=roll,
        yes=0,
        no=0,
        abstain=abstain,
        silent=max(0, roll.present - len(ballots)),
        base=base,
        needed=rule.majority.least(base),
        outcome=void or _election_outcome(len(elected), min(len(ranked), places), places),
        votes=votes,
        elected=() if void else tuple(elected),
    )


def _without_ties(ranked: list[int], votes: Sequence[int], places: int) -> list[int]:
    if len(ranked) <= places:
        return ranked
    border = votes[ranked[places] - 1]
    return [n for n in ranked[:places] if votes[n - 1] > border]


def _election_outcome(elected: int, able: int, places: int) -> Outcome:
    if elected == places:
        return Outcome.ELECTED
    return Outcome.RUNOFF if elected < able else Outcome.SHORT
