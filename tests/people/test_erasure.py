"""Forgetting a person: who decides it, what forbids it, what is left, and that nothing readable is."""

import json
import re
from html import unescape
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import func, inspect, select, text

from bot import app, timers
from bot.messages import FileIn, Incoming
from bot.safekeeping import erase_again
from core import audit
from core.attachments import Attachment
from core.audit import AuditEntry
from core.db import Base, open_session
from core.errors import NotAllowed
from core.keys import PersonKey
from core.outbox import OutboxMessage
from exports import disclosure
from people import usecases
from people.holdings import HOLDINGS
from people.models import Erasure, Person, RoleGrant
from tests.architecture.source import modules
from tests.houses import Voice, deliver, furnish, tx_for

NAME, PHONE, ACCOUNT = "纪昕妍", "13712345678", "990011223344"
CSV = (
    "单位名称,统一社会信用代码,单位类别,会籍,入会日期,联系人,手机\n"
    f"新月检测有限公司,91330100MB2X4K7Q3P,检测检验机构,会员单位,2020-01-01,{NAME},{PHONE}\n"
).encode()
YES = {"_confirm": "yes"}


def update(line, number, **more):
    raw = json.dumps({"from": {"id": ACCOUNT, "first_name": NAME}, "text": line}, ensure_ascii=number % 2 == 0)
    return Incoming("telegram", f"e{number}", ACCOUNT, ACCOUNT, text=line, raw=raw, display_name=NAME, **more)


def a_person_with_a_past(house):
    """Somebody who came in with a roster, joined, got and confirmed a notice, held a role, left a question open."""
    office = furnish(house)
    office.clerk.do("member import", files=(FileIn("名册.csv", CSV),))
    office.clerk.do("import confirm I-1")
    with open_session(house.engine, 1) as session:
        number = session.scalars(select(Person.id).where(Person.name == NAME)).one()
    code = office.clerk.do(f"person invite {number}").data["code"]
    house.handle(update("join WRONG-CODE", 1))
    house.handle(update(f"join {code}", 2))
    office.clerk.do("announce draft 通知 标题 全体 正文")
    asked = office.clerk.do("announce submit A-1").data["approval"]
    office.deputy.do(f"approval approve P-{asked}")
    asked = office.secretary.do(f"role grant {number} evaluator 至=2027-01-31").data["approval"]
    office.deputy.do(f"approval approve P-{asked}")
    house.handle(update("公告 确认 A-1", 3))
    house.handle(update("language", 4))
    office.clerk.do(f"person edit {number} name={NAME}甲")
    office.clerk.do(f"person edit {number} name={NAME}")
    return office, number


def readable(house):
    """Everything in the database as text, values of JSON and bytes too."""
    found = []
    with open_session(house.engine) as session:
        for table in inspect(house.engine).get_table_names():
            for row in session.execute(text(f'SELECT * FROM "{table}"')):
                found += [
                    bytes(v).decode("utf-8", "replace") if isinstance(v, bytes | memoryview) else str(v) for v in row
                ]
    return "\n".join(found)


def spellings(word):
    return {word, json.dumps(word)[1:-1]}


def left_over(text_of_all):
    return [word for each in (NAME, PHONE, ACCOUNT) for word in spellings(each) if word in text_of_all]


def erased(house):
    office, number = a_person_with_a_past(house)
    assert office.clerk.do(f"person remove {number} 离任", fields=YES).error is None
    asked = office.secretary.do(f"人员 抹除 {number}", fields=YES)
    assert office.deputy.do(f"approval approve P-{asked.data['approval']}").error is None
    return office, number


def test_the_past_is_there_before(house):
    a_person_with_a_past(house)
    assert set(left_over(readable(house))) >= {NAME, PHONE, ACCOUNT}


def test_after_an_erasure_nothing_of_the_person_can_be_read(house):
    """Not in a table, not in the file, not in its journal; the audit verifies, and its sealed parts stay shut."""
    office, number = erased(house)
    assert left_over(readable(house)) == []
    with open_session(house.engine, 1) as session:
        assert audit.verify(session, 1).intact
        assert session.scalar(select(func.count()).where(PersonKey.person_id == number)) == 0
        sealed = audit.about(session, number)
        assert len(sealed) >= 4
        assert {house.keys.open(session, number, entry.sealed) for entry in sealed} == {None}
    assert NAME not in office.secretary.do("person list").text
    assert office.secretary.do(f"person invite {number}").error == "person_left"


