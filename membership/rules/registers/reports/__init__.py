"""Exact figures from the entries of registers. Pure."""

from membership.rules.registers.reports.kinds import REPORTS, Definition, report_of
from membership.rules.registers.reports.table import Column, Kind, Line, Report, Snapshot, Staff

__all__ = ["REPORTS", "Column", "Definition", "Kind", "Line", "Report", "Snapshot", "Staff", "report_of"]
