"""The standing of a unit follows from dated facts by ordered rules."""

from datetime import date

import pytest

from core.errors import BadInput, RuleViolated
from membership.rules import reckoning, terms
from membership.rules.reckoning import Dated, Fact, Facts
from membership.rules.standing import Status, check_until

RULES = reckoning.rules_of(reckoning.shipped())
JOINED, DAY = date(2020, 3, 1), date(2026, 10, 8)
DUES = '[[rule]]\nname = "dues"\nstatus = "{status}"\nwhen = {{ dues_overdue_years = 2 }}\nzh = "欠费"\nen = "owes"\n\n'


def facts(*dated, years=0):
    return Facts(JOINED, dated, {"dues_overdue_years": years} if years else {})


SUSPENDED = Dated(Fact.SUSPENDED, date(2026, 9, 1), date(2026, 10, 8))
EXPELLED = Dated(Fact.EXPELLED, date(2026, 10, 1))
GONE = Dated(Fact.WITHDRAWN, date(2026, 10, 8))
LATER = Dated(Fact.WITHDRAWN, date(2026, 12, 31))
KEPT = Dated(Fact.OVERRIDE, date(2026, 10, 1), date(2026, 10, 31), status="active")
LAPSED = Dated(Fact.LAPSED, date(2026, 1, 1))
TRIED = Dated(Fact.PROBATION, date(2026, 10, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("dated", "day", "status", "rule"),
    [
        ((), DAY, Status.ACTIVE, "member"),
        ((SUSPENDED,), date(2026, 8, 31), Status.ACTIVE, "member"),
        ((SUSPENDED,), date(2026, 9, 1), Status.SUSPENDED, "suspended"),
        ((SUSPENDED,), date(2026, 10, 8), Status.SUSPENDED, "suspended"),
        ((SUSPENDED,), date(2026, 10, 9), Status.ACTIVE, "member"),
        ((SUSPENDED, EXPELLED), DAY, Status.EXPELLED, "expelled"),
        ((EXPELLED, KEPT), DAY, Status.ACTIVE, "override"),
        ((EXPELLED, KEPT), date(2026, 11, 1), Status.EXPELLED, "expelled"),
        ((GONE, KEPT), DAY, Status.WITHDRAWN, "withdrawn"),
        ((GONE, EXPELLED), DAY, Status.WITHDRAWN, "withdrawn"),
        ((LATER, SUSPENDED), DAY, Status.SUSPENDED, "suspended"),
        ((LATER,), date(2026, 12, 31), Status.WITHDRAWN, "withdrawn"),
        ((LAPSED,), DAY, Status.LAPSED, "lapsed"),
        ((TRIED,), DAY, Status.ACTIVE, "probation"),
    ],
)
def test_the_first_rule_that_fits_decides(dated, day, status, rule):
    found, fitting = reckoning.decide(RULES, facts(*dated), day)
    assert (found, fitting.name) == (status, rule)


@pytest.mark.parametrize(
    ("years", "status"), [(0, Status.ACTIVE), (1, Status.ACTIVE), (2, Status.LAPSED), (3, Status.LAPSED)]
)
def test_how_many_years_without_dues_count_as_leaving_is_the_charter_s_to_say(years, status):
    last = reckoning.shipped().rindex("[[rule]]")
    own = reckoning.shipped()[:last] + DUES.format(status="lapsed") + reckoning.shipped()[last:]
    assert reckoning.decide(reckoning.rules_of(own), facts(years=years), DAY)[0] is status
    assert reckoning.decide(RULES, facts(years=years), DAY)[0] is Status.ACTIVE


@pytest.mark.parametrize(
    ("dated", "day"),
    [
        ((SUSPENDED,), date(2026, 10, 9)),
        ((SUSPENDED, LATER), date(2026, 10, 9)),
        ((LATER,), date(2026, 12, 31)),
        ((KEPT,), date(2026, 11, 1)),
        ((EXPELLED,), None),
        ((), None),
    ],
)
def test_the_next_day_of_reckoning_is_known(dated, day):
    assert reckoning.next_change(facts(*dated), DAY) == day


def replaced(old, new):
    assert old in reckoning.shipped(), old
    return reckoning.shipped().replace(old, new, 1)


FIRST = reckoning.shipped()[
    reckoning.shipped().index("\n[[rule]]") : reckoning.shipped().index('[[rule]]\nname = "override"')
]


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (reckoning.shipped().replace(FIRST, "\n"), "rule 1"),
        (replaced("when = { withdrawn = true }", "when = { withdrawn = true, joined = true }"), "rule 1"),
        (replaced('status = "withdrawn"', 'status = "active"'), "rule 1"),
        (replaced('status = "expelled"', 'status = "merged"'), "rule 3"),
        (replaced('status = "expelled"', 'status = "banned"'), "rule 3"),
        (replaced("expelled = true", "expelled = false"), "rule 3"),
        (replaced("expelled = true", "banned = true"), "rule 3"),
        (replaced("expelled = true", "dues_overdue_years = 0"), "rule 3"),
        (replaced("when = { suspended = true }", ""), "rule"),
        (replaced("when = { override = true }", "when = { probation = true }"), "rule 2"),
        (replaced('name = "lapsed"', 'name = "expelled"'), "rule"),
        (replaced('zh = "会员权利暂停期间"', ""), "rule 5"),
        (reckoning.shipped().rstrip() + "\nwhen = { joined = true }\n", "rule 7"),
        ("version = 1", "rule 1"),
    ],
)
def test_rules_that_keep_units_in_or_leave_one_without_a_standing_are_refused(document, place):
    with pytest.raises(BadInput) as refused:
        reckoning.rules_of(document)
    assert place in refused.value.text


def test_a_merged_unit_has_no_standing_to_override():
    for now, wanted in ((Status.MERGED, Status.ACTIVE), (Status.ACTIVE, Status.MERGED)):
        with pytest.raises(RuleViolated):
            reckoning.check_possible(now, wanted)
    reckoning.check_possible(Status.EXPELLED, Status.ACTIVE)


@pytest.mark.parametrize(
    ("status", "until", "good"),
    [
        (Status.SUSPENDED, date(2026, 10, 8), True),
        (Status.SUSPENDED, date(2026, 10, 7), False),
        (Status.EXPELLED, date(2026, 12, 1), False),
        (Status.EXPELLED, None, True),
    ],
)
def test_only_a_suspension_ends_by_itself(status, until, good):
    if good:
        check_until(status, DAY, until)
        return
    with pytest.raises(BadInput):
        check_until(status, DAY, until)


@pytest.mark.parametrize(
    ("rank", "starts", "until", "code"),
    [
        ("council", DAY, date(2028, 12, 31), None),
        ("council", DAY, DAY, None),
        ("member", DAY, None, None),
        ("council", DAY, None, "term_missing"),
        ("president", DAY, date(2026, 10, 7), "term_reversed"),
        ("president", DAY, date(2037, 1, 1), "term_too_long"),
        ("member", DAY, date(2028, 1, 1), "class_without_term"),
        ("individual", DAY, date(2028, 1, 1), "class_without_term"),
    ],
)
def test_an_office_has_a_term_and_an_ordinary_class_has_none(rank, starts, until, code):
    if code is None:
        terms.check_term(rank, starts, until)
        return
    with pytest.raises(BadInput) as refused:
        terms.check_term(rank, starts, until)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("former", "after"), [("member", "member"), ("individual", "individual"), ("council", "member")]
)
def test_after_a_term_a_unit_is_a_member_again(former, after):
    assert terms.after(former) == after
