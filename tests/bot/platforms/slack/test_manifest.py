"""The manifest that operators paste, the code that answers, and the guides say the same."""

import re
from pathlib import Path

import pytest
import yaml

from bot.platforms.slack.examining import HOOK_PATH, MANIFEST, wanted_scopes
from bot.platforms.slack.reading import COMMAND
from tests.loopback.slack_http import SCOPES

ROOT = Path(__file__).parents[4]
TEXT = MANIFEST.read_text(encoding="utf-8")
PASTED = yaml.safe_load(TEXT)


def test_it_asks_for_our_command_our_events_and_nothing_else() -> None:
    (command,) = PASTED["features"]["slash_commands"]
    assert command["command"] == COMMAND
    assert command["should_escape"] is False
    assert PASTED["settings"]["event_subscriptions"]["bot_events"] == ["app_home_opened", "message.im"]
    assert PASTED["settings"]["interactivity"]["is_enabled"] is True
    assert PASTED["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_it_keeps_slacks_limits() -> None:
    assert len(PASTED["display_information"]["name"]) <= 35
    assert len(PASTED["display_information"]["description"]) <= 140
    (command,) = PASTED["features"]["slash_commands"]
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000


def test_posts_need_the_address_in_three_places() -> None:
    assert TEXT.count(HOOK_PATH) == 4, "three places, and the comment that names them"
    posts = yaml.safe_load(re.sub(r"# ((?:request_)?url:)", r"\1", TEXT))
    assert posts["features"]["slash_commands"][0]["url"].endswith(HOOK_PATH)
    assert posts["settings"]["interactivity"]["request_url"].endswith(HOOK_PATH)
    assert posts["settings"]["event_subscriptions"]["request_url"].endswith(HOOK_PATH)


def test_the_loopback_has_the_rights_of_the_manifest() -> None:
    assert set(SCOPES.split(",")) == wanted_scopes()


@pytest.mark.parametrize("guide", ["slack.md", "slack.zh-CN.md"])
def test_each_right_is_explained(guide: str) -> None:
    words = (ROOT / "docs" / guide).read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([a-z]+:[a-z]+|commands)`", words, re.MULTILINE))
    assert explained == wanted_scopes() | {"connections:write"}
    for setting in ("BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET"):
        assert f"GUILDHALL_SLACK_{setting}" in words
    assert HOOK_PATH in words
