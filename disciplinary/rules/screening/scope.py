"""Who is speaking in a sentence, and how: in the association's own voice, about others, in a prohibition, in a quiz.

Only what the association says in its own voice can be a finding. Each sentence gets one stance; a prohibition, a
denial or a quotation is narrower and belongs to the words that it covers.
"""

from dataclasses import dataclass
from enum import StrEnum

from disciplinary.rules.screening.lexicon import Mentions
from disciplinary.rules.screening.segments import Sentence
from disciplinary.rules.screening.speakers import by_other, turns

_DECIDED = 4  # sentences after a proposal in which it may be turned down
_NEXT = 2  # sentences after a report that may say what became of it


class Stance(StrEnum):
    """In which voice a sentence speaks."""

    OWN = "own"
    REPORTED = "reported"  # about others: a case, news, history, a proposal that was turned down
    WARNING = "warning"  # against impostors and rumours, or how to complain
    LAW = "law"  # the words of a law
    ASKED = "asked"  # a questionnaire, a quiz, a question
    LISTED = "listed"  # an item under a heading that forbids or condemns
    FORWARDED = "forwarded"  # what a body of the state says itself
    OTHER = "other"  # somebody else's turn in a conversation


@dataclass(frozen=True, slots=True)
class Voice:
    """One sentence with its words and its stance."""

    sentence: Sentence
    found: Mentions
    stance: Stance


def voices(parts: list[Sentence], found: list[Mentions], text: str) -> list[Voice]:
    """The stance of every sentence, each seen with what came before and what comes next."""
    whole, spoken = _Whole.of(found, text), turns(text)
    result: list[Voice] = []
    carried = Stance.OWN
    for at, part in enumerate(parts):
        if by_other(spoken, part.start):
            carried = Stance.OTHER
        else:
            before = Stance.OWN if carried is Stance.OTHER else carried
            carried = _stance(part, found[at], found[at + 1 : at + 1 + _DECIDED], before, whole)
        result.append(Voice(part, found[at], carried))
    return _listed(result)


def _ahead(after: list[Mentions], *slots: str) -> bool:
    """Whether the next sentences have a word of one of the slots."""
    return any(slot in one for one in after for slot in slots)


@dataclass(frozen=True, slots=True)
class _Whole:
    """What the text as a whole is."""

    statute: bool
    news: bool
    quiz: bool
    taught: bool
    debunks: bool

    @staticmethod
    def of(found: list[Mentions], text: str) -> "_Whole":
        present = {slot for one in found for slot in one}
        opening = {slot for one in found[:3] for slot in one}
        own = bool(present & {"us_self", "address"})
        article = "article_open" in present and not present & {"member_word", "reader_you"}
        statute = not own and (article or "statute_strong" in present)
        news = "news_tell" in present and "address" not in present
        quiz = "quiz_tell" in present or text.count("____") > 3
        taught = "taught" in present and "address" not in present
        return _Whole(statute, news, quiz, taught, "debunk" in opening)


def _stance(part: Sentence, found: Mentions, after: list[Mentions], carried: Stance, whole: _Whole) -> Stance:
    own = bool(found.keys() & {"us_self", "address", "reader_you"})
    if whole.statute or "adopt" in found:
        return Stance.LAW if whole.statute else Stance.OWN
    if _asks(part, found, whole):
        return Stance.ASKED
    if _warns(found, whole, own=own):
        return Stance.WARNING
    if _reported(found, after, whole, own=own):
        return Stance.REPORTED
    if "forward" in found and "gov" in found:
        return Stance.FORWARDED
    if carried in {Stance.REPORTED, Stance.WARNING, Stance.FORWARDED} and _goes_on(found, own=own):
        return carried
    return Stance.OWN


def _asks(part: Sentence, found: Mentions, whole: _Whole) -> bool:
    if whole.taught and "adopt" not in found:
        return True
    if "threat" in found and "ask" not in found:
        return False
    if part.asks and ("ask" in found or whole.quiz):
        return True
    return bool(found.keys() & {"quiz_line", "question_line"}) or (
        whole.quiz and ("option_line" in found or "ask" in found)
    )


def _warns(found: Mentions, whole: _Whole, *, own: bool) -> bool:
    if "threat" in found and own:
        return False
    if "warning" in found or "wrong_said" in found:
        return True
    return whole.debunks and bool(found.keys() & {"said", "debunk", "third"})


def _reported(found: Mentions, after: list[Mentions], whole: _Whole, *, own: bool) -> bool:
    if _turned_down(found, after):
        return True
    after = after[:_NEXT]
    if "past" in found and ("ended" in found or _ahead(after, "ended")):
        return True
    if "outcome" in found and (not own or found.keys() & {"third", "case_tell", "past", "gov"}):
        return True
    if "third" in found and ("condemn" in found or _ahead(after, "outcome", "condemn")):
        return True
    if "condemn" in found and not own:
        return True
    return "third" in found and not own and whole.news


def _turned_down(found: Mentions, after: list[Mentions]) -> bool:
    """A proposal that is turned down here or soon, before the association demands something of its own."""
    if "turned_down" in found:
        return "instead" not in found
    if "proposal" not in found:
        return False
    for one in after:
        if "turned_down" in one:
            return True
        if "instead" in one or "adopt" in one:
            return False
    return False


def _goes_on(found: Mentions, *, own: bool) -> bool:
    """Whether a report, a warning or a forwarded notice that began before still goes on here."""
    if found.keys() & {"turn_own", "instead"}:
        return False
    return not own or bool(found.keys() & {"outcome", "condemn", "third", "wrong_said"})


def _listed(said: list[Voice]) -> list[Voice]:
    """Items under a heading that condemns or forbids are not the association's own demands."""
    result: list[Voice] = []
    opened: Sentence | None = None
    for voice in said:
        part = voice.sentence
        if opened is not None and not (part.item or part.line == opened.line):
            opened = None
        if opened is not None and voice.stance is Stance.OWN and "adopt" not in voice.found:
            result.append(Voice(part, voice.found, Stance.LISTED))
            continue
        if _condemns(voice):
            opened = part
        result.append(voice)
    return result


def _condemns(voice: Voice) -> bool:
    """A heading that ends with a colon, or announces a list, and speaks of what is forbidden."""
    opens = voice.sentence.opens or "list_follows" in voice.found
    return opens and ("list_bad" in voice.found or "prohibit" in voice.found)
