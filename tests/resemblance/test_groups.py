"""Groups hold together: no chain of weak links makes one."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from grader.model.resemblance import Answers, Pair, Side
from grader.resemblance.groups import groups


def pair(one, two, bits=50.0):
    sides = [
        Side(
            answers=Answers(student=name, student_id=None, place=name, codes={}),
            code="",
            share=1.0,
            lines=frozenset(),
        )
        for name in (one, two)
    ]
    return Pair(exercise="fit", sides=tuple(sides), bits=bits, holders=2)


def members(*pairs):
    return [{one.place for one in group.members} for group in groups(pairs)]


def test_whoever_is_like_all_others_is_in_their_group():
    assert members(pair("a", "b"), pair("b", "c"), pair("a", "c")) == [{"a", "b", "c"}]


def test_a_chain_is_no_group():
    found = members(pair("a", "b", 60), pair("b", "c"), pair("c", "d"))
    assert found == [{"a", "b"}, {"b", "c"}, {"c", "d"}]


edges = st.sets(st.sampled_from(list(combinations("abcdefg", 2))), max_size=21)


@given(edges, st.randoms(use_true_random=False))
def test_all_of_a_group_are_alike_and_each_pair_is_told_once(chosen, rng):
    pairs = [pair(one, two, rng.uniform(30, 90)) for one, two in sorted(chosen)]
    found = list(groups(pairs))
    told = [tuple(side.answers.place for side in one.sides) for each in found for one in each.pairs]
    assert sorted(told) == sorted(chosen)
    for group in found:
        places = sorted(one.place for one in group.members)
        assert set(combinations(places, 2)) <= chosen
        assert len(group.shown) == len(places) - 1
        bits = [one.bits for one in group.pairs]
        assert bits == sorted(bits, reverse=True)
