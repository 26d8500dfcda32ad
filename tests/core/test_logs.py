"""Secrets and people's data never reach the logs, whatever goes wrong; a line stays one line of JSON."""

import json
import logging
from urllib.parse import quote

import pytest
from sqlalchemy import text

from bot.cli import main
from core import logs
from core.config import Settings
from core.db import make_engine, open_session

SECRET_FIELDS = [n for n, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]


def test_there_are_secrets_to_hide():
    assert {"key", "telegram_token", "slack_signing_secret"} <= set(SECRET_FIELDS)


@pytest.fixture
def canaries(monkeypatch, tmp_path):
    """A telling value in every secret setting, the password of the database among them."""
    values = {name: f"canary-{name}:/@{number}é" for number, name in enumerate(SECRET_FIELDS)}
    values["key"] = "ca" * 32
    for name, value in values.items():
        monkeypatch.setenv(f"GUILDHALL_{name.upper()}", value)
    monkeypatch.setenv("GUILDHALL_DATABASE_URL", "postgresql+psycopg://office:canary-pass%3Aword@127.0.0.1:1/none")
    monkeypatch.setenv("GUILDHALL_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return [*values.values(), "canary-pass:word"]


def logged(capsys, write):
    """The lines that are logged while something happens, with the settings' secrets known."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure("DEBUG", Settings().secrets)
    try:
        write()
    finally:
        root.handlers[:], root.level = before, level
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_every_secret_is_known_to_the_logs(canaries):
    assert set(canaries) == set(Settings().secrets)


def fail(log, secret):
    """Log a traceback with a secret in it."""
    try:
        int(secret)
    except ValueError:
        log.exception("failed")


WAYS = {
    "message": lambda log, secret: log.warning(f"token {secret}"),  # noqa: G004 - as careless code does
    "argument": lambda log, secret: log.warning("token %s and %r", secret, {"token": secret}),
    "field": lambda log, secret: log.warning("x", extra={"fields": {"token": secret, "deep": [{"token": secret}]}}),
    "traceback": fail,
    "address": lambda log, secret: log.warning("GET https://example.org/bot%s/getMe", quote(secret, safe="")),
    "json": lambda log, secret: log.warning(json.dumps({"token": secret}, ensure_ascii=False)),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_secret_gets_into_a_line_in_any_way(canaries, capsys, way):
    lines = logged(capsys, lambda: [WAYS[way](logging.getLogger("proof"), canary) for canary in canaries])
    written = json.dumps(lines, ensure_ascii=False)
    assert "***" in written
    for canary in canaries:
        for form in (canary, quote(canary, safe=""), json.dumps(canary)[1:-1]):
            assert form not in written, way


def test_a_line_stays_one_line(capsys):
    [line] = logged(capsys, lambda: logging.getLogger("proof").warning("first\r\nsecond\u2028third\u202e"))
    assert line["message"] == "first\r\nsecond\u2028third\u202e"


@pytest.mark.parametrize("name", ["httpx", "httpcore", "telegram.ext", "slack_sdk", "apscheduler", "alembic"])
def test_libraries_that_log_addresses_speak_only_of_warnings(capsys, name):
    library = logging.getLogger(name)
    assert logged(capsys, lambda: library.info("GET https://api.telegram.org/bot123:TOKEN/getMe")) == []
    assert len(logged(capsys, lambda: library.warning("slow down"))) == 1


def test_an_error_of_the_database_names_no_values(house, tmp_path):
    """Errors are logged with their statement: what was to be stored is somebody's name."""
    with pytest.raises(Exception, match="parameters hidden") as failed, open_session(house.engine) as session:
        session.execute(text("INSERT INTO nowhere (name) VALUES (:name)"), {"name": "纪昕妍"})
    assert "纪昕妍" not in str(failed.value)


def test_the_engine_hides_its_password(tmp_path):
    engine = make_engine("postgresql+psycopg://office:canary-pass@127.0.0.1:1/none")
    assert "canary-pass" not in repr(engine)


def test_commands_that_fail_show_no_secret(canaries, capfd):
    """The database cannot be reached: the operator is told, without the password, and no token is printed."""
    for arguments in (["doctor"], ["verify"], ["backup", "x.tar.gz"]):
        try:
            main(arguments)
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
    shown = capfd.readouterr()
    for canary in canaries:
        assert canary not in shown.out + shown.err
