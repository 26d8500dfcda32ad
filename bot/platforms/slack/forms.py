"""A form as a modal, and what was filled in."""

import json
from dataclasses import dataclass
from typing import Any

from bot.messages import Field, Form
from bot.platforms.slack.escaping import escape, shortened
from core.i18n import N_, _

FORM = "form"
INPUT = "value"
TITLE, LABEL, HINT, OPTION, OPTION_VALUE, OPTIONS, TEXT, BLOCKS, METADATA = 24, 150, 150, 75, 150, 100, 3000, 100, 3000
SEND = N_("Send")
CLOSE = N_("Cancel")

Json = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a form was asked for, so that the answer to it goes there. It travels with the modal, signed by Slack."""

    token: str
    chat: str
    private: bool
    response_url: str = ""
    thread: str = ""


def modal(form: Form, place: Place, typed: dict[str, str]) -> Json:
    """The modal of a form. ``typed`` is what the person has just filled in, so that nothing is typed twice."""
    blocks: list[Json] = []
    if form.trouble:
        blocks.append({"type": "section", "text": _plain(f"⚠ {form.trouble}", TEXT)})
    blocks += [_input(field, typed.get(field.name, "")) for field in form.fields if len(field.value) <= TEXT]
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": _plain(form.title, TITLE),
        "submit": _plain(_(SEND), TITLE),
        "close": _plain(_(CLOSE), TITLE),
        "notify_on_close": True,
        "private_metadata": _packed(place),
        "blocks": blocks[:BLOCKS],
    }


def _packed(place: Place) -> str:
    kept = json.dumps(vars(place))
    return kept if len(kept) <= METADATA else json.dumps(vars(place) | {"response_url": ""})


def place_of(view: Json) -> Place:
    """Where the form of a view was asked for. Raises ValueError, KeyError or TypeError for a view that is not ours."""
    return Place(**json.loads(view["private_metadata"]))


def filled_in(view: Json) -> dict[str, str]:
    """Field name → what stands in it; empty for nothing."""
    found = {}
    for name, inputs in view.get("state", {}).get("values", {}).items():
        value = inputs.get(INPUT, {})
        chosen = value.get("selected_option")
        found[name] = str((chosen or {}).get("value") or value.get("value") or "")
    return found


def _input(field: Field, typed: str) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "optional": field.optional,
        "label": _plain(field.label, LABEL),
        "element": _element(field, field.value or typed),
    }
    return block | ({"hint": _plain(field.hint, HINT)} if field.hint else {})


def _element(field: Field, value: str) -> Json:
    """A menu when the choices fit into one; else a text, which the office reads as if it were typed in a line."""
    element: Json
    if 0 < len(field.choices) <= OPTIONS and all(
        choice and len(choice) <= OPTION_VALUE for choice, _label in field.choices
    ):
        options = [_option(choice, label) for choice, label in field.choices]
        element = {"type": "static_select", "action_id": INPUT, "options": options}
        chosen = next((o for o, pair in zip(options, field.choices, strict=True) if value in pair), None)
        return element | ({"initial_option": chosen} if chosen else {})
    element = {"type": "plain_text_input", "action_id": INPUT, "multiline": field.multiline}
    return element | ({"initial_value": value[:TEXT]} if value else {})


def _option(value: str, label: str) -> Json:
    return {"text": _plain(label, OPTION), "value": value}


def _plain(text: str, limit: int) -> Json:
    return {"type": "plain_text", "text": escape(shortened(text, limit)) or "…", "emoji": False}
