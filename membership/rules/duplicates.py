"""Which units may be the same one: what is compared, and how strong a reason it is. Pure.

Units are put into groups by what they share and compared only within a group, so that the work grows with the number of
units and not with its square. A group that is too large says nothing about anybody in it and is only reported.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from itertools import combinations

from core.errors import BadInput
from core.i18n import N_, _

LARGEST_GROUP = 12
MOST_PAIRS = 500
SHORTEST_SIMILAR = 5
LEGAL_FORMS = ("有限责任公司", "股份有限公司", "集团有限公司", "有限公司", "集团公司", "股份公司", "公司")
BRACKETS = str.maketrans("", "", "()（）[]【】「」《》〈〉“”\"'·.,，。-—_ ")
NUMERALS = str.maketrans("", "", "0123456789一二三四五六七八九十")
CONFUSED = str.maketrans("OIQZSBL", "0102581")
"""Letters that are taken for digits when a code is copied by hand or read by a machine."""


class Why(StrEnum):
    """Why two units may be one, the strongest reason first."""

    CODE = "code"
    BODY = "body"
    NAME = "name"
    CORE = "core"
    SIMILAR = "similar"
    PHONE = "phone"
    CONTACT = "contact"

    @property
    def label(self) -> str:
        """The reason in the language of the moment."""
        return _(WORDS[self])


WORDS = {
    Why.CODE: N_("codes that differ only in letters taken for digits (O/0, I/1 …)"),
    Why.BODY: N_("the same organisation number inside the credit code"),
    Why.NAME: N_("the same name"),
    Why.CORE: N_("the same name but for brackets or the legal form"),
    Why.SIMILAR: N_("names one character apart, same region"),
    Why.PHONE: N_("the same telephone number"),
    Why.CONTACT: N_("the same contact"),
}
STRONG = frozenset({Why.CODE, Why.BODY, Why.NAME})
"""Reasons that stand however many share them."""


@dataclass(frozen=True)
class Facts:
    """What a unit is compared by. ``people`` are ids of its contacts, ``phones`` their numbers."""

    id: int
    number: int
    name_key: str
    code: str
    region: str
    phones: frozenset[str] = frozenset()
    people: frozenset[int] = frozenset()

    @cached_property
    def core(self) -> str:
        """The name without brackets, punctuation and legal form."""
        return core_of(self.name_key)


@dataclass(frozen=True)
class Pair:
    """Two units that may be one, the smaller id first, with the reasons, strongest first."""

    low: Facts
    high: Facts
    why: tuple[Why, ...]

    @property
    def digest(self) -> str:
        """What the two are compared by: other facts, another digest."""
        return digest_of(self.low, self.high)


@dataclass(frozen=True)
class Found:
    """The pairs, strongest first; how many groups were too large to compare; whether pairs were left off."""

    pairs: list[Pair]
    skipped: int = 0
    cut: bool = False


def core_of(name_key: str) -> str:
    """A compared name without brackets, punctuation and the legal form at its end."""
    core = name_key.translate(BRACKETS)
    for form in LEGAL_FORMS:
        if core.endswith(form) and len(core) > len(form) + 1:
            return core.removesuffix(form)
    return core


def digest_of(low: Facts, high: Facts) -> str:
    """SHA-256 of what two units are compared by."""
    said = [(one.name_key, one.code, one.region, sorted(one.phones), sorted(one.people)) for one in (low, high)]
    return sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()


def check_two(first: int, second: int) -> None:
    """Two different units. Raises BadInput."""
    if first == second:
        raise BadInput("same_unit", _("These are one and the same member. Name two."))


def find(units: Sequence[Facts], said: Mapping[tuple[int, int], str] | None = None) -> Found:
    """Every pair of units that shares something: the same answer for the same units, in whatever order they come.

    ``said`` maps pairs that somebody found to differ to what they were compared by then; they are left out until that
    changes.
    """
    reasons: dict[tuple[int, int], set[Why]] = {}
    by_id = {unit.id: unit for unit in units}
    skipped = 0
    for why in Why:
        for group in _groups(_keys(why, units)):
            skipped += len(group) > LARGEST_GROUP and why not in STRONG
            for low, high in _pairs(why, group):
                if _holds(why, by_id[low], by_id[high]):
                    reasons.setdefault((low, high), set()).add(why)
    order = list(Why)
    every = (Pair(by_id[low], by_id[high], tuple(sorted(w, key=order.index))) for (low, high), w in reasons.items())
    pairs = [pair for pair in every if not said or said.get((pair.low.id, pair.high.id)) != pair.digest]
    pairs.sort(key=lambda pair: (order.index(pair.why[0]), -len(pair.why), pair.low.number, pair.high.number))
    return Found(pairs[:MOST_PAIRS], skipped, len(pairs) > MOST_PAIRS)


def _pairs(why: Why, group: set[int]) -> Iterator[tuple[int, int]]:
    """Every pair of a small group; of a large one each with the first where the reason is strong, else none."""
    members = sorted(group)
    if len(members) <= LARGEST_GROUP:
        yield from combinations(members, 2)
    elif why in STRONG:
        yield from ((members[0], other) for other in members[1:])


def _groups(keyed: Iterable[tuple[object, int]]) -> Iterator[set[int]]:
    """The units that share a key, of every key that more than one has."""
    first: dict[object, int] = {}
    shared: dict[object, set[int]] = {}
    for key, unit in keyed:
        known = first.setdefault(key, unit)
        if known != unit:
            shared.setdefault(key, {known}).add(unit)
    yield from shared.values()


def _keys(why: Why, units: Sequence[Facts]) -> Iterator[tuple[object, int]]:
    """The groups that a unit is in for one reason."""
    for unit in units:
        if why is Why.CODE and unit.code:
            yield unit.code.translate(CONFUSED), unit.id
        elif why is Why.BODY and len(unit.code) == 18:
            yield unit.code[8:17], unit.id
        elif why is Why.NAME:
            yield unit.name_key, unit.id
        elif why is Why.CORE:
            yield unit.core, unit.id
        elif why is Why.SIMILAR:
            yield from ((key, unit.id) for key in _near(unit))
        elif why is Why.PHONE:
            yield from ((phone, unit.id) for phone in unit.phones)
        elif why is Why.CONTACT:
            yield from ((person, unit.id) for person in unit.people)


def _near(unit: Facts) -> Iterator[str]:
    """A core with one character left out, at each place: two cores one character apart share one of them."""
    core, region = unit.core, unit.region[:2] + "|"
    if len(core) < SHORTEST_SIMILAR:
        return
    yield region + core
    for index in range(len(core)):
        yield region + core[:index] + core[index + 1 :]


def _holds(why: Why, low: Facts, high: Facts) -> bool:
    if why is Why.CORE:
        return low.name_key != high.name_key
    if why is Why.SIMILAR:
        # First and second branch, mine No. 3 and No. 4: a number is no slip of the pen.
        same_but_numbers = low.core.translate(NUMERALS) == high.core.translate(NUMERALS)
        return not same_but_numbers and apart_by_one(low.core, high.core)
    return True


def apart_by_one(first: str, second: str) -> bool:
    """Whether one character more, less or other makes one text the other, or two neighbours changed places."""
    if abs(len(first) - len(second)) > 1 or first == second:
        return False
    begin = next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )
    a, b = first[begin:], second[begin:]
    swapped = len(a) == len(b) and a[:2] == b[1::-1] and a[2:] == b[2:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or swapped
