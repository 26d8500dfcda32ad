"""Minutes of a meeting: one structure, written as text and as a document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.i18n import _
from meetings.notices.letters import figures_in_words
from meetings.rules.counting import Outcome


@dataclass(frozen=True)
class MotionEntry:
    """One motion in the minutes. ``aside`` names who stood aside and why."""

    reference: str
    title: str
    wording: str
    matter: str
    secret: bool
    majority: str
    figures: Mapping[str, Any]
    candidates: Sequence[str]
    resolution: str
    aside: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Record:
    """Everything that minutes say. ``attendance`` has a row for each seat: seat, how it was taken, by whom."""

    association: str
    body: str
    reference: str
    title: str
    when: str
    ended: str
    place: str
    chair: str
    recorder: str
    agenda: str
    notes: str
    waiver: str
    seats: int
    present: int
    attendance: Sequence[tuple[str, str, str]]
    guests: Sequence[str] = ()
    motions: Sequence[MotionEntry] = ()
    sessions: Sequence[str] = field(default=())


@dataclass(frozen=True)
class Section:
    """A heading with its paragraphs, and perhaps a table: the first row is its head."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


def heading(record: Record) -> str:
    """The title of the minutes."""
    return _("Minutes of {title}").format(title=record.title)


def sections(record: Record) -> list[Section]:
    """The minutes, part by part."""
    found = [Section("", _facts(record)), Section(_("Attendance"), _summary(record), _attendance(record))]
    found.append(Section(_("Agenda"), (record.agenda,)))
    if record.notes:
        found.append(Section(_("Proceedings"), (record.notes,)))
    found += [_motion(number, motion) for number, motion in enumerate(record.motions, 1)]
    found.append(Section(_("Signatures"), (_("Chair:"), _("Recorder:"), _("Confirmed by:"))))
    return found


def _facts(record: Record) -> tuple[str, ...]:
    lines = [
        f"{record.association} {record.body} ({record.reference})",
        _("Time: {when}").format(when=f"{record.when} – {record.ended}"),
        _("Place: {place}").format(place=record.place),
        _("Chair: {name}").format(name=record.chair),
        _("Recorder: {name}").format(name=record.recorder),
    ]
    if record.waiver:
        lines.append(_("Called at short notice because: {reason}").format(reason=record.waiver))
    return tuple(lines) + tuple(record.sessions)


def _summary(record: Record) -> tuple[str, ...]:
    lines = [_("Seats {seats}, present {present}").format(seats=record.seats, present=record.present)]
    if record.guests:
        lines.append(_("Guests: {names}").format(names="、".join(record.guests)))
    return tuple(lines)


def _attendance(record: Record) -> tuple[tuple[str, ...], ...]:
    return ((_("Seat"), _("Attendance"), _("By")), *record.attendance)


def _motion(number: int, motion: MotionEntry) -> Section:
    outcome = Outcome(motion.figures["outcome"]).label
    kind = _("secret ballot") if motion.secret else _("open ballot")
    lines = [motion.wording] if motion.wording else []
    lines.append(f"{motion.reference} · {motion.matter} · {kind}")
    lines += figures_in_words(motion.figures, motion.candidates)
    lines.append(_("Needed: {majority}").format(majority=motion.majority))
    lines += [_("Stood aside: {name} ({reason})").format(name=name, reason=reason) for name, reason in motion.aside]
    lines.append(_("Outcome: {outcome}").format(outcome=outcome))
    if motion.resolution:
        lines.append(_("Resolution: {number}").format(number=motion.resolution))
    return Section(_("Motion {number}: {title}").format(number=number, title=motion.title), tuple(lines))


def as_text(record: Record) -> str:
    """The minutes as plain text."""
    lines = [heading(record)]
    for section in sections(record):
        lines += ["", section.heading] if section.heading else [""]
        lines += section.paragraphs
        lines += ["  ".join(cell for cell in row if cell) for row in section.table]
    return "\n".join(lines)
