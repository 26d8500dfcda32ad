"""Settings come from the environment and from .env, and a wrong one is named without its value."""

import stat
import threading

import pytest
from pydantic import ValidationError

from core.config import Settings
from core.errors import BadInput
from core.keys import load_key_ring


@pytest.fixture
def empty(monkeypatch, tmp_path):
    import os

    for name in [name for name in os.environ if name.startswith("GUILDHALL_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_anything_the_embedded_database_of_the_data_directory_is_used(empty):
    settings = Settings()
    assert settings.database == "sqlite:///data/guildhall.db"
    assert settings.telegram_token is None
    assert settings.secrets == ()


def test_the_file_is_read_and_the_environment_wins(empty, monkeypatch):
    (empty / ".env").write_text("GUILDHALL_DATA_DIR=/srv/office\nGUILDHALL_LOG_LEVEL=WARNING\nOTHER=1\n")
    monkeypatch.setenv("GUILDHALL_LOG_LEVEL", "ERROR")
    settings = Settings()
    assert settings.database == "sqlite:////srv/office/guildhall.db"
    assert settings.log_level == "ERROR"


def test_a_setting_of_the_wrong_kind_is_named_without_its_value(empty, monkeypatch):
    monkeypatch.setenv("GUILDHALL_PORTAL_PORT", "canary-not-a-port")
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert "portal_port" in str(refused.value)
    assert "canary" not in str(refused.value)


def test_secrets_do_not_show_themselves(empty, monkeypatch):
    monkeypatch.setenv("GUILDHALL_TELEGRAM_TOKEN", "123:canary")
    assert "canary" not in repr(Settings())


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    rings = []
    threads = [threading.Thread(target=lambda: rings.append(load_key_ring(tmp_path, None))) for _i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rings) == 8
    assert [p.name for p in tmp_path.iterdir()] == ["key"]
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    sealed = rings[0]._box.encrypt(bytes(12), b"x", None)
    assert {ring._box.decrypt(bytes(12), sealed, None) for ring in rings} == {b"x"}


@pytest.mark.parametrize("key", ["", "x", "00", "zz" * 32, "0" * 63, "００" * 32])
def test_a_key_of_another_form_is_refused_by_name(tmp_path, key):
    (tmp_path / "key").write_text(key)
    with pytest.raises(BadInput) as refused:
        load_key_ring(tmp_path, key or None)
    assert refused.value.code == "key_form"
