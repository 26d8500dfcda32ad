"""Backup, restore, erasures that hold, a clock that jumped back, an unknown schema, and what the doctor sees."""

import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot import safekeeping, timers
from bot.app import open_house
from bot.cli import main
from bot.messages import Incoming
from core import audit, migrate
from core.config import Settings
from core.db import make_engine, open_session
from core.errors import BadInput, Conflict
from core.outbox import OutboxMessage, State
from people.models import Person
from tests.houses import START, Clock, Voice, deliver, furnish

YES = {"_confirm": "yes"}


@pytest.fixture
def settings(monkeypatch, tmp_path):
    """An installation of its own, in a folder of its own."""
    for name in [name for name in os.environ if name.startswith("GUILDHALL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GUILDHALL_DATA_DIR", str(tmp_path / "office"))
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.chdir(tmp_path)
    return Settings()


@pytest.fixture
def opened(settings):
    """Houses of that installation, closed at the end."""
    houses = []

    def start(clock=None):
        houses.append(open_house(settings, clock=clock or Clock()))
        return houses[-1]

    yield start
    for house in houses:
        house.engine.dispose()


def move_away(settings):
    """What an operator does with a broken database before restoring."""
    for path in settings.data_dir.glob("guildhall.db*"):
        path.unlink()


def states(house):
    with open_session(house.engine, 1) as session:
        rows = session.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state))
        return dict(map(tuple, rows))


def with_mail_waiting(office, settings):
    """An announcement is approved and not yet delivered; returns how many messages stand in which state."""
    office.clerk.do("announce draft 通知 标题 全体 正文")
    office.clerk.do("announce submit A-1")
    office.deputy.do("approval approve P-2")
    timers.run_due(office.house, settings.data_dir)
    return states(office.house)


