"""Long texts: nothing lost, nothing torn, every part short enough."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from bot.messages import Table
from bot.platforms.characters import safe_file_name, well_formed
from bot.platforms.splitting import utf16_length
from bot.platforms.telegram import split_text
from bot.platforms.telegram.inert import inert
from bot.platforms.telegram.writing import Part, parts_of

HEAD = re.compile(r"\A\((\d+)/(\d+)\)\n")
FAMILY = "👨‍👩‍👧‍👦"
BITS = [
    "a",
    "字",
    "安全生产",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "。",
    "𠮷",
    FAMILY,
    "🇨🇳",
    "🇨",
    "👍🏽",
    "e\u0301",
    "\u200d",
    "&",
    "<",
]
AWKWARD = st.lists(st.sampled_from(BITS), max_size=300).map("".join)


def joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else "".join(HEAD.sub("", part) for part in parts)


@settings(max_examples=120, deadline=None)
@given(AWKWARD | st.text(max_size=600), st.integers(min_value=60, max_value=400))
def test_parts_joined_are_the_text_and_each_fits(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert joined(parts) == text
    assert all(utf16_length(part) <= limit for part in parts)
    if len(parts) > 1:
        assert [HEAD.match(part).groups() for part in parts] == [
            (str(i), str(len(parts))) for i in range(1, len(parts) + 1)
        ]


@settings(max_examples=80, deadline=None)
@given(AWKWARD)
def test_no_visible_character_is_torn(text: str) -> None:
    pieces = [HEAD.sub("", part) for part in split_text(text, 60)] if utf16_length(text) > 60 else [text]
    whole = list(iter_graphemes(text))
    apart = [grapheme for piece in pieces for grapheme in iter_graphemes(piece)]
    assert max((utf16_length(grapheme) for grapheme in whole), default=0) > 46 or apart == whole


@pytest.mark.parametrize("filler", range(4060, 4085))
def test_an_emoji_family_on_the_border_goes_whole_into_the_next_part(filler: int) -> None:
    parts = split_text("字" * filler + FAMILY + "完" * 40, 4096)
    assert sum(FAMILY in part for part in parts) == 1
    assert all(utf16_length(part) <= 4096 for part in parts)


def test_4096_units_are_one_message_and_4097_two() -> None:
    assert split_text("字" * 4096, 4096) == ["字" * 4096]
    assert len(split_text("字" * 4097, 4096)) == 2
    assert len(split_text("𠮷" * 2048, 4096)) == 1
    assert len(split_text("𠮷" * 2048 + "a", 4096)) == 2


def test_borders_are_paragraphs_then_lines_then_sentences() -> None:
    assert split_text("一" * 50 + "\n\n" + "二" * 30 + "\n" + "三" * 40, 100)[0] == "(1/2)\n" + "一" * 50 + "\n\n"
    assert split_text("一" * 50 + "\n" + "三" * 60, 100)[0].endswith("一\n")
    assert split_text("一" * 50 + "。" + "三" * 60, 100)[0].endswith("一。")


def test_a_character_of_5000_marks_still_goes_out() -> None:
    text = "e" + "\u0301" * 5000
    assert joined(split_text(text, 4096)) == text


def test_a_hundred_parts_leave_room_for_three_digits() -> None:
    parts = split_text("字" * 9000, 60)
    assert len(parts) > 100
    assert all(utf16_length(part) <= 60 for part in parts)
    with pytest.raises(ValueError):
        split_text("字" * 9000, 10)


@pytest.mark.parametrize(
    ("broken", "whole"), [("a\ud800b", "a\ufffdb"), ("\udc00", "\ufffd"), ("a\x00b", "ab"), ("𠮷", "𠮷"), ("好", "好")]
)
def test_what_cannot_be_stored_is_replaced(broken: str, whole: str) -> None:
    assert well_formed(broken) == whole


@pytest.mark.parametrize("text", ["@all", "a@example.com", "价格 @ 5 元", "[x](tg://user?id=1)", "<b>&lt;</b>", "*_[`"])
def test_what_calls_nobody_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


def test_a_name_after_an_at_sign_calls_nobody() -> None:
    assert inert("找 @victim_name 谈").replace("\u2060", "") == "找 @victim_name 谈"
    assert "@victim_name" not in inert("找 @victim_name 谈")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("annexe\u202excod.xlsx", "annexexcod.xlsx"),
        ("../../x.xlsx", "x.xlsx"),
        ("C:\\名册.xlsx", "名册.xlsx"),
        ("CON.xlsx", "_CON.xlsx"),
        ('a"b\n%00.xlsx', "a_b_00.xlsx"),
        ("", "file"),
        ("...", "file"),
        ("会员名册2026.xlsx", "会员名册2026.xlsx"),
    ],
)
def test_file_names_carry_no_folder_and_nothing_invisible(name: str, safe: str) -> None:
    assert safe_file_name(name, "file") == safe


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_file_name("名" * 300 + ".xlsx", "file")
    assert len(name.encode()) <= 120
    assert name.endswith("名.xlsx")


def text_of(parts: list[Part]) -> str:
    return "\n".join(part.text for part in parts)


def test_a_narrow_table_is_aligned_in_fixed_width() -> None:
    (part,) = parts_of("名单", Table(("编号", "名称"), (("M-1", "甲公司"), ("M-12", "乙"))))
    assert part.text == "名单\n\n编号  名称\n────  ──────\nM-1   甲公司\nM-12  乙"
    (entity,) = part.entities
    assert (entity.type, entity.offset, entity.length) == ("pre", 4, utf16_length(part.text) - 4)


def test_a_wide_table_becomes_blocks_that_a_phone_shows() -> None:
    table = Table(
        ("编号", "单位名称", "备注"), (("M-1", "某某市安全生产技术服务有限公司", ""), ("M-2", "乙", "长" * 20))
    )
    (part,) = parts_of("", table)
    assert part.entities == ()
    assert part.text.split("\n\n")[0].splitlines() == ["编号：M-1", "单位名称：某某市安全生产技术服务有限公司"]


def test_a_long_narrow_table_repeats_its_headings() -> None:
    rows = tuple((f"M-{i:04}", "公司") for i in range(900))
    parts = parts_of("名单", Table(("编号", "名称"), rows))
    assert len(parts) > 2
    assert all(utf16_length(part.text) <= 4096 for part in parts)
    assert all("编号    名称" in part.text for part in parts[1:])
    assert all(text_of(parts).count(row[0]) == 1 for row in rows)
    for part in parts[1:]:
        (entity,) = part.entities
        assert entity.offset + entity.length == utf16_length(part.text)


def test_no_words_make_no_message() -> None:
    assert parts_of("  \n") == []
    assert parts_of("", Table(("a",), ())) == []
