"""How findings are shown: the text with its marked words, why each is marked, and what to write instead."""

from collections.abc import Mapping
from typing import Any

from core.i18n import _
from core.screening import Finding, Severity, Verdict, verdict_of


def kept(stored: Mapping[str, Any]) -> Finding:
    """A finding as it was kept with a text."""
    return Finding(**{**stored, "severity": Severity(stored["severity"])})


def shown(text: str, findings: tuple[Finding, ...]) -> str:
    """The text with its marked words, then why and what to write instead. It never says that a text is lawful."""
    if not findings:
        return _("Nothing was found by the rules. This is no statement that the text is lawful.")
    lines = [_heading(verdict_of(findings)), "", marked(text, findings), ""]
    for number, finding in enumerate(_in_order(findings), 1):
        lines += [
            _("[{number}] {category} ({severity}): {why}").format(
                number=number, category=finding.category, severity=_severity(finding.severity), why=finding.why
            ),
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
