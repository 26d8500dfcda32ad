"""Reads of the fact register, and the schemes that its entries are checked against."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib import resources

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from core.attachments import Attachment
from core.errors import AppError, BadInput, NotFound, RuleViolated
from core.i18n import _
from membership.models import GradingFact, RegisterEntry, Unit
from membership.queries.grading import loaded, schemes
from membership.rules import fact_register as rules
from membership.rules.fact_register import Act
from membership.rules.grading.facts import Fact
from membership.rules.grading.loading import load
from membership.rules.grading.scheme import Scheme
from membership.rules.grading.score import Grader, grader
from membership.rules.registers.declaration import Register

MOST_NAMED = 400
"""More units than this are not named one by one to the database."""
Entry = tuple[GradingFact, str | None, str | None]
"""An entry with name and SHA-256 of its file."""


@lru_cache(maxsize=1)
def _shipped() -> Scheme:
    text = (resources.files("membership.data.schemes") / "default.toml").read_text("utf-8")
    return load(text)


def schemes_for_facts(session: Session, day: date) -> list[Scheme]:
    """The schemes that facts are checked against: those published that hold on this day, each in its latest version.

    Before anything is published: the drafts; without any, the scheme that comes with Guildhall.
    """
    rows = schemes(session)
    published = [row for row in rows if row.state == "published"]
    found: dict[str, Scheme] = {}
    for row in published:
        if row.effective_from <= day <= (row.effective_to or day):
            found.setdefault(row.scheme, loaded(row.document))
    if not published:
        found = {row.scheme: scheme for row in rows if (scheme := _sound(row.document)) is not None}
    return list(found.values()) or [_shipped()]


def _sound(document: str) -> Scheme | None:
    """The scheme of a draft, None while it is not fit for use."""
    try:
        return grader(loaded(document)).scheme
    except AppError:
        return None


def _latest() -> Select[GradingFact, str | None, str | None]:
    """The newest entry of every fact."""
    later = aliased(GradingFact)
    newer = exists().where(
        later.association_id == GradingFact.association_id,
        later.number == GradingFact.number,
        later.revision > GradingFact.revision,
    )
    query = select(GradingFact, Attachment.name, Attachment.sha256)
    return query.outerjoin(Attachment, Attachment.id == GradingFact.attachment_id).where(~newer)


def fact_by_number(session: Session, number: int) -> GradingFact:
    """The newest entry of the fact with this number. Raises NotFound."""
    found: GradingFact | None = session.scalar(_latest().where(GradingFact.number == number))
    if found is None:
        raise NotFound("fact_unknown", _("There is no such fact. `fact list` shows them."))
    return found


def fact_entries(session: Session, number: int) -> list[Entry]:
    """Every entry of a fact, the first one first, each with name and hash of its file."""
    query = select(GradingFact, Attachment.name, Attachment.sha256)
    query = query.outerjoin(Attachment, Attachment.id == GradingFact.attachment_id)
    rows = session.execute(query.where(GradingFact.number == number).order_by(GradingFact.revision))
    return [(entry, name, sha256) for entry, name, sha256 in rows]


def unit_of(session: Session, fact: GradingFact) -> Unit:
    """The unit that a fact is about."""
    return session.get_one(Unit, fact.unit_id)


def facts_kept(
    session: Session, unit: Unit | None = None, *, item: str = "", limit: int | None = None, offset: int = 0
) -> list[tuple[GradingFact, Unit]]:
    """The newest entry of each fact that is not revoked, the latest number first, with its unit."""
    query = _latest().where(GradingFact.act != Act.REVOKED).add_columns(Unit).join(Unit, Unit.id == GradingFact.unit_id)
    if unit is not None:
        query = query.where(GradingFact.unit_id == unit.id)
    if item:
        query = query.where(GradingFact.item == item)
    rows = session.execute(query.order_by(GradingFact.number.desc()).limit(limit).offset(offset))
    return [(row[0], row[3]) for row in rows]


def units_with_facts(session: Session) -> set[int]:
    """The units about which the register holds, or held, anything."""
    return set(session.scalars(select(GradingFact.unit_id).distinct()))


def facts_for(session: Session, unit_ids: Iterable[int], scheme: Scheme, day: date) -> dict[int, list[Fact]]:
    """What the register holds of these units and this scheme can take, by unit; units without facts have an empty list.

    ``day`` is the day of grading: later facts are left out. Raises RuleViolated that names an entry which the scheme
    would have to count but cannot take.
    """
    found, problems = facts_and_problems(session, unit_ids, scheme, day)
    if problems:
        lines = "\n".join(f"{reference}: {words}" for reference, words in problems[:10])
        text = _("These facts do not fit the scheme. Put them right with `fact amend`, then go on:\n{lines}")
        raise RuleViolated("facts_unfit", text.format(lines=lines))
    return found


def facts_and_problems(
    session: Session, unit_ids: Iterable[int], scheme: Scheme, day: date
) -> tuple[dict[int, list[Fact]], list[tuple[str, str]]]:
    """The same, with the entries that the scheme cannot take as (number, what is wrong) beside."""
    facts: dict[int, list[Fact]] = {unit_id: [] for unit_id in unit_ids}
    problems: list[tuple[str, str]] = []
    query = _latest().where(GradingFact.act != Act.REVOKED)
    if len(facts) <= MOST_NAMED:
        query = query.where(GradingFact.unit_id.in_(facts))
    prepared = grader(scheme)
    for entry, name, sha256 in session.execute(query.order_by(GradingFact.number)):
        if entry.unit_id not in facts or (entry.day is not None and entry.day > day):
            continue
        try:
            fact = rules.fitted(prepared, as_fact(entry, name, sha256))
        except BadInput as wrong:
            problems.append((entry.reference, wrong.text))
            continue
        if fact is not None:
            facts[entry.unit_id].append(fact)
    return facts, problems


def as_fact(entry: GradingFact, name: str | None = None, sha256: str | None = None) -> Fact:
    """An entry as the engine takes it: evidence names document and file, ``by`` the person by number."""
    return Fact(
        item=entry.item,
        value=None if entry.value is None else Decimal(entry.value),
        times=entry.times,
        day=entry.day,
        ended=entry.ended,
        continuing=entry.continuing,
        corrected=entry.corrected,
        repaired=entry.repaired,
        level=entry.level,
        grade=entry.grade,
        evidence=rules.evidence_words(entry.document, name, sha256),
        same_fact=entry.same_fact,
        reason=entry.reason,
        by="" if entry.entered_by is None else f"person:{entry.entered_by}",
        ref=entry.reference,
        entered=entry.entered_on,
    )


def fact_wanted(session: Session, register: Register, entry: RegisterEntry, day: date) -> bool:
    """Whether an entry means a fact that a scheme in force knows and that nobody has entered, or revoked, yet."""
    means = register.fact
    if means is None or not any(one.plan_of(means.item) for one in graders_for_facts(session, day)):
        return False
    mine = (GradingFact.unit_id == entry.unit_id, GradingFact.same_fact == entry.reference)
    return session.scalar(select(GradingFact.id).where(*mine).limit(1)) is None


def graders_for_facts(session: Session, day: date) -> Sequence[Grader]:
    """The schemes of ``schemes_for_facts``, made ready."""
    return [grader(scheme) for scheme in schemes_for_facts(session, day)]
