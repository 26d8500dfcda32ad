"""The guides: the list of commands is the registry's, and no link leads nowhere."""

import re
from pathlib import Path

import pytest

from bot import reference

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("language", reference.PAGES)
def test_the_list_of_commands_is_the_registry_s(language):
    written = (reference.FOLDER / reference.PAGES[language]).read_text(encoding="utf-8")
    assert written == reference.page(language), "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not link.startswith("http")]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.parent.name == "decisions"], ids=lambda page: page.stem
)
def test_a_decision_takes_at_most_thirty_lines(page):
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 30
