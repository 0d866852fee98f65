"""Kernels that stand before steps: whoever asks gets the state of all steps before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.running.checkpoints import Checkpoints, spread

STEPS = 8


class Chain:
    """A kernel that knows what ran in it; closing one closes its copies, as with real ones."""

    made = 0

    def __init__(self, ran=(), *, forks=True):
        self.ran, self.forks, self.copies, self.closed = list(ran), forks, [], False
        type(self).made += 1

    def fork(self):
        assert not self.closed
        if not self.forks:
            return None
        self.copies.append(Chain(self.ran))
        return self.copies[-1]

    def close(self):
        self.closed = True
        for copy in self.copies:
            copy.close()


def checkpoints(places, *, forks=True):
    steps = []

    def step(kernel, number):
        assert not kernel.closed
        kernel.ran.append(number)
        steps.append(number)

    return Checkpoints(begin=lambda: Chain(forks=forks), step=step, places=places), steps


@given(
    places=st.sets(st.integers(0, STEPS)),
    asked=st.lists(st.integers(0, STEPS), min_size=1),
    forks=st.booleans(),
)
def test_each_place_has_the_steps_before_it(places, asked, forks):
    made, _ = checkpoints(places, forks=forks)
    for place in asked:
        kernel = made.at(place)
        assert kernel.ran == list(range(place))
        assert not kernel.closed
        kernel.ran.append("the caller's")
        kernel.close()
    made.close()
    assert made.at(STEPS).ran == list(range(STEPS))


def test_a_step_before_one_that_stands_is_run_once():
    made, steps = checkpoints({3, 6})
    for place in (7, 4, 7, 3, 6, 5):
        made.at(place)
    assert [steps.count(number) for number in range(6)] == [1, 1, 1, 3, 2, 1]


def test_the_same_place_again_runs_nothing():
    made, steps = checkpoints(set())
    for _ in range(3):
        made.at(5)
    assert steps == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("seconds", "most", "places"),
    [
        ([0, 0, 9, 0, 0, 0], 1, {3}),  # after what takes long
        ([1, 1, 1, 1, 1, 1], 2, {2, 4}),
        ([0, 0, 0, 0, 0, 0], 6, {0, 1, 2, 3, 4, 5}),
        ([5] * 6, 0, set()),
    ],
)
def test_kernels_stand_where_most_would_be_run_again(seconds, most, places):
    assert spread(seconds, range(6), most) == places


def test_of_many_places_some_are_chosen():
    assert len(spread([1.0] * 300, range(300), 3)) == 3