def test_nothing_is_left_in_the_files_of_the_embedded_database(sqlite_house):
    erased(sqlite_house)
    deliver(sqlite_house)
    path = Path(sqlite_house.engine.url.database)
    sqlite_house.engine.dispose()
    files = [p for p in path.parent.iterdir() if p.name.startswith(path.name)]
    content = b"".join(p.read_bytes() for p in files)
    assert b"CREATE TABLE" in content
    assert [word for each in (NAME, PHONE, ACCOUNT) for word in spellings(each) if word.encode() in content] == []


def test_nothing_is_left_in_the_journal_while_the_office_goes_on_working(sqlite_house, tmp_path):
    office, _number = erased(sqlite_house)
    path = Path(sqlite_house.engine.url.database)
    journal = path.with_name(path.name + "-wal")
    timers.run_due(sqlite_house, tmp_path)
    content = path.read_bytes() + (journal.read_bytes() if journal.exists() else b"")
    assert [word for each in (NAME, PHONE, ACCOUNT) for word in spellings(each) if word.encode() in content] == []
    assert office.clerk.do("member list").data["count"] == 3


def test_the_skeleton_of_the_past_stays(house):
    """That a person of this number acted, held a role, got and confirmed a notice: history needs it."""
    office, number = erased(house)
    with open_session(house.engine, 1) as session:
        person = session.get(Person, number)
        assert (person.name, person.phone, person.identity_id) == ("—", None, None)
        assert {g.role for g in session.scalars(select(RoleGrant).where(RoleGrant.person_id == number))} >= {
            "evaluator"
        }
        actions = set(session.scalars(select(AuditEntry.action).where(AuditEntry.actor == f"person:{number}")))
        assert "announcement:receipt:confirm" in actions
        tombstone = session.scalars(select(AuditEntry).where(AuditEntry.action == "person:entry:erase")).one()
        assert NAME not in tombstone.data
        assert '"messages":' in tombstone.data
        assert session.scalars(select(Erasure).where(Erasure.person_id == number)).one().confirmed_by
    report = office.clerk.do("announce status A-1").data
    assert (report["audience"], report["acknowledged"]) == (3, 1)
    assert sum(value for key, value in report.items() if key != "audience") == report["audience"]
    assert office.clerk.do("member show 新月检测有限公司").error is None


def test_a_repeated_update_of_an_erased_person_still_does_nothing(house):
    erased(house)
    with open_session(house.engine, 1) as session:
        before = session.scalar(select(func.count(AuditEntry.id)))
    house.handle(update("公告 确认 A-1", 3))
    with open_session(house.engine, 1) as session:
        assert session.scalar(select(func.count(AuditEntry.id))) == before
    assert house.handle(update("whoami", 9)).error == "stranger"


def test_an_erasure_takes_two_and_the_question_first(house):
    office, number = a_person_with_a_past(house)
    assert office.clerk.do(f"person erase {number}", fields=YES).error == "not_allowed"
    assert office.secretary.do(f"person erase {number}", fields=YES).error == "person_present"
    office.clerk.do(f"person remove {number} 离任", fields=YES)
    assert office.secretary.do(f"person erase {number}").error == "needs_confirmation"
    asked = office.secretary.do(f"person erase {number}", fields=YES).data["approval"]
    assert office.secretary.do(f"approval approve P-{asked}").error == "second_person"
    with open_session(house.engine, 1) as session:
        assert session.get(Person, number).name == NAME
    assert office.deputy.do(f"approval decline P-{asked} 先留存").error is None
    asked = office.secretary.do(f"person erase {number}", fields=YES).data["approval"]
    assert office.deputy.do(f"approval approve P-{asked}").error is None
    assert office.secretary.do(f"person erase {number}", fields=YES).error == "person_erased"


def test_nobody_asks_for_their_own_erasure_from_the_office_s_side(house):
    office = furnish(house)
    assert office.secretary.do("person erase 秦书", fields=YES).error == "own_role"


