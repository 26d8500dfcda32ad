"""The pure part: days, windows, moments, wording, calendar files."""

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import Unit, published
from core.errors import BadInput
from reminders.rules import ical, moments, schedule, wording
from reminders.rules.ical import Event, calendar_file
from reminders.rules.schedule import Schedule, State, read_points, windows
from reminders.rules.shipped import DATA, OWN_FROM, shipped

CALENDAR = published()
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


def d(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("anchor", "point", "unit", "keeps", "day"),
    [
        ("2026-11-20", -30, "calendar_day", False, "2026-10-21"),
        ("2026-10-18", -7, "calendar_day", False, "2026-10-10"),  # Sunday → the Saturday that is worked
        ("2026-10-14", -7, "calendar_day", False, "2026-09-30"),  # National Day → before it
        ("2026-10-14", -7, "calendar_day", True, "2026-10-07"),
        ("2026-10-05", 0, "calendar_day", False, "2026-09-30"),
        ("2026-10-05", 0, "calendar_day", True, "2026-10-05"),
        ("2026-10-09", 1, "calendar_day", False, "2026-10-10"),
        ("2026-10-16", 1, "calendar_day", False, "2026-10-19"),  # overdue: never before the date itself
        ("2026-10-13", -5, "work_day", False, "2026-09-30"),
        ("2026-09-30", 5, "work_day", False, "2026-10-13"),
        ("2026-03-31", -31, "calendar_day", False, "2026-02-28"),  # a Saturday that is worked
    ],
)
def test_the_day_of_a_point(anchor, point, unit, keeps, day):
    plan = Schedule((point,), Unit(unit), keeps_day=keeps)
    assert plan.day(CALENDAR, d(anchor), point) == d(day)


DATES = st.dates(d("2025-06-01"), d("2027-12-01"))
POINTS = st.integers(-60, 60)


@given(DATES, POINTS, st.sampled_from([Unit.CALENDAR_DAY, Unit.WORK_DAY]), st.booleans())
def test_a_later_date_is_never_due_earlier_and_the_search_finds_the_last_one(anchor, point, unit, keeps):
    plan = Schedule((point,), unit, keeps_day=keeps)
    day = plan.day(CALENDAR, anchor, point)
    assert day <= plan.day(CALENDAR, anchor + DAY, point)
    last = plan.latest(CALENDAR, point, day)
    assert plan.day(CALENDAR, last, point) <= day < plan.day(CALENDAR, last + DAY, point)


@given(DATES, DATES, st.lists(POINTS, min_size=1, max_size=5, unique=True), st.integers(0, 90))
def test_each_date_has_at_most_one_reminder_to_send_and_each_point_one_outcome(anchor, today, points, before):
    plan = Schedule(tuple(sorted(points)))
    hit = [w for w in windows(plan, CALENDAR, today, today - before * DAY) if w.after < anchor <= w.to]
    assert sum(w.state is State.SENT for w in hit) <= 1
    assert len({w.point for w in hit}) == len(hit)
    for window in hit:
        day = plan.day(CALENDAR, anchor, window.point)
        assert today - before * DAY <= day <= today
        late = (today - day).days > schedule.CATCH_UP_DAYS
        assert late == (window.state is State.MISSED)
        if window.state is State.SENT:
            later = [p for p in plan.all_points if p > window.point]
            assert all(plan.day(CALENDAR, anchor, p) > today for p in later)


@pytest.mark.parametrize(
    ("points", "every", "until", "found"),
    [
        ((3,), 3, 9, (3, 6, 9)),
        ((-7, -1), 2, 4, (-7, -1, 1, 3)),
        ((-7,), None, None, (-7,)),
        ((5,), 3, 4, (5,)),
    ],
)
def test_repeats(points, every, until, found):
    assert Schedule(points, every=every, until=until).all_points == found


@pytest.mark.parametrize(
    ("words", "points"),
    [
        ("前30,前7,当天,后3", (-30, -7, 0, 3)),
        ("-30，+3", (-30, 3)),
        ("提前７天、逾期3日", (-7, 3)),
        ("before 5", (-5,)),
        ("0", (0,)),
    ],
)
def test_points_as_people_type_them(words, points):
    assert read_points(words) == points


