"""A prepared PostgreSQL database, made once and copied for each test."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests import databases
from tests.faults.lines import prepare
from tests.houses import open_for_test


@dataclass(frozen=True)
class Template:
    """The name of the prepared database, and the key that its sealed data needs."""

    name: str
    key: Path


@pytest.fixture(scope="session")
def template(postgres_admin, tmp_path_factory):
    """A database in which every line of the table makes sense."""
    folder = tmp_path_factory.mktemp("prepared")
    with databases.postgres(postgres_admin) as url:
        with open_for_test(url, folder) as house:
            prepare(house)
        yield Template(make_url(url).database, folder / "key")


@pytest.fixture
def served(postgres_admin, template, tmp_path):
    """The URL of a copy of it."""
    shutil.copy(template.key, tmp_path / "key")
    with databases.postgres(postgres_admin, template.name) as url:
        yield url
