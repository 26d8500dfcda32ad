"""Every kind of subject: what is open and dated is due for the people concerned, what is done falls out."""

from datetime import date

import pytest

from announcements.models import Announcement, Objection
from core.access import Permission
from core.approvals import Approval
from core.calendar import Period, Unit
from core.db import open_session
from core.deadlines import set_deadline
from delegated_tasks.models import Mandate
from exports.models import ExportFile
from meetings.models import Meeting
from membership.models import Unit as Member
from people import queries as people
from reminders import dues
from reminders.kinds import KINDS
from reminders.rules.schedule import Schedule
from reminders.rules.shipped import Rule
from surveys.models import Survey
from tests.houses import found, system
from tests.reminders.offices import at, office_with

NEIGHBOUR = "51360000500012341U"
OWN_EMPTY = {"deadline", "month-export"}


def due(house, kind, *, audience=None):
    """(reference, title, due_on, person) of what is open of a kind, for the people concerned or for an audience."""
    rule = Rule(900, kind, {}, Schedule((0,)), {}, own=audience is None, audience=audience)
    with system(house, 1, Permission.DELIVER) as tx:
        rows = tx.session.execute(dues.people(tx, rule)).all()
        one = KINDS[kind]
        return sorted((one.reference(r.owner), one.title(r.title), str(r.due_on), r.name) for r in rows)


STAFF = {"role": ["staff"]}


def test_qualifications_of_present_members_for_their_contacts(house):
    office = office_with(house, "2026-11-20")
    office.clerk.do("qualification set M-2 无期限")
    office.clerk.do("qualification set M-2 乙 2027-01-01")
    office.clerk.do("contact add M-1 第二人")
    assert due(house, "qualification") == [
        ("M-0001", "青禾检测有限公司 · 资质1", "2026-11-20", "第二人"),
        ("M-0001", "青禾检测有限公司 · 资质1", "2026-11-20", "联络1"),
        ("M-0002", "云岭安全评价有限公司 · 乙", "2027-01-01", "联络2"),
    ]
    office.clerk.do("member status M-1 withdrawn 退会", fields={"_confirm": "yes"})
    office.clerk.do("qualification remove M-2 乙", fields={"_confirm": "yes"})
    assert due(house, "qualification") == []


def test_terms_of_office_until_they_are_prolonged(house):
    office = office_with(house)
    office.secretary.do("role grant 联络1 evaluator until=2026-12-31")
    for waiting in office.deputy.do("approval list").data:
        office.deputy.do(f"approval approve {waiting[0]}")
    with open_session(house.engine, 1) as session:
        number = people.person_named(session, "联络1").id
    assert due(house, "role") == [(str(number), "联络1 · 评审员", "2026-12-31", "联络1")]


def test_published_notices_until_each_person_has_confirmed(house):
    office = office_with(house)
    at(house, "2026-10-08", 23, 30)
    office.clerk.do("announce draft 通知 缴费标准 全体 正文")
    number = office.clerk.do("announce submit A-1").data["approval"]
    assert due(house, "announcement") == []
    office.deputy.do(f"approval approve P-{number}")
    row = ("A-0001", "缴费标准", "2026-10-08")
    assert due(house, "announcement") == [(*row, "联络1"), (*row, "联络2")]
    office.contacts[0].do("announce ack A-1")
    assert due(house, "announcement") == [(*row, "联络2")]


def test_approvals_while_they_wait(house):
    office = office_with(house)
    number = office.clerk.do("reminder enable R1").data["approval"]
    [row] = due(house, "approval")
    assert (row[0], row[2], row[3]) == (f"P-{number:04d}", "2026-10-15", "钱办")
    office.deputy.do(f"approval approve P-{number}")
    assert due(house, "approval") == []


