"""One line for every command: what the kill tests and the fault tests run. A new command needs a line here."""

from tests.faults.lines import (
    announcements,
    dues,
    facts,
    grades,
    grading,
    mandates,
    meetings,
    membership,
    office,
    registers,
    reminders,
    screening,
    surveys,
)
from tests.faults.lines.line import Line, prepare

DOMAINS = (
    office,
    announcements,
    dues,
    facts,
    grades,
    grading,
    mandates,
    surveys,
    meetings,
    screening,
    reminders,
    registers,
    membership,
)
CHANGING = {name: line for domain in DOMAINS for name, line in domain.CHANGING.items()}
READING = {name: line for domain in DOMAINS for name, line in domain.READING.items()}

__all__ = ["CHANGING", "READING", "Line", "prepare"]