def test_a_backup_and_its_key_are_for_their_owner_only(settings, opened, tmp_path):
    furnish(opened())
    said = safekeeping.backup(settings, tmp_path / "sunday.tar.gz")
    assert str(tmp_path / "sunday.tar.gz.key") in said
    for name in ("sunday.tar.gz", "sunday.tar.gz.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_the_drill_backup_lose_everything_restore_verify_release(settings, opened, tmp_path):
    """What was waiting when the backup was made is held, since nobody knows whether it went out since."""
    office = furnish(opened())
    before = with_mail_waiting(office, settings)
    safekeeping.backup(settings, tmp_path / "sunday.tar.gz")
    deliver(office.house)
    office.clerk.do("person add 后来者")
    office.house.engine.dispose()
    with pytest.raises(Conflict) as present:
        safekeeping.restore(settings, tmp_path / "sunday.tar.gz")
    assert present.value.code == "database_exists"
    move_away(settings)
    (settings.data_dir / "key").unlink()
    assert str(before[State.PENDING]) in safekeeping.restore(settings, tmp_path / "sunday.tar.gz")
    shown, intact = safekeeping.verify(settings, None)
    assert intact, shown
    house = opened()
    assert states(house) == {
        **{k: v for k, v in before.items() if k != State.PENDING},
        State.HELD: before[State.PENDING],
    }
    assert deliver(house) == []
    secretary = Voice(house, "秦书")
    assert "后来者" not in str(secretary.do("person list").data)
    released = secretary.do("发件箱 放行", fields=YES)
    assert released.error is None, released.text
    arrived = deliver(house)
    assert sum("正文" in out.text for _chat, out in arrived) == 2
    assert State.HELD not in states(house)
    assert secretary.do("outbox release", fields=YES).error


@pytest.mark.parametrize("left", ["guildhall.db", "guildhall.db-wal", "guildhall.db-shm"])
def test_nothing_of_the_former_database_may_be_in_the_way(settings, opened, tmp_path, left):
    furnish(opened())
    safekeeping.backup(settings, tmp_path / "b.tar.gz")
    move_away(settings)
    (settings.data_dir / left).write_bytes(b"left over")
    with pytest.raises(Conflict) as refused:
        safekeeping.restore(settings, tmp_path / "b.tar.gz")
    assert left in refused.value.text
    assert (settings.data_dir / left).read_bytes() == b"left over"


def test_what_was_held_can_be_dropped_instead(settings, opened, tmp_path):
    office = furnish(opened())
    office.clerk.do("member status M-1 suspended 理由")
    safekeeping.backup(settings, tmp_path / "b.tar.gz")
    office.house.engine.dispose()
    move_away(settings)
    safekeeping.restore(settings, tmp_path / "b.tar.gz")
    house = opened()
    held = states(house)[State.HELD]
    assert Voice(house, "钱办").do("outbox discard", fields=YES).error == "not_allowed"
    assert Voice(house, "秦书").do("outbox discard", fields=YES).error is None
    assert states(house)[State.CANCELLED] == held
    assert deliver(house) == []


def test_a_restore_brings_no_erased_person_back(settings, opened, tmp_path):
    """Backup, erase, disaster, restore: the file of erasures outlives the database."""
    office = furnish(opened())
    number = office.clerk.do("person add 纪昕妍 phone=13712345678").data["person"]
    safekeeping.backup(settings, tmp_path / "b.tar.gz")
    office.clerk.do(f"person remove {number} 离任", fields=YES)
    asked = office.secretary.do(f"person erase {number}", fields=YES).data["approval"]
    office.deputy.do(f"approval approve P-{asked}")
    timers.run_due(office.house, settings.data_dir)
    office.house.engine.dispose()
    move_away(settings)
    safekeeping.restore(settings, tmp_path / "b.tar.gz")
    house = opened()
    with open_session(house.engine, 1) as session:
        assert session.get(Person, number).name == "—"
        assert audit.verify(session, 1).intact
    house.engine.dispose()
    content = b"".join(p.read_bytes() for p in settings.data_dir.glob("guildhall.db*"))
    assert "纪昕妍".encode() not in content
    assert b"13712345678" not in content


@pytest.mark.parametrize("spoilt", ["empty", "text", "cut", "flipped", "without a database"])
def test_a_spoilt_backup_is_refused_and_leaves_nothing_behind(settings, opened, tmp_path, spoilt):
    import tarfile

    furnish(opened())
    target = tmp_path / "b.tar.gz"
    safekeeping.backup(settings, target)
    whole = target.read_bytes()
    if spoilt == "without a database":
        with tarfile.open(target, "w:gz") as archive:
            archive.add(__file__, "other.txt")
    else:
        middle = len(whole) // 2
        flipped = whole[:middle] + bytes(byte ^ 0xFF for byte in whole[middle : middle + 200]) + whole[middle + 200 :]
        target.write_bytes({"empty": b"", "text": b"hello", "cut": whole[:middle], "flipped": flipped}[spoilt])
    move_away(settings)
    with pytest.raises(BadInput) as refused:
        safekeeping.restore(settings, target)
    assert refused.value.code == "backup_damaged"
    assert list(settings.data_dir.glob("guildhall.db*")) == []


def test_a_failed_backup_leaves_no_half_archive_under_its_name(settings, opened, tmp_path, monkeypatch):
    furnish(opened())
    monkeypatch.setattr(safekeeping.tarfile.TarFile, "add", lambda *_args: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        safekeeping.backup(settings, tmp_path / "b.tar.gz")
    assert [p.name for p in tmp_path.glob("b.tar.gz*")] == []


def test_a_backup_can_be_made_while_people_work(settings, opened, tmp_path):
    import threading

    office = furnish(opened())
    threads = [threading.Thread(target=office.clerk.do, args=(f"person add 同事{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    safekeeping.backup(settings, tmp_path / "b.tar.gz")
    for thread in threads:
        thread.join()
    office.house.engine.dispose()
    move_away(settings)
    safekeeping.restore(settings, tmp_path / "b.tar.gz")
    assert safekeeping.verify(settings, None)[1]


@pytest.mark.parametrize(
    ("jump", "starts"),
    [(timedelta(), True), (timedelta(minutes=-4), True), (timedelta(minutes=-6), False), (timedelta(days=-365), False)],
)
def test_a_clock_that_jumped_back_keeps_the_office_closed(settings, opened, jump, starts):
    furnish(opened())
    if starts:
        assert opened(Clock(START + jump)).engine is not None
        return
    with pytest.raises(Conflict) as refused:
        opened(Clock(START + jump))
    assert refused.value.code == "clock_behind"
    assert "2026-10-08 10:00" in refused.value.text


def test_a_clock_that_went_ahead_is_no_reason_to_stop(settings, opened):
    furnish(opened())
    assert opened(Clock(START + timedelta(days=400))).engine is not None


def test_a_database_of_a_newer_program_is_refused_in_words(settings, opened, capsys):
    house = opened()
    with house.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num='9999'"))
    house.engine.dispose()
    before = (settings.data_dir / "guildhall.db").read_bytes()
    for command in (["doctor"], ["do", "help", "--as", "秦书"], ["chat", "--as", "秦书"]):
        assert main(command) == 2
    assert "新版本" in capsys.readouterr().err
    assert (settings.data_dir / "guildhall.db").read_bytes() == before


def test_the_doctor_finds_nothing_in_a_sound_office(settings, opened, capsys):
    opened(lambda: datetime.now(UTC))
    assert main(["init", "--association", "试验省协会", "--code", "5133000050001234X6", "--admin", "秦书"]) == 0
    capsys.readouterr()
    status = main(["doctor", "--json"])
    found = {one["what"]: one for one in json.loads(capsys.readouterr().out)}
    assert len(found) > 6
    calendar = next(one for what, one in found.items() if "日历" in what)
    assert all(one["good"] for one in found.values() if one is not calendar), found
    assert status == (0 if calendar["good"] else 1)
    assert main(["doctor"]) == status
    assert "秘书长 1 人" in capsys.readouterr().out


def troubled(settings, capsys):
    capsys.readouterr()
    main(["doctor", "--json"])
    return {one["what"].rsplit(" · ", 1)[-1] for one in json.loads(capsys.readouterr().out) if not one["good"]}


def test_the_doctor_names_what_is_wrong(settings, opened, capsys):
    now = datetime.now(UTC)
    office = furnish(opened(lambda: now))
    office.clerk.do("member status M-1 suspended 理由")
    timers.run_due(office.house)
    assert not {"发件", "审计", "定时任务", "负责人"} & troubled(settings, capsys)
    with open_session(office.house.engine, 1) as session:
        session.execute(text("UPDATE outbox_message SET state='held'"))
        session.execute(text("UPDATE job_run SET claimed_at='2020-01-01 00:00:00'"))
        session.execute(text("UPDATE role_grant SET revoked_at='2020-01-01 00:00:00'"))
        session.execute(text("DROP TRIGGER audit_entry_no_update"))
        session.execute(text("UPDATE audit_entry SET data='{}' WHERE seq=2"))
    assert {"发件", "审计", "定时任务", "负责人"} <= troubled(settings, capsys)


def test_wrong_settings_and_a_lost_database_are_said_in_words(settings, monkeypatch, capsys):
    monkeypatch.setenv("GUILDHALL_PORTAL_PORT", "canary")
    assert main(["doctor"]) == 2
    said = capsys.readouterr().err
    assert "GUILDHALL_PORTAL_PORT" in said
    assert "canary" not in said
    monkeypatch.delenv("GUILDHALL_PORTAL_PORT")
    monkeypatch.setenv("GUILDHALL_DATABASE_URL", "postgresql+psycopg://office:canary-pass@127.0.0.1:1/none")
    assert main(["doctor"]) == 1
    said = capsys.readouterr().err
    assert "数据库" in said
    assert "canary-pass" not in said
    assert "Traceback" not in said


def test_before_an_upgrade_the_embedded_database_is_copied(settings, opened, monkeypatch):
    """The copy is the database as it was, readable by its owner only."""
    house = opened()
    with house.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num='0000'"))
    house.engine.dispose()
    monkeypatch.setattr(migrate, "known_revisions", lambda: {"0000", migrate.latest_revision()}, raising=False)
    monkeypatch.setattr(migrate.command, "upgrade", lambda *_args: None)
    monkeypatch.setattr(
        migrate.ScriptDirectory, "walk_revisions", lambda _self: iter([type("R", (), {"revision": "0000"})()])
    )
    for number in range(2):
        migrate.upgrade(settings.database, settings.data_dir)
        copies = sorted((settings.data_dir / "backups").iterdir())
        assert len(copies) == number + 1
    assert {stat.S_IMODE(copy.stat().st_mode) for copy in copies} == {0o600}
    engine = make_engine(f"sqlite:///{copies[0]}")
    assert migrate.current_revision(engine) == "0000"
    engine.dispose()


def test_a_stranger_meets_the_restored_office_as_before(settings, opened, tmp_path):
    """Codes that were used after the backup are unused in it: they expire like any other, and work once more."""
    office = furnish(opened())
    code = office.clerk.do("person invite 联络1").data["code"]
    safekeeping.backup(settings, tmp_path / "b.tar.gz")
    joined = Incoming("telegram", "r1", "777", "777", text=f"join {code}")
    assert office.house.handle(joined).error is None
    office.house.engine.dispose()
    move_away(settings)
    safekeeping.restore(settings, tmp_path / "b.tar.gz")
    house = opened()
    assert house.handle(Incoming("telegram", "r2", "777", "777", text="whoami")).error == "stranger"
    assert house.handle(Incoming("telegram", "r3", "777", "777", text=f"join {code}")).error is None
    assert Path(settings.data_dir / "key").exists()
