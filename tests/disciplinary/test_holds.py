"""The gate: what is held, who lets it go, and that one changed character makes it a new text."""

from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from bot.messages import FileIn
from bot.screener import screened
from core import holds
from core.audit import AuditEntry
from core.db import open_session
from core.errors import Conflict, NotAllowed, RuleViolated
from core.holds import HoldState, ScreenedText
from core.screening import Finding, Severity, Verdict
from disciplinary.rules import holding
from disciplinary.rules.holding import Release
from tests.houses import Voice, deliver, furnish, link, tx_for

GRAVE = "announce draft notice “培训通知” all 各会员单位必须参加本次培训并缴纳培训费1200元，未参加的不予办理年检。"
PLAIN = "announce draft notice “交流会” all 协会定于11月12日举办交流会，会员自愿参加，不收取任何费用。"


@pytest.fixture
def office(house):
    """An office whose texts are screened by the real rules, with a supervisor."""
    made = furnish(replace(house, screener=screened))
    made.secretary.do("person add 严监")
    made.secretary.do("role grant 严监 supervisor")
    for waiting in made.deputy.do("approval list").data:
        made.deputy.do(f"approval approve {waiting[0]}")
    link(made.house, "严监")
    return made


def supervisor(office):
    return Voice(office.house, "严监")


def held(office, line=GRAVE):
    """The clerk drafts a text that screening holds."""
    office.clerk.do(line)
    reply = office.clerk.do("announce submit A-1")
    assert reply.error == "held_by_screening", reply.text
    return reply


@pytest.mark.parametrize(
    ("verdict", "done", "free"),
    [
        (Verdict.BLOCK, [], False),
        (Verdict.BLOCK, [Release(1, as_supervisor=True)], False),
        (Verdict.BLOCK, [Release(1, as_supervisor=False), Release(2, as_supervisor=False)], False),
        (Verdict.BLOCK, [Release(1, as_supervisor=False), Release(2, as_supervisor=True)], True),
        (Verdict.REVIEW, [], False),
        (Verdict.REVIEW, [Release(1, as_supervisor=False)], True),
        (Verdict.HINT, [], True),
        (Verdict.OK, [], True),
    ],
)
def test_who_frees_a_text(verdict, done, free):
    assert holding.is_free(verdict, done) is free
    assert bool(holding.still_needed(verdict, done)) is not free


def test_neither_the_author_nor_anybody_twice():
    with pytest.raises(NotAllowed):
        holding.check_releaser(1, 1, [])
    with pytest.raises(Conflict):
        holding.check_releaser(1, 2, [Release(2, as_supervisor=False)])
    with pytest.raises(RuleViolated):
        holding.check_reason("好")


def test_a_grave_text_goes_only_after_a_supervisor_and_one_more(office):
    held(office)
    assert [message for chat, message in deliver(office.house) if chat == "严监" and "H-0001" in message.text]
    assert office.clerk.do("screen release H-1 我觉得没有问题").error == "not_allowed"
    assert "监事" in office.deputy.do("screen release H-1 经核对属自愿参加").text
    assert office.deputy.do("screen release H-1 经核对属自愿参加").error == "released_by_you"
    assert office.clerk.do("announce submit A-1").error == "held_by_screening"
    assert supervisor(office).do("screen release H-1 同意副秘书长意见").data["state"] == "released"
    assert [message for chat, message in deliver(office.house) if chat == "钱办" and "H-0001" in message.text]
    assert office.clerk.do("announce submit A-1").error is None


def test_one_changed_character_is_a_new_text(office):
    held(office)
    office.deputy.do("screen release H-1 经核对属自愿参加")
    supervisor(office).do("screen release H-1 同意副秘书长意见")
    office.clerk.do("announce edit A-1 正文=各会员单位必须参加本次培训并缴纳培训费1300元，未参加的不予办理年检。")
    assert office.clerk.do("announce submit A-1").error == "held_by_screening"
    assert [row[0] for row in office.deputy.do("screen list").data] == ["H-0002"]


def test_a_reworded_text_leaves_a_record_and_goes_on(office):
    held(office)
    office.clerk.do("announce edit A-1 正文=协会定于11月12日举办交流会，会员自愿参加，不收取任何费用。")
    assert office.clerk.do("announce submit A-1").error is None
    with open_session(office.house.engine, 1) as session:
        states = {entry.number: entry.state for entry in session.scalars(select(ScreenedText))}
    assert states[1] == HoldState.REWORDED
    rules = office.deputy.do("screen stats").data
    assert rules
    assert [row for row in rules if row[2] != row[1]] == []


def test_a_false_alarm_is_marked_without_releasing_anything(office):
    held(office)
    rule = office.deputy.do("screen show H-1").data["findings"][0]["rule"]
    assert office.deputy.do(f"screen mark H-1 {rule} wrong").error is None
    assert office.deputy.do("screen mark H-1 M99-none wrong").error == "rule_not_here"
    assert office.deputy.do("screen show H-1").data["state"] == "held"
    row = next(row for row in office.deputy.do("screen stats").data if row[0] == rule)
    assert row[3] == "1"


