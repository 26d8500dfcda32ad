"""No cell and no difference of what is published may stand for fewer than five people."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.privacy import OTHERS, K, merged, visible

COUNTS = st.dictionaries(st.sampled_from(["", *"ABCDEFGH"]), st.integers(0, 12), max_size=9)


def differences(cells, total):
    """Everything that follows from the total and any selection of published cells."""
    for size in range(len(cells) + 1):
        for chosen in combinations(cells, size):
            yield total - sum(chosen)


@given(COUNTS)
def test_no_published_group_and_no_rest_is_below_five(counts):
    into = merged(counts)
    groups = {}
    for name, count in counts.items():
        groups[into[name]] = groups.get(into[name], 0) + count
    total = sum(counts.values())
    assert sum(groups.values()) == total
    if total < K:
        assert set(groups) <= {OTHERS}
        return
    published = [count for count in groups.values() if count]
    assert all(count >= K for count in published)
    assert all(rest == 0 or rest >= K for rest in differences(published, total))


@given(COUNTS)
def test_groups_that_are_large_enough_stay_as_they_are_unless_the_rest_needs_them(counts):
    into = merged(counts)
    small = sum(count for name, count in counts.items() if name == OTHERS or count < K)
    if small == 0 or small >= K:
        assert all(into[name] == name for name, count in counts.items() if name != OTHERS and count >= K)


@given(COUNTS)
def test_merging_twice_changes_nothing(counts):
    into = merged(counts)
    again = {}
    for name, count in counts.items():
        again[into[name]] = again.get(into[name], 0) + count
    if sum(counts.values()) >= K:
        assert {name: merged(again)[name] for name in again} == {name: name for name in again}


@given(st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, 12), max_size=8))
def test_beside_a_total_no_cell_can_be_found_by_subtraction(counts):
    shown = visible(counts)
    total = sum(counts.values())
    cells = [counts[name] for name in shown if counts[name]]
    assert all(cell >= K for cell in cells)
    if cells and total >= K:
        assert all(rest == 0 or rest >= K for rest in differences(cells, total))


def test_the_smallest_group_that_does_is_given_up():
    assert merged({"A": 20, "B": 6, "C": 3}) == {"A": "A", "B": OTHERS, "C": OTHERS}
    assert merged({"A": 20, "B": 6, "C": 3, "D": 2}) == {"A": "A", "B": "B", "C": OTHERS, "D": OTHERS}
    assert merged({"A": 3}) == {"A": OTHERS}
    assert visible({"A": 20, "B": 6, "C": 3}) == {"A"}
    assert visible({"A": 3, "B": 1}) == set()
