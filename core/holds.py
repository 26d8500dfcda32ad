"""The gate before every outgoing text: what screening said of it, whether it is held, and who let it go.

Each screened text is kept with its digest, so that an edit after a release is a new text, and so that a new rule can
be tried on all that was ever sent. The packages that send texts ask ``check``; releasing belongs to ``disciplinary``.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import AssociationScoped, Base
from core.i18n import N_, _
from core.numbering import next_numbers
from core.screening import Finding, Severity, Verdict, verdict_of
from core.transaction import Tx

TOGETHER_WITHIN = timedelta(hours=24)
TOGETHER = 3


class HoldState(StrEnum):
    """Where a screened text stands."""

    PASSED = "passed"
    NOTED = "noted"
    HELD = "held"
    RELEASED = "released"
    REWORDED = "reworded"

    @property
    def label(self) -> str:
        """Its name in the language of the moment."""
        return _(STATE_NAMES[self])


STATE_NAMES = {
    HoldState.PASSED: N_("nothing found"),
    HoldState.NOTED: N_("hint given"),
    HoldState.HELD: N_("held"),
    HoldState.RELEASED: N_("released"),
    HoldState.REWORDED: N_("reworded"),
}
HELD_BY = {Verdict.BLOCK: HoldState.HELD, Verdict.REVIEW: HoldState.HELD, Verdict.HINT: HoldState.NOTED}
MAY_GO = frozenset({HoldState.PASSED, HoldState.NOTED, HoldState.RELEASED})


class ScreenedText(AssociationScoped, Base):
    """One text as it was to be sent, what screening found in it, and what became of it."""

    __tablename__ = "screened_text"
    __table_args__ = (
        UniqueConstraint("association_id", "number"),
        UniqueConstraint("association_id", "subject", "digest"),
        Index("ix_screened_text_author", "association_id", "author_id", "made_at"),
    )

    number: Mapped[int]
    subject: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str] = mapped_column(String(10))
    findings: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(10), index=True)
    channel: Mapped[str] = mapped_column(String(60))
    author_id: Mapped[int | None]
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """How people name it."""
        return f"H-{self.number:04d}"

    @property
    def may_go(self) -> bool:
        """Whether this very text may be sent."""
        return self.state in MAY_GO


class TextRelease(AssociationScoped, Base):
    """One person let a held text go, with a reason."""

    __tablename__ = "text_release"
    __table_args__ = (UniqueConstraint("screened_id", "person_id"),)

    screened_id: Mapped[int] = mapped_column(ForeignKey("screened_text.id"))
    person_id: Mapped[int]
    as_supervisor: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class RuleMark(AssociationScoped, Base):
    """Somebody said of one rule on one text that it was right or a false alarm."""

    __tablename__ = "rule_mark"
    __table_args__ = (UniqueConstraint("screened_id", "rule"),)

    screened_id: Mapped[int] = mapped_column(ForeignKey("screened_text.id"))
    rule: Mapped[str] = mapped_column(String(60), index=True)
    right: Mapped[bool]
    person_id: Mapped[int | None]
    at: Mapped[datetime]


@dataclass(frozen=True)
class Checked:
    """The gate's answer. ``findings`` are those of this text, ``entry`` is its row."""

    findings: tuple[Finding, ...]
    entry: ScreenedText

    @property
    def may_go(self) -> bool:
        """Whether the text may be sent now."""
        return self.entry.may_go

    def stored(self) -> list[dict[str, Any]]:
        """The findings as they are kept with the thing that carries the text."""
        return [asdict(finding) for finding in self.findings]


HELD: list[Callable[[Tx, ScreenedText], None]] = []
"""Called with each text that becomes held; ``disciplinary`` tells those who may release it."""


