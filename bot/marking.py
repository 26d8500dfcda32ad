"""How findings are shown: the text with its marked words, why each is marked, and what to write instead."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.messages import Reply
from core.i18n import _
from core.screening import FILE, Finding, Severity, Verdict, verdict_of

WHOLE, AROUND = 1_500, 40
"""A text longer than this is shown in excerpts, with so many characters around the marked words."""


def kept(stored: Mapping[str, Any]) -> Finding:
    """A finding as it was kept with a text."""
    return Finding(**{**stored, "severity": Severity(stored["severity"])})


def held(reference: str, findings: Sequence[Mapping[str, Any]], how: str, data: dict[str, Any]) -> Reply:
    """The answer to an author whose text is held: which words, where, why, what to write instead, and how to go on."""
    lines = [_("Screening holds {reference}:").format(reference=reference)]
    for finding in findings:
        place = _(" (in {place})").format(place=finding["place"]) if finding.get("place") else ""
        lines.append(f"“{finding['quote']}”{place} — {finding['why']} ({finding['basis']})")
        lines.append(_("Suggestion: {words}").format(words=finding["suggestion"]))
    return Reply("\n".join([*lines, how]), data=data | {"findings": list(findings)}, error="held_by_screening")


def shown(text: str, findings: tuple[Finding, ...]) -> str:
    """The text with its marked words, then why and what to write instead. It never says that a text is lawful."""
    if not findings:
        return _("Nothing was found by the rules. This is no statement that the text is lawful.")
    seen = marked(text, findings) if len(text) <= WHOLE else excerpts(text, findings)
    lines = [_heading(verdict_of(findings)), "", seen, ""]
    for number, finding in enumerate(_in_order(findings), 1):
        lines += [
            _("[{number}] {category} ({severity}): {why}").format(
                number=number,
                category=category(finding.category),
                severity=_severity(finding.severity),
                why=finding.why,
            ),
            *([_("    In: {place}").format(place=finding.place)] if finding.place else []),
            _("    Basis: {basis}").format(basis=finding.basis),
            _("    Instead: {suggestion}").format(suggestion=finding.suggestion),
        ]
    return "\n".join([*lines, "", _("Screening replaces no legal advice.")])


def marked(text: str, findings: tuple[Finding, ...]) -> str:
    """The text with ⟦ and ⟧[n] around the words of each finding."""
    signs: list[tuple[int, int, str]] = []
    for number, finding in enumerate(_in_order(findings), 1):
        signs += [(finding.start, 1, "⟦"), (finding.end, 0, f"⟧[{number}]")]
    pieces, last = [], 0
    for at, _order, sign in sorted(signs):
        pieces += [text[last:at], sign]
        last = at
    return "".join([*pieces, text[last:]])


def excerpts(text: str, findings: tuple[Finding, ...]) -> str:
    """Of a long text only the marked words with what stands around them."""
    pieces = []
    for number, finding in enumerate(_in_order(findings), 1):
        before, after = text[max(finding.start - AROUND, 0) : finding.start], text[finding.end : finding.end + AROUND]
        words = f"…{before}⟦{text[finding.start : finding.end]}⟧[{number}]{after}…"
        pieces.append(" ".join(words.split()))
    return "\n".join(pieces)


def category(code: str) -> str:
    """How a category is shown: by its code, or as a file that nobody here could read."""
    return _("file") if code == FILE else code


def _in_order(findings: tuple[Finding, ...]) -> list[Finding]:
    return sorted(findings, key=lambda one: (one.start, one.end))


def _heading(verdict: Verdict) -> str:
    if verdict is Verdict.BLOCK:
        return _("Held: two people have to release this text, or it is reworded.")
    if verdict is Verdict.REVIEW:
        return _("To be reviewed by one person before it is sent.")
    return _("A hint for the author; the text may be sent.")


def _severity(severity: Severity) -> str:
    return {Severity.HIGH: _("high"), Severity.MEDIUM: _("medium"), Severity.LOW: _("low")}[severity]