@pytest.mark.parametrize("words", ["", "30", "前", "前0", "前1000", "后-3", "abc", "前3.5", "前" + "9" * 400, "²"])
def test_points_that_say_nothing(words):
    with pytest.raises(BadInput) as refused:
        read_points(words)
    assert refused.value.code == "points_form"


@pytest.mark.parametrize(
    "plan", [Schedule((1,), every=0, until=9), Schedule((1,), every=3), Schedule((1,), every=1, until=300)]
)
def test_schedules_that_cannot_work(plan):
    with pytest.raises(BadInput):
        schedule.check(plan)


@pytest.mark.parametrize("minute", range(0, 8 * 60, 7))
def test_nothing_leaves_within_two_minutes_of_a_full_or_half_hour_or_outside_working_hours(minute):
    now = datetime(2026, 10, 8, 9, 0, tzinfo=SHANGHAI) + timedelta(minutes=minute)
    for seed in range(60):
        moment = moments.jittered(now, SHANGHAI, f"{minute}:{seed}").astimezone(SHANGHAI)
        past = (moment.minute * 60 + moment.second) % 1800
        assert 120 <= past <= 1680, moment
        assert now < moment < now + timedelta(minutes=26)
        if moments.is_open(now, SHANGHAI):
            assert moment.time() <= time(17, 30)


def test_the_same_seed_gives_the_same_moment_and_different_ones_are_spread():
    now = datetime(2026, 10, 8, 9, 7, tzinfo=SHANGHAI)
    found = {moments.jittered(now, SHANGHAI, str(seed)) for seed in range(50)}
    assert len(found) > 40
    assert moments.jittered(now, SHANGHAI, "7") == moments.jittered(now, SHANGHAI, "7")


def test_the_shipped_rules_are_complete_off_and_say_something_in_both_languages():
    numbers = [entry["number"] for entry in tomllib.loads(DATA.read_text(encoding="utf-8"))["rule"]]
    assert numbers == sorted(set(numbers)), "a number is given once, in order"
    assert 0 < min(numbers) < max(numbers) < OWN_FROM
    for rule in shipped().values():
        assert rule.since is None
        assert set(rule.texts) == set(rule.names) == {"zh_CN", "en"}
        schedule.check(rule.schedule)
        for text in rule.texts.values():
            wording.check(text)
            assert wording.filled(
                text, reference="M-0001", title="甲", due=d("2026-11-20"), today=d("2026-10-21"), association="会"
            )


@pytest.mark.parametrize(
    "text", ["{name}", "{title.__class__}", "{title!r}", "{due:%Y}", "{", "{}", "{0}", " ", "长" * 1001]
)
def test_templates_with_fields_that_there_are_not_are_refused(text):
    with pytest.raises(BadInput):
        wording.check(text)


def test_braces_in_a_title_are_no_fields():
    said = wording.filled(
        "{title}", reference="", title="{due}{x}", due=d("2026-11-20"), today=d("2026-11-20"), association=""
    )
    assert said == "{due}{x}"


STAMP = datetime(2026, 10, 8, 2, 0, tzinfo=UTC)


def test_a_calendar_file_is_what_the_standard_says():
    text = calendar_file("试验省协会", [Event("a@x", d("2026-12-31"), "资质到期, M-0001; 甲\\乙\n丙")], STAMP)
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert "DTSTAMP:20261008T020000Z\r\n" in text
    assert "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n" in text
    assert "SUMMARY:资质到期\\, M-0001\\; 甲\\\\乙\\n丙\r\n" in text


@given(st.text(max_size=200))
def test_any_text_folds_at_75_octets_and_unfolds_to_itself(text):
    line = "SUMMARY:" + ical.escaped(text)
    pieces = ical.folded(line).split("\r\n")
    assert all(len(piece.encode("utf-8", "surrogatepass")) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
    assert not any(ord(c) < 32 for c in line)
