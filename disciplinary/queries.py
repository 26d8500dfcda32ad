"""Reads about screened texts, their releases and how right the rules were."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import holds
from core.errors import NotFound
from core.holds import HoldState, RuleMark, ScreenedText, TextRelease
from core.i18n import _
from disciplinary.rules.holding import Release


def screened_by_number(session: Session, number: int, *, lock: bool = False) -> ScreenedText:
    """The screened text with this number. Raises NotFound."""
    found = holds.screened_by_number(session, number, lock=lock)
    if found is None:
        raise NotFound("screened_unknown", _("There is no such text. `screen list` shows what is held."))
    return found


def texts(session: Session, *states: HoldState, limit: int = 50) -> list[ScreenedText]:
    """Screened texts in these states, newest first."""
    query = select(ScreenedText).where(ScreenedText.state.in_(states)).order_by(ScreenedText.number.desc())
    return list(session.scalars(query.limit(limit)))


def texts_between(session: Session, begin: datetime, end: datetime) -> list[ScreenedText]:
    """Texts in which something was found in a time, oldest first."""
    query = select(ScreenedText).where(
        ScreenedText.made_at >= begin, ScreenedText.made_at < end, ScreenedText.verdict != "ok"
    )
    return list(session.scalars(query.order_by(ScreenedText.number)))


def archive(session: Session, limit: int) -> list[tuple[str, str]]:
    """Reference and words of the newest texts that were ever screened: what a new rule is tried on."""
    query = select(ScreenedText.number, ScreenedText.text).order_by(ScreenedText.number.desc()).limit(limit)
    return [(f"H-{number:04d}", text) for number, text in session.execute(query)]


def releases_of(session: Session, entry: ScreenedText) -> list[TextRelease]:
    """Who let this text go, oldest first."""
    query = select(TextRelease).where(TextRelease.screened_id == entry.id).order_by(TextRelease.id)
    return list(session.scalars(query))


def as_rules(releases: list[TextRelease]) -> list[Release]:
    """Releases as the rules see them."""
    return [Release(release.person_id, release.as_supervisor) for release in releases]


def marks_of(session: Session, entry: ScreenedText) -> dict[str, bool]:
    """Rule → whether somebody said that it was right on this text."""
    return {m.rule: m.right for m in session.scalars(select(RuleMark).where(RuleMark.screened_id == entry.id))}


@dataclass(frozen=True)
class RuleRecord:
    """How often a rule fired (since a moment, or in a month), and how often it was said to be right or wrong."""

    rule: str
    fired: int
    right: int
    wrong: int

    @property
    def precision(self) -> Decimal | None:
        """Share of the judged firings that were right, in percent to one digit; None when nobody judged."""
        judged = self.right + self.wrong
        if judged == 0:
            return None
        return (Decimal(100 * self.right) / judged).quantize(Decimal("0.1"), ROUND_HALF_UP)


def rule_records(session: Session, since: datetime) -> list[RuleRecord]:
    """Every rule that fired since a moment, the most frequent first. A text that its author reworded counts as right."""
    return _counted((rule, said) for _at, rule, said in _firings(session, since))


def monthly_records(session: Session, since: datetime, rule: str, zone: ZoneInfo) -> list[RuleRecord]:
    """One rule month by month (2026-10), the newest first; all its versions together."""
    bare = rule.partition("@")[0]
    found = (
        (f"{at.astimezone(zone):%Y-%m}", said)
        for at, name, said in _firings(session, since)
        if name.partition("@")[0] == bare
    )
    return sorted(_counted(found), key=lambda record: record.rule, reverse=True)


def _counted(firings: Iterable[tuple[str, bool | None]]) -> list[RuleRecord]:
    fired: Counter[str] = Counter()
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for name, said in firings:
        fired[name] += 1
        if said is not None:
            (right if said else wrong)[name] += 1
    return [RuleRecord(name, count, right[name], wrong[name]) for name, count in fired.most_common()]


def _firings(session: Session, since: datetime) -> Iterator[tuple[datetime, str, bool | None]]:
    """When a rule fired on a text, which one, and whether it was said to be right."""
    marks: dict[tuple[int, str], bool] = {
        (mark.screened_id, mark.rule): mark.right for mark in session.scalars(select(RuleMark))
    }
    query = select(ScreenedText).where(ScreenedText.made_at >= since, ScreenedText.verdict != "ok")
    for entry in session.scalars(query.execution_options(yield_per=500)):
        for rule in {finding["rule"] for finding in entry.findings}:
            yield entry.made_at, rule, marks.get((entry.id, rule), True if entry.state == HoldState.REWORDED else None)
