"""The codes of answer sheets: readable, long enough, and the same only for the same person."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules import tokens
from surveys.sealing import Box, new_key, new_survey_code, shuffled


def box():
    return Box(new_survey_code(), new_key(), new_key())


def test_a_code_is_the_same_for_a_person_and_different_for_all_others():
    one = box()
    made = [one.token(person) for person in range(2000)] + [one.slip(number) for number in range(2000)]
    assert len(set(made)) == 4000
    assert one.token(7) == one.token(7)
    assert {tokens.survey_code(token) for token in made} == {one.code}


@pytest.mark.parametrize(
    "spell", [str.lower, tokens.readable, lambda t: f" {t[:9]}　{t[9:]} ", lambda t: t.replace("A", "Ａ")]
)
def test_a_code_is_read_however_it_is_typed(spell):
    token = box().token(1)
    assert tokens.letters(spell(token)) == token


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_code_or_nothing(typed):
    found = tokens.letters(typed)
    assert found == "" or (len(found) == tokens.LETTERS and all(c in tokens.ALPHABET for c in found))


def test_a_sheet_is_sealed_padded_and_bound_to_its_survey():
    one = box()
    short, long = one.seal({"t": "好"}), one.seal({"t": "好" * 60})
    assert len(short) == len(long)
    assert "好".encode() not in short
    assert one.open(short) == {"t": "好"}
    assert one.seal({"t": "好"}) != short
    other = Box(new_survey_code(), one.seal_key, one.link)
    with pytest.raises(InvalidTag):
        other.open(short)


def test_without_the_link_nothing_leads_from_a_person_to_a_sheet():
    closed = Box("AAAAAAAA", new_key(), None)
    with pytest.raises(LookupError):
        closed.token(1)


def test_the_keys_do_not_show_when_a_box_is_printed():
    one = box()
    assert one.seal_key.hex() not in repr(one)
    assert str(one.seal_key) not in repr(one)


def test_shuffling_keeps_everything():
    assert sorted(shuffled(list(range(100)))) == list(range(100))
