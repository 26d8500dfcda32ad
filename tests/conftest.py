"""The few fixtures that all tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.dispatch import House
from tests import databases, houses, statements

NEEDED = ("browser", "service", "workbook")
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
"""A slow machine is no defect of what is tested."""
statements.compile_once()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where everything is installed on purpose, a skipped browser, service or workbook test is a failure."""
    report = yield
    needed = any(item.get_closest_marker(name) for name in NEEDED)
    if os.environ.get("GUILDHALL_CI") and needed and report.skipped:
        report.outcome, report.longrepr = "failed", f"skipped in CI: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what a whole run shares."""
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="session")
def postgres_admin(shared_folder: Path) -> Iterator[str]:
    """A PostgreSQL server for this run."""
    with databases.postgres_server(shared_folder) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path, shared_folder: Path) -> str:
    """A fresh SQLite database."""
    return databases.sqlite(tmp_path, shared_folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, shared_folder: Path) -> Iterator[str]:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        yield databases.sqlite(tmp_path, shared_folder)
        return
    with databases.postgres(request.getfixturevalue("postgres_admin")) as url:
        yield url


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house on each kind of database, with a clock that stands on 2026-10-08 10:00 in Shanghai."""
    with houses.open_for_test(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def sqlite_house(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    """A house on SQLite, for what does not depend on the database."""
    with houses.open_for_test(sqlite_url, tmp_path) as opened:
        yield opened
