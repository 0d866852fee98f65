"""Which shard each student is in: one, whatever form the hand-ins have, and always the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.shard import Division, Shard, shard_in, shard_of
from grader.model.submission import Handin


def handin(student, id=None, **told):
    return Handin(student=student, id=id, path=None, shown=student, **told)


def shards(handins, total, *asked):
    """Return the numbers of the shards that students are in; of all hand-ins without any."""
    division = Division(handins, total)
    return [
        [n for n in range(1, total + 1) if division.holds(Shard(number=n, total=total), *one)]
        for one in (asked or [(one.student, one.id) for one in handins])
    ]


@pytest.mark.parametrize("text", ["1/1", "2/3", "3/3", "07/10"])
def test_a_shard_is_a_number_of_several(text):
    number, total = map(int, text.split("/"))
    assert shard_of(text) == Shard(number=number, total=total)


@pytest.mark.parametrize(
    "text",
    ["0/3", "4/3", "x", "", "1", "1/", "/3", "1/0", "-1/3", "1/3/3", "1 / 3", "1/9999999", "١/٣"],
)
def test_anything_else_is_none(text):
    assert shard_of(text) is None


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (["grade", "in", "--shard", "2/3", "-o", "x"], Shard(number=2, total=3)),
        (["grade", "--shard=2/3", "in"], Shard(number=2, total=3)),
        (["grade", "in", "-o", "--shard"], None),
        (["grade", "in"], None),
        ([], None),
    ],
)
def test_a_command_line_says_which_it_asked_for(command, found):
    assert shard_in(command) == found


def test_a_student_stays_in_a_shard_from_process_to_process():
    """The numbers are written down: machines that know nothing of each other have to agree."""
    names = ["ann", "bob", "cat", "dan", "eve", "fay", "Ёж", "🦔"]
    assert shards([handin(name) for name in names], 3) == GOLDEN
    assert shards([handin(name, id=name) for name in names], 3) == GOLDEN_IDS


GOLDEN = [[2], [1], [2], [1], [2], [3], [3], [2]]
GOLDEN_IDS = [[2], [1], [1], [3], [3], [3], [2], [3]]

NAMES = st.sampled_from(
    ["Ann", "ann", "Ann (2)", "Ann (12)", "a/b", "a_b", "Bob", "", "Ёж", "ёж (3)"]
)
IDS = st.none() | st.sampled_from(["1", "2", "s1", "S1"])
HANDINS = st.lists(st.builds(handin, NAMES, IDS), max_size=12)


@given(HANDINS, st.integers(1, 7))
def test_every_hand_in_is_in_one_shard(handins, total):
    assert all(len(found) == 1 for found in shards(handins, total))


@given(HANDINS, st.integers(2, 7), st.randoms())
def test_neither_order_nor_what_is_twice_matters(handins, total, random):
    other = [*handins, *handins[:3]]
    random.shuffle(other)
    asked = [(one.student, one.id) for one in handins]
    if asked:
        assert shards(handins, total, *asked) == shards(other, total, *asked)


@given(HANDINS, st.integers(2, 7))
def test_what_is_one_students_is_together(handins, total):
    """Under one id, and under names that may become one folder."""
    found = shards(handins, total)
    for one, mine in zip(handins, found, strict=True):
        for other, theirs in zip(handins, found, strict=True):
            same_id = one.id is not None and one.id.casefold() == (other.id or "").casefold()
            if same_id or one.student.casefold() == other.student.casefold():
                assert mine == theirs


def test_names_that_are_numbered_stay_with_their_first():
    handins = [handin(name) for name in ("Ann", "ann", "Ann (2)", "Ann (2) (3)", "ANN (11)")]
    for total in range(2, 9):
        assert len({*map(tuple, shards(handins, total))}) == 1


def test_ids_bind_names_and_names_bind_ids():
    handins = [handin("Ann", "1"), handin("Anna", "1"), handin("Anna"), handin("Anna", "7")]
    for total in range(2, 9):
        (one,) = {*map(tuple, shards(handins, total))}
        assert one == tuple(shards([handin("x", "1")], total)[0])  # the lowest id decides


def test_a_class_is_spread_evenly():
    handins = [handin(f"student {number}", str(number)) for number in range(900)]
    division = Division(handins, 3)
    sizes = [
        sum(division.holds(Shard(number=n, total=3), one.student, one.id) for one in handins)
        for n in (1, 2, 3)
    ]
    assert sum(sizes) == 900
    assert min(sizes) > 250


def test_a_student_of_whom_nothing_is_there_is_somewhere():
    assert len(shards([handin("Ann", "1")], 3, ("Bob", None))[0]) == 1