def test_a_legal_hold_forbids_it_and_says_why(house):
    office, number = a_person_with_a_past(house)
    assert office.clerk.do(f"person hold {number} 理由").error == "not_allowed"
    assert office.secretary.do(f"人员 保全 {number} 诉讼（2026）浙0106民初1号").error is None
    assert office.secretary.do(f"person hold {number} 再次").error == "hold_placed"
    office.clerk.do(f"person remove {number} 离任", fields=YES)
    refused = office.secretary.do(f"person erase {number}", fields=YES)
    assert refused.error == "legal_hold"
    assert "诉讼（2026）浙0106民初1号" in refused.text
    assert "2026-10-08" in refused.text
    assert office.deputy.do(f"人员 解除保全 {number} 已结案").error is None
    assert office.deputy.do(f"person unhold {number} 再次").error == "hold_unknown"
    assert office.secretary.do(f"person erase {number}", fields=YES).error is None
    with open_session(house.engine, 1) as session:
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("person:hold")))
        assert list(actions) == ["person:hold:place", "person:hold:lift"]


def test_a_hold_placed_after_asking_stops_the_approval(house):
    office, number = a_person_with_a_past(house)
    office.clerk.do(f"person remove {number} 离任", fields=YES)
    asked = office.secretary.do(f"person erase {number}", fields=YES).data["approval"]
    office.secretary.do(f"person hold {number} 调查")
    assert office.deputy.do(f"approval approve P-{asked}").error == "legal_hold"
    with open_session(house.engine, 1) as session:
        assert session.get(Person, number).name == NAME


def test_somebody_of_the_same_name_keeps_theirs(house):
    office, number = a_person_with_a_past(house)
    other = office.clerk.do(f"person add {NAME} phone=13900000000").data["person"]
    office.clerk.do(f"person remove {number} 离任", fields=YES)
    asked = office.secretary.do(f"person erase {number}", fields=YES).data["approval"]
    office.deputy.do(f"approval approve P-{asked}")
    with open_session(house.engine, 1) as session:
        assert (session.get(Person, other).name, session.get(Person, other).phone) == (NAME, "13900000000")


def test_everything_about_a_person_comes_out_in_one_command(house):
    office, number = a_person_with_a_past(house)
    assert office.clerk.do(f"person disclose {number}").error == "not_allowed"
    reply = office.secretary.do(f"人员 信息副本 {number}")
    kept = reply.data
    assert kept["person"][0]["name"] == NAME
    assert kept["person"][0]["phone"] == PHONE
    assert {row["role"] for row in kept["roles"]} == {"contact", "evaluator"}
    assert [row["account"] for row in kept["chats"]] == [ACCOUNT]
    assert kept["units"][0]["unit"] == "新月检测有限公司"
    assert any("正文" in (row["text"] or "") for row in kept["messages"])
    assert any("evaluator" in row["summary"] or "评" in row["summary"] for row in kept["requests"])
    assert any(ACCOUNT in (row["personal"] or "") for row in kept["audit"])
    assert {row["contact"] for row in kept["rosters"]} == {NAME}
    assert kept["questions"][0]["command"] == "language"
    assert reply.files[0].content[:2] == b"PK"
    with open_session(house.engine, 1) as session:
        looked = session.scalars(select(AuditEntry).where(AuditEntry.action == "person:data:disclose")).all()
        assert [entry.object for entry in looked] == [f"person:{number}"]


def test_people_get_their_own_data_themselves_and_only_theirs(house):
    a_person_with_a_past(house)
    reply = house.handle(update("我的信息", 11, interactive=False))
    assert reply.data["person"][0]["name"] == NAME
    assert "秦书" not in json.dumps(reply.data["person"], ensure_ascii=False)
    with tx_for(house, NAME) as tx, pytest.raises(NotAllowed):
        disclosure.disclose(tx, person=tx.session.get(Person, 1))


def test_a_disclosure_after_an_erasure_has_nothing_to_say(house):
    office, number = erased(house)
    kept = office.secretary.do(f"person disclose {number}").data
    assert left_over(json.dumps(kept, ensure_ascii=False)) == []
    assert {row["personal"] for row in kept["audit"]} == {None}


def test_an_erasure_is_noted_outside_and_repeated_on_a_restored_database(house, tmp_path):
    """The backup of yesterday still has the person: the next start erases them again, without asking anybody."""
    office, number = a_person_with_a_past(house)
    (tmp_path / "erased.jsonl").write_text(json.dumps({"association": "x" * 18, "person": number}) + "\n")
    assert erase_again(house, tmp_path) == 0
    with open_session(house.engine, 1) as session:
        code = session.execute(text("SELECT code FROM association")).scalar_one()
    (tmp_path / "erased.jsonl").write_text(json.dumps({"association": code, "person": number}) + "\n")
    assert erase_again(house, tmp_path) == 1
    assert erase_again(house, tmp_path) == 0
    assert left_over(readable(house)) == []
    with open_session(house.engine, 1) as session:
        assert audit.verify(session, 1).intact
        assert session.scalar(select(func.count(OutboxMessage.id)).where(OutboxMessage.chat == ACCOUNT)) == 0
    assert office.clerk.do("member list").data["count"] == 3


