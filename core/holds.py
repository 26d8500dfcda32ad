"""The gate before every outgoing text: what screening said of it, whether it is held, and who let it go.

Each screened text is kept with its digest, so that an edit after a release is a new text, and so that a new rule can
be tried on all that was ever sent. The packages that send texts ask ``check``; releasing belongs to ``disciplinary``.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import attachments
from core.db import AssociationScoped, Base
from core.errors import RuleViolated
from core.gathering import Gathered, gather
from core.i18n import N_, _
from core.numbering import next_numbers
from core.screening import Finding, Verdict, verdict_of
from core.together import read_together
from core.transaction import Tx

TOGETHER_WITHIN = timedelta(hours=24)
TOGETHER = 5


class HoldState(StrEnum):
    """Where a screened text stands."""

    PASSED = "passed"
    NOTED = "noted"
    HELD = "held"
    RELEASED = "released"
    REWORDED = "reworded"
    TOLD = "told"

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
    HoldState.TOLD: N_("its author was told"),
}
HELD_BY = {Verdict.BLOCK: HoldState.HELD, Verdict.REVIEW: HoldState.HELD, Verdict.HINT: HoldState.NOTED}
MAY_GO = frozenset({HoldState.PASSED, HoldState.NOTED, HoldState.RELEASED})


class ScreenedText(AssociationScoped, Base):
    """One text as it was to be sent with its files, what screening found in it, and what became of it.

    ``again`` is the command with which its author sends it once it is released.
    """

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
    files: Mapped[list[Any]] = mapped_column(default=list)
    again: Mapped[str] = mapped_column(String(120), default="")
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
    """The gate's answer. ``findings`` are those of this text, ``entry`` is its row.

    ``unread`` and ``pictured`` name the files that nobody here could read, and those whose pictures were not read.
    """

    findings: tuple[Finding, ...]
    entry: ScreenedText
    unread: tuple[str, ...] = ()
    pictured: tuple[str, ...] = ()

    @property
    def may_go(self) -> bool:
        """Whether the text may be sent now."""
        return self.entry.may_go

    def stored(self) -> list[dict[str, Any]]:
        """The findings as they are kept with the thing that carries the text."""
        return [asdict(finding) for finding in self.findings]


HELD: list[Callable[[Tx, ScreenedText], None]] = []
"""Called with each text that becomes held; ``disciplinary`` tells those who may release it."""


def check(
    tx: Tx, subject: str, text: str, files: Sequence[int] = (), again: str = "", *, beside: bool = True
) -> Checked:
    """Screen a text with its files, which are about to be sent about a subject, and keep what was found.

    A sending that was released before goes through as long as not one character and not one byte of a file has
    changed. What the same author sent within a day is read together with it, so that a demand cannot be spread over
    messages; not so (``beside``) a reason that one person is told. ``again`` is the command that sends it once it is
    released. Raises NotFound for a file that is not there.
    """
    gathered = gather(text, [attachments.content_of(tx.session, number)[::2] for number in files])
    known = _known(tx, subject, gathered.digest)
    found = read_together(tx.screen, _sent_before(tx, subject, known) if beside else (), gathered.text)
    findings = (*map(gathered.placed, found), *gathered.not_read())
    _settle_former(tx, subject, gathered.digest, new=known is None)
    if known is None or not _settled(known, verdict_of(findings)):
        known = known or _entered(tx, subject, gathered, files, again)
        _judge(tx, known, findings)
    return Checked(findings, known, tuple(name for name, _at, _why in gathered.unread), gathered.pictured)


def insist(tx: Tx, subject: str, words: str) -> None:
    """Screen words that go out at once with an action, such as its reason. Raises RuleViolated, which undoes the action,
    when nobody could let them go alone: they are to be worded differently. What only asks for a reviewer is noted.
    """
    findings = tx.screen(words)
    if verdict_of(findings) is Verdict.BLOCK:
        text = _("Screening holds these words: “{quote}” — {why} Word them differently. Suggestion: {suggestion}")
        known = {"quote": findings[0].quote, "why": findings[0].why, "suggestion": findings[0].suggestion}
        raise RuleViolated("held_by_screening", text.format(**known))
    if _known(tx, subject, gather(words).digest) is None:
        _passed(tx, subject, words, findings)


def _passed(tx: Tx, subject: str, words: str, findings: tuple[Finding, ...]) -> None:
    if findings:
        note(tx, subject, words, findings, tx.actor.person_id or 0)
    else:
        _judge(tx, _entered(tx, subject, gather(words), (), ""), findings)


def note(tx: Tx, subject: str, text: str, findings: tuple[Finding, ...], author_id: int) -> ScreenedText:
    """Keep a text that is out already, with what was found in it: nothing can be held, its author is told."""
    entry = _entered(tx, subject, gather(text), (), "")
    entry.author_id, entry.verdict, entry.state = author_id, verdict_of(findings), HoldState.TOLD
    entry.findings = [asdict(finding) for finding in findings]
    tx.session.flush()
    data = {"subject": subject, "verdict": entry.verdict, "rules": sorted({f.rule for f in findings})}
    tx.record(
        "screening:text:told",
        f"screened:{entry.number}",
        data,
        person=author_id,
        personal={"quotes": [f.quote for f in findings]},
    )
    return entry


def _known(tx: Tx, subject: str, digest: str) -> ScreenedText | None:
    """This very text about this subject, when it was screened before."""
    return tx.session.scalar(select(ScreenedText).where(ScreenedText.subject == subject, ScreenedText.digest == digest))


def _settled(entry: ScreenedText, verdict: Verdict) -> bool:
    """Whether this very text was decided already. One that its author had given up for another is judged anew."""
    if entry.state == HoldState.RELEASED:
        return True
    return entry.state != HoldState.REWORDED and entry.verdict == verdict


def _entered(tx: Tx, subject: str, gathered: Gathered, files: Sequence[int], again: str) -> ScreenedText:
    entry = ScreenedText(
        number=next_numbers(tx.session, tx.association.id, "screened")[0],
        subject=subject,
        text=gathered.text,
        digest=gathered.digest,
        files=list(files),
        again=again,
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


def _settle_former(tx: Tx, subject: str, digest: str, *, new: bool) -> None:
    """Another text about the same subject that was held or hinted at has been reworded by this one.

    A release holds for its own words only: that others came in their place is noted, too.
    """
    states = [HoldState.HELD, HoldState.NOTED] + [HoldState.RELEASED] * new
    former = select(ScreenedText).where(
        ScreenedText.subject == subject, ScreenedText.digest != digest, ScreenedText.state.in_(states)
    )
    for entry in tx.session.scalars(former):
        if entry.state == HoldState.RELEASED:
            tx.record("screening:text:edit", f"screened:{entry.number}", {"subject": subject})
            continue
        entry.state, entry.settled_at = HoldState.REWORDED, tx.now
        tx.record("screening:text:reword", f"screened:{entry.number}", {"subject": subject})


def _sent_before(tx: Tx, subject: str, known: ScreenedText | None) -> list[str]:
    """What its author sent about other subjects within a day before this text came up first; the newest first."""
    author, moment = (tx.actor.person_id, tx.now) if known is None else (known.author_id, known.made_at)
    query = (
        select(ScreenedText.text)
        .where(
            ScreenedText.author_id == author,
            ScreenedText.subject != subject,
            ScreenedText.made_at > moment - TOGETHER_WITHIN,
            ScreenedText.state.in_(MAY_GO),
        )
        .order_by(ScreenedText.number.desc())
        .limit(TOGETHER)
    )
    if known is not None:
        query = query.where(ScreenedText.number < known.number)
    return list(tx.session.scalars(query))


def screened_by_number(session: Session, number: int, *, lock: bool = False) -> ScreenedText | None:
    """The screened text with this number."""
    query = select(ScreenedText).where(ScreenedText.number == number)
    return session.scalar(query.with_for_update() if lock else query)
