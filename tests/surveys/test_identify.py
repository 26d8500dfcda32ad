"""Attempts to find out who answered what: from the tables and their hidden columns, from two snapshots of them, from the
files, the logs, the audit, the counts and the workbook.
"""

import hashlib
import logging
import re
from io import BytesIO
from itertools import product
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text

from core.db import open_session
from people.models import Person
from surveys import queries
from surveys.models import SurveySecret
from surveys.rules.tokens import token_hash
from tests.houses import deliver
from tests.surveys.town import CANARY, answered, by_code, hand_in, members, nobody, opened, press_through, token_of

HIDDEN = {"sqlite": "rowid AS _place", "postgresql": "xmin::text AS _moment, ctid::text AS _place"}
NEVER_CHANGED_BY_ANSWERING = {
    "person",
    "chat_identity",
    "role_grant",
    "outbox_message",
    "survey_invitee",
    "unit_contact",
}


def picture(house):
    """Every row of every table with its hidden columns: table → list of rows as dictionaries."""
    kind = house.engine.dialect.name
    with open_session(house.engine) as session:
        if kind == "sqlite":
            found = session.execute(
                text("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'")
            )
        else:
            found = session.execute(text("SELECT tablename FROM pg_tables WHERE schemaname='public'"))
        names = sorted(row[0] for row in found)
        return {
            name: [dict(row._mapping) for row in session.execute(text(f'SELECT {HIDDEN[kind]}, t.* FROM "{name}" t'))]
            for name in names
        }


def visible(row):
    """A row without its hidden columns, as text that can be compared."""
    return repr({key: value for key, value in sorted(row.items()) if not key.startswith("_")})


def changed(before, after):
    """Rows that are new or different in the second picture."""
    for name, rows in after.items():
        known = {visible(row) for row in before.get(name, [])}
        yield from ((name, row) for row in rows if visible(row) not in known)


def about(house, name):
    """Every spelling by which rows could point at a person."""
    with open_session(house.engine, 1) as session:
        person = session.scalars(select(Person).where(Person.name == name)).one()
        return {person.name, f"person:{person.id}"}, person.id


@pytest.mark.parametrize("way", ["lines", "buttons", "web"])
def test_between_two_snapshots_nothing_that_changed_points_at_a_person(house, way):
    """The strongest look: the database before and after exactly one person answered, row by row."""
    _office, voices = opened(house)
    token = token_of(house, "会员3")
    answered(house, members(8, 12))
    deliver(house)
    before = picture(house)
    if way == "lines":
        hand_in(voices[2], words=CANARY)
    elif way == "buttons":
        press_through(voices[2])
    else:
        by_code(house, token, words=CANARY)
    names, number = about(house, "会员3")
    seen = set()
    for table, row in changed(before, picture(house)):
        seen.add(table)
        assert not any(word in visible(row) for word in (*names, CANARY, token)), (table, row)
        assert all(value != number for key, value in row.items() if key in ("person_id", "owner_id", "concerns")), row
    assert "survey_sheet" in seen
    assert seen <= {"survey_sheet", "inbox_update", "audit_entry", "audit_head"}
    assert not seen & NEVER_CHANGED_BY_ANSWERING


def test_what_is_left_of_an_update_is_its_number_and_its_day(house):
    _office, voices = opened(house)
    house.clock.forward(hours=1, minutes=23, seconds=45)
    before = picture(house)
    raw = f'{{"from": {{"id": 4711, "first_name": "会员3"}}, "text": "{CANARY}"}}'
    voices[2].do("问卷 填写 S-1 1 4", raw=raw)
    voices[2].do(f"问卷 填写 S-1 16 {CANARY}", raw=raw)
    voices[2].do("问卷 填写 S-1 12 11", raw=raw)
    assert voices[2].last.error == "step_unknown"
    rows = [row for table, row in changed(before, picture(house)) if table == "inbox_update"]
    assert len(rows) == 3
    for row in rows:
        assert row["raw"] == ""
        assert row["reply"] in (None, "null")
        assert str(row["received_at"]).startswith("2026-10-08 00:00:00")
        assert str(row["replied_at"]).startswith("2026-10-08 00:00:00")


def test_a_half_filled_sheet_is_sealed_and_gone_when_it_is_handed_in(house):
    _office, voices = opened(house)
    voices[2].do("问卷 填写 S-1 1 4")
    voices[2].do(f"问卷 填写 S-1 16 {CANARY}")
    drafts = picture(house)["survey_draft"]
    assert len(drafts) == 1
    assert CANARY not in visible(drafts[0])
    hand_in(voices[2])
    assert picture(house)["survey_draft"] == []


