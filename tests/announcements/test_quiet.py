"""When a message that is not urgent may go out, and how settings are read."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from announcements.rules.elements import as_days, element_named, filled, placeholders, read_element
from announcements.rules.quiet import Manners, next_moment, read_hours
from core.calendar import published
from core.errors import BadInput

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(*when):
    return datetime(*when, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        (local(2026, 10, 8, 10, 0), local(2026, 10, 8, 10, 0)),
        (local(2026, 10, 8, 20, 59, 59), local(2026, 10, 8, 20, 59, 59)),
        (local(2026, 10, 8, 21, 0), local(2026, 10, 9, 8, 0)),
        (local(2026, 10, 9, 3, 0), local(2026, 10, 9, 8, 0)),
        (local(2026, 10, 9, 23, 0), local(2026, 10, 10, 8, 0)),
        (local(2026, 10, 11, 12, 0), local(2026, 10, 12, 8, 0)),
        (local(2026, 9, 30, 22, 0), local(2026, 10, 8, 8, 0)),
        (local(2026, 10, 3, 9, 0), local(2026, 10, 8, 8, 0)),
    ],
)
def test_nights_and_days_off_are_left_in_peace(now, goes):
    assert next_moment(now.astimezone(UTC), SHANGHAI, published(), Manners()) == goes


def test_days_off_can_be_used_and_hours_be_moved():
    open_days = Manners(days_off=False)
    assert next_moment(local(2026, 10, 3, 9, 0), SHANGHAI, published(), open_days) == local(2026, 10, 3, 9, 0)
    assert next_moment(local(2026, 10, 3, 22, 0), SHANGHAI, published(), open_days) == local(2026, 10, 4, 8, 0)
    noon = Manners(begins=time(12), ends=time(14))
    assert next_moment(local(2026, 10, 8, 12, 30), SHANGHAI, published(), noon) == local(2026, 10, 8, 14, 0)
    assert next_moment(local(2026, 10, 8, 23, 0), SHANGHAI, published(), noon) == local(2026, 10, 8, 23, 0)


def test_what_is_settled_survives_being_stored():
    chosen = Manners(begins=time(20, 30), chase_every=4, count_first_day=False)
    assert Manners.of({"announcements": chosen.stored()}) == chosen
    assert Manners.of({}) == Manners()


@pytest.mark.parametrize("words", ["21:00-8:00", "21：00—08：00", "21:00 至 8:00", "21:00~8:00"])
def test_hours_are_read_leniently(words):
    assert read_hours(words) == (time(21), time(8))


@pytest.mark.parametrize("words", ["", "晚上", "25:00-8:00", "21:00", "21:60-8:00"])
def test_what_are_no_hours_is_said(words):
    with pytest.raises(BadInput):
        read_hours(words)


@pytest.mark.parametrize(
    ("words", "days"), [("5", 5), ("５个工作日", 5), ("30天", 30), ("2026-10-09", None), ("五天", None), ("-5", None)]
)
def test_a_number_of_days_is_told_from_a_date(words, days):
    assert as_days(words) == days


def test_fields_of_a_template_are_words_in_braces_and_nothing_else():
    text = "{年度}年 {0.__class__} {{7*7}} { } {届次} {年度}"
    assert placeholders(text) == ["年度", "届次"]
    assert filled(text, "年度", "{届次}").count("{届次}") == 3
    assert element_named("起始日") == "starts"
    assert element_named("天数") == "ends"
    assert element_named("{年度}", ["年度"]) == "年度"
    with pytest.raises(BadInput):
        element_named("密级")
    with pytest.raises(BadInput):
        read_element("basis", "   ", None)
