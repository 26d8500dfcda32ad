"""Whether the words of a match are forbidden, denied or merely quoted."""

from collections.abc import Sequence

from disciplinary.rules.screening.lexicon import Mentions, Span
from disciplinary.rules.screening.patterns import Step

# Slots that name who or what, not what is done: a denial right before them says nothing about the act.
_NAMES = frozenset(
    [
        "us",
        "us_self",
        "gov",
        "gov_vague",
        "reader",
        "reader_you",
        "member_word",
        "all_members",
        "third",
        "outsider",
        "product",
        "money",
        "commercial",
        "licensed",
        "power_matter",
        "governance",
        "periodical",
    ]
)
# Slots that are negative in themselves: a negation right before them belongs to them.
NEGATIVE = frozenset(
    ["lack", "lack_join", "lack_attend", "lack_pay", "lack_buy", "lack_ok", "refuse", "nonmember", "prohibit", "threat"]
)
_REACH = 12
_CLAUSE = 9  # characters, marks included


def silenced(
    found: Mentions, small: Mentions, spans: Sequence[Span], steps: Sequence[Step], text: str, quoted: Sequence[Span]
) -> bool:
    """Whether a prohibition, a denial or a quotation takes the match away from the association."""
    whole = (spans[0][0], spans[-1][1])
    if _prohibited(found, small, whole, spans, text) or _mentioned(found, small, whole, quoted, text):
        return True
    if _of_itself(found, spans[0], steps[0], text):
        return True
    negative = {span for slot in NEGATIVE for span in found.get(slot, ())}
    acts = [
        span
        for span, step in zip(spans, steps, strict=True)
        if span not in negative and not _NAMES.issuperset(step.slots)
    ]
    return any(_denied(small, span, spans, text) for span in acts)


def _of_itself(found: Mentions, first: Span, step: Step, text: str) -> bool:
    """A match that opens with what somebody has not done, where that somebody is the association itself.

    A sign between the two parts them: “秘书处：不入会的……” speaks of others.
    """
    if not NEGATIVE.issuperset(step.slots):
        return False
    return any(first[0] - 1 <= end <= first[0] and not _parted(text, end, first[0]) for _, end in found.get("us", ()))


def _prohibited(found: Mentions, small: Mentions, whole: Span, spans: Sequence[Span], text: str) -> bool:
    """A word of prohibition before the match governs it until a break; one inside the match is part of it."""
    for start, end in found.get("prohibit", ()):
        if start >= whole[0]:
            break
        if not _inside(spans, start, end) and not _broken(found, small, end, whole[0], text):
            return True
    return False


def _broken(found: Mentions, small: Mentions, start: int, end: int, text: str) -> bool:
    """Whether the reach of a prohibition ends between two places."""
    if any(start <= a and b <= end for a, b in found.get("break", ())):
        return True
    comma = text.rfind(",", start, end)
    return comma >= 0 and any(comma < a <= comma + 6 for a, _ in small.get("fresh", ()) if a <= end)


def _mentioned(found: Mentions, small: Mentions, whole: Span, quoted: Sequence[Span], text: str) -> bool:
    """Words between quotation marks that somebody else is said to have used, or a whole clause that is quoted."""
    for start, end in quoted:
        if start < whole[0] and whole[1] < end:
            before = any(start - 12 <= a and b <= start for a, b in small.get("said", ()))
            after = any(end <= a <= end + 8 for a, _ in small.get("so_called", ()))
            return before or after or (_clause(text[start:end]) and not _passed_on(found, start))
    return False


def _clause(words: str) -> bool:
    """Whether quoted words are a sentence or a condition, not a title or a name."""
    return len(words) >= _CLAUSE and any(sign in words for sign in ",不没未须必就才")


def _passed_on(found: Mentions, start: int) -> bool:
    """Whether the words before the mark belong to a superior, or the text makes the quotation its own demand."""
    named = (span for slot in ("gov", "gov_vague") for span in found.get(slot, ()))
    return "adopt" in found or any(start - 12 <= a and b <= start for a, b in named)


def _denied(small: Mentions, span: Span, spans: Sequence[Span], text: str) -> bool:
    for slot, reach in (("negate", 1), ("deny", _REACH), ("not", _REACH)):
        for a, b in small.get(slot, ()):
            if b > span[0]:
                break
            if span[0] - b > reach or _inside(spans, a, b) or _parted(text, b, span[0]):
                continue
            if slot != "not" or not _conditional(small, b, span[0]):
                return True
    return False


def _inside(spans: Sequence[Span], start: int, end: int) -> bool:
    return any(a <= start and end <= b for a, b in spans)


def _parted(text: str, start: int, end: int) -> bool:
    return any(text.find(sign, start, end) >= 0 for sign in ",;:。\n")


def _conditional(small: Mentions, start: int, end: int) -> bool:
    """不…的 heads a condition and denies nothing of what follows it."""
    return any(start <= a and b <= end for a, b in small.get("turns", ()))
