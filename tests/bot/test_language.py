"""Typed lines from every keyboard."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import clean, option, words


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("member list", ["member", "list"]),
        ("  会员　列表  ", ["会员", "列表"]),
        ('a "b c" d', ["a", "b c", "d"]),
        ("a “b c” d", ["a", "b c", "d"]),
        ("a “b c“ d", ["a", "b c", "d"]),
        ("a ‘b c’ 「d e」", ["a", "b c", "d e"]),
        ("a 'unclosed rest", ["a", "unclosed rest"]),
        ("", []),
        (" \u3000\t\n", []),
        ('region="New Town" x', ["region=New Town", "x"]),
        ("地区=“新 城” x", ["地区=新 城", "x"]),
    ],
)
def test_words(line, expected):
    assert [word.text for word in words(line)] == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("--dry-run", ("dry_run", None)),
        ("—dry-run", ("dry_run", None)),
        ("region=杭州市", ("region", "杭州市")),
        ("地区＝杭州市", ("地区", "杭州市")),
        ("＝x", None),
        ("plain", None),
        ("--", None),
    ],
)
def test_options(typed, expected):
    assert option(words(typed)[0]) == expected


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("a\x00b", "ab"),
        ("\ud800x", "x"),
        ("a\u202eb", "ab"),
        ("a\u200bb\ufeff", "ab"),
        ("𠮷祥", "𠮷祥"),
        ("e\u0301", "é"),
        ("x\ufffey", "xy"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("a\nb\tc", "a\nb\tc"),
    ],
)
def test_what_cannot_be_stored_is_dropped_and_the_rest_stays(raw, kept):
    assert clean(raw) == kept


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_can_be_read_and_stored(text):
    cleaned = clean(text)
    cleaned.encode()
    assert "\x00" not in cleaned
    for word in words(cleaned):
        assert 0 <= word.start < len(cleaned)
        option(word)
