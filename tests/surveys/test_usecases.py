"""Surveys on both databases: opening, answering, closing, and what is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from core.audit import AuditEntry
from core.db import open_session
from core.errors import AppError
from core.outbox import OutboxMessage
from people.models import Person
from surveys import queries, usecases
from surveys.models import SurveyDraft, SurveyInvitee, SurveyResult, SurveySecret, SurveySheet
from tests.houses import furnish
from tests.surveys.town import HALVES, SHEET, acting, answered, by_code, hand_in, members, nobody, opened, token_of

INVITED = sum(HALVES.values()) + 2  # the two contacts of the furnished office belong to the members too


def count(house, table, *conditions):
    with open_session(house.engine, 1) as session:
        return session.scalar(select(func.count()).select_from(table).where(*conditions))


def refused(house, code, work):
    """The work is refused by this name and leaves nothing behind."""
    before = [count(house, table) for table in (AuditEntry, OutboxMessage, SurveySheet, SurveyResult)]
    filled = count(house, SurveySheet, SurveySheet.sealed.is_not(None))
    with pytest.raises(AppError) as refusal:
        work()
    assert refusal.value.code == code
    assert [count(house, table) for table in (AuditEntry, OutboxMessage, SurveySheet, SurveyResult)] == before
    assert count(house, SurveySheet, SurveySheet.sealed.is_not(None)) == filled


def test_opening_invites_everybody_once_and_lays_out_a_sheet_each(house):
    opened(house)
    assert count(house, SurveyInvitee) == INVITED
    assert count(house, SurveySheet) == INVITED
    assert count(house, SurveySheet, SurveySheet.sealed.is_not(None)) == 0
    assert count(house, SurveySheet, SurveySheet.person_id.is_not(None)) == 0


def test_an_answer_is_received_changed_or_the_same(house):
    opened(house)
    token = token_of(house, "会员1")
    assert by_code(house, token) == "received"
    assert by_code(house, token) == "same"
    assert by_code(house, token, overall=1) == "changed"
    assert count(house, SurveySheet, SurveySheet.sealed.is_not(None)) == 1


def test_many_hands_on_one_code_make_one_answer(house):
    opened(house)
    token = token_of(house, "会员1")
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda n: by_code(house, token, overall=1 + n % 5), range(16)))
    assert max(outcomes) in ("received", "same")
    assert outcomes.count("received") == 1
    assert set(outcomes) <= {"received", "changed", "same"}
    assert count(house, SurveySheet, SurveySheet.sealed.is_not(None)) == 1


def test_chat_and_web_fill_the_same_sheet(house):
    _office, voices = opened(house)
    hand_in(voices[0])
    assert by_code(house, token_of(house, "会员1"), overall=2) == "changed"
    assert count(house, SurveySheet, SurveySheet.sealed.is_not(None)) == 1
    assert count(house, SurveyDraft) == 0


@pytest.mark.parametrize("token", ["A" * 28, "", "ABCD", "'; DROP TABLE--", "Ａ" * 28])
def test_a_foreign_code_opens_nothing(sqlite_house, token):
    opened(sqlite_house)

    def work():
        with nobody(sqlite_house) as (tx, survey):
            usecases.hand_in_by_code(tx, survey=survey, token=token, sheet=SHEET)

    refused(sqlite_house, "code_unknown", work)


def test_a_code_of_another_survey_opens_nothing(sqlite_house):
    office, _voices = opened(sqlite_house)
    office.clerk.do("问卷 新建 另一份 全体 2026-10-20 service_quality")
    approval = office.clerk.do("问卷 发起 S-2").data["approval"]
    office.deputy.do(f"审批 同意 P-{approval}")
    token = token_of(sqlite_house, "会员1")

    def work():
        with nobody(sqlite_house) as (tx, _survey):
            other = queries.survey_by_number(tx.session, 2)
            usecases.hand_in_by_code(tx, survey=other, token=token, sheet=SHEET)

    refused(sqlite_house, "code_unknown", work)


@pytest.mark.parametrize(
    ("zone", "last_moment"),
    [
        ("Asia/Shanghai", datetime(2026, 10, 20, 16, 0, tzinfo=UTC)),
        ("UTC", datetime(2026, 10, 21, 0, 0, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 10, 20, 11, 0, tzinfo=UTC)),
    ],
)
def test_the_last_day_ends_to_the_second_in_the_associations_zone(house, zone, last_moment):
    office = furnish(house)
    with open_session(house.engine) as session:
        from core.associations import Association

        session.scalars(select(Association)).one().zone = zone
    office.clerk.do("问卷 新建 测评 全体 2026-10-20 service_quality")
    office.deputy.do(f"审批 同意 P-{office.clerk.do('问卷 发起 S-1').data['approval']}")
    token = token_of(house, "联络1")
    house.clock.now = last_moment - timedelta(seconds=1)
    assert by_code(house, token) == "received"
    house.clock.now = last_moment
    refused(house, "survey_closed", lambda: by_code(house, token, overall=1))
    assert office.contacts[0].do("问卷 填写 S-1").error == "survey_closed"


def test_an_incomplete_sheet_is_refused_and_named(sqlite_house):
    opened(sqlite_house)
    token = token_of(sqlite_house, "会员1")

    def work():
        with nobody(sqlite_house) as (tx, survey):
            usecases.hand_in_by_code(tx, survey=survey, token=token, sheet={"overall": 5})

    refused(sqlite_house, "answer_missing", work)


def test_whoever_was_not_invited_sees_the_same_as_of_a_survey_that_does_not_exist(sqlite_house):
    office, _voices = opened(sqlite_house)
    assert office.secretary.do("问卷 填写 S-1").error == "survey_unknown"
    assert office.secretary.do("问卷 填写 S-9").error == "survey_unknown"
    assert office.secretary.do("问卷 提交 S-1").error == "survey_unknown"


def test_closing_counts_once_and_destroys_what_leads_to_people(house):
    office, voices = opened(house)
    answered(house, members(1, 11))
    voices[11].do("问卷 填写 S-1 1 4")
    reply = office.clerk.do("问卷 结束 S-1", fields={"_confirm": "yes"})
    assert (reply.data["answered"], reply.data["invited"], reply.data["shown"]) == (11, INVITED, True)
    with open_session(house.engine, 1) as session:
        secret = session.scalars(select(SurveySecret)).one()
        sheets = session.scalars(select(SurveySheet)).all()
        assert secret.link is None
        assert len(sheets) == 11
        assert all(sheet.token_hash is None and sheet.person_id is None for sheet in sheets)
        assert {sheet.group for sheet in sheets} == {"杭州市", "宁波市"}
    assert count(house, SurveyDraft) == 0
    assert count(house, SurveyInvitee, SurveyInvitee.answered) == 0
    assert office.clerk.do("问卷 结束 S-1", fields={"_confirm": "yes"}).error == "survey_not_open"


def test_groups_of_fewer_than_five_answers_are_gone_after_the_close(sqlite_house):
    office, _voices = opened(sqlite_house)
    answered(sqlite_house, members(1, 10))
    office.clerk.do("问卷 结束 S-1", fields={"_confirm": "yes"})
    with open_session(sqlite_house.engine, 1) as session:
        assert {sheet.group for sheet in session.scalars(select(SurveySheet))} == {""}
    assert office.clerk.do("问卷 报告 S-1").data["groups"] == {}


def test_with_fewer_than_five_answers_there_is_no_result_and_no_sheet(sqlite_house):
    office, _voices = opened(sqlite_house)
    answered(sqlite_house, members(1, 4))
    office.clerk.do("问卷 结束 S-1", fields={"_confirm": "yes"})
    assert count(sqlite_house, SurveySheet) == 0
    assert count(sqlite_house, SurveySecret) == 0
    report = office.clerk.do("问卷 报告 S-1")
    assert report.data == {"shown": False, "answered": 4}
    assert report.files == ()


def test_no_result_comes_out_while_answers_come_in(sqlite_house):
    office, voices = opened(sqlite_house)
    answered(sqlite_house, members(1, len(voices)))
    assert office.clerk.do("问卷 报告 S-1").error == "survey_not_closed"
    assert office.clerk.do("问卷 导出 S-1").error == "survey_not_closed"
    assert office.clerk.do("问卷 进度 S-1").data["answered"] == len(voices)


def test_only_the_silent_are_reminded_and_once_a_day(house):
    office, voices = opened(house)
    answered(house, members(1, 5))
    assert office.clerk.do("问卷 催填 S-1").data["reminded"] == INVITED - 5
    assert office.clerk.do("问卷 催填 S-1").error == "reminded_today"
    with open_session(house.engine, 1) as session:
        names = select(Person.name).join(SurveyInvitee, SurveyInvitee.person_id == Person.id)
        done = set(session.scalars(names.where(SurveyInvitee.answered)))
    assert done == {voice.name for voice in voices[:5]}
    assert count(house, SurveySheet) == INVITED
    assert count(house, SurveySheet, SurveySheet.sealed.is_not(None)) == 5
    assert by_code(house, token_of(house, "会员1")) == "same"


def test_an_audience_can_name_the_silent(house):
    office, _voices = opened(house)
    answered(house, members(1, 5))
    office.clerk.do("问卷 催填 S-1")
    drafted = office.clerk.do("公告 起草 通知 请填问卷 未答=S-1 正文")
    assert drafted.data["people"] == INVITED - 5
    assert office.clerk.do("公告 起草 通知 请填问卷 未答=甲 正文").error == "survey_form"


def test_people_without_chat_answer_by_slips_that_bear_no_name(house):
    office, _voices = opened(house, chats=False)
    unreachable = sum(HALVES.values())
    assert office.clerk.do(f"问卷 纸条 S-1 {unreachable + 1}").error == "slips_count"
    reply = office.clerk.do("问卷 纸条 S-1")
    assert reply.data["slips"] == unreachable
    assert office.clerk.do("问卷 纸条 S-1").error == "slips_none"
    assert count(house, SurveySheet) == INVITED + unreachable
    with acting(house, "钱办") as (tx, survey):
        box = queries.box_of(tx.session, house.keys, survey)
        slips = [box.slip(number) for number in range(unreachable)]
    assert [by_code(house, slip) for slip in slips] == ["received"] * unreachable
    assert office.clerk.do("问卷 进度 S-1").data["answered"] == unreachable


def test_once_slips_are_printed_a_newcomer_to_chat_answers_by_slip_too(sqlite_house):
    from tests.houses import link

    office, voices = opened(sqlite_house, chats=False)
    link(sqlite_house, "会员1")
    assert voices[0].do("问卷 填写 S-1").error is None
    office.clerk.do("问卷 纸条 S-1 3")
    assert voices[0].do("问卷 填写 S-1").error == "answer_by_slip"
    assert office.clerk.do("问卷 催填 S-1").data["reminded"] == 2


def test_a_survey_that_names_people_says_so_and_hands_answers_out_only_through_two_officers(house):
    office, _voices = opened(house, line="问卷 新建 登记 全体 2026-10-20 service_quality --记名")
    answered(house, members(1, 6), words="我的意见")
    assert office.clerk.do("问卷 记名答卷 S-1").error == "survey_not_closed"
    office.clerk.do("问卷 结束 S-1", fields={"_confirm": "yes"})
    request = office.clerk.do("问卷 记名答卷 S-1").data["approval"]
    assert office.clerk.do(f"审批 同意 P-{request}").error == "not_allowed"
    assert office.deputy.do(f"审批 同意 P-{request}").error is None
    with open_session(house.engine, 1) as session:
        assert session.scalar(select(func.count(SurveySheet.person_id))) == 6


def test_an_anonymous_survey_never_hands_out_names(sqlite_house):
    office, _voices = opened(sqlite_house)
    answered(sqlite_house, members(1, 6))
    office.clerk.do("问卷 结束 S-1", fields={"_confirm": "yes"})
    assert office.clerk.do("问卷 记名答卷 S-1").error == "survey_anonymous"


def test_timers_close_in_time_and_remind_before(house):
    from bot import timers

    office, _voices = opened(house)
    answered(house, members(1, 6))
    house.clock.now = datetime(2026, 10, 16, 2, 0, tzinfo=UTC)  # a Friday; three days before the end is a Saturday
    timers.run_due(house)
    assert office.clerk.do("问卷 催填 S-1").error == "reminded_today"
    house.clock.now = datetime(2026, 10, 20, 16, 10, tzinfo=UTC)
    timers.run_due(house)
    assert office.clerk.do("问卷 进度 S-1").data["state"] == "closed"
    assert office.clerk.do("问卷 报告 S-1").data["answered"] == 6


def test_sheets_are_destroyed_a_year_after_the_close_and_figures_stay(sqlite_house):
    from bot import timers

    office, _voices = opened(sqlite_house)
    answered(sqlite_house, members(1, 6), words="我的意见")
    office.clerk.do("问卷 结束 S-1", fields={"_confirm": "yes"})
    assert office.clerk.do("问卷 报告 S-1").data["texts"] == [6]
    sqlite_house.clock.forward(days=366)
    timers.run_due(sqlite_house)
    assert count(sqlite_house, SurveySheet) == 0
    report = office.clerk.do("问卷 报告 S-1")
    assert (report.data["answered"], report.data["texts"]) == (6, [])


def test_an_erased_person_leaves_no_sheet_in_a_running_survey(house):
    office, _voices = opened(house)
    answered(house, members(1, 6))
    with acting(house, "秦书") as (tx, survey):
        from people.holdings import HOLDINGS

        person = tx.session.scalars(select(Person).where(Person.name == "会员1")).one()
        HOLDINGS["surveys"].erase(tx, person)
        assert queries.answered(tx.session, survey) == 5
    assert office.clerk.do("问卷 进度 S-1").data["answered"] == 5


def test_what_is_known_about_a_person_names_the_survey_but_no_answer(sqlite_house):
    _office, voices = opened(sqlite_house)
    hand_in(voices[0], words="不要让人知道")
    with acting(sqlite_house, "会员1") as (tx, _survey):
        from people.holdings import HOLDINGS

        person = tx.session.get(Person, tx.actor.person_id)
        facts = HOLDINGS["surveys"].facts(tx, person)
    assert facts == [{"survey": "S-0001", "title": "2026年服务测评", "anonymous": True}]
