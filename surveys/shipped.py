"""The templates that come with Guildhall."""

import tomllib
from datetime import date
from functools import lru_cache
from importlib.resources import files

from surveys.rules.form import Form
from surveys.rules.templates import read_template

STANDARD = "service_quality"


@lru_cache(maxsize=1)
def _editions() -> tuple[tuple[date, str, Form], ...]:
    found = []
    for path in files("surveys.data").iterdir():
        if path.name.endswith(".toml"):
            content = path.read_bytes()
            title, form = read_template(content)
            found.append((tomllib.loads(content.decode())["effective_from"], title, form))
    return tuple(sorted(found, key=lambda one: (one[0], one[2].template)))


def shipped_templates(today: date) -> dict[str, tuple[str, Form]]:
    """Template code → title and questions of the edition in force on a day."""
    return {form.template: (title, form) for effective, title, form in _editions() if effective <= today}
