"""What can be wrong with a row of a roster, and what is only said. Pure."""

from collections.abc import Iterable, Mapping

from core.i18n import N_, _

PROBLEMS: Mapping[str, str] = {
    "name_missing": N_("the name is missing"),
    "name_too_long": N_("the name is longer than 200 characters"),
    "code_missing": N_("the credit code is missing"),
    "code_is_number": N_("the spreadsheet turned the credit code into a number: type it as text"),
    "code_length": N_("a credit code has 18 characters"),
    "code_characters": N_("a credit code has no such letters (I, O, S, V, Z are never used; mind 0 and 1)"),
    "code_check_digit": N_("the check digit of the credit code is wrong: compare it with the licence"),
    "duplicate_code": N_("another row above has this credit code"),
    "merged_above": N_("its name and code are merged with the row above: one row for each unit"),
    "kind_missing": N_("the category is missing"),
    "kind_unknown": N_("this category is not registered"),
    "kind_alias": N_("read as the registered category (alias)"),
    "class_missing": N_("the class is missing"),
    "class_unknown": N_("this class is not known"),
    "date_missing": N_("the day of joining is missing"),
    "date_form": N_("this is not a date"),
    "date_impossible": N_("there is no such day"),
    "date_range": N_("this day is too far away to be right"),
    "date_month_only": N_("only year and month are given: read as the first day of the month (a validity: the last)"),
    "phone_length": N_("a mobile number has 11 digits"),
    "phone_several": N_("several numbers are given: the first one is kept"),
    "engineers_negative": N_("the number of engineers is negative"),
    "engineers_form": N_("the number of engineers is not a whole number"),
    "region_too_long": N_("the region is longer than 60 characters"),
    "contact_too_long": N_("the name of the contact is longer than 100 characters"),
    "formula": N_("a formula without a stored result: save the file in the spreadsheet program first"),
    "has_left": N_("this unit is no longer a member: its facts are brought up to date, its standing stays"),
    "cell_error": N_("the cell shows an error (#N/A, #REF! …)"),
}
NOTES = frozenset({"kind_alias", "has_left", "date_month_only", "phone_several"})
"""Problems that are only said: the row is good."""
LEFT_BLANK = frozenset({"kind_missing", "class_missing", "date_missing"})
"""What a row may leave blank when its unit is in the register already: it stays as it is."""


def spoils(problems: Iterable[str]) -> bool:
    """Whether these problems keep a row out of the register."""
    return any(problem not in NOTES for problem in problems)


def problem_words(code: str) -> str:
    """A problem in the language of the moment."""
    return _(PROBLEMS[code])
