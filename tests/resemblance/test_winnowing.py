"""What winnowing promises: what is shared is found, and what is short is not."""

from hypothesis import given
from hypothesis import strategies as st

from grader.resemblance.winnowing import GUARANTEED, LENGTH, WINDOW, grams, winnowed

row = st.lists(st.integers(0, 5), max_size=60)
shared = st.lists(st.integers(0, 5), min_size=GUARANTEED, max_size=40)


def taken(codes, without=()):
    found = grams(codes)
    return {found[place] for place in winnowed(found, without)}


@given(row, row, row, row, shared)
def test_what_two_rows_share_is_found(before, after, above, below, both):
    assert taken(before + both + after) & taken(above + both + below) & set(grams(both))


@given(row, st.sets(st.integers(0, 40)))
def test_each_window_has_one_that_is_taken_where_any_counts(codes, places):
    found = grams(codes)
    without = {found[place] for place in places if place < len(found)}
    chosen = set(winnowed(found, without))
    assert not {found[place] for place in chosen} & without
    for start in range(len(found) - WINDOW + 1):
        window = range(start, start + WINDOW)
        if any(found[place] not in without for place in window):
            assert chosen & set(window)


@given(row, row, row, row, shared, st.sets(st.integers(0, 30), max_size=25))
def test_what_all_have_hides_nothing(before, after, above, below, both, places):
    common = grams(both)
    without = {common[place] for place in places if place < len(common)}
    windows = range(len(common) - WINDOW + 1)
    if any(all(one not in without for one in common[n : n + WINDOW]) for n in windows):
        one, two = before + both + after, above + both + below
        assert taken(one, without) & taken(two, without)


@given(st.lists(st.integers(), max_size=LENGTH - 1))
def test_what_is_short_has_none(codes):
    assert grams(codes) == []
    assert winnowed([]) == []


@given(st.lists(st.integers(0, 5), min_size=LENGTH, max_size=LENGTH + WINDOW - 1))
def test_what_fits_into_one_window_has_one(codes):
    assert len(taken(codes)) == 1


def test_few_are_taken():
    codes = [(place * place) % 1_009 for place in range(5_000)]
    assert len(winnowed(grams(codes))) / len(grams(codes)) < 2.5 / (WINDOW + 1)