def test_a_rule_is_followed_month_by_month(office):
    held(office)
    rule = office.deputy.do("screen show H-1").data["findings"][0]["rule"]
    office.deputy.do(f"screen mark H-1 {rule} wrong")
    office.house.clock.forward(days=30)
    office.clerk.do(GRAVE.replace("培训通知", "再次通知"))
    office.clerk.do("announce submit A-2")
    office.deputy.do(f"screen mark H-2 {rule} right")
    rows = office.deputy.do(f"screen stats rule={rule.partition('@')[0]}").data
    assert rows == [["2026-11", "1", "1", "0", "100.0 %"], ["2026-10", "1", "0", "1", "0.0 %"]]


RULES = """
category: M08
basis: [no21-power]
why: {zh: "“{quote}”指定供应商。", en: "“{quote}” names a supplier."}
suggestion: {zh: 由企业自选。, en: Let firms choose.}
rules:
  - id: M08-fresh
    any: ["periodical"]
    examples:
      finds: [请看会刊。, 没有这个词。]
      leaves: [请看年鉴。]
"""


def test_rules_are_tried_on_the_archive_and_nothing_is_switched_on(office):
    office.clerk.do("announce draft notice “会刊” all 新一期会刊已经出版，欢迎取阅。")
    office.clerk.do("announce submit A-1")
    reply = office.clerk.do("筛查 试规则", files=(FileIn("规则.yaml", RULES.encode()),))
    assert reply.data == {"texts": 1, "starts": 2, "stops": 0, "failed": 2}
    assert ("H-0001", "M08-fresh", "会刊") in {row[1:] for row in reply.table.rows}
    assert office.clerk.do("screen 请看会刊。").data["verdict"] == "ok"
    for broken in (b"x: [", b"[]", b"\xff\xfe\x00", RULES.replace("periodical", "no_slot").encode()):
        assert office.clerk.do("screen rules try", files=(FileIn("a.yaml", broken),)).error == "rules_wrong"
    assert office.contacts[0].do("screen rules try", files=(FileIn("a.yaml", b"x"),)).error == "not_allowed"


def test_an_ordinary_text_passes_and_is_kept_for_later_rules(office):
    office.clerk.do(PLAIN)
    assert office.clerk.do("announce submit A-1").error is None
    with open_session(office.house.engine, 1) as session:
        assert session.scalars(select(ScreenedText.state)).one() == HoldState.PASSED
        assert not session.scalar(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.action.startswith("screening:"))
        )


def test_a_demand_spread_over_two_texts_is_read_together(office):
    with tx_for(office.house, "钱办") as tx:
        first = holds.check(tx, "announcement:1", "年检资料由协会统一初审。")
        tx.record("test:text:check", "announcement:1")
    assert first.entry is not None
    with tx_for(office.house, "钱办") as tx:
        again = holds.check(tx, "announcement:1", "年检资料由协会统一初审。")
        tx.record("test:text:check", "announcement:1")
    assert again.entry.number == first.entry.number


def test_trying_a_text_keeps_nothing_and_never_says_lawful(office):
    reply = office.clerk.do("筛查 凡未参加协会培训的单位，一律不予受理资质申请。")
    assert reply.data["verdict"] == "block"
    assert "⟦" in reply.text
    clean = office.clerk.do("筛查 协会定于11月12日举办交流会，会员自愿参加，不收取任何费用。")
    assert clean.data["verdict"] == "ok"
    with open_session(office.house.engine, 1) as session:
        assert session.scalar(select(func.count()).select_from(ScreenedText)) == 0


def test_a_member_may_neither_see_nor_release_what_is_held(office):
    held(office)
    contact = office.contacts[0]
    for line in ("screen list", "screen show H-1", "screen release H-1 放行吧放行吧"):
        assert contact.do(line).error == "not_allowed"


def test_the_month_s_workbook_tells_what_was_held_and_what_was_entrusted(office):
    office.clerk.do("mandate add 江南省应急管理厅 省级 江应急函〔2026〕12号 2026-01-01 2026-12-31 组织安全培训")
    held(office)
    office.deputy.do("screen release H-1 经核对属自愿参加")
    reply = office.secretary.do("export month 2026-10")
    book = load_workbook(BytesIO(reply.files[0].content))
    screening, mandates = book["权力滥用筛查"], book["受托事项台账"]
    line = {screening.cell(2, c).value: screening.cell(3, c).value for c in range(1, screening.max_column + 1)}
    assert (line["screened"], line["severity"], line["state"], line["releases"]) == ("H-0001", "高", "暂缓发出", 1)
    assert [mandates.cell(3, c).value for c in (2, 4, 9)] == ["江南省应急管理厅", "江应急函〔2026〕12号", "是"]


def test_a_reason_that_only_asks_for_a_reviewer_goes_and_is_kept_once(house):
    doubtful = Finding("M05", Severity.MEDIUM, 0, 2, "务必", "R@1", "basis", "why", "suggestion")
    furnish(house)
    house = replace(house, screener=lambda _text, _session, _today: (doubtful,))
    for _time in range(2):
        with tx_for(house, "钱办") as tx:
            holds.insist(tx, "adjustment:1:reason", "务必补正")
    with open_session(house.engine, 1) as session:
        kept = session.scalars(select(ScreenedText).where(ScreenedText.subject == "adjustment:1:reason")).all()
    assert [entry.state for entry in kept] == [HoldState.TOLD]
