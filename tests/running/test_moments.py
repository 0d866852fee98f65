from grader.model.submission import Step
from grader.running.moments import moments


def steps(text):
    """Return steps: `g` a given cell, `=a` the cell of an exercise, `a` an own cell for it."""
    made = []
    for word in text.split():
        if word.startswith("="):
            made.append(Step(source="", role="exercise", released=word, exercise=word[1:]))
        elif word.startswith("g"):
            made.append(Step(source="", role="given", released=word))
        else:
            made.append(Step(source="", role="own", exercise=None if word == "-" else word))
    return made


def looks(text, **options):
    return dict(sorted(moments(steps(text), **options).items()))


def test_an_exercise_is_looked_at_after_its_cell_and_after_the_last_one_below():
    assert looks("g =a a a =b b") == {1: "own", 3: "below", 4: "own", 5: "below"}
    assert looks("- =a - =b") == {1: "own", 3: "own"}


def test_a_copy_of_a_released_cell_makes_no_further_look():
    assert looks("g =a a g a g a g a =b") == {1: "own", 8: "below", 9: "own"}
    assert looks("g1 =a a g2 a g2 a =b") == {1: "own", 2: "below", 7: "own"}


def test_cells_that_come_before_those_of_their_exercise_are_no_look_at_it():
    assert looks("g a =a") == {2: "own"}


def test_there_is_one_look_where_one_is_asked_for():
    assert looks("g =a =b b b", once=True) == {1: "own", 4: "below"}
