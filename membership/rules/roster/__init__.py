"""Rosters: headings wherever they stand, cells in every spelling in use, rows judged one by one. Pure."""

from membership.rules.roster.cells import FORMULA, Raw, code_problem, folded, read_day
from membership.rules.roster.headings import HEADINGS, Header, find_header, heading_of
from membership.rules.roster.judging import Row, judge, judged_against, words_for
from membership.rules.roster.problems import NOTES, PROBLEMS, problem_words

__all__ = [
    "FORMULA",
    "HEADINGS",
    "NOTES",
    "PROBLEMS",
    "Header",
    "Raw",
    "Row",
    "code_problem",
    "find_header",
    "folded",
    "heading_of",
    "judge",
    "judged_against",
    "problem_words",
    "read_day",
    "words_for",
]
