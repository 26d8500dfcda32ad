"""Every way of tampering with the audit, on every row and every column, and what shows it. In chat and by the operator."""

import pytest
from sqlalchemy import text

from bot import safekeeping
from bot.cli import main
from core import audit
from core.audit import AuditEntry
from core.db import open_session
from core.errors import NotFound
from tests.houses import Voice, found, furnish, tx_for

COVERED = ("seq", "at", "actor", "action", "object", "data", "person_id", "sealed", "previous", "hash")
LITERALS = {
    "seq": "seq + 1000",
    "at": "'2026-10-08T02:00:00.000001+00:00'",
    "actor": "actor || '0'",
    "action": "'person:role:grant2'",
    "object": "object || '1'",
    "data": "data || ' '",
    "person_id": "coalesce(person_id, 0) + 1",
    "previous": "hash",
    "hash": "previous",
}


def disarm(session):
    if session.get_bind().dialect.name == "sqlite":
        for name in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER audit_entry_no_{name}"))
    else:
        session.execute(text("DROP TRIGGER audit_entry_append_only ON audit_entry"))
        session.execute(text("ALTER TABLE audit_entry DROP CONSTRAINT uq_audit_entry_previous"))


def rows_of(house):
    with open_session(house.engine, 1) as session:
        return audit.verify(session, 1).rows


def first_bad(house):
    with open_session(house.engine, 1) as session:
        return audit.verify(session, 1).bad_row


def tampered(house, *statements):
    """The first bad row after these statements, which are taken back afterwards."""
    with open_session(house.engine, 1) as session:
        for statement in statements:
            session.execute(text(statement))
        bad = audit.verify(session, 1).bad_row
        session.rollback()
    return bad


def test_the_columns_of_the_chain_are_all_columns_but_its_place():
    assert (
        set(COVERED) == set(audit.COLUMNS) == {c.name for c in AuditEntry.__table__.columns} - {"id", "association_id"}
    )


def test_a_change_of_any_column_of_any_row_is_found_there(house):
    found(house)
    Voice(house, "秦书").do("person add 季新 phone=13900000000")
    with open_session(house.engine, 1) as session:
        disarm(session)
    total = rows_of(house)
    assert total >= 6
    sealed = "x'00'" if house.engine.dialect.name == "sqlite" else "'\\x00'::bytea"
    for row in range(1, total + 1):
        for column in COVERED:
            if house.engine.dialect.name == "sqlite" and column in ("previous", "hash"):
                continue  # its UNIQUE key refuses these; they are tried with fresh bytes below
            value = LITERALS.get(column, sealed)
            assert tampered(house, f"UPDATE audit_entry SET {column} = {value} WHERE seq = {row}") == row, (row, column)


def test_a_fresh_hash_or_link_does_not_pass(house):
    found(house)
    with open_session(house.engine, 1) as session:
        disarm(session)
    blob = "randomblob(32)" if house.engine.dialect.name == "sqlite" else "sha256('x')"
    for row in range(1, rows_of(house) + 1):
        for column in ("previous", "hash"):
            assert tampered(house, f"UPDATE audit_entry SET {column} = {blob} WHERE seq = {row}") == row


def test_nothing_and_an_empty_text_are_told_apart(house):
    found(house)
    with open_session(house.engine, 1) as session:
        disarm(session)
        bare = session.execute(text("SELECT min(seq) FROM audit_entry WHERE sealed IS NULL")).scalar_one()
    empty = "x''" if house.engine.dialect.name == "sqlite" else "''::bytea"
    assert tampered(house, f"UPDATE audit_entry SET sealed = {empty} WHERE seq = {bare}") == bare


def test_swapped_deleted_inserted_and_moved_rows_are_found(house):
    found(house)
    Voice(house, "秦书").do("person add 季新")
    with open_session(house.engine, 1) as session:
        disarm(session)
    total = rows_of(house)
    swap = [f"UPDATE audit_entry SET seq = {seq} WHERE seq = {other}" for seq, other in ((9001, 2), (2, 3), (3, 9001))]
    assert tampered(house, *swap) == 2
    for row in range(1, total + 1):
        assert tampered(house, f"DELETE FROM audit_entry WHERE seq = {row}") == row
    fresh = "randomblob(32)" if house.engine.dialect.name == "sqlite" else "sha256('y')"
    copy = (
        "INSERT INTO audit_entry (association_id, seq, at, actor, action, object, data, previous, hash) "
        f"SELECT association_id, {total + 1}, at, actor, action, object, data, hash, "
        f"{fresh} "
        f"FROM audit_entry WHERE seq = {total}"
    )
    assert tampered(house, copy) == total + 1
    assert tampered(house, f"DELETE FROM audit_entry WHERE seq > {total - 2}") == total - 1
    assert tampered(house, "DELETE FROM audit_entry") == 1
    assert tampered(house, "DELETE FROM audit_head") == total + 1


def test_a_row_cannot_change_associations(house):
    found(house)
    found(house, name="邻省协会", code="51360000500012341U", admin="邻秘")
    with open_session(house.engine, 1) as session:
        disarm(session)
    last = rows_of(house)
    assert (
        tampered(
            house, f"UPDATE audit_entry SET association_id = 2, seq = 99 WHERE association_id = 1 AND seq = {last}"
        )
        == last
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET data='{}' WHERE seq=1",
        "DELETE FROM audit_entry WHERE seq=1",
        "DELETE FROM audit_entry",
        "UPDATE audit_entry SET person_id = 7",
    ],
)
def test_the_database_refuses_what_the_program_never_does(house, statement):
    found(house)
    before = rows_of(house)
    with pytest.raises(Exception, match="append-only"), open_session(house.engine, 1) as session:
        session.execute(text(statement))
    assert rows_of(house) == before


