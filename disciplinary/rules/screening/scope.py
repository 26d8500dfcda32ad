"""Who is speaking in a sentence, and how: in the association's own voice, about others, in a prohibition, in a quiz.

Only what the association says in its own voice can be a finding. Each sentence gets one stance; a prohibition or a
denial is narrower and belongs to the words that it covers.
"""

from dataclasses import dataclass
from enum import StrEnum

from disciplinary.rules.screening.lexicon import Mentions, Span
from disciplinary.rules.screening.segments import Sentence


class Stance(StrEnum):
    """In which voice a sentence speaks."""

    OWN = "own"
    REPORTED = "reported"  # about others: a case, news, history, a proposal that was turned down
    WARNING = "warning"  # against impostors, or how to complain
    LAW = "law"  # the words of a law
    ASKED = "asked"  # a questionnaire, a quiz, a question
    LISTED = "listed"  # an item under a heading that forbids or condemns


@dataclass(frozen=True, slots=True)
class Voice:
    """One sentence with its words and its stance."""

    sentence: Sentence
    found: Mentions
    stance: Stance


def voices(parts: list[Sentence], found: list[Mentions], text: str) -> list[Voice]:
    """The stance of every sentence, each seen with what came before."""
    whole = _Whole.of(found, text)
    result: list[Voice] = []
    carried = Stance.OWN
    for at, part in enumerate(parts):
        following = found[at + 1] if at + 1 < len(found) else {}
        carried = _stance(part, found[at], following, carried, whole)
        result.append(Voice(part, found[at], carried))
    return _listed(result)


@dataclass(frozen=True, slots=True)
class _Whole:
    """What the text as a whole is."""

    statute: bool
    news: bool
    quiz: bool

    @staticmethod
    def of(found: list[Mentions], text: str) -> "_Whole":
        def has(slot: str) -> bool:
            return any(slot in one for one in found)

        own = has("us_self") or has("address")
        statute = (has("statute_tell") and not own) and (has("article") or has("statute_strong"))
        return _Whole(statute, has("news_tell") and not has("address"), has("quiz_tell") or text.count("____") > 3)


def _stance(part: Sentence, found: Mentions, following: Mentions, carried: Stance, whole: _Whole) -> Stance:
    adopted = "adopt" in found
    own = "us_self" in found or "address" in found or "reader_you" in found
    if whole.statute:
        return Stance.LAW
    if _asks(part, found, whole) and not adopted:
        return Stance.ASKED
    if "warning" in found and "adopt" not in found and not ("threat" in found and own):
        return Stance.WARNING
    if _reported(found, following, whole, own=own) and not adopted:
        return Stance.REPORTED
    if carried in {Stance.REPORTED, Stance.WARNING} and _goes_on(found, own=own):
        return carried
    return Stance.OWN


def _asks(part: Sentence, found: Mentions, whole: _Whole) -> bool:
    if "threat" in found and "ask" not in found:
        return False
    if part.asks and ("ask" in found or whole.quiz):
        return True
    return "quiz_line" in found or (whole.quiz and ("option_line" in found or "ask" in found))


def _reported(found: Mentions, following: Mentions, whole: _Whole, *, own: bool) -> bool:
    if "turned_down" in found or ("proposal" in found and "turned_down" in following):
        return True
    if "past" in found and ("ended" in found or ("ended" in following and "us_self" not in following)):
        return True
    if "outcome" in found and (not own or "third" in found or "case_tell" in found or "past" in found):
        return True
    if "third" in found and ("condemn" in found or "outcome" in following or "condemn" in following):
        return True
    if "condemn" in found and not own:
        return True
    return "third" in found and not own and whole.news


def _goes_on(found: Mentions, *, own: bool) -> bool:
    """Whether a report or a warning that began before still goes on here."""
    if "turn_own" in found:
        return False
    return not own or "outcome" in found or "condemn" in found or "third" in found


def _listed(said: list[Voice]) -> list[Voice]:
    """Items under a heading that condemns or forbids are not the association's own demands."""
    result: list[Voice] = []
    opened: Sentence | None = None
    for voice in said:
        part = voice.sentence
        if opened is not None and not _governed(opened, part):
            opened = None
        if opened is not None and voice.stance is Stance.OWN and "adopt" not in voice.found:
            result.append(Voice(part, voice.found, Stance.LISTED))
            continue
        if _condemns(voice):
            opened = part
        result.append(voice)
    return result


def _governed(opened: Sentence, part: Sentence) -> bool:
    return part.item or part.line == opened.line


def _condemns(voice: Voice) -> bool:
    """A heading that ends with a colon, or stands alone, and speaks of what is forbidden."""
    opens = voice.sentence.opens or "list_follows" in voice.found
    return opens and ("list_bad" in voice.found or "prohibit" in voice.found)


def silenced(found: Mentions, span: Span, steps: tuple[Span, ...], negative: frozenset[Span], text: str) -> bool:
    """Whether a prohibition or a denial covers the words of a match."""
    return _prohibited(found, span, steps, text) or _denied(found, steps, negative, text)


def _prohibited(found: Mentions, span: Span, steps: tuple[Span, ...], text: str) -> bool:
    """A word of prohibition before the match governs it until a break; one inside the match is part of it."""
    for start, end in found.get("prohibit", ()):
        if start >= span[0]:
            break
        if any(a <= start and end <= b for a, b in steps):
            continue
        if not _broken(found, end, span[0], text):
            return True
    return False


def _broken(found: Mentions, start: int, end: int, text: str) -> bool:
    """Whether the reach of a prohibition ends between two places."""
    if any(start <= a and b <= end for a, b in found.get("break", ())):
        return True
    comma = max(text.rfind("，", start, end), text.rfind(",", start, end))
    if comma < 0:
        return False
    return any(comma < a <= comma + 6 for a, _ in found.get("fresh", ()) if a <= end)


def _denied(found: Mentions, steps: tuple[Span, ...], negative: frozenset[Span], text: str) -> bool:
    for start, end in steps:
        if (start, end) in negative:
            continue
        for a, b in found.get("negate", ()):
            if b > start:
                break
            if start - b <= 1 and not _inside(steps, a, b):
                return True
        for a, b in found.get("deny", ()):
            if b > start:
                break
            if start - b <= 14 and not _inside(steps, a, b) and not _parted(text, b, start):
                return True
    return False


def _inside(steps: tuple[Span, ...], start: int, end: int) -> bool:
    return any(a <= start and end <= b for a, b in steps)


def _parted(text: str, start: int, end: int) -> bool:
    return any(text.find(sign, start, end) >= 0 for sign in "，,；;：:。\n")