def derived(values):
    """What a thief would try: every stored value and every pair of them, hashed in the usual ways."""
    for value in values:
        for raw in {str(value), str(value).upper(), str(value).lower()}:
            yield from (getattr(hashlib, name)(raw.encode()).hexdigest() for name in ("sha256", "sha1", "md5"))


def values_of(rows):
    return {value for row in rows for value in row.values() if isinstance(value, str | int) and value != ""}


def test_no_stored_value_leads_to_the_hash_of_a_sheet(house):
    office, _voices = opened(house)
    answered(house, members(1, 6))
    office.clerk.do("问卷 催填 S-1")
    deliver(house)
    found = picture(house)
    hashes = {row["token_hash"] for row in found["survey_sheet"]}
    codes = {row["code"] for row in found["survey"]}
    others = set().union(*(values_of(rows) for name, rows in found.items() if name != "survey_sheet"))
    assert not hashes & {str(value) for value in others}
    short = {value for value in others if len(str(value)) <= 64}
    assert not hashes & set(derived(short))
    people = {row["id"] for row in found["person"]}
    mixed = {f"{code}{sign}{person}" for code, sign, person in product(codes, ("", ":", "person:"), people)}
    assert not hashes & set(derived(mixed))


def test_neither_order_nor_moment_joins_sheets_with_people(house):
    """Hidden columns too: on PostgreSQL the transaction that wrote a row, on SQLite its place."""
    office, voices = opened(house)
    order = [3, 11, 5, 9, 1, 7]
    for number in order:
        hand_in(voices[number - 1])
    office.clerk.do("问卷 催填 S-1")
    hand_in(voices[1])
    found = picture(house)
    filled = [row for row in found["survey_sheet"] if row["sealed"] is not None]
    assert len(filled) == 7
    named = {
        name: [row for row in rows if isinstance(row.get("person_id"), int)]
        for name, rows in found.items()
        if name != "survey_sheet"
    }
    if house.engine.dialect.name == "postgresql":
        for sheet in filled:
            same = {row["person_id"] for rows in named.values() for row in rows if row["_moment"] == sheet["_moment"]}
            assert len(same) != 1, sheet["_moment"]
        assert len({row["_moment"] for row in found["survey_invitee"] if row["answered"]}) == 1
    with open_session(house.engine, 1) as session:
        box = queries.box_of(session, house.keys, queries.survey_by_number(session, 1))
        person_of = {box.hash_of(row["id"]): row["name"] for row in found["person"]}
    by_place = [person_of[row["token_hash"]] for row in sorted(found["survey_sheet"], key=lambda row: row["id"])]
    by_number = [row["name"] for row in found["person"] if row["name"] in by_place]
    assert by_place != by_number
    assert by_place != by_number[::-1]


def test_after_the_close_not_even_the_keys_tell_whose_a_sheet_is(house):
    office, voices = opened(house)
    links = {token_of(house, name) for name in members(1, 13)}
    for voice in voices[:6]:
        hand_in(voice, words=f"{CANARY}{voice.name[2:]}")
    office.clerk.do("问卷 催填 S-1")
    office.clerk.do("问卷 结束 S-1", fields={"_confirm": "yes"})
    found = picture(house)
    assert all(row["token_hash"] is None for row in found["survey_sheet"])
    stored = {str(value) for rows in found.values() for row in rows for value in row.values()}
    assert not stored & {token_hash(link) for link in links}
    assert not any(row["answered"] for row in found["survey_invitee"])
    with open_session(house.engine, 1) as session:
        survey = queries.survey_by_number(session, 1)
        box = queries.box_of(session, house.keys, survey)
        assert session.scalars(select(SurveySecret.link)).one() is None
        sheets = [sheet for sheet, _group, _person in queries.sheets_of(session, box, survey)]
        texts = box.open(queries.sealed_texts(session, survey))["words"]
    with pytest.raises(LookupError):
        box.token(1)
    assert sorted(texts) == [f"{CANARY}{number}" for number in range(1, 7)]
    assert not any("words" in sheet for sheet in sheets)


