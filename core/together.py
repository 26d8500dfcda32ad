"""Texts that one author sends shortly after one another are read together: a demand cannot be spread over messages."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.i18n import _
from core.screening import Finding, Severity, Verdict, verdict_of

NEAR = 2_000
"""So many characters of each text, those next to the other one, are read together."""

Read = Callable[[str], tuple[Finding, ...]]


def read_together(read: Read, earlier: Sequence[str], text: str) -> tuple[Finding, ...]:
    """The findings of a text, and what shows only when one of the earlier texts is read before it.

    The latter ask for a reviewer, not for two people: nobody has to guess why the text was held.
    """
    alone = read(text)
    if verdict_of(alone) is Verdict.BLOCK:
        return alone
    added: dict[str, Finding] = {}
    for before in earlier:
        for finding in _with(read, before[-NEAR:] + "\n", text[:NEAR]):
            if not any(_same(finding, known) for known in alone):
                added.setdefault(finding.rule, finding)
    return (*alone, *map(_for_review, added.values()))


def _with(read: Read, before: str, text: str) -> list[Finding]:
    """Grave findings that reach into the text, measured from its beginning."""
    shift, found = len(before), []
    for finding in read(before + text):
        start, end = max(finding.start - shift, 0), finding.end - shift
        if end > 0 and finding.severity is Severity.HIGH:
            found.append(replace(finding, start=start, end=end, quote=text[start:end]))
    return found


def _same(one: Finding, other: Finding) -> bool:
    return one.rule == other.rule and one.start < other.end and other.start < one.end


def _for_review(finding: Finding) -> Finding:
    why = _("Read together with what you sent within a day: {why}").format(why=finding.why)
    return replace(finding, severity=Severity.MEDIUM, why=why)
