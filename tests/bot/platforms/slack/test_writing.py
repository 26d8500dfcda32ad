"""Whatever the words, what goes out keeps Slack's limits, loses nothing, and calls or links to nobody."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import Table
from bot.platforms.slack.escaping import cut_escaped, escape, length, shortened, typed
from bot.platforms.slack.writing import Message, messages_of
from tests.loopback.slack_rules import check_message, controls
from tests.loopback.slack_world import as_seen, as_slack_writes, labels

nasty = st.sampled_from([
    "<!channel>", "<@U1>", "&amp;", "<http://evil|bank>", "```", "𠮷", "👩‍👩‍👧", "a\u0301" * 9, "\n\n", "。", "\x00", "\ud800",
    "&" * 3000, "字" * 2999, " ", "\u3000", "https://office.example.org/s/1", "*_~`",
])  # fmt: skip
texts = st.lists(st.one_of(nasty, st.text(max_size=60), st.text(alphabet="&<>字 \n", max_size=400)), max_size=30).map(
    "".join
)
cells = st.one_of(nasty.filter(lambda t: len(t) < 100), st.text(max_size=30))
tables = st.integers(1, 4).flatmap(
    lambda n: st.builds(
        Table,
        st.tuples(*[st.text(min_size=1, max_size=8)] * n),
        st.lists(st.tuples(*[cells] * n), max_size=60).map(tuple),
    )
)
rows = st.lists(st.lists(st.tuples(texts, st.text(min_size=1, max_size=64)), max_size=4), max_size=40)


def well(text: str) -> str:
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def joined(messages: list[Message]) -> str:
    """What people see, without the numbers."""
    total = len(messages)
    shown = [as_seen(m.text) for m in messages]
    return "".join(t.removeprefix(f"({i}/{total})\n") if total > 1 else t for i, t in enumerate(shown, 1))


@settings(max_examples=150, deadline=None)
@given(texts)
def test_the_parts_of_a_text_joined_are_the_text(text: str) -> None:
    assert joined(messages_of(text)) == (well(text) if well(text).strip() else "")


@settings(max_examples=150, deadline=None)
@given(texts, tables, rows)
def test_every_message_keeps_slacks_limits_and_calls_nobody(
    text: str, table: Table, buttons: list[list[tuple[str, str]]]
) -> None:
    for message in messages_of(text, table, buttons, home="https://office.example.org"):
        made = {"text": message.text, "blocks": list(message.blocks)}
        check_message(made["text"], made["blocks"])
        assert all(control.startswith("<https://office.example.org") for control in controls(made))


@settings(max_examples=200, deadline=None)
@given(texts, st.integers(40, 3000))
def test_pieces_fit_when_they_are_escaped(text: str, limit: int) -> None:
    text = well(text)
    pieces = cut_escaped(text, limit)
    assert "".join(pieces) == text
    graphemes_fit = max((length(p) for p in pieces), default=0)
    assert graphemes_fit <= max(limit, 24 * 5)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="&<>|@#!字a; ampltg", max_size=60))
def test_what_is_escaped_and_typed_comes_back_as_it_was(text: str) -> None:
    assert typed(escape(text)) == text
    assert as_seen(escape(text)) == text
    assert typed(as_slack_writes(text)) == text


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300), st.integers(5, 75))
def test_a_label_is_one_line_that_fits(text: str, limit: int) -> None:
    made = shortened(text, limit)
    assert length(made) <= limit
    assert "\n" not in made


def test_a_long_table_repeats_its_headings_and_loses_no_row() -> None:
    rows = tuple((f"M-{i:04}", "公司") for i in range(1500))
    messages = messages_of("名单", Table(("编号", "名称"), rows))
    assert 1 < len(messages) < 6
    shown = joined(messages)
    assert all(shown.count(row[0]) == 1 for row in rows)
    fenced = [b["text"]["text"] for m in messages for b in m.blocks if b["text"]["type"] == "mrkdwn"]
    assert all("编号    名称" in text and text.endswith("\n```") for text in fenced)


def test_a_wide_table_becomes_blocks_of_lines() -> None:
    table = Table(
        ("编号", "单位名称", "备注"), (("M-1", "某某市安全生产技术服务有限公司", "长" * 40), ("M-2", "乙", ""))
    )
    (message,) = messages_of("", table)
    assert message.text.split("\n\n")[1].splitlines() == ["编号：M-2", "单位名称：乙"]
    assert [block["text"]["type"] for block in message.blocks] == ["plain_text"]


@pytest.mark.parametrize(("single", "blocks"), [(1, 1), (5, 1), (6, 2), (20, 4), (100, 8)])
def test_many_choices_stand_five_in_a_row(single: int, blocks: int) -> None:
    (message,) = messages_of("哪一个？", rows=[[(f"选项{i}", f"t{i}")] for i in range(single)])
    actions = [block for block in message.blocks if block["type"] == "actions"]
    assert len(actions) == blocks
    assert len(labels({"blocks": actions})) == min(single, 40)


def test_no_words_make_no_message() -> None:
    assert messages_of("  \n") == []
    assert messages_of("", Table(("a",), ())) == []
    assert messages_of("", rows=[[("好", "t")]])[0].text == "…"
