"""Reminders go out once: each hour, after downtime, from two timers at once, under a clock that jumps."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.db import open_session
from core.outbox import OutboxContent, OutboxMessage
from tests.houses import deliver, link
from tests.reminders.offices import ENDS, at, days, ledger, office_with, queued, run, states, switch_on


def test_nothing_goes_out_before_two_people_have_switched_it_on(house):
    office_with(house, ENDS)
    for day in days("2026-10-08", "2026-11-20"):
        at(house, day)
        run(house)
    assert ledger(house) == []
    assert queued(house) == []


def test_each_point_of_a_qualification_is_told_once_however_often_the_timer_runs(house):
    office = office_with(house, ENDS)
    switch_on(office, "R1")
    deliver(house)
    told = []
    for day in days("2026-10-08", "2026-11-20"):
        for hour in (8, 9, 12, 17, 22):
            at(house, day, hour)
            run(house)
        house.clock.forward(hours=1)
        told += [(day.isoformat(), chat) for chat, out in deliver(house) if "有效期至 2026-11-20" in out.text]
    assert told == [("2026-10-21", "联络1"), ("2026-11-13", "联络1")]
    assert states(house) == {"2026-11-20:-30": "sent", "2026-11-20:-7": "sent"}


def test_what_was_late_already_when_the_rule_was_switched_on_is_not_sent_afterwards(house):
    office = office_with(house, "2026-10-15", "2026-11-06")
    switch_on(office, "R1")
    run(house)
    assert [row[2:] for row in ledger(house)] == [("2026-10-15:-7", ledger(house)[0][3], "sent")]


def test_a_new_date_begins_anew(house):
    office = office_with(house, ENDS)
    switch_on(office, "R1")
    at(house, "2026-10-21")
    run(house)
    office.clerk.do("qualification set M-1 资质1 2027-11-20")
    at(house, "2026-11-13")
    run(house)
    assert states(house) == {"2026-11-20:-30": "sent"}
    at(house, "2027-09-21")
    run(house)
    assert states(house)["2027-11-20:-60"] == "sent"


def test_after_three_days_down_each_subject_hears_once(house):
    """Four points fall into the downtime: the newest goes out, the others are left out and say so."""
    office = office_with(house, "2026-10-20")
    office.clerk.do("reminder edit R1 points=前11,前8,前7,前6,前5")
    switch_on(office, "R1")
    at(house, "2026-10-09")
    run(house)
    assert states(house) == {"2026-10-20:-11": "sent"}
    at(house, "2026-10-15", 9)
    run(house)
    run(house)
    assert states(house) == {
        "2026-10-20:-11": "sent",
        "2026-10-20:-8": "coalesced",
        "2026-10-20:-7": "coalesced",
        "2026-10-20:-6": "coalesced",
        "2026-10-20:-5": "sent",
    }
    assert len(queued(house)) == 2


@pytest.mark.parametrize(("back_on", "state"), [("2026-10-28", "sent"), ("2026-10-29", "missed")])
def test_catching_up_ends_after_seven_days(house, back_on, state):
    office = office_with(house, ENDS)
    switch_on(office, "R1")
    at(house, back_on)
    run(house)
    assert states(house) == {"2026-11-20:-30": state}
    assert len(queued(house)) == (state == "sent")


def test_two_timers_at_once_tell_everybody_once(house):
    office = office_with(house, ENDS, ENDS, ENDS)
    switch_on(office, "R1")
    at(house, "2026-10-21")
    threads = [threading.Thread(target=run, args=(house,)) for _timer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row[4] for row in ledger(house)] == ["sent"] * 3
    assert len(queued(house)) == 3


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1), timedelta(days=366)])
def test_a_clock_that_jumps_forth_and_back_tells_nobody_twice(house, jump):
    office = office_with(house, ENDS)
    switch_on(office, "R1")
    now = at(house, "2026-10-21")
    run(house)
    for moment in (now + jump, now, now - jump, now):
        house.clock.now = moment
        run(house)
    assert states(house)["2026-11-20:-30"] == "sent"
    texts = [text for _due, text, _buttons in queued(house)]
    assert len(texts) == len(set(texts))


def test_what_falls_on_a_day_off_goes_out_on_the_last_working_day_before(house):
    """2027-01-01 is a Friday off; 2026-10-10 is a Saturday that is worked."""
    office = office_with(house, "2026-10-18")
    office.clerk.do("reminder edit R1 points=前7")
    switch_on(office, "R1")
    at(house, "2026-10-09")
    run(house)
    assert ledger(house) == []
    at(house, "2026-10-10")
    run(house)
    assert states(house) == {"2026-10-18:-7": "sent"}


def test_on_a_day_off_only_rules_that_keep_their_day_send(house):
    office = office_with(house, "2026-10-24")
    office.clerk.do("reminder edit R1 points=前7")
    switch_on(office, "R1")
    at(house, "2026-10-17")
    run(house)
    assert ledger(house) == []
    at(house, "2026-10-19")
    run(house)
    assert states(house) == {"2026-10-24:-7": "sent"}


@pytest.mark.parametrize(("hour", "minute", "sends"), [(8, 59, False), (9, 0, True), (17, 5, True), (17, 6, False)])
def test_reminders_are_claimed_in_working_hours_only(sqlite_house, hour, minute, sends):
    office = office_with(sqlite_house, ENDS)
    switch_on(office, "R1")
    at(sqlite_house, "2026-10-21", hour, minute)
    run(sqlite_house)
    assert bool(ledger(sqlite_house)) is sends


def test_a_contact_who_came_later_is_told_too_and_nobody_else_again(house):
    office = office_with(house, ENDS)
    switch_on(office, "R1")
    at(house, "2026-10-21")
    run(house)
    office.clerk.do("contact add M-1 新联络 13900000009")
    link(house, "新联络")
    at(house, "2026-10-22")
    run(house)
    assert [row[4] for row in ledger(house)] == ["sent", "sent"]
    assert len({row[3] for row in ledger(house)}) == 2
    assert len(queued(house)) == 2


def test_somebody_who_cannot_be_reached_is_kept_in_the_count(house):
    office = office_with(house, ENDS)
    office.clerk.do("contact end M-1 联络1")
    office.clerk.do("contact add M-1 无微信 13900000008")
    switch_on(office, "R1")
    at(house, "2026-10-21")
    assert run(house) == "1 reminders"
    with open_session(house.engine, 1) as session:
        query = select(OutboxMessage.state).join(OutboxContent, OutboxContent.id == OutboxMessage.content_id)
        assert session.scalars(query.where(OutboxContent.subject == "reminder:1")).all() == ["unreachable"]


def test_an_audience_gets_one_list_and_not_a_message_for_each_subject(house):
    office = office_with(house, *["2026-10-05"] * 40)
    switch_on(office, "R2")
    run(house)
    found = queued(house, 2)
    assert len(found) == 1
    assert "共 40 项" in found[0][1]
    assert "另有 10 项" in found[0][1]
    assert len(ledger(house)) == 40


def test_a_rule_that_fails_is_named_and_the_others_still_send(sqlite_house, monkeypatch):
    from reminders import kinds

    office = office_with(sqlite_house, ENDS)
    for rule in ("R1", "R6"):
        switch_on(office, rule)

    def breaks(tx):
        raise RuntimeError("defect")

    broken = kinds.Kind("meeting", "会议", "meeting", breaks)
    monkeypatch.setitem(kinds.KINDS, "meeting", broken)
    at(sqlite_house, "2026-10-21")
    assert run(sqlite_house) == "1 reminders, failed: R6"
    assert len(queued(sqlite_house)) == 1


def test_ten_thousand_due_subjects_take_a_bounded_number_of_statements(sqlite_house):
    """The same number of statements for 3 subjects and for 300, but for the thousands of contents."""
    from sqlalchemy import event

    counts = []
    office = office_with(sqlite_house, *["2026-11-20"] * 3)
    switch_on(office, "R1")
    statements = []
    event.listen(sqlite_house.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    at(sqlite_house, "2026-10-21")
    run(sqlite_house)
    counts.append(len(statements))
    for index in range(300):
        office.clerk.do(f"qualification set M-2 多{index} 2026-11-21")
    statements.clear()
    at(sqlite_house, "2026-10-22")
    run(sqlite_house)
    counts.append(len(statements))
    with open_session(sqlite_house.engine, 1) as session:
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) > 300
    assert abs(counts[1] - counts[0]) <= 2, counts
