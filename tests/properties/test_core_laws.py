"""What must hold for any text, any day and any keyboard."""

import json
import logging
import unicodedata
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.language import clean, words
from core import audit
from core.attachments import clean_name
from core.calendar import Calendar, Period, Roll, Unit, Year, add_months
from core.keys import _decrypt, _encrypt
from core.logs import Redacted, redact
from people.rules import check_phone, clean_line, code_hash, is_code, new_code, roles_on, term_stage

DAYS = st.dates(date(2004, 1, 1), date(2040, 12, 31))
COLUMNS = st.lists(st.one_of(st.none(), st.text(max_size=8), st.binary(max_size=8), st.integers(0, 99)), max_size=5)
ANY_TEXT = st.text(st.characters(codec=None), max_size=80)


def spelled(column):
    """Two columns that a database gives back alike: a number and its digits are stored in columns of their own."""
    return column if column is None else column if isinstance(column, bytes) else str(column).encode()


@given(COLUMNS, COLUMNS)
def test_no_two_rows_hash_alike(one, other):
    assume([spelled(c) for c in one] != [spelled(c) for c in other])
    assert audit.link(b"p", 1, *one) != audit.link(b"p", 1, *other)


@given(st.dictionaries(st.text(max_size=8), st.one_of(st.text(max_size=8), st.integers(), st.none()), max_size=5))
def test_data_has_one_spelling_and_comes_back(data):
    shuffled = dict(reversed(list(data.items())))
    assert audit.canonical(data) == audit.canonical(shuffled)
    assert json.loads(audit.canonical(data)) == data


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=3))
def test_what_is_sealed_comes_back_and_nothing_else_does(plain, flip):
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    box = AESGCM(bytes(32))
    sealed = _encrypt(box, plain)
    assert _decrypt(box, sealed) == plain
    position = flip[0] % len(sealed)
    broken = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
    try:
        _decrypt(box, broken)
    except InvalidTag:
        return
    raise AssertionError("a changed byte was not noticed")


@given(st.text("-– ·.\t\u3000", max_size=3), st.booleans(), st.booleans())
def test_a_code_is_the_same_however_it_is_typed(between, lower, wide):
    code = new_code()
    typed = between.join(code.split("-"))
    typed = typed.lower() if lower else typed
    typed = "".join(chr(ord(c) + 0xFEE0) if wide and c.isalnum() and c.isascii() else c for c in typed)
    assert code_hash(typed) == code_hash(code)
    assert is_code(code)


@given(ANY_TEXT)
def test_a_stored_line_is_one_visible_line_and_stays_so(raw):
    line = clean_line(raw)
    assert clean_line(line) == line
    assert not any(unicodedata.category(c)[0] == "C" for c in line)
    assert line == " ".join(line.split())


@given(ANY_TEXT)
def test_a_file_name_is_a_name_only(raw):
    name = clean_name(raw)
    assert 0 < len(name) <= 120
    assert name.isprintable()
    assert not set(name) & set("/\\")
    assert name not in (".", "..")


@given(ANY_TEXT)
def test_any_message_can_be_read_and_stored(raw):
    line = clean(raw)
    line.encode("utf-8")
    assert clean(line) == line
    assert "\x00" not in line
    for word in words(line):
        assert 0 <= word.start < len(line)


@given(st.text(max_size=30))
def test_a_telephone_number_has_one_spelling(raw):
    from core.errors import BadInput

    try:
        number = check_phone(raw)
    except BadInput:
        return
    assert check_phone(number) == number
    assert number.removeprefix("+").isascii()


def calendars():
    """A calendar with some holidays on weekdays and some weekends worked, in some years."""
    return st.builds(
        lambda off, on: Calendar(
            {
                year: Year(
                    frozenset(d for d in off if d.year == year),
                    frozenset(d for d in on if d.year == year and d not in off),
                )
                for year in range(2020, 2030)
            }
        ),
        st.sets(st.dates(date(2020, 1, 1), date(2029, 12, 31)), max_size=30),
        st.sets(st.dates(date(2020, 1, 1), date(2029, 12, 31)), max_size=30),
    )


@settings(max_examples=60)
@given(calendars(), st.dates(date(2020, 1, 1), date(2028, 12, 31)), st.integers(0, 60), st.booleans())
def test_working_days_add_up(calendar, start, amount, counting_first):
    due = calendar.deadline(start, Period(amount, Unit.WORK_DAY, count_first_day=counting_first)).day
    first = start if counting_first else start + timedelta(days=1)
    assert calendar.workdays_between(first, due) >= amount
    assert due == start or calendar.workdays_between(first, due - timedelta(days=1)) < amount


@given(calendars(), DAYS, st.integers(0, 500), st.sampled_from(list(Unit)))
def test_a_longer_period_never_ends_earlier_and_rolling_never_brings_forward(calendar, start, amount, unit):
    amount = amount % 25 if unit is Unit.YEAR else amount % 120
    shorter, longer = (calendar.deadline(start, Period(n, unit)).day for n in (amount, amount + 1))
    rolled = calendar.deadline(start, Period(amount, unit, roll=Roll.NEXT_WORK_DAY)).day
    assert start <= shorter <= longer
    assert shorter <= rolled
    assert calendar.is_workday(rolled)


@given(DAYS, st.integers(0, 240))
def test_months_keep_their_day_or_end_on_their_last(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(DAYS, st.one_of(st.none(), st.integers(0, 900)), st.integers(-900, 1800))
def test_a_role_is_held_on_the_days_of_its_term_only(starts, length, offset):
    ends = None if length is None else starts + timedelta(days=length)
    day = starts + timedelta(days=offset)
    held = bool(roles_on([("staff", starts, ends)], day))
    assert held == (starts <= day and (ends is None or day <= ends))


@given(DAYS, st.integers(-100, 100))
def test_notices_of_a_term_come_in_order(ends, offset):
    stages = [term_stage(ends, ends + timedelta(days=n)) for n in range(offset - 1, offset + 1)]
    order = [None, 30, 7, 0]
    known = [order.index(stage) for stage in stages if stage is not None]
    assert known == sorted(known)


@given(st.text(min_size=4, max_size=20), st.text(max_size=40), st.text(max_size=40))
def test_a_secret_never_stands_in_a_line_of_the_log(secret, before, after):
    assume(secret not in before + after)
    assume(secret not in before + "***" + after)
    record = logging.LogRecord("x", logging.WARNING, "", 0, before + secret + after, None, None)
    line = Redacted([secret]).format(record)
    assert secret not in json.loads(line)["message"]
    assert line.isascii()
    assert "\n" not in line
    assert secret not in redact(before + secret + after, [secret])
