"""The variants of an assignment: who gets which, and what marks tell."""

from collections import Counter

import pytest

from grader import secret
from grader.authoring.source import load
from grader.model.deck import EXAMPLE, MARK, Deck, with_values
from grader.model.varied import Between, Varied, told
from tests.conftest import write_source
from tests.test_student_variants import WALK

VARIED = Varied(
    cell="given-1",
    number=1,
    choices={"seed": Between(low=-5, high=9), "rate": (0.1, 0.2)},
    count=29,
    example={"seed": 0, "rate": 0.1},
)


def test_no_two_variants_are_the_same_and_none_is_the_example():
    deck = Deck(VARIED, b"key")  # of all that there are, but for the example
    assert len({told(one.values) for one in deck.dealt}) == VARIED.size - 1 == 29
    assert [one.number for one in deck.dealt] == list(range(1, 30))
    assert deck.found(VARIED.example).number == EXAMPLE
    assert all(deck.found(one.values) is one for one in deck.dealt)
    assert deck.found({"seed": 0.0, "rate": 0.1}) is None  # 0.0 is not what the cell had


def test_the_same_key_and_id_give_the_same_and_others_do_not():
    first, second = Deck(VARIED, b"key"), Deck(VARIED, b"key")
    assert first.dealt == second.dealt
    assert first.mark("s1") == second.mark(" S1 ") != first.mark("s2")
    other = Deck(VARIED, b"other")
    assert other.dealt != first.dealt
    assert other.marked(first.mark("s1")) is None
    assert MARK.fullmatch(first.mark("s1"))


def test_a_mark_tells_its_variant():
    deck = Deck(VARIED, b"key")
    for id in ("s1", "s2", "Ёлкина", "\ud800"):
        assert deck.marked(deck.mark(id)) == deck.of(id)
    wider = Varied(
        cell="given-1", number=1, count=29, example=VARIED.example,
        choices={"seed": Between(low=-5, high=10), "rate": (0.1, 0.2)},
    )  # fmt: skip
    assert Deck(wider, b"key").marked(deck.mark("s1")) in (None, Deck(wider, b"key").of("s1"))


def test_students_are_spread_over_all_variants():
    deck = Deck(VARIED, b"key")
    found = Counter(deck.of(f"student {number}").number for number in range(2_900))
    assert len(found) == 29
    assert max(found.values()) < 160


def test_each_assignment_has_a_key_of_its_own():
    assert secret.of_variants(b"x", "one") != secret.of_variants(b"x", "two")


@pytest.fixture
def walk(tmp_path):
    return load(write_source(tmp_path, WALK, "walk"))


def test_values_stand_in_the_cell_alone_and_tell_in_the_digest(walk):
    made = with_values(walk, {"seed": 3, "rate": 0.2})
    changed = [
        (old.source, new.source)
        for old, new in zip(walk.cells, made.cells, strict=True)
        if old != new
    ]
    ((old, new),) = changed
    assert new == old.replace("17", "3").replace("0.1", "0.2")
    assert len({walk.digest, made.digest, with_values(walk, {"seed": 4, "rate": 0.2}).digest}) == 3
    assert with_values(walk, walk.varied.example) is walk
