"""What a score becomes by what people decided on it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.decided_score import decide
from tests.course_decisions.rows import row


def numbers(**limits):
    return st.floats(allow_nan=False, width=16, **limits) | st.integers(0, 5).map(float)


ROWS = st.lists(
    st.builds(
        lambda score, adjustment, comment: {
            "score": score,
            "adjustment": adjustment,
            "comment": comment or "said",
        },
        st.none() | numbers(min_value=0, max_value=10),
        st.none() | numbers(min_value=-10, max_value=10),
        st.sampled_from(["", "one", "two"]),
    ),
    max_size=6,
).map(lambda found: [row(line, **says) for line, says in enumerate(found, 2)])
FOUND = st.none() | numbers(min_value=0, max_value=5)
MOST = st.none() | st.just(5.0)


@pytest.mark.parametrize(
    ("found", "rows", "score"),
    [
        (1, [], 1),
        (1, [{"score": 2}], 2),
        (1, [{"adjustment": 0.5}], 1.5),
        (1, [{"adjustment": 4}], 5),
        (1, [{"adjustment": 1}, {"score": 2}], 3),
        (1, [{"score": 2, "adjustment": 0.5}], 2.5),
        (1, [{"score": 2}, {"score": 0}], 0),
        (1, [{"score": 2}, {"score": 9}], 2),
        (None, [{"score": 2}], 2),
        (None, [{"adjustment": 2}], None),
        (None, [{"comment": "seen"}], None),
        (0.1, [{"adjustment": 0.2}], 0.3),
        (1, [{"adjustment": 0.5}, {"adjustment": 0.5}], 1.5),
        (1, [{"adjustment": 0.5, "by": "a"}, {"adjustment": 0.5, "by": "b"}], 2),
    ],
)
def test_a_score_counts_then_adjustments_are_added(found, rows, score):
    decided, _ = decide(found, 3, [row(line, **says) for line, says in enumerate(rows, 2)])
    assert decided.score == score
    changes = any("score" in says or "adjustment" in says for says in rows)
    assert decided.is_decided == (changes and score is not None)


def test_each_row_that_does_not_count_as_written_is_named():
    rows = [
        row(2, score=1),
        row(3, score=2),
        row(4, score=7),
        row(5, adjustment=-3, comment="late"),
        row(6, adjustment=-3, comment="late"),
    ]
    decided, remarks = decide(1, 3, rows)
    assert (decided.score, decided.comment) == (0, "late")
    assert sorted(map(str, remarks)) == [
        "line 2 is not applied: line 3, which is later, decides on the same score",
        "line 4 is not applied: of 3 points it gives 7; write a bonus as an adjustment, +4",
        "line 5 is not applied: line 6 says the same, and counts once",
        "line 6 takes more points than there are: 0 are left",
    ]


def test_comments_are_those_of_rows_that_are_applied():
    rows = [row(2, score=1, comment="a"), row(3, score=2, comment="b"), row(4, comment="c")]
    assert decide(1, 3, rows)[0].comment == "b\nc"


@given(found=FOUND, most=MOST, rows=ROWS)
def test_rows_that_stand_twice_decide_once(found, most, rows):
    first, _ = decide(found, most, rows)
    again = [
        row(one.line + 100, score=one.score, adjustment=one.adjustment, comment=one.comment)
        for one in rows
    ]
    assert decide(found, most, [*rows, *again])[0] == first


@given(found=FOUND, most=MOST, rows=ROWS, seed=st.randoms())
def test_the_order_in_memory_does_not_count(found, most, rows, seed):
    shuffled = [*rows]
    seed.shuffle(shuffled)
    assert decide(found, most, shuffled)[0] == decide(found, most, rows)[0]


@given(found=FOUND, most=MOST, rows=ROWS, data=st.data())
def test_adjustments_may_stand_in_any_order(found, most, rows, data):
    added = [one for one in rows if one.score is None]
    lines = data.draw(st.permutations([one.line for one in added]))
    moved = [
        row(line, adjustment=one.adjustment, comment=one.comment)
        for line, one in zip(lines, added, strict=True)
    ]
    kept = [one for one in rows if one.score is not None]
    assert decide(found, most, kept + moved)[0].score == decide(found, most, rows)[0].score


@given(found=FOUND, most=MOST, rows=ROWS)
def test_each_row_is_applied_or_named(found, most, rows):
    decided, remarks = decide(found, most, rows)
    assert decided.score is None or decided.score >= 0
    assert (decided.score is None) <= (found is None)
    left = [one for one in rows if one.line not in {remark.line for remark in remarks}]
    assert decided.is_decided >= any(one.score is not None for one in left)
    assert decided.is_decided <= any(
        one.score is not None or one.adjustment is not None for one in rows
    )
