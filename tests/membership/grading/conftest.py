"""Schemes by short name, loaded once."""

from functools import lru_cache
from pathlib import Path

import pytest

from membership.rules.grading.loading import load

SCHEMES = Path(__file__).resolve().parents[3] / "membership" / "data" / "schemes"


@lru_cache
def shipped(name):
    [path] = SCHEMES.glob(f"{name}*.toml")
    return load(path.read_text("utf-8"))


@pytest.fixture
def scheme_named():
    return shipped
