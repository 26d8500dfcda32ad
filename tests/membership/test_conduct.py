"""The code of conduct: published by two, accepted by each unit through its contact, asked for anew with each version."""

import pytest
from sqlalchemy import select

from core.db import open_session
from core.errors import NotFound
from core.outbox import OutboxContent
from membership import queries
from membership.models import ConductAcceptance, ConductText
from membership.rules import conduct
from tests.houses import deliver, furnish

TEXT = "第一条 诚实守信，不出具虚假报告。\n第二条 公平竞争。\n第三条 接受社会监督。"
NEXT = TEXT + "\n第四条 保护商业秘密。"


def drafted(office, text=TEXT):
    made = office.clerk.do(f"conduct draft 会员行为规范 {text}")
    assert made.error is None, made.text
    return made.data["version"]


def published(office, text=TEXT):
    version = drafted(office, text)
    asked = office.clerk.do(f"conduct publish {version}")
    assert asked.error is None, asked.text
    done = office.deputy.do(f"approval approve P-{asked.data['approval']}")
    assert done.error is None, done.text
    return version


def test_accepted_by_button_with_time_person_and_digest(house):
    office = furnish(house)
    published(office)
    arrived = {chat: out for chat, out in deliver(house) if "会员行为规范" in out.text}
    assert {"联络1", "联络2"} <= set(arrived)
    assert "第二条 公平竞争" in arrived["联络1"].text
    token = arrived["联络1"].buttons[0][0]
    done = office.contacts[0].say(button=getattr(token, "token", None) or token[1])
    assert done.error is None, done.text
    with open_session(house.engine, 1) as session:
        one = session.scalars(select(ConductAcceptance)).one()
        assert (one.sha256, one.at) == (conduct.digest(TEXT), house.clock())
        assert session.scalars(select(ConductText)).one().sha256 == one.sha256
    status = office.clerk.do("conduct status")
    assert (status.data["accepted"], status.data["members"], status.data["missing"]) == (1, 2, ["M-0002"])
    assert office.contacts[0].do("conduct accept 1").error == "conduct_accepted"


def test_a_new_version_asks_again_and_the_old_acceptance_stays(house):
    office = furnish(house)
    published(office)
    for contact in office.contacts:
        assert contact.do("conduct accept 1").error is None
    assert office.clerk.do("conduct status").data["missing"] == []
    assert published(office, NEXT) == 2
    assert office.clerk.do("conduct status").data["missing"] == ["M-0001", "M-0002"]
    assert office.contacts[0].do("conduct accept 1").error == "conduct_not_in_force"
    assert office.contacts[0].do("conduct accept 2").error is None
    assert office.clerk.do("conduct status 1").data["accepted"] == 2
    with open_session(house.engine, 1) as session:
        assert len(session.scalars(select(ConductAcceptance)).all()) == 3
        text, clause = queries.clause(session, "第四条")
        assert (text.version, clause.number, clause.text) == (2, "4", "保护商业秘密。")
        assert queries.clause(session, "2", 1)[1].text == "公平竞争。"
        with pytest.raises(NotFound):
            queries.clause(session, "4", 1)


def test_those_who_have_not_accepted_are_chased_and_can_be_written_to(sqlite_house):
    office = furnish(sqlite_house)
    published(office)
    office.contacts[0].do("conduct accept 1")
    deliver(sqlite_house)
    assert office.clerk.do("conduct chase").data == {"told": 1}
    assert {chat for chat, out in deliver(sqlite_house) if "尚未接受" in out.text} == {"联络2"}
    assert office.clerk.do("conduct chase").error == "chased_today"
    for name, words, count in (
        ("甲", "行为规范=未接受", 1),
        ("乙", "conduct=accepted", 1),
        ("丙", "行为规范=已接受,未接受", 2),
    ):
        assert office.clerk.do(f"audience save {name} {words}").error is None
        shown = office.clerk.do(f"audience show {name}")
        assert f"{count} 人" in shown.text, shown.text
    assert office.clerk.do("audience save 丁 行为规范=也许").error == "acceptance_unknown"


def test_the_reminder_goes_to_those_who_have_not_accepted(sqlite_house):
    from bot import timers

    office = furnish(sqlite_house)
    published(office)
    office.contacts[0].do("conduct accept 1")
    asked = office.clerk.do("reminder enable R15", fields={"_confirm": "yes"})
    assert asked.error is None, asked.text
    assert office.deputy.do(f"approval approve P-{asked.data['approval']}").error is None
    deliver(sqlite_house)
    for days in (22, 1):
        sqlite_house.clock.forward(days=days)
        timers.run_due(sqlite_house)
    reminded = {chat for chat, out in deliver(sqlite_house) if "尚未接受" in out.text}
    assert reminded == {"联络2"}


REFUSED = [
    ("clerk", "conduct draft 规范 没有编号", "clauses_missing"),
    ("clerk", f"conduct draft 会员行为规范 {TEXT}", "conduct_same"),
    ("clerk", "conduct publish 1", "conduct_published"),
    ("clerk", "conduct publish 7", "conduct_unknown"),
    ("clerk", "conduct accept 1", "not_allowed"),
    ("contact", "conduct accept 1 M-2", "member_unknown"),
    ("contact", "conduct accept 9", "conduct_unknown"),
    ("contact", f"conduct draft 规范 {NEXT}", "not_allowed"),
    ("contact", "conduct text 1 clause=9", "clause_unknown"),
    ("contact", "conduct text 9", "conduct_unknown"),
    ("contact", "conduct status", "not_allowed"),
]


def test_what_is_refused_writes_nothing(sqlite_house):
    office = furnish(sqlite_house)
    published(office)
    for who, line, error in REFUSED:
        voice = office.clerk if who == "clerk" else office.contacts[0]
        assert (line, voice.do(line).error) == (line, error)
        with open_session(sqlite_house.engine, 1) as session:
            assert session.scalars(select(ConductAcceptance)).all() == []
            assert [one.sha256 for one in session.scalars(select(ConductText))] == [conduct.digest(TEXT)]


def test_a_draft_is_the_office_s_and_a_changed_draft_is_not_published_by_an_old_approval(sqlite_house):
    office = furnish(sqlite_house)
    drafted(office)
    assert office.contacts[0].do("conduct text").error == "conduct_none"
    assert office.contacts[0].do("conduct text 1").error == "conduct_none"
    assert office.contacts[0].do("conduct list").data == []
    assert office.clerk.do("conduct text 1").error is None
    asked = office.clerk.do("conduct publish 1")
    assert drafted(office, NEXT) == 1
    assert office.deputy.do(f"approval approve P-{asked.data['approval']}").error == "object_changed"
    assert office.clerk.do("conduct list").data[0][2] == "草稿"
    with open_session(sqlite_house.engine, 1) as session:
        assert [one for one in session.scalars(select(OutboxContent)) if one.key.startswith("conduct:")] == []


def test_a_clause_is_shown_alone_with_its_version(sqlite_house):
    office = furnish(sqlite_house)
    published(office)
    shown = office.contacts[0].do("行为规范 查看 条款=第二条")
    assert "公平竞争" in shown.text
    assert "诚实守信" not in shown.text
    assert shown.data["clause"] == "2"
