"""Templates that come with the house, as data, and what a template is. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from announcements.rules.kinds import Kind
from core.errors import BadInput
from core.i18n import _

DATA = Path(__file__).resolve().parents[1] / "data" / "templates.toml"


@dataclass(frozen=True)
class Template:
    """A title, a text and elements with {fields}. ``shipped`` ones cannot be changed."""

    name: str
    kind: Kind
    title: str
    body: str
    elements: Mapping[str, str] = field(default_factory=dict)
    shipped: bool = False


@lru_cache(maxsize=1)
def shipped() -> dict[str, Template]:
    """The templates of the house by name."""
    found = tomllib.loads(DATA.read_text("utf-8"))["template"]
    made = [
        Template(
            one["name"], Kind(one["kind"]), one["title"], one["body"].strip(), one.get("elements", {}), shipped=True
        )
        for one in found
    ]
    return {one.name: one for one in made}


def check_name(raw: str) -> str:
    """A name of at most 60 characters in one line. Raises BadInput."""
    name = " ".join(raw.split())
    if not 1 <= len(name) <= 60:
        raise BadInput("template_name", _("A template has a name of at most 60 characters."))
    return name
