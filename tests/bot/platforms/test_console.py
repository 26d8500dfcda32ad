"""The terminal as a chat: which number presses which button, and what is a file."""

import pytest

from bot.platforms.console import keys, offered
from bot.terminal import ConsoleChat


@pytest.mark.parametrize(
    ("labels", "typed"),
    [
        (["同意", "退回"], ["1", "2"]),
        ([str(step) for step in range(11)] + ["上一题"], [str(step) for step in range(11)] + ["a"]),
        (["1 很不满意", "2 不满意"], ["1", "2"]),
        (["是", "1", "2"], ["a", "1", "2"]),
    ],
)
def test_a_number_label_stands_for_itself(labels, typed):
    assert keys(labels) == typed


def test_what_was_shown_already_is_not_shown_again():
    assert offered(["是", "否", "7"], before=1) == "[b] 否  [7]"


def test_typing_a_step_presses_that_step(sqlite_house):
    chat = ConsoleChat(sqlite_house, "王")
    chat.buttons = [(str(step), f"token{step}") for step in range(11)] + [("上一题", "back")]
    assert chat.incoming("10").button == "token10"
    assert chat.incoming("0").button == "token0"
    assert chat.incoming("a").button == "back"
    assert chat.incoming("11").button is None


@pytest.mark.parametrize("tail", ["临川安全 " + "长" * 4092, "~没有这个人/文件", "a\x00b"])
def test_words_after_an_at_sign_are_no_file(sqlite_house, tail):
    line = f"公告 起草 通知 长文 @{tail}"
    assert ConsoleChat(sqlite_house, "王")._attached(line) == (line, ())