def check(tx: Tx, subject: str, text: str) -> Checked:
    """Screen a text that is about to be sent about a subject, and keep what was found.

    A text that was released before goes through as long as not one character has changed. What the same author sent
    within a day is read together with it, so that a demand cannot be spread over messages.
    """
    findings = _found(tx, subject, text)
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    known = tx.session.scalar(
        select(ScreenedText).where(ScreenedText.subject == subject, ScreenedText.digest == digest)
    )
    _settle_former(tx, subject, digest)
    if known is not None and (known.state == HoldState.RELEASED or verdict_of(findings) == known.verdict):
        return Checked(findings, known)
    entry = known or _entered(tx, subject, text, digest)
    _judge(tx, entry, findings)
    return Checked(findings, entry)


def _entered(tx: Tx, subject: str, text: str, digest: str) -> ScreenedText:
    entry = ScreenedText(
        number=next_numbers(tx.session, tx.association.id, "screened")[0],
        subject=subject,
        text=text,
        digest=digest,
        verdict=Verdict.OK,
        findings=[],
        state=HoldState.PASSED,
        channel=tx.channel,
        author_id=tx.actor.person_id,
        made_at=tx.now,
    )
    tx.session.add(entry)
    return entry


def _judge(tx: Tx, entry: ScreenedText, findings: tuple[Finding, ...]) -> None:
    verdict = verdict_of(findings)
    entry.verdict, entry.findings = verdict, [asdict(finding) for finding in findings]
    entry.state = HELD_BY.get(verdict, HoldState.PASSED)
    tx.session.flush()
    if findings:
        data = {"subject": entry.subject, "verdict": verdict, "rules": sorted({f.rule for f in findings})}
        tx.record(f"screening:text:{entry.state}", f"screened:{entry.number}", data)
    if entry.state == HoldState.HELD:
        for tell in HELD:
            tell(tx, entry)


def _settle_former(tx: Tx, subject: str, digest: str) -> None:
    """Another text about the same subject that was held or hinted at has been reworded by this one."""
    former = select(ScreenedText).where(
        ScreenedText.subject == subject,
        ScreenedText.digest != digest,
        ScreenedText.state.in_([HoldState.HELD, HoldState.NOTED]),
    )
    for entry in tx.session.scalars(former):
        entry.state, entry.settled_at = HoldState.REWORDED, tx.now
        tx.record("screening:text:reword", f"screened:{entry.number}", {"subject": subject})


def _found(tx: Tx, subject: str, text: str) -> tuple[Finding, ...]:
    alone = tx.screen(text)
    if verdict_of(alone) is Verdict.BLOCK:
        return alone
    before = "\n".join(_sent_lately(tx, subject)) + "\n"
    if len(before) == 1:
        return alone
    seen = {(finding.rule, finding.start, finding.end) for finding in alone}
    both = [_moved(finding, len(before)) for finding in tx.screen(before + text)]
    added = [f for f in both if f.start >= 0 and (f.rule, f.start, f.end) not in seen and f.severity is Severity.HIGH]
    return (*alone, *(_for_review(finding) for finding in added))


def _sent_lately(tx: Tx, subject: str) -> list[str]:
    """The author's own texts of the last day, oldest first."""
    query = (
        select(ScreenedText.text)
        .where(
            ScreenedText.author_id == tx.actor.person_id,
            ScreenedText.subject != subject,
            ScreenedText.made_at > tx.now - TOGETHER_WITHIN,
            ScreenedText.state.in_([HoldState.PASSED, HoldState.NOTED]),
        )
        .order_by(ScreenedText.number.desc())
        .limit(TOGETHER)
    )
    return list(tx.session.scalars(query))[::-1]


def _moved(finding: Finding, by: int) -> Finding:
    values = asdict(finding) | {"start": finding.start - by, "end": finding.end - by}
    return Finding(**values)


def _for_review(finding: Finding) -> Finding:
    """What shows only together with an earlier text asks for a reviewer: nobody has to guess why it was held."""
    why = _("Read together with what you sent within a day: {why}").format(why=finding.why)
    return Finding(**(asdict(finding) | {"severity": Severity.MEDIUM, "why": why}))


def screened_by_number(session: Session, number: int, *, lock: bool = False) -> ScreenedText | None:
    """The screened text with this number."""
    query = select(ScreenedText).where(ScreenedText.number == number)
    return session.scalar(query.with_for_update() if lock else query)
