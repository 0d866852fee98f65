"""Copies are found in a class that nobody copied in, and nobody else is."""

from random import Random

import pytest

from benchmarks.descents import RELEASED, answer
from grader.resemblance.exercise import ExerciseClass, enough
from grader.resemblance.tokens import tokens
from grader.resemblance.winnowing import grams
from tests.resemblance.disguises import disguised

MODULES = ("torch", "nn")


def of_class(sources, solved=()):
    found = {one: tokens(one, MODULES) for one in (RELEASED, *solved)}
    return ExerciseClass(
        [tokens(one, MODULES) for one in sources],
        released=grams(found.pop(RELEASED).codes),
        solved=[one for each in found.values() for one in grams(each.codes)],
    )


def alike(sources, solved=()):
    """Return the numbers of answers that are alike enough by themselves."""
    found = of_class(sources, solved)
    least = enough(found.students)
    return {one.numbers for one in found.alike() if one.bits >= least}


def independent(number, start=0):
    return [answer(start + seed) for seed in range(number)]


@pytest.mark.parametrize(
    ("students", "classes"), [(3, 100), (12, 25), (30, 10), (100, 3), (400, 1)]
)
def test_independent_answers_are_hardly_ever_alike(students, classes):
    starts = range(0, classes * 1_000, 1_000)
    found = [alike(independent(students, start)) for start in starts]
    # Of so many students in all, who write ten to fifteen lines out of the same few ways.
    assert sum(map(len, found)) <= students * classes / 100


@pytest.mark.parametrize(("swaps", "least"), [(0, 0.9), (1, 0.8), (3, 0.5)])
def test_a_disguised_copy_is_found(swaps, least):
    found = 0
    for seed in range(40):
        sources = independent(24, 1_000 * seed)
        copy = disguised(sources[7], Random(seed), kept={"descend"}, swaps=swaps, prints=4)
        found += (7, 24) in alike([*sources, copy])
    assert found >= least * 40


def test_half_a_copy_is_not_called_one():
    sources = independent(24)
    lines = sources[7].split("\n")
    strange = "\n".join(
        ["    a = [x for x in y if x not in w]", "    z = {k: v for k, v in a}"] * 4
    )
    copy = "\n".join([*lines[: len(lines) // 2], strange, "    return a, z, None"])
    assert (7, 24) not in alike([*sources, copy])


def test_what_many_write_says_nothing():
    sources = independent(30)
    many = [*sources[:14], *(disguised(sources[0], Random(seed)) for seed in range(16))]
    assert alike(many) == set()
    assert of_class(many).kind(20) == "usual"


def test_what_the_course_itself_writes_says_nothing():
    sources = independent(24)
    many = [*sources, disguised(sources[3], Random(1), kept={"descend"}, swaps=0)]
    assert (3, 24) in alike(many)
    assert alike(many, solved=[sources[3]]) == set()
    assert of_class(many, solved=[sources[3]]).kind(24) == "usual"


def test_what_there_is_to_compare():
    sources = ["def descend(:", "", RELEASED, "w = 1\n", *independent(20)]
    found = of_class(sources)
    kinds = [found.kind(number) for number in range(5)]
    assert kinds == ["unreadable", "blank", "short", "short", "telling"]


def test_lines_and_shares_are_those_of_each():
    sources = independent(12)
    extra = sources[5].replace("    losses", "    # a remark\n    losses", 1)
    found = [one for one in of_class([*sources, extra]).alike() if one.numbers == (5, 12)]
    assert found[0].shares == (1.0, 1.0)
    one, two = found[0].lines
    assert len(one) == len(two)
    assert max(two) == max(one) + 1
    assert found[0].holders == 2


def test_no_class_and_a_class_of_two():
    assert alike([]) == set()
    assert alike([answer(1), answer(2)]) == set()