def test_truncating_is_refused_where_it_exists(postgres_admin, tmp_path):
    from tests import databases
    from tests.houses import open_for_test

    with databases.postgres(postgres_admin) as url, open_for_test(url, tmp_path) as house:
        found(house)
        with pytest.raises(Exception, match="append-only"), open_session(house.engine, 1) as session:
            session.execute(text("TRUNCATE audit_entry"))


def test_the_chat_says_so_and_names_the_row(house):
    office = furnish(house)
    assert office.secretary.do("审计 校验").data["bad_row"] is None
    with open_session(house.engine, 1) as session:
        disarm(session)
        session.execute(text("UPDATE audit_entry SET actor='person:2' WHERE seq=3"))
    reply = office.secretary.do("audit verify")
    assert (reply.error, reply.data["bad_row"]) == ("audit_broken", 3)
    assert "R-3" in reply.text
    assert office.clerk.do("audit verify").error == "not_allowed"


def test_the_operator_s_command_says_so_with_its_exit_status(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GUILDHALL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--association", "试验省协会", "--code", "5133000050001234X6", "--admin", "秦书"]) == 0
    assert main(["verify"]) == 0
    assert "5 行完好" in capsys.readouterr().out
    from core.db import make_engine

    engine = make_engine(f"sqlite:///{tmp_path / 'data' / 'guildhall.db'}")
    with open_session(engine, 1) as session:
        disarm(session)
        session.execute(text("UPDATE audit_entry SET data='{}' WHERE seq=2"))
    engine.dispose()
    assert main(["verify"]) == 1
    assert "R-2" in capsys.readouterr().out


def test_a_published_head_shows_a_tail_that_was_cut_off_with_its_head(house, tmp_path):
    found(house)
    Voice(house, "秦书").do("person add 季新")
    with open_session(house.engine, 1) as session:
        seq, digest = audit.head_of(session, 1)
    safekeeping.write_head(tmp_path, "5133000050001234X6", seq, digest, house.clock())
    heads = safekeeping.read_heads(tmp_path / safekeeping.HEADS)["5133000050001234X6"]
    with open_session(house.engine, 1) as session:
        disarm(session)
        session.execute(text(f"DELETE FROM audit_entry WHERE seq = {seq}"))
        session.execute(
            text(f"UPDATE audit_head SET seq={seq - 1}, hash=(SELECT hash FROM audit_entry WHERE seq={seq - 1})")
        )
        assert audit.verify(session, 1).intact
        assert audit.verify(session, 1, heads).bad_row == seq


def test_a_receipt_shows_what_it_stands_for_but_never_what_is_sealed(house):
    office = furnish(house)
    reply = office.clerk.do("person add 季新 phone=13900000000")
    receipt = reply.text.rsplit(" ", 1)[1]
    for typed in (receipt, receipt.lower(), receipt.replace("-", ""), receipt.removeprefix("R-"), f"ｒ{receipt[1:]}"):
        shown = office.secretary.do(f"审计 查看 {typed}")
        assert shown.data["action"] == "person:entry:add"
    assert "封存" in shown.text
    assert "季新" not in shown.text
    assert "1390000" not in shown.text + str(shown.data)
    assert office.secretary.do("audit show R-99999").error == "receipt_unknown"
    assert office.secretary.do("audit show R-x").error == "receipt_form"
    with tx_for(house, "秦书") as tx, pytest.raises(NotFound):
        audit.entry_by_number(tx.session, 99_999)


def test_the_audit_lists_one_object(sqlite_house):
    office = furnish(sqlite_house)
    rows = office.secretary.do("审计 列表 member:1").data
    assert {row[4] for row in rows} == {"member:1"}
    for number in range(20):
        office.clerk.do(f"person add 同事{number}")
    assert len(office.secretary.do("audit list").data) == 20


def test_a_refused_sensitive_command_leaves_a_row_of_its_own_and_nothing_else(house):
    office = furnish(house)
    before = rows_of(house)
    assert office.clerk.do("role end 卢副 deputy 理由").error == "not_allowed"
    assert office.clerk.do("approval approve P-1").error == "not_allowed"
    assert office.clerk.do("person invite 秦书").error == "higher_role"
    assert office.clerk.do("member list region=火星").error is None
    assert rows_of(house) == before + 3
    with open_session(house.engine, 1) as session:
        kept = [audit.entry_by_number(session, before + number) for number in (1, 2, 3)]
    assert {entry.action for entry in kept} == {"access:command:refuse"}
    assert [entry.object for entry in kept] == ["command:role-end", "command:approval-approve", "command:person-invite"]
    assert "higher_role" in kept[2].data
    assert first_bad(house) is None


def test_the_chain_has_no_gap_when_many_act_at_once(house):
    import threading

    found(house)
    before = rows_of(house)
    threads = [
        threading.Thread(target=Voice(house, "秦书").do, args=(f"person add 同事{number}",)) for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows_of(house) == before + 8
    assert first_bad(house) is None
