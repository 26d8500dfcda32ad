"""Applications as applicants and the office meet them: refusals, bulk decisions, completion, expiry, re-entry."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot import timers
from bot.messages import FileIn
from bot.screener import screened
from core.db import open_session
from core.outbox import OutboxContent
from membership.models import Application, ApplicationPaper, ApplicationStep, RuleText, StandingFact, Unit, UnitContact
from membership.rules.admission import plan
from people.models import Person, RoleGrant
from tests.faults.lines.membership import PDF
from tests.houses import CODES, Voice, deliver, found, furnish

YES = {"_confirm": "yes"}
OWN = "91330100MB2X4K7Q5X"
SHORT = """version = "短"
effective_from = 2026-10-08
expire_days = 60
warn_days = 7
probation_months = 6
basis = "本会章程"
[[step]]
name = "review"
zh = "审核"
en = "review"
kind = "review"
permission = "manage_members"
"""


@pytest.fixture(autouse=True)
def only_our_jobs(monkeypatch):
    """The other timed work is not looked at here."""
    ours = {"standing", "classes", "applications", "reminders"}
    monkeypatch.setattr(timers, "JOBS", tuple(job for job in timers.JOBS if job.name in ours))


def applied(
    office, number=1, code=CODES[2], name="晨星检测有限公司", who=0, *, submit=True, papers=("licence", "form")
):
    """A contact applies for another unit of theirs; with its papers, and handed in."""
    contact = office.contacts[who]
    made = contact.do(f"apply {name} {code} 检测检验机构 杭州市 13900000009")
    assert made.error is None, made.text
    for paper in papers if submit else ():
        assert contact.do(f"application attach J-{number} {paper}", files=(PDF,)).error is None
    if submit:
        assert contact.do(f"application submit J-{number}").error is None
    return contact


def state_of(house, number=1):
    with open_session(house.engine, 1) as session:
        one = session.scalars(select(Application).where(Application.number == number)).one()
        return one.state, one.step


def letters(house):
    with open_session(house.engine, 1) as session:
        return [one.texts["zh_CN"] for one in session.scalars(select(OutboxContent).order_by(OutboxContent.id))]


def counts(house):
    with open_session(house.engine, 1) as session:
        tables = (Application, ApplicationStep, ApplicationPaper, Unit, RoleGrant, RuleText)
        return [len(session.scalars(select(table)).all()) for table in tables]


def short_way(house, office):
    """The association has a way of one step."""
    asked = office.secretary.do("admission set", files=(FileIn("入会.toml", SHORT.encode()),))
    assert asked.error is None, asked.text
    assert office.deputy.do(f"approval approve P-{asked.data['approval']}").error is None


REFUSED = [
    (f"apply 青禾二 {CODES[0]} 检测检验机构 杭州市 13900000009", "member_already"),
    (f"apply 晨星二 {CODES[2]} 检测检验机构 杭州市 13900000009", "applied_already"),
    ("apply 晨星二 91330100MB2X4K7Q3X 检测检验机构 杭州市 13900000009", "code_check_digit"),
    (f"apply 晨星二 {OWN} 医院 杭州市 13900000009", "category_unknown"),
    (f"apply 晨星二 {OWN} 检测检验机构 杭州市 电话", "phone_form"),
    ("application submit J-1", "application_filed"),
    ("application amend J-1 region=宁波市", "application_filed"),
    ("application show J-9", "application_unknown"),
    ("application show X-1", "application_form"),
    ("application approve J-1", "not_allowed"),
]


def test_what_an_applicant_is_refused_writes_nothing(sqlite_house):
    office = furnish(sqlite_house)
    contact = applied(office)
    before = counts(sqlite_house)
    for line, error in REFUSED:
        assert (line, contact.do(line).error) == (line, error)
        assert counts(sqlite_house) == before


def test_nobody_sees_or_touches_the_application_of_somebody_else(sqlite_house):
    office = furnish(sqlite_house)
    applied(office)
    other = office.contacts[1]
    for line in ("show J-1", "submit J-1", "withdraw J-1", "amend J-1 region=宁波市", "paper J-1 licence"):
        assert other.do(f"application {line}", fields=YES).error == "application_unknown", line
    assert other.do("application list").data == []
    assert [row[0] for row in office.clerk.do("application list").data] == ["J-0001"]
    got = office.clerk.do("application paper J-1 营业执照")
    assert (got.files[0].name, got.files[0].content) == (PDF.name, PDF.content)
    assert office.clerk.do("application paper J-1 qualification").error == "paper_missing"


def test_an_incomplete_application_is_not_handed_in_and_says_what_is_missing(sqlite_house):
    office = furnish(sqlite_house)
    contact = applied(office, submit=False)
    refused = contact.do("application submit J-1")
    assert refused.error == "papers_missing"
    assert "营业执照" in refused.text
    assert "入会申请书" in refused.text
    assert contact.do("application attach J-1 发票", files=(PDF,)).error == "paper_unknown"
    assert contact.do("application attach J-1 licence", files=(FileIn("空.pdf", b""),)).error == "file_empty"
    assert state_of(sqlite_house) == ("draft", "")


def test_returned_it_is_completed_and_handed_in_again_from_the_first_step(house):
    office = furnish(house)
    contact = applied(office)
    assert office.clerk.do("application approve J-1").error is None
    assert office.deputy.do("application return J-1 请补盖公章").error is None
    assert state_of(house)[0] == "returned"
    assert any("请补盖公章" in text for text in letters(house))
    assert office.deputy.do("application approve J-1").error == "application_not_open"
    changed = contact.do("application amend J-1 region=宁波市 engineers=12")
    assert "宁波市" in changed.text
    assert contact.do("application attach J-1 form", files=(FileIn("申请书二.pdf", b"%PDF-2"),)).error is None
    assert contact.do("application submit J-1").error is None
    assert state_of(house) == ("open", "first_review")
    with open_session(house.engine, 1) as session:
        papers = session.scalars(select(ApplicationPaper).order_by(ApplicationPaper.id)).all()
        assert [(p.kind, p.replaced_at is None) for p in papers] == [("licence", True), ("form", False), ("form", True)]
    assert office.deputy.do("application approve J-1").error is None
    assert office.deputy.do("application approve J-1").error == "second_person"
    assert office.secretary.do("application approve J-1").error is None


def test_many_are_decided_at_once_and_a_bad_one_stops_nobody(sqlite_house):
    office = furnish(sqlite_house)
    applied(office, 1)
    applied(office, 2, CODES[3], "新月检测有限公司", who=1)
    applied(office, 3, OWN, "远山检测有限公司", submit=False)
    done = office.clerk.do("application approve J-1,J-3、J-9 J-2 J-2")
    assert [(one["application"], one["error"]) for one in done.data] == [
        (1, None),
        (3, "application_not_open"),
        (9, "application_unknown"),
        (2, None),
    ]
    assert [row[0] for row in done.table.rows] == ["J-0001", "J-0003", "J-0009", "J-0002"]
    assert "2" in done.text
    assert "尚未提交" in done.table.rows[1][2]
    assert [state_of(sqlite_house, number) for number in (1, 2, 3)] == [
        ("open", "secretariat"),
        ("open", "secretariat"),
        ("draft", ""),
    ]


def test_declined_the_applicant_reads_why_and_may_apply_again(sqlite_house):
    office = furnish(sqlite_house)
    contact = applied(office)
    assert office.clerk.do("application decline J-1").error == "missing_parameter"
    assert office.clerk.do("application decline J-1 不在本会业务范围内").error is None
    assert any(
        "不在本会业务范围内" in text for chat, out in deliver(sqlite_house) if chat == "联络1" for text in [out.text]
    )
    assert contact.do("application withdraw J-1", fields=YES).error == "application_over"
    applied(office, 2)


def test_a_reason_that_misuses_authority_is_held_and_nothing_is_decided(sqlite_house):
    office = furnish(sqlite_house)
    applied(office)
    strict = Voice(replace(sqlite_house, screener=screened), "钱办")
    reply = strict.do("application decline J-1 未参加本会收费培训的企业一律不予受理，否则上报应急局停产整顿")
    assert reply.error == "held_by_screening"
    assert state_of(sqlite_house) == ("open", "first_review")
    assert not any("停产整顿" in text and "未获通过" in text for text in letters(sqlite_house))


def test_nobody_decides_their_own_application(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("contact add M-1 钱办 person=钱办")
    made = office.clerk.do(f"apply 自家 {CODES[2]} 检测检验机构 杭州市 13900000009")
    assert made.error is None, made.text
    for paper in ("licence", "form"):
        office.clerk.do(f"application attach J-1 {paper}", files=(PDF,))
    office.clerk.do("application submit J-1")
    assert office.clerk.do("application approve J-1").error == "own_application"
    assert office.clerk.do("application decline J-1 不要").error == "own_application"
    assert office.deputy.do("application approve J-1").error is None


def test_left_lying_it_expires_after_a_word_and_one_with_the_office_never_does(house):
    office = furnish(house)
    applied(office, 1, submit=False)
    applied(office, 2, CODES[3], "新月检测有限公司", who=1)
    for days, state in ((52, "draft"), (1, "draft"), (7, "draft"), (1, "expired")):
        house.clock.forward(days=days)
        timers.run_due(house)
        assert state_of(house) == (state, ""), days
    told = [text for text in letters(house) if "J-0001" in text]
    assert [("尚未提交" in text, "已失效" in text) for text in told] == [(True, False), (False, True)]
    assert "2026-12-07" in told[0]
    assert state_of(house, 2) == ("open", "first_review")
    house.clock.forward(days=400)
    timers.run_due(house)
    assert state_of(house, 2) == ("open", "first_review")


def test_touched_after_the_word_it_goes_on(sqlite_house):
    office = furnish(sqlite_house)
    contact = applied(office, submit=False)
    sqlite_house.clock.forward(days=54)
    timers.run_due(sqlite_house)
    assert contact.do("application amend J-1 region=宁波市").error is None
    sqlite_house.clock.forward(days=30)
    timers.run_due(sqlite_house)
    assert state_of(sqlite_house) == ("draft", "")


def test_an_association_goes_its_own_way_and_what_is_under_way_keeps_the_old_one(sqlite_house):
    office = furnish(sqlite_house)
    applied(office, 1)
    short_way(sqlite_house, office)
    assert "审核" in office.clerk.do("admission show").text
    applied(office, 2, CODES[3], "新月检测有限公司", who=1, papers=())
    assert office.clerk.do("application approve J-1,J-2").error is None
    assert state_of(sqlite_house, 1) == ("open", "secretariat")
    assert state_of(sqlite_house, 2)[0] == "admitted"
    with open_session(sqlite_house.engine, 1) as session:
        unit = session.scalars(select(Unit).where(Unit.code == CODES[3])).one()
        fact = session.scalars(select(StandingFact)).one()
        assert (fact.fact, fact.unit_id, fact.until.isoformat()) == ("probation", unit.id, "2027-04-08")
    assert "probation" in office.clerk.do(f"status explain {unit.number}").data["rule"]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"\xff\xfe\x00", "rules_encoding"),
        (b"version =", "rules_form"),
        (b'version = "1"', "rules_content"),
        (SHORT.replace("2026-10-08", "2026-10-07").encode(), "rules_past"),
        (b"a" * 200_000, "rules_too_long"),
    ],
)
def test_a_way_that_cannot_be_is_refused_and_nothing_is_asked(sqlite_house, content, error):
    office = furnish(sqlite_house)
    before = counts(sqlite_house)
    assert office.secretary.do("admission set", files=(FileIn("入会.toml", content),)).error == error
    assert office.deputy.do("approval list").data == []
    assert counts(sqlite_house) == before


def test_who_sets_a_way_does_not_confirm_it(sqlite_house):
    office = furnish(sqlite_house)
    asked = office.secretary.do("admission set", files=(FileIn("入会.toml", SHORT.encode()),))
    assert office.secretary.do(f"approval approve P-{asked.data['approval']}").error == "second_person"
    assert plan.plan_of(plan.shipped()).version in office.clerk.do("admission show").text


def test_a_unit_that_was_a_member_before_comes_back_under_its_number(sqlite_house):
    office = furnish(sqlite_house)
    short_way(sqlite_house, office)
    assert office.contacts[1].do("withdraw membership", fields=YES).error is None
    sqlite_house.clock.forward(days=1)
    contact = applied(office, 1, CODES[1], "云岭安全评价有限公司", papers=())
    assert "曾为会员：M-0002" in office.clerk.do("application show J-1").text
    assert "曾为会员" not in contact.do("application show J-1").text
    assert office.clerk.do("application approve J-1").error is None
    with open_session(sqlite_house.engine, 1) as session:
        unit = session.scalars(select(Unit).where(Unit.code == CODES[1])).one()
        assert (unit.number, unit.status, unit.left_on) == (2, "active", None)
        acting = session.scalars(select(UnitContact).where(UnitContact.unit_id == unit.id)).all()
        assert len(acting) == 2
        assert len(session.scalars(select(Unit)).all()) == 2


def test_a_unit_entered_by_hand_meanwhile_is_not_entered_twice(sqlite_house):
    office = furnish(sqlite_house)
    short_way(sqlite_house, office)
    applied(office, papers=())
    office.clerk.do(f"member add 晨星检测有限公司 {CODES[2]} 检测检验机构 会员单位 杭州市")
    assert office.clerk.do("application approve J-1").error is None
    with open_session(sqlite_house.engine, 1) as session:
        assert len(session.scalars(select(Unit).where(Unit.code == CODES[2])).all()) == 1


def test_where_strangers_may_not_apply_nothing_is_kept_of_them(sqlite_house):
    office = furnish(sqlite_house)
    closed = SHORT.replace('basis = "', 'open = false\nbasis = "')
    asked = office.secretary.do("admission set", files=(FileIn("入会.toml", closed.encode()),))
    office.deputy.do(f"approval approve P-{asked.data['approval']}")
    before = counts(sqlite_house)
    told = Voice(sqlite_house, "x").say("入会申请 王小明", platform="telegram", account="9", private=True)
    assert told.error == "admission_closed"
    with open_session(sqlite_house.engine, 1) as session:
        assert session.scalars(select(Person).where(Person.name == "王小明")).all() == []
    assert counts(sqlite_house) == before


def test_with_several_associations_a_stranger_names_one(sqlite_house):
    furnish(sqlite_house)
    found(sqlite_house, name="邻省安全生产协会", code="51360000500012341U", admin="邻秘")
    voice = Voice(sqlite_house, "x")
    asked = voice.say("申请入会", platform="telegram", account="9")
    assert asked.error == "stranger"
    assert "邻省安全生产协会" in asked.text
    assert voice.say("入会申请 王小明", platform="telegram", account="9").error == "stranger"
    begun = voice.say("入会申请 邻省安全生产协会 王小明", platform="telegram", account="9")
    assert "单位名称" in begun.text
    with open_session(sqlite_house.engine, 2) as session:
        assert len(session.scalars(select(Person).where(Person.name == "王小明")).all()) == 1


def test_in_a_group_a_stranger_gets_no_answer(sqlite_house):
    furnish(sqlite_house)
    from bot.messages import Incoming

    line = Incoming("telegram", "g1", "9", "-100", private=False, text="入会申请 王小明")
    assert sqlite_house.handle(line) is None


def test_a_leaving_applicant_s_application_ends_and_an_erasure_empties_its_papers(sqlite_house):
    office = furnish(sqlite_house)
    voice = Voice(sqlite_house, "x")
    voice.say("入会申请 王小明", platform="telegram", account="9")
    for answer in ("晨星检测有限公司", CODES[2], "检测检验机构", "杭州市", "13900000009"):
        voice.say(answer, platform="telegram", account="9")
    voice.say("application attach J-1 licence", platform="telegram", account="9", files=(PDF,))
    disclosed = office.secretary.do("person disclose 王小明")
    assert "applications" in str(disclosed.data)
    office.secretary.do("person remove 王小明 不再申请", fields=YES)
    assert state_of(sqlite_house)[0] == "withdrawn"
    asked = office.secretary.do("person erase 王小明", fields=YES)
    assert asked.error is None, asked.text
    assert office.deputy.do(f"approval approve P-{asked.data['approval']}").error is None
    assert office.clerk.do("application paper J-1 licence").error == "file_unknown"
