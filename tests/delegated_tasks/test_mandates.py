"""The register of entrustments: entered once, ended early, read by the screening of outgoing texts."""

from datetime import date

import pytest
from sqlalchemy import func, select

from bot.screener import known, screened
from core.audit import AuditEntry
from core.db import open_session
from core.errors import BadInput
from delegated_tasks import queries, rules
from delegated_tasks.models import Mandate
from delegated_tasks.rules import Level
from tests.houses import furnish

LINE = "mandate add 江南省应急管理厅 省级 江应急函〔2026〕12号 2026-01-01 2026-12-31 组织安全培训、起草团体标准"


@pytest.mark.parametrize(
    ("words", "level"), [("省级", Level.PROVINCIAL), ("省", Level.PROVINCIAL), ("Central", Level.CENTRAL)]
)
def test_levels_by_either_name(words, level):
    assert rules.level_named(words) is level


@pytest.mark.parametrize(
    ("check", "words", "code"),
    [
        (rules.check_principal, "局里", "principal_form"),
        (rules.check_principal, "市局", "principal_form"),
        (rules.check_document, "口头委托", "mandate_document_form"),
        (rules.check_document, "", "mandate_document_form"),
        (rules.check_acts, " 、，", "acts_form"),
        (rules.level_named, "国家级", "level_unknown"),
    ],
)
def test_what_names_no_mandate_is_refused(check, words, code):
    with pytest.raises(BadInput) as refused:
        check(words)
    assert refused.value.code == code


def test_acts_are_split_at_any_separator_and_kept_once():
    assert rules.check_acts("组织培训、起草标准，组织培训; 评审") == ["组织培训", "起草标准", "评审"]


def test_entered_listed_and_ended(house):
    office = furnish(house)
    assert "W-0001" in office.clerk.do(LINE).text
    assert office.clerk.do("mandate list").data[0][:3] == ["W-0001", "江南省应急管理厅", "江应急函〔2026〕12号"]
    ended = office.clerk.do("mandate end W-1 2026-10-08 委托方来函收回")
    assert ended.error is None
    assert "委托方来函收回" in office.clerk.do("委托 查看 W-0001").text
    assert office.clerk.do("mandate end W-1 2026-10-08 再次").error == "mandate_ended"
    with open_session(house.engine, 1) as session:
        actions = set(session.scalars(select(AuditEntry.action).where(AuditEntry.object == "mandate:1")))
    assert actions == {"mandate:entry:add", "mandate:entry:end"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (LINE, "mandate_known"),
        (LINE.replace("12号", "13号").replace("2026-12-31", "2025-12-31"), "term_reversed"),
        (LINE.replace("江南省应急管理厅", "局里").replace("12号", "14号"), "principal_form"),
        ("mandate end W-1 2026-11-30 明年再说", "end_outside_term"),
        ("mandate show W-9", "mandate_unknown"),
        ("mandate show 委托", "mandate_form"),
    ],
)
def test_refusals_change_nothing(sqlite_house, line, code):
    office = furnish(sqlite_house)
    office.clerk.do(LINE)
    with open_session(sqlite_house.engine, 1) as session:
        before = session.scalar(select(func.count()).select_from(AuditEntry))
    assert office.clerk.do(line).error == code
    with open_session(sqlite_house.engine, 1) as session:
        assert session.scalar(select(func.count()).select_from(Mandate)) == 1
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_a_member_s_contact_may_not_keep_the_register(sqlite_house):
    office = furnish(sqlite_house)
    assert office.contacts[0].do(LINE).error == "not_allowed"


def test_a_claim_is_compared_with_the_register_of_the_day(sqlite_house):
    office = furnish(sqlite_house)
    text = "受江南省应急管理厅委托（江应急函〔2026〕12号，有效期至2026年12月31日），我会组织安全培训，不向企业收取任何费用。"
    today = date(2026, 10, 8)
    with open_session(sqlite_house.engine, 1) as session:
        assert [finding.category for finding in screened(text, session, today)] == ["M10"]
    office.clerk.do(LINE)
    with open_session(sqlite_house.engine, 1) as session:
        assert screened(text, session, today) == ()
        assert known(queries.mandates(session)[0]).ends == date(2026, 12, 31)
        assert {finding.category for finding in screened(text, session, date(2027, 1, 5))} == {"M10"}
