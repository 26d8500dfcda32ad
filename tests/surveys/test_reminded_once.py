"""Who was told of a survey by a reminder rule this morning is not told again by the survey itself."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from core.access import Permission
from core.db import open_session
from core.outbox import OutboxContent
from reminders.models import ReminderSent
from surveys.usecases.running import tend
from tests.houses import system
from tests.surveys.town import opened

MORNING = datetime(2026, 10, 16, 2, 0, tzinfo=UTC)
"""The working day before the third day before the survey closes."""


def tended(house):
    with system(house, 1, Permission.MANAGE_SURVEYS) as tx:
        tend(tx)
    with open_session(house.engine, 1) as session:
        own = select(func.count()).select_from(OutboxContent).where(OutboxContent.subject == "survey:1:reminder")
        return session.scalar(own)


@pytest.mark.parametrize(("rule", "reminders"), [(None, 1), (5, 0), (7, 1)])
def test_the_survey_s_own_reminder_gives_way_to_a_rule_that_told_them_today(sqlite_house, rule, reminders):
    """Rule 7 tells leaders only: then those who have not answered are still reminded."""
    opened(sqlite_house)
    sqlite_house.clock.now = MORNING
    if rule is not None:
        with open_session(sqlite_house.engine, 1) as session:
            row = {"subject": "survey:1", "owner": "survey:1", "occurrence": "2026-10-20:-4", "person_id": 1}
            day = MORNING.date()
            session.add(ReminderSent(rule=rule, due_on=day, state="sent", token="t", at=MORNING, **row))
    assert tended(sqlite_house) == reminders
