"""What people decided, applied to standings and totals: each row, or a reason why not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.decision import Decision
from grader.course.decisions import applied, applied_to_totals
from grader.spreadsheet import harmless
from tests.course_decisions.rows import row, scores, standing, total, ungraded

WORTH = {"small": 6.0, "layers": 10.0}


def one(standings, *rows, worth=WORTH):
    """Apply rows that all count, and return the first standing."""
    found = applied(standings, rows, worth)
    assert found.remarks == ()
    return found.standings[0]


def remarks(standings, *rows, worth=WORTH):
    """Return what is said of rows that change nothing."""
    found = applied(standings, rows, worth)
    assert found.standings == tuple(standings)
    return [str(remark) for remark in found.remarks]


def test_an_exercise_is_decided_on_and_the_sum_follows():
    after = one([standing()], row(exercise="total", score=0.5, comment="Talked about it."))
    assert scores(after) == {"means": 2, "total": 0.5, "fit": 3}
    assert (after.score, after.final, after.computed) == (5.5, 5.5, 5)
    decided = next(part for part in after.exercises if part.exercise == "total")
    assert (decided.computed, decided.comment, decided.is_decided) == (0, "Talked about it.", True)
    assert not after.is_decided
    assert [part.is_decided for part in after.exercises] == [False, True, False]


def test_a_decision_that_equals_what_was_found_is_one_too():
    after = one([standing()], row(exercise="fit", score=3))
    assert after.exercises[2].is_decided
    assert after.score == 5


def test_a_whole_submission_is_decided_on():
    after = one([standing()], row(score=6, comment="Oral"), row(3, exercise="total", score=1))
    assert (after.score, after.computed, after.is_decided) == (6, 5, True)
    assert (after.comment, scores(after)["total"]) == ("Oral", 1)


def test_an_adjustment_is_added_to_what_exercises_give():
    rows = [row(adjustment=-0.5), row(3, exercise="total", adjustment=1)]
    assert one([standing()], *rows).score == 5.5
    bonus = one([standing()], row(adjustment=2))
    assert (bonus.score, bonus.max_score) == (7, 6)


def test_a_comment_alone_changes_no_score():
    rows = [row(comment="All"), row(3, exercise="fit", comment="One")]
    after = one([standing()], *rows)
    assert (after.score, after.comment, after.exercises[2].comment) == (5, "All", "One")
    assert not after.is_decided
    assert not any(part.is_decided for part in after.exercises)
    silent = one([ungraded()], row(comment="Ask me"))
    assert (silent.outcome, silent.score, silent.comment) == ("not graded", None, "Ask me")


def test_what_could_not_be_run_gets_a_score():
    found = standing(scores={"means": 2, "total": None, "fit": 3})
    after = one([found], row(exercise="total", score=1))
    assert (after.outcome, after.reason, after.score, after.max_score) == ("graded", None, 6, 6)
    assert after.exercises[1].computed is None
    other = one([found], row(exercise="fit", score=1))
    assert (other.outcome, other.score) == ("not graded", None)
    assert other.reason == "it imports no_such"
    whole = one([found], row(score=4))
    assert (whole.outcome, whole.score, whole.max_score) == ("graded", 4, 6)


@pytest.mark.parametrize("outcome", ["not graded", "needs review"])
def test_what_was_not_graded_gets_a_score(outcome):
    known = one([ungraded(assignment="small", outcome=outcome)], row(score=4))
    assert (known.outcome, known.reason, known.score, known.max_score) == ("graded", None, 4, 6)
    # Of a file that cannot be read nobody knows which assignment it answers: the row says it.
    named = one([ungraded(outcome=outcome)], row(assignment="layers", score=9))
    assert (named.assignment, named.score, named.max_score) == ("layers", 9, 10)
    bare = one([ungraded(outcome=outcome)], row(score=4))
    assert (bare.assignment, bare.score, bare.max_score) == (None, 4, None)


def test_the_assignment_is_told_by_name_or_title():
    both = [standing(), standing(assignment="layers", title="The Layers")]
    for name in ("layers", "LAYERS", "the layers"):
        after = applied(both, [row(assignment=name, exercise="fit", score=1)], WORTH)
        assert after.remarks == ()
        assert [scores(found)["fit"] for found in after.standings] == [3, 1]


def test_what_could_be_two_things_is_named_and_not_guessed():
    both = [standing(), standing(assignment="layers")]
    which = "it may be about small, layers; write which in a column `assignment`"
    assert remarks(both, row(score=1), row(3, exercise="fit", score=1)) == [
        f"line 2 is not applied: {which}",
        f"line 3 is not applied: {which}",
    ]
    alone = [standing(scores={"means": 1}), standing(assignment="layers", scores={"fit": 1})]
    after = applied(alone, [row(exercise="fit", score=3)], WORTH)
    assert [found.score for found in after.standings] == [1, 3]


def test_namesakes_are_told_apart_by_id():
    two = [standing(student_id="1"), standing(student_id="2")]
    assert remarks(two, row(score=1)) == [
        "line 2 is not applied: bob may be several students (1, 2); write one id"
    ]
    after = applied(two, [row(ids=("2",), score=1)], WORTH)
    assert [found.score for found in after.standings] == [5, 1]


def test_two_claims_of_one_id_are_told_apart_by_the_name_in_the_table():
    claims = [
        ungraded(student, "small", "needs review", student_id="7") for student in ("bob", "bob (2)")
    ]
    assert remarks(claims, row(student="", ids=("7",), score=1)) == [
        "line 2 is not applied: there are several submissions (`bob`, `bob (2)`); write the name of"
        " one"
    ]
    after = applied(claims, [row(student="bob (2)", score=1)], WORTH)
    assert [found.score for found in after.standings] == [None, 1]
    assert applied(claims, [row(student="bob", ids=("7",), score=1)]).standings[0].score == 1


def test_an_id_says_who_is_meant_where_both_have_one():
    ann = standing("ann", student_id="101")
    after = one([ann], row(student="somebody", ids=("101",), exercise="fit", score=1))
    assert scores(after)["fit"] == 1
    assert remarks([ann], row(student="ann", ids=("102",), score=0)) == [
        "line 2 is not applied: there is no submission of ann; look at the name or the id"
    ]
    assert one([standing("ann")], row(student="ann", ids=("101",), score=0)).score == 0


def test_a_row_of_two_students_is_nobodys():
    two = [standing("ann", student_id="1"), standing("bob", student_id="2")]
    assert remarks(two, row(student="bob", ids=("1",), score=1), row(3, ids=("1", "2"))) == [
        "line 2 is not applied: the id is ann's and the name is bob's; mend one",
        "line 3 is not applied: bob may be several students (1, 2); write one id",
    ]


def test_what_matches_nothing_is_named():
    found = [standing(), ungraded("page", "small"), ungraded("lost")]
    assert remarks(
        found,
        row(2, student="eve", score=1),
        row(3, exercise="nothing", score=1),
        row(4, exercise="total", score=7),
        row(5, student="page", exercise="total", score=1),
        row(6, student="BOB", score=1),
        row(7, assignment="layers", score=1),
        row(8, student="lost", assignment="leyers", score=1),
        row(9, student="lost", assignment="small", exercise="fit", score=1),
        row(10, student="lost", adjustment=1),
    ) == [
        "line 2 is not applied: there is no submission of eve; look at the name or the id",
        "line 3 is not applied: bob has no exercise nothing (there: means, total, fit)",
        "line 4 is not applied: of 1 points it gives 7; write a bonus as an adjustment, +6",
        "line 5 is not applied: what page handed in was not graded, and has no exercises; decide on"
        " the whole submission, without an exercise",
        "line 6 is not applied: there is no submission of BOB; look at the name or the id",
        "line 7 is not applied: bob has no submission for layers (there: small)",
        "line 8 is not applied: lost has no submission for leyers",
        "line 9 is not applied: what lost handed in was not graded, and has no exercises; decide on"
        " the whole submission, without an exercise",
        "line 10 is not applied: there is no score to add to; write a score first",
    ]


def test_one_file_does_not_answer_two_assignments():
    rows = [row(2, assignment="small", score=1), row(3, assignment="layers", score=2)]
    why = "there is one submission that may be for any of layers, small"
    assert remarks([ungraded()], *rows) == [f"line {line} is not applied: {why}" for line in (2, 3)]


@pytest.mark.parametrize("name", ["=1+1", "-ann;=cmd|'x'!A0, b", "O'Neil; Sean", "a | @b"])
def test_a_student_is_found_by_what_the_table_says(name):
    for written in {name, harmless(name)}:
        assert one([standing(name)], row(student=written, exercise="fit", score=0)).score == 2
        with_id = standing("any", student_id=name)
        assert one([with_id], row(student="", ids=(written,), exercise="fit", score=0)).score == 2


def test_the_total_of_the_course():
    rows = [row(assignment="total", score=90), row(3, assignment="Итого", adjustment=1)]
    found = applied_to_totals([total("ann"), total()], rows)
    assert found.remarks == ()
    assert found.totals[0] == total("ann")
    assert (found.totals[1].score, found.totals[1].computed) == (91, 80)
    assert found.totals[1].is_decided
    assert applied([standing()], rows).standings == (standing(),)
    assert applied_to_totals([total()], [row(score=1)]).totals == (total(),)


def test_what_is_wrong_with_a_row_about_the_total_is_named():
    found = applied_to_totals(
        [total(), replace(total("eve"), score=None)],
        [
            row(2, assignment="total", score=101),
            row(3, student="ann", assignment="total", score=1),
            row(4, student="eve", assignment="total", adjustment=1),
        ],
    )
    assert list(map(str, found.remarks)) == [
        "line 2 is not applied: of 100 points it gives 101; write a bonus as an adjustment, +1",
        "line 3 is not applied: there is no submission of ann; look at the name or the id",
        "line 4 is not applied: there is no score to add to; write a score first",
    ]


def test_an_assignment_that_is_called_as_the_total_is():
    named = [standing(assignment="total"), standing("ann", assignment="small")]
    (remark,) = remarks(named, row(assignment="total", score=1))
    assert "write `course total` for the total of the course" in remark
    with_it = replace(total(), finals={"total": 5.0})
    assert applied_to_totals([with_it], [row(assignment="total", score=1)]).totals == (with_it,)
    assert applied_to_totals([with_it], [row(assignment="course total", score=1)]).totals[0].score
    after = one(named, row(assignment="total", exercise="fit", score=1))
    assert scores(after)["fit"] == 1


CLASS = [
    standing("ann", student_id="1"),
    standing("ann", "layers", student_id="1"),
    standing("bob", scores={"means": 1, "total": None, "fit": 0}),
    ungraded("eve"),
    ungraded("dan", "layers", "needs review"),
    standing("ann", student_id="2"),
]
DECISIONS = st.lists(
    st.builds(
        dict,
        student=st.sampled_from(["ann", "bob", "eve", "dan", "zoe"]),
        ids=st.sampled_from([(), ("1",), ("2",), ("3",)]),
        assignment=st.sampled_from(["", "small", "layers", "none", "total"]),
        exercise=st.sampled_from(["", "fit", "total", "nothing"]),
        score=st.none() | st.integers(0, 7).map(float),
        adjustment=st.none() | st.integers(-4, 4).map(float),
        comment=st.sampled_from(["a", "b"]),
    ),
    max_size=8,
).map(lambda found: [Decision(line=line, **says) for line, says in enumerate(found, 2)])


@given(decisions=DECISIONS)
def test_to_apply_twice_is_to_apply_once(decisions):
    first = applied(CLASS, decisions, WORTH)
    assert applied(first.standings, decisions, WORTH).standings == first.standings
    totals = applied_to_totals([total("ann"), total()], decisions)
    assert applied_to_totals(totals.totals, decisions).totals == totals.totals


@given(decisions=DECISIONS, seed=st.randoms())
def test_neither_the_order_of_rows_in_memory_nor_of_standings_counts(decisions, seed):
    shuffled, people = [*decisions], [*CLASS]
    seed.shuffle(shuffled)
    seed.shuffle(people)
    plain, other = applied(CLASS, decisions, WORTH), applied(people, shuffled, WORTH)
    assert {*map(repr, other.standings)} == {*map(repr, plain.standings)}
    assert [one.line for one in other.remarks] == [one.line for one in plain.remarks]


@given(decisions=DECISIONS)
def test_a_row_without_a_remark_is_seen_in_its_standing(decisions):
    found = applied(CLASS, decisions, WORTH)
    named = {remark.line for remark in found.remarks}
    assert named <= {one.line for one in decisions}
    for decision in decisions:
        if decision.line in named or decision.is_about_course:
            continue
        parts = [
            part
            for after in found.standings
            if after.student == decision.student or after.student_id in decision.ids
            for part in (after.exercises if decision.exercise else (after,))
            if not decision.exercise or part.exercise == decision.exercise
        ]
        assert any(decision.comment in part.comment.split("\n") for part in parts)
        decides = decision.score is not None or decision.adjustment is not None
        assert not decides or any(part.is_decided for part in parts)


def test_standings_that_no_row_is_about_stay_as_they_are():
    found = applied(CLASS, [row(exercise="fit", score=1)], WORTH)
    assert [after for place, after in enumerate(found.standings) if place != 2] == [
        before for place, before in enumerate(CLASS) if place != 2
    ]