def test_entrustments_for_an_audience_until_they_are_ended(house):
    office = office_with(house)
    office.secretary.do("mandate add 江南省应急管理厅 省级 江应急函〔2026〕12号 2026-01-01 2026-12-31 组织安全培训")
    assert due(house, "mandate", audience=STAFF) == [
        ("W-0001", "江南省应急管理厅 江应急函〔2026〕12号", "2026-12-31", "钱办")
    ]
    office.secretary.do("mandate end W-1 2026-10-08 收回", fields={"_confirm": "yes"})
    assert due(house, "mandate", audience=STAFF) == []


def test_deadlines_until_they_are_met(house):
    office_with(house)
    with system(house, 1, Permission.DELIVER) as tx:
        kept = set_deadline(tx, "task:WT-2026-001", "report", tx.today, Period(3, Unit.WORK_DAY))
    row = ("WT-2026-001", "task:WT-2026-001 · report", "2026-10-12", "钱办")
    assert due(house, "deadline", audience=STAFF) == [row]
    with system(house, 1, Permission.DELIVER) as tx:
        tx.session.merge(kept).met_at = tx.now
    assert due(house, "deadline", audience=STAFF) == []


def test_months_without_a_workbook_since_the_association_is_here(house):
    office = office_with(house)
    assert [row[1:3] for row in due(house, "month-export", audience=STAFF)] == [("2026-10", "2026-11-10")]
    at(house, "2026-12-02")
    months = [row[1] for row in due(house, "month-export", audience=STAFF)]
    assert months == ["2026-10", "2026-11", "2026-12"]
    office.secretary.do("export month 2026-10")
    with open_session(house.engine, 1) as session:
        assert session.query(ExportFile).count() == 1
    assert [row[1] for row in due(house, "month-export", audience=STAFF)] == ["2026-11", "2026-12"]


def test_what_another_association_has_is_not_seen_by_any_kind(house):
    office = office_with(house, "2026-11-20")
    office.clerk.do("announce draft 通知 缴费标准 全体 正文")
    office.clerk.do("announce submit A-1")
    found(house, name="邻省协会", code=NEIGHBOUR, admin="邻秘")
    with system(house, 2, Permission.DELIVER) as tx:
        for kind in KINDS:
            rule = Rule(900, kind, {}, Schedule((0,)), {}, own=False, audience={"role": ["secretary_general"]})
            rows = tx.session.execute(dues.people(tx, rule)).all()
            assert {row.name for row in rows} <= {"邻秘"}
            assert not {"member:1", "announcement:1", "approval:3"} & {row.owner for row in rows}
    assert len(KINDS) >= 8


def test_the_kinds_that_have_nobody_of_their_own_are_told_to_audiences(house):
    office_with(house)
    for kind in OWN_EMPTY:
        assert due(house, kind) == []


def test_objections_in_time_until_they_are_ruled_on(house):
    """Rows as they are: how they come about is shown where announcements are."""
    office_with(house)
    common = {"version": 1, "person_id": 1, "unit": "甲", "sealed": b"", "channel": "test"}
    with open_session(house.engine, 1) as session:
        now = house.clock()
        notice = Announcement(
            number=9,
            kind="public_notice",
            state="published",
            title="公示甲",
            body="",
            audience={},
            author_id=3,
            made_at=now,
        )
        session.add(notice)
        session.flush()
        for number, state, day in ((1, "open", 14), (2, "late", 14), (3, "upheld", 14)):
            session.add(
                Objection(
                    number=number,
                    announcement_id=notice.id,
                    state=state,
                    due_on=date(2026, 10, day),
                    received_at=now,
                    **common,
                )
            )
    assert due(house, "objection") == [("O-0001", "公示甲", "2026-10-14", "钱办")]
    assert due(house, "objection", audience=STAFF) == [("O-0001", "公示甲", "2026-10-14", "钱办")]


@pytest.mark.parametrize(
    ("kind", "thing"),
    [("meeting", Meeting(number=1)), ("survey", Survey(number=1)), ("approval", Approval(number=1)), ("mandate", Mandate(number=1)),
     ("objection", Objection(number=1)), ("qualification", Member(number=1))],
)  # fmt: skip
def test_a_reminder_calls_things_by_the_reference_that_people_know(kind, thing):
    assert KINDS[kind].reference("any:1") == thing.reference