def test_the_order_of_the_sheets_changes_with_the_close(sqlite_house):
    """Whoever noted the order before cannot use it after: with 13 sheets it stays the same once in six thousand million."""
    office, _voices = opened(sqlite_house)
    for number in range(1, 14):
        answered(sqlite_house, members(number, number), contacts=str(number), words=f"{CANARY}{number:02d}")
    office.clerk.do("问卷 结束 S-1", fields={"_confirm": "yes"})
    with open_session(sqlite_house.engine, 1) as session:
        survey = queries.survey_by_number(session, 1)
        box = queries.box_of(session, sqlite_house.keys, survey)
        sheets = [int(sheet["contacts"]) for sheet, _group, _person in queries.sheets_of(session, box, survey)]
        texts = box.open(queries.sealed_texts(session, survey))["words"]
    assert sheets != sorted(sheets)
    assert texts != sorted(texts)
    assert [int(text[-2:]) for text in texts] != sheets


def test_the_audit_tells_neither_who_nor_when(house):
    _office, voices = opened(house)
    house.clock.forward(hours=3, minutes=21)
    before = picture(house)
    hand_in(voices[0], words=CANARY)
    rows = [row for table, row in changed(before, picture(house)) if table == "audit_entry"]
    assert [(row["actor"], row["action"], row["data"]) for row in rows] == [
        ("system:respondent", "survey:sheet:receive", '{"channel":"survey"}')
    ]
    assert rows[0]["at"].startswith("2026-10-07T16:00:00")  # midnight in Shanghai


def test_logs_hold_neither_answers_nor_codes(house, caplog):
    _office, voices = opened(house)
    token = token_of(house, "会员2")
    with caplog.at_level(logging.DEBUG):
        hand_in(voices[0], words=CANARY)
        by_code(house, token, words=CANARY)
        deliver(house)
    assert CANARY not in caplog.text
    assert token not in caplog.text
    assert token_hash(token) not in caplog.text


def test_the_files_of_the_database_hold_no_answer(sqlite_house):
    _office, voices = opened(sqlite_house)
    raw = f'{{"text": "{CANARY}"}}'
    sqlite_house.receive("console", "u-canary", raw)
    voices[0].do(f"问卷 填写 S-1 16 {CANARY}", raw=raw, update_id="u-canary")
    hand_in(voices[0], words=CANARY)
    with sqlite_house.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = sqlite_house.engine.url.database
    for suffix in ("", "-wal"):
        assert CANARY.encode() not in Path(path + suffix).read_bytes()


def test_counts_over_time_are_totals_and_reports_cannot_be_subtracted(house):
    office, _voices = opened(house)
    answered(house, members(1, 6))
    first = office.clerk.do("问卷 进度 S-1").data
    answered(house, members(7, 7), overall=1)
    second = office.clerk.do("问卷 进度 S-1").data
    assert second["answered"] - first["answered"] == 1
    assert set(first) == {"invited", "answered", "quota", "state"}
    assert office.clerk.do("问卷 报告 S-1").error == "survey_not_closed"
    office.clerk.do("问卷 结束 S-1", fields={"_confirm": "yes"})
    once = office.clerk.do("问卷 报告 S-1").data
    with nobody(house) as (tx, survey):
        assert queries.result_of(tx.session, survey).sample.answered == 7
    assert office.clerk.do("问卷 报告 S-1").data == once


def test_the_workbook_names_nobody_and_no_group_below_five(house):
    office, voices = opened(house)
    answered(house, members(1, 6), words=CANARY)
    answered(house, members(7, 9))
    office.clerk.do("问卷 结束 S-1", fields={"_confirm": "yes"})
    content = office.clerk.do("问卷 导出 S-1").files[0].content
    book = load_workbook(BytesIO(content))
    cells = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    ]
    assert CANARY in cells
    assert not any(voice.name in cell for voice in voices for cell in cells)
    assert "分组" not in book.sheetnames  # six and three: the three would follow from the total
    assert not any(re.search("杭州|宁波", cell) for cell in cells)


def test_links_are_put_in_when_a_message_is_sent_and_stored_nowhere(house):
    from dataclasses import replace

    public = replace(house, public_url="https://guild.example/")
    opened(public)
    arrived = {chat: out.text for chat, out in deliver(public) if "答" in out.text or "问卷" in out.text}
    link = f"https://guild.example/s/{token_of(house, '会员1')}"
    assert link in arrived["会员1"]
    assert link not in arrived["会员2"]
    assert "⟦" not in arrived["会员1"]
    stored = "".join(visible(row) for rows in picture(house).values() for row in rows)
    assert token_of(house, "会员1") not in stored
    assert "guild.example" not in stored
