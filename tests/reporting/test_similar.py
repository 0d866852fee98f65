"""The page of what is written alike: all that it leads to is there, and nothing is asked for."""

import re
from dataclasses import replace

import pytest

from grader.model.resemblance import Answers, Compared, Couple, Group, Pair, Side, Survey
from grader.reporting import similar

HOSTILE = "</pre><script>alert(1)</script>\u202e\x1b[31m&lt;{{ 7 * 7 }}"


def side(student, code="a = 1\nb = 2\nc = 3"):
    answers = Answers(student=student, student_id="7", place=f"{student}/x", codes={})
    return Side(answers=answers, code=code, share=0.955, lines=frozenset({1, 3}))


def survey(*students, code="a = 1\nb = 2\nc = 3", exercise="fit"):
    sides = [side(one, code) for one in students]
    pairs = tuple(
        Pair(exercise=exercise, sides=(one, two), bits=40.0 - place, holders=len(students))
        for place, one in enumerate(sides)
        for two in sides[place + 1 :]
    )
    members = tuple(one.answers for one in sides)
    return Survey(
        assignment="small",
        title="Small",
        students=40,
        exercises=[Compared(exercise=exercise, title="Fit", kinds={"telling": 30, "usual": 10})],
        groups=[Group(exercise=exercise, members=members, pairs=pairs)],
        couples=[
            Couple(students=(p.sides[0].answers, p.sides[1].answers), pairs=(p,)) for p in pairs
        ],
    )


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_link_leads_somewhere(language):
    page = similar.page([survey("ann", "bob", "eve"), survey("ann", "dan")], language)
    targets = re.findall(r'href="#([^"]+)"', page)
    assert len(targets) == len(set(targets)) == 4
    assert {one for one in targets if f'id="{one}"' not in page} == set()


def test_of_a_group_each_further_member_is_shown_beside_another():
    page = similar.page([survey("ann", "bob", "eve")], "en")
    assert page.count("<details") == 2
    assert page.count("96 % of what is their own is alike") == 3


def test_lines_are_marked():
    page = similar.page([survey("ann", "bob")], "en")
    marked = re.findall(r'<mark class="line" data-n="(\d)">([^<]*)</mark>', page)
    assert marked == [("1", "a = 1"), ("3", "c = 3")] * 2


def test_everything_of_a_student_is_escaped_and_nothing_is_loaded():
    hostile = survey(HOSTILE, "bob", code=HOSTILE, exercise="fit")
    named = replace(hostile.groups[0].pairs[0], mistakes=(HOSTILE,), is_same_text=True)
    page = similar.page(
        [
            replace(
                hostile,
                groups=[replace(hostile.groups[0], pairs=(named,))],
                couples=[replace(hostile.couples[0], pairs=(named,))],
            )
        ],
        "en",
    )
    assert "<script" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert "{{ 7 * 7 }}" in page
    assert not re.search(r'(src|href)="(https?:)?//', page)
    assert "default-src 'none'" in page


def test_long_code_is_cut():
    long = side("ann", "\n".join(["x" * 1_000] * 5_000))
    found = list(similar.lines(long))
    assert len(found) < 500
    assert max(len(text) for _, text, _ in found) < 500
