from dataclasses import replace

from grader.model.facts import AllPassed, NothingThere, Replaced, SomePassed, Substituted
from grader.model.result import CheckResult, Diagnosis, ExerciseResult, Fault
from grader.reporting.overview import overview

ALL = AllPassed(moment="own")
SOME = SomePassed(passed=0, total=2, moment="own")


def result(name, outcome="right", *, score=0.0, points=2.0, ruling=ALL, checks=1, **more):
    found = "passed" if outcome == "right" else "failed"
    return ExerciseResult(
        exercise=name,
        score=points if outcome == "right" else score,
        max_score=points,
        outcome=outcome,
        ruling=ruling,
        checks=tuple(
            CheckResult(check=f"c{n}", hidden=False, outcome=found, score=0, max_score=1)
            for n in range(checks)
        ),
        **more,
    )


def names(*results):
    return [one.exercise if one is not None else None for one in results]


def test_points_of_what_builds_on_it_are_to_be_had_too():
    wrong = [result(name, "wrong", ruling=SOME) for name in ("a", "b", "c")]
    given = result("d", "partly right", score=1, ruling=replace(SOME, given=("b",)))
    assert names(overview([*wrong, given]).start) == ["b"]
    assert overview([*wrong, given]).built_on == 1
    spoiled = result("d", "wrong", ruling=replace(SOME, spoiled=("c",)))
    assert names(overview([*wrong, spoiled]).start) == ["c"]
    blank = result("e", "blank", ruling=NothingThere(state="blank"))
    empty = result("d", "wrong", points=3, ruling=replace(SOME, empty=("e",)))
    assert names(overview([*wrong, blank, empty]).start) == ["e"]
    replaced = (Replaced(exercise="c", names=("f",), is_missing=False),)
    helped = result("d", "partly right", ruling=Substituted(replaced=replaced, passed=1, total=2))
    assert names(overview([*wrong, helped]).start) == ["c"]
    empty = result("d", "wrong", ruling=replace(SOME, empty=("a",)))
    assert names(overview([*wrong, empty]).start) == ["a"]


def test_what_builds_on_what_builds_on_it_counts_too():
    first = result("a", "wrong", ruling=SOME)
    second = result("b", "wrong", points=3, ruling=replace(SOME, spoiled=("a",)))
    third = result("c", "wrong", points=4, ruling=replace(SOME, spoiled=("b",)))
    found = overview([first, second, third])
    assert names(found.start) == ["a"]
    assert found.built_on == 2


def test_from_what_is_not_to_be_fixed_the_next_below_is():
    wrong = [result(name, "wrong", ruling=SOME) for name in ("a", "c")]
    here, last = result("b", "not graded here", points=0), result("d", "could not be run here")
    found = overview([wrong[0], here, wrong[1], last])
    assert {name: one.exercise for name, one in found.after.items()} == {"a": "c", "b": "c"}


def test_what_has_all_its_points_gains_nothing():
    wrong = [result(name, "wrong", ruling=SOME) for name in ("a", "b")]
    given = result("d", "right by follow-through", ruling=AllPassed(moment="own", given=("b",)))
    found = overview([*wrong, replace(given, score=2.0)])
    assert names(found.start) == ["a"]
    assert found.built_on == 0


WORTH = (("a", 2), ("b", 4), ("c", 3))


def test_whoever_starts_elsewhere_is_led_to_all_others():
    wrong = [result(name, "wrong", points=points, ruling=SOME) for name, points in WORTH]
    found = overview([*wrong, result("d")])
    assert names(found.start) == ["b"]
    assert {name: one.exercise for name, one in found.after.items()} == {"b": "a", "a": "c"}


def test_nearly_is_more_than_half():
    some = [result("a", "partly right", score=score, points=4) for score in (0.5, 2, 2.5, 3.9)]
    assert overview(some).nearly == 2


def test_a_right_answer_that_others_build_on_is_not_to_be_mended():
    given = result("b", "wrong", ruling=replace(SOME, given=("a",)))
    found = overview([result("a"), given])
    assert names(found.start) == ["b"]
    assert found.built_on == 0


def test_else_it_is_where_most_points_are_to_be_had_for_one_thing_to_mend():
    two = tuple(Diagnosis(kind="scaled", text="x", check=name) for name in ("c0", "c1"))
    many = result("many", "wrong", points=6, checks=4)
    explained = result("explained", "wrong", points=5, checks=4, diagnoses=two)
    fault = Fault(name="TypeError", message="no")
    stopped = result("stopped", "wrong", points=3, checks=4, error=fault)
    blank = result("blank", "blank", points=8, checks=4, ruling=NothingThere(state="blank"))
    assert names(overview([blank, many, explained, stopped]).start) == ["stopped"]
    assert names(overview([blank, many, explained]).start) == ["explained"]
    assert names(overview([blank, many]).start) == ["many"]
    assert names(overview([replace(blank, exercise="first"), blank]).start) == ["first"]
    assert overview([many, blank]).built_on == 0


def test_what_cannot_be_graded_here_counts_for_nothing():
    found = overview(
        [
            result("a", points=1),
            result("b", points=3),
            result("c", "partly right", score=1.5),
            result("d", "not graded here", points=0),
            result("e", "could not be run here"),
            result("f", "wrong"),
        ]
    )
    assert (found.right, found.nearly, found.total) == (2, 1, 5)
    assert names(found.best) == ["b"]
    assert {name: one.exercise for name, one in found.after.items()} == {
        **{"f": "c", "d": "f", "e": "f"},
        **{"a": "c", "b": "c"},  # which are right, and lead nowhere in a report
    }


def test_there_may_be_nothing():
    found = overview([])
    assert names(found.best, found.start) == [None, None]
    assert found.total == 0