def test_the_note_is_numbers_only_and_written_once(house, tmp_path):
    _office, number = erased(house)
    timers.run_due(house, tmp_path)
    timers.run_due(house, tmp_path)
    notes = [json.loads(line) for line in (tmp_path / "erased.jsonl").read_text().splitlines()]
    assert [note["person"] for note in notes] == [number]
    assert set(notes[0]) == {"association", "person"}


def test_only_the_system_repeats_an_erasure(house):
    furnish(house)
    with tx_for(house, "秦书") as tx, pytest.raises(NotAllowed):
        usecases.erase_again(tx, person_id=4)


SKELETON = {
    "Person": "emptied by the erasure itself",
    "PersonKey": "deleted by the erasure itself",
    "Erasure": "the tombstone",
    "AuditEntry": "sealed under the person's key",
    "RoleGrant": "role and days",
    "Acknowledgement": "which version, when",
    "Announcement": "who wrote it, by number",
    "Mandate": "who entered it, by number",
    "GroupSighting": "in which group, when",
    "RuleMark": "whether a screening was right, when",
    "SurveyAction": "who sees to an improvement, by number",
    "TextRelease": "that they let a text go, with the reason of office that they gave",
    "VotingRight": "that they could vote, not how",
}
"""Tables that keep a person's number and nothing in words: what is left of an erased person."""


def tables_about_people():
    """Mapped classes with a column that points to a person."""
    for mapper in Base.registry.mappers:
        for column in mapper.local_table.columns:
            if column.name == "person_id" or any(key.column.table.name == "person" for key in column.foreign_keys):
                yield mapper.class_.__name__


def test_every_table_that_points_to_a_person_is_known_to_the_erasure():
    """A new table about people has to say what an erasure does with it: in a ``holdings``, or in the list above."""
    app.register()
    source = "\n".join(module.text for name, module in modules().items() if name.endswith("holdings"))
    handled = {name for name in tables_about_people() if re.search(rf"\b{name}\b", source)}
    assert set(tables_about_people()) - handled - set(SKELETON) == set()


def test_strange_names_do_not_break_the_search(sqlite_house):
    office = furnish(sqlite_house)
    number = office.clerk.do("person add “100%_\\甲”").data["person"]
    office.clerk.do(f"person remove {number} 离任", fields=YES)
    asked = office.secretary.do(f"person erase {number}", fields=YES).data["approval"]
    assert office.deputy.do(f"approval approve P-{asked}").error is None
    assert Voice(sqlite_house, "联络1").do("whoami").error is None


def stored_lists(house):
    """The content of every workbook made by the office, as the words of its cells."""
    with open_session(house.engine, 1) as session:
        found = session.scalars(select(Attachment).where(Attachment.name.like("%.xlsx")).order_by(Attachment.id))
        return [(one.name, one.size, content_text(one.content)) for one in found]


def content_text(content):
    if not content:
        return ""
    with ZipFile(BytesIO(content)) as parts:
        return "".join(unescape(parts.read(name).decode()) for name in parts.namelist() if name.endswith(".xml"))


def test_lists_made_of_members_and_proofs_of_service_lose_an_erased_person(house):
    office, number = a_person_with_a_past(house)
    deliver(house)
    for line in ("会员 导出", "会员 导出 地区=宁波市", "announce proof A-1"):
        assert office.clerk.do(line).error is None
    before = stored_lists(house)
    assert [NAME in words for _name, _size, words in before] == [True, False, True]
    with tx_for(house, "秦书") as tx:
        shown = HOLDINGS["lists"].facts(tx, tx.session.get(Person, number))
    assert [one["name"] for one in shown] == [before[0][0], before[2][0]]
    office.clerk.do(f"person remove {number} 离任", fields=YES)
    asked = office.secretary.do(f"person erase {number}", fields=YES).data["approval"]
    assert office.deputy.do(f"approval approve P-{asked}").error is None
    after = stored_lists(house)
    assert [size == 0 for _name, size, _words in after] == [True, False, True]
    assert not any(NAME in words or PHONE in words for _name, _size, words in after)
    again = office.clerk.do("会员 导出").files[0].content
    assert NAME not in content_text(again)
