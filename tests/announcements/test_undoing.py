"""What is under way can be taken back as long as nobody outside has seen it."""

import pytest
from sqlalchemy import select

from announcements.models import Announcement
from core.approvals import Approval
from core.db import open_session
from tests.houses import deliver, furnish


@pytest.fixture
def office(sqlite_house):
    made = furnish(sqlite_house)
    made.clerk.do("announce draft 通知 标题 全体 正文")
    return made


def state(office):
    with open_session(office.house.engine, 1) as session:
        return session.scalars(select(Announcement.state)).one()


def test_a_request_for_approval_is_taken_back_and_nobody_can_approve_it_any_more(office):
    asked = office.clerk.do("announce submit A-1").data["approval"]
    refused = office.clerk.do("announce edit A-1 新的正文")
    assert refused.error == "awaiting_approval"
    assert "公告 撤销" in refused.text
    assert office.clerk.do("公告 撤销 A-1").data == {"stopped": 0, "state": "draft"}
    assert office.deputy.do(f"approval approve {asked}").error == "already_decided"
    assert office.clerk.do("announce edit A-1 新的正文").error is None
    assert office.clerk.do("announce submit A-1").error is None


def test_an_hour_that_has_not_come_is_taken_back(office):
    office.clerk.do("announce schedule A-1 2026-10-20 09:00")
    asked = office.clerk.do("announce submit A-1").data["approval"]
    office.deputy.do(f"approval approve {asked}")
    assert state(office) == "scheduled"
    assert office.clerk.do("announce undo A-1").data["state"] == "draft"


def test_a_further_version_is_only_asked_for_no_more(office):
    asked = office.clerk.do("announce submit A-1").data["approval"]
    office.deputy.do(f"approval approve {asked}")
    before = len(deliver(office.house))
    assert before
    office.clerk.do("announce edit A-1 第二版正文")
    again = office.clerk.do("announce submit A-1").data["approval"]
    assert office.clerk.do("announce undo A-1").data == {"stopped": 0, "state": "published"}
    with open_session(office.house.engine, 1) as session:
        assert session.scalars(select(Approval.state).where(Approval.number == again)).one() == "withdrawn"
    assert office.clerk.do("announce undo A-1").error == "already_sent"


def test_a_member_takes_nothing_back_and_a_draft_needs_no_undo(office):
    assert office.contacts[0].do("announce undo A-1").error == "not_allowed"
    assert office.clerk.do("announce undo A-1").error == "not_published"
    assert state(office) == "draft"
