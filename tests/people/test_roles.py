"""Roles: a second officer confirms, terms end on their day, the last secretary-general stays, rights are read when used."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from bot import timers
from core import approvals
from core.access import Role
from core.approvals import Approval
from core.audit import AuditEntry
from core.db import open_session
from core.errors import AppError, Conflict, NotAllowed
from core.outbox import OutboxContent, OutboxMessage
from people import queries, usecases
from people.models import Person, RoleGrant
from people.rules import term_stage
from tests.houses import Voice, deliver, found, furnish, link, system, tx_for

from core.access import Permission  # isort: skip


def rows(house, table, *conditions):
    with open_session(house.engine, 1) as session:
        return session.scalar(select(func.count()).select_from(table).where(*conditions))


def grants(house, name):
    with open_session(house.engine, 1) as session:
        query = select(RoleGrant).join(Person, Person.id == RoleGrant.person_id).where(Person.name == name)
        return [(g.role, g.starts_on, g.ends_on, g.revoked_at is None) for g in session.scalars(query)]


def person(tx, name):
    return tx.session.scalars(select(Person).where(Person.name == name)).one()


def request_number(office, line):
    return office.secretary.do(line).data["approval"]


def test_a_grant_waits_for_another_officer_and_then_holds_and_is_told(house):
    office = furnish(house)
    deliver(house)
    before = rows(house, AuditEntry)
    number = request_number(office, "角色 授予 钱办 supervisor 自=2026-10-01 至=2027-09-30")
    assert rows(house, AuditEntry) == before + 1
    assert grants(house, "钱办") == [("staff", date(2026, 10, 8), None, True)]
    [(chat, asked)] = deliver(house)
    assert (chat, "秦书提请您审批" in asked.text, asked.buttons[0][0][0]) == ("卢副", True, "查看")
    assert "钱办" in office.deputy.say(button=asked.buttons[0][0][1]).text
    shown = office.deputy.do(f"审批 查看 P-{number}")
    assert "钱办" in shown.text
    assert shown.data == {"approval": number, "state": "pending"}
    assert office.deputy.do(f"审批 同意 P-{number}").error is None
    assert grants(house, "钱办")[1] == ("supervisor", date(2026, 10, 1), date(2027, 9, 30), True)
    assert rows(house, AuditEntry) == before + 3
    assert [(chat, "监事" in out.text) for chat, out in deliver(house)] == [("钱办", True), ("秦书", True)]


@pytest.mark.parametrize("who", ["requester", "subject"])
def test_neither_the_asker_nor_the_person_may_confirm(house, who):
    office = furnish(house)
    office.secretary.do("person add 季新")
    office.deputy.do(f"approval approve P-{request_number(office, 'role grant 季新 deputy')}")
    link(house, "季新")
    number = request_number(office, "role grant 季新 supervisor")
    voice = office.secretary if who == "requester" else Voice(house, "季新")
    before = rows(house, RoleGrant)
    assert voice.do(f"approval approve P-{number}").error == "second_person"
    assert voice.do(f"approval decline P-{number} 不行").error == "second_person"
    assert f"P-{number:04d}" not in voice.do("approval list").text
    assert rows(house, RoleGrant) == before
    assert office.deputy.do(f"approval approve P-{number}").error is None


def test_a_clerk_gives_nobody_anything(house):
    office = furnish(house)
    before = rows(house, RoleGrant), rows(house, Approval)
    for line in ("role grant 钱办 secretary_general", "role grant 联络1 staff", "role end 卢副 deputy 理由"):
        assert office.clerk.do(line).error == "not_allowed"
    assert (rows(house, RoleGrant), rows(house, Approval)) == before


def test_nobody_changes_their_own_roles(house):
    office = furnish(house)
    assert office.secretary.do("role grant 秦书 deputy").error == "own_role"
    assert office.secretary.do("role end 秦书 secretary_general 不干了").error == "own_role"
    assert office.deputy.do("role end 卢副 deputy 不干了").error == "own_role"
    assert office.deputy.do("person remove 卢副 不干了", fields={"_confirm": "yes"}).error == "own_role"


def test_the_last_secretary_general_stays(house):
    office = furnish(house)
    for line in ("role end 秦书 secretary_general 换届", "person remove 秦书 换届"):
        refused = office.deputy.do(line, fields={"_confirm": "yes"})
        assert refused.error == "last_leader"
    office.secretary.do("person add 季新")
    number = office.secretary.do("role grant 季新 secretary_general").data["approval"]
    office.deputy.do(f"approval approve P-{number}")
    assert office.deputy.do("role end 秦书 secretary_general 换届").error is None
    assert office.secretary.do("member list").error == "not_allowed"
    assert ("secretary_general", date(2026, 10, 8), None, False) in grants(house, "秦书")


def test_the_two_last_secretaries_cannot_remove_each_other_at_once(house):
    """Both at the same moment: one of them has to stay."""
    office = furnish(house)
    office.secretary.do("person add 季新")
    office.deputy.do(f"approval approve P-{request_number(office, 'role grant 季新 secretary_general')}")
    start, errors = threading.Barrier(2), []

    def end(name, other):
        start.wait()
        errors.append(Voice(house, name).do(f"role end {other} secretary_general 换届").error)

    threads = [threading.Thread(target=end, args=pair) for pair in (("秦书", "季新"), ("季新", "秦书"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_session(house.engine, 1) as session:
        assert len(queries.holders_of(session, Role.SECRETARY_GENERAL, date(2026, 10, 8))) == 1, errors


def test_a_role_ends_with_its_term_the_day_after_its_last_day(house):
    office = furnish(house)
    office.secretary.do("person add 季新")
    office.deputy.do(
        f"approval approve P-{request_number(office, 'role grant 季新 staff 自=2026-10-09 至=2026-10-10')}"
    )
    season = Voice(house, "季新")
    allowed = []
    for _day in range(4):
        allowed.append(season.do("member list").error)
        house.clock.forward(days=1)
    assert allowed == ["not_allowed", None, None, "not_allowed"]


def test_a_term_is_of_the_association_s_own_day(sqlite_house):
    """It is 00:30 of the next day in Shanghai while it is still the last day in UTC."""
    office = furnish(sqlite_house)
    office.secretary.do("person add 季新")
    office.deputy.do(f"approval approve P-{request_number(office, 'role grant 季新 staff 至=2026-10-08')}")
    season = Voice(sqlite_house, "季新")
    sqlite_house.clock.forward(hours=13, minutes=59)
    assert season.do("member list").error is None
    sqlite_house.clock.forward(minutes=1)
    assert season.do("member list").error == "not_allowed"


def test_a_reversed_term_is_refused(house):
    office = furnish(house)
    before = rows(house, Approval)
    assert office.secretary.do("role grant 钱办 supervisor 自=2026-10-09 至=2026-10-08").error == "term_reversed"
    assert office.secretary.do("role grant 钱办 staff").error == "role_held"
    assert rows(house, Approval) == before


def test_ending_a_role_ends_terms_to_come_too(house):
    office = furnish(house)
    with tx_for(house, "秦书") as tx:
        for starts in (date(2026, 10, 8), date(2027, 1, 1)):
            tx.session.add(RoleGrant(person_id=person(tx, "钱办").id, role=Role.STAFF, starts_on=starts))
    assert office.secretary.do("role end 钱办 staff 调离").error is None
    assert [alive for *_rest, alive in grants(house, "钱办")] == [False, False, False]
    house.clock.forward(days=100)
    assert office.clerk.do("member list").error == "not_allowed"
    assert office.secretary.do("role end 钱办 staff 再次").error == "role_not_held"


def test_the_reason_for_ending_a_role_is_sealed(house):
    office = furnish(house)
    office.secretary.do("role end 钱办 staff 因病离岗")
    with open_session(house.engine, 1) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person:role:end")).one()
        assert "因病" not in entry.data
        assert "因病" in house.keys.open(session, entry.person_id, entry.sealed).decode()


def test_holders_and_officers_are_told_before_and_after_a_term_ends_once_each(house):
    office = furnish(house)
    ends = date(2026, 12, 1)
    with tx_for(house, "秦书") as tx:
        grant = tx.session.scalars(
            select(RoleGrant).where(RoleGrant.person_id == person(tx, "钱办").id, RoleGrant.role == Role.STAFF)
        ).one()
        grant.ends_on = ends
    deliver(house)
    told = {}
    while (today := house.clock().date()) <= ends + timedelta(days=40):
        for _tick in range(2):
            timers.run_due(house)
        for chat, outgoing in deliver(house):
            if "钱办的“工作人员”任期" in outgoing.text:
                told.setdefault(today, []).append(chat)
        house.clock.forward(days=3)
    days = sorted(told)
    assert len(days) == 3
    assert [(ends - day).days > 0 for day in days] == [True, True, False]
    assert all(sorted(chats) == sorted(["秦书", "卢副", "钱办"]) for chats in told.values())
    assert rows(house, AuditEntry, AuditEntry.action == "person:role:lapse") == 1
    assert office.clerk.do("member list").error == "not_allowed"


def test_officers_are_warned_when_nobody_would_lead(sqlite_house):
    furnish(sqlite_house)
    with tx_for(sqlite_house, "卢副") as tx:
        grant = tx.session.scalars(select(RoleGrant).where(RoleGrant.role == Role.SECRETARY_GENERAL)).one()
        grant.ends_on = date(2026, 10, 12)
    deliver(sqlite_house)
    timers.run_due(sqlite_house)
    texts = {chat: outgoing.text for chat, outgoing in deliver(sqlite_house)}
    assert "没有在任的秘书长" in texts["卢副"]


@pytest.mark.parametrize(
    ("left", "stage"), [(31, None), (30, 30), (8, 30), (7, 7), (0, 7), (-1, 0), (-30, 0), (-31, None)]
)
def test_which_notice_of_a_term_is_due(left, stage):
    assert term_stage(date(2026, 10, 8) + timedelta(days=left), date(2026, 10, 8)) == stage


def test_an_operator_appoints_only_when_nobody_leads(house):
    furnish(house)
    with system(house, 1, Permission.GRANT_ROLES) as tx, pytest.raises(Conflict) as present:
        usecases.appoint_first(tx, person=person(tx, "钱办"))
    assert present.value.code == "leader_present"
    with tx_for(house, "秦书") as tx, pytest.raises(NotAllowed):
        usecases.appoint_first(tx, person=person(tx, "钱办"))
    with tx_for(house, "卢副") as tx:
        tx.session.scalars(select(RoleGrant).where(RoleGrant.role == Role.SECRETARY_GENERAL)).one().revoked_at = tx.now
    with system(house, 1, Permission.GRANT_ROLES) as tx:
        usecases.appoint_first(tx, person=person(tx, "钱办"))
    assert ("secretary_general", date(2026, 10, 8), None, True) in grants(house, "钱办")


def test_a_lonely_officer_s_grant_is_told_to_all_who_watch(house):
    found(house)
    secretary = Voice(house, "秦书")
    secretary.do("person add 监一")
    assert secretary.do("role grant 监一 supervisor").data == {"role": "supervisor"}
    link(house, "监一")
    secretary.do("person add 钱办")
    deliver(house)
    assert "没有第二位负责人" in secretary.do("role grant 钱办 staff").text
    assert [(chat, "未经复核" in out.text) for chat, out in deliver(house) if chat == "监一"] == [("监一", True)]
    with open_session(house.engine, 1) as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "person:role:grant").order_by(AuditEntry.seq.desc())
        ).first()
        assert '"unconfirmed":true' in entry.data


def test_what_somebody_asked_for_is_not_approved_after_they_lost_the_right(house):
    office = furnish(house)
    office.secretary.do("person add 季新")
    number = office.deputy.do("role grant 季新 staff").data["approval"]
    office.secretary.do("role end 卢副 deputy 调离")
    office.secretary.do("person add 新副")
    before = rows(house, RoleGrant)
    refused = office.secretary.do(f"approval approve P-{number}")
    assert refused.error == "requester_gone"
    assert rows(house, RoleGrant) == before
    assert office.secretary.do(f"approval decline P-{number} 申请人已调离").error is None


def test_what_a_removed_person_asked_for_is_void(house):
    office = furnish(house)
    office.clerk.do("announce draft 通知 标题 全体 正文")
    number = office.clerk.do("announce submit A-1").data["approval"]
    office.secretary.do("person remove 钱办 离任", fields={"_confirm": "yes"})
    assert office.deputy.do(f"approval approve P-{number}").error == "already_decided"
    assert office.secretary.do("announce preview A-1").data["state"] == "draft"


def test_a_grant_to_somebody_who_has_left_meanwhile_is_refused(house):
    office = furnish(house)
    office.secretary.do("person add 季新")
    number = request_number(office, "role grant 季新 staff")
    office.secretary.do("person remove 季新 离任", fields={"_confirm": "yes"})
    assert office.deputy.do(f"approval approve P-{number}").error == "object_changed"
    assert grants(house, "季新") == []


def test_roles_that_changed_since_make_a_request_stale(house):
    office = furnish(house)
    number = request_number(office, "role grant 钱办 supervisor")
    office.secretary.do("role end 钱办 staff 调岗")
    assert office.deputy.do(f"approval approve P-{number}").error == "object_changed"


def test_a_request_lives_for_seven_days(house):
    office = furnish(house)
    number = request_number(office, "role grant 钱办 supervisor")
    house.clock.now += approvals.VALID_FOR
    assert office.deputy.do(f"approval approve P-{number}").error == "approval_expired"
    assert office.deputy.do("approval list").data == []


def test_declining_says_why_and_changes_nothing(house):
    office = furnish(house)
    number = request_number(office, "role grant 钱办 supervisor")
    assert office.deputy.do(f"审批 退回 P-{number} 再议").error is None
    assert len(grants(house, "钱办")) == 1
    assert office.deputy.do(f"approval approve P-{number}").error == "already_decided"


def race(house, names, number):
    start, outcomes = threading.Barrier(len(names)), []

    def approve(name):
        start.wait()
        outcomes.append(Voice(house, name).do(f"approval approve P-{number}").error)

    threads = [threading.Thread(target=approve, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes, key=str)


def test_of_eight_officers_who_approve_at_once_one_does(house):
    office = furnish(house)
    names = [f"副{number}" for number in range(8)]
    with tx_for(house, "秦书") as tx:
        for name in names:
            added = Person(name=name, added_at=tx.now)
            tx.session.add(added)
            tx.session.flush()
            tx.session.add(RoleGrant(person_id=added.id, role=Role.DEPUTY, starts_on=tx.today))
    number = request_number(office, "role grant 钱办 supervisor")
    assert race(house, names, number) == [None, *["already_decided"] * 7]
    assert rows(house, RoleGrant, RoleGrant.role == Role.SUPERVISOR) == 1
    assert (
        rows(
            house,
            AuditEntry,
            AuditEntry.action == "approval:request:approved",
            AuditEntry.object == f"approval:{number}",
        )
        == 1
    )


def test_eight_threads_that_loaded_the_request_before_approve_once(house):
    """The request is read before its lock is waited for: what the other one left has to be seen all the same."""
    office = furnish(house)
    number = request_number(office, "role grant 钱办 supervisor")
    start, outcomes = threading.Barrier(4), []

    def approve():
        try:
            with tx_for(house, "卢副") as tx:
                approvals.approval_by_number(tx.session, number)
                if house.engine.dialect.name == "postgresql":
                    start.wait()
                approvals.approve(tx, number=number)
            outcomes.append(None)
        except AppError as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=approve) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [None, *["already_decided"] * 3]
    with open_session(house.engine, 1) as session:
        notices = select(func.count(OutboxMessage.id)).join(OutboxContent, OutboxContent.id == OutboxMessage.content_id)
        assert session.scalar(notices.where(OutboxContent.key.like("role:%:granted"))) >= 1
    assert rows(house, RoleGrant, RoleGrant.role == Role.SUPERVISOR) == 1
