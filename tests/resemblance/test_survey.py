"""A class and an assignment: the course's own ways are nobody's, and several exercises add up."""

from dataclasses import replace
from random import Random

import pytest

from benchmarks.descents import answer
from benchmarks.rewrites import restyled
from grader.authoring.source import load
from grader.model.resemblance import Answers
from grader.resemblance.survey import survey
from tests.conftest import TOP, write_source
from tests.resemblance.disguises import disguised

SOURCE = """
# %% [markdown]
# # Descents

# %%
import torch
"""
EXERCISE = """
# %%
#| exercise: {name}
#| checks:
#|   - callable({name})
#| blank: |
#|   def {name}(x, y, w, b, n_steps, step_size):
#|       ...
### BEGIN SOLUTION
def {name}(x, y, w, b, n_steps, step_size):
    return w, b, [0.0] * n_steps
### END SOLUTION
"""
NAMES = ("first", "second", "third", "fourth")


@pytest.fixture(scope="module")
def descents(tmp_path_factory):
    text = SOURCE + "".join(EXERCISE.format(name=name) for name in NAMES)
    return load(write_source(tmp_path_factory.mktemp("sources"), text, "descents"))


def handed_in(number, start=0):
    """Return the answers of a class: each to all exercises, independent of all others."""
    return [
        Answers(
            student=f"s{seed:03}",
            student_id=f"id{seed:03}",
            place=f"s{seed:03}/descents",
            codes={name: answer(1_000 * n + start + seed) for n, name in enumerate(NAMES, start=1)},
        )
        for seed in range(number)
    ]


def copy_of(one, exercises, place="zoe/descents", **about):
    rng = Random(1)
    codes = {
        name: disguised(code, rng, kept={"descend"}) if name in exercises else answer(99)
        for name, code in one.codes.items()
    }
    return replace(
        one, **{"student": "zoe", "student_id": "id999", "place": place, "codes": codes} | about
    )


def told(found):
    return [
        ({one.student for one in couple.students}, {pair.exercise for pair in couple.pairs})
        for couple in found.couples
    ]


def test_a_copy_of_one_exercise(descents):
    those = handed_in(20)
    found = survey(descents, [*those, copy_of(those[4], ["second"])])
    assert told(found) == [({"s004", "zoe"}, {"second"})]
    (group,) = found.groups
    assert (group.exercise, len(group.members)) == ("second", 2)
    pair = group.pairs[0]
    assert pair.share > 0.8
    assert not pair.is_same_text
    assert found.students == 21
    assert found.exercises[1].kinds["telling"] >= 15


def test_several_that_are_not_enough_alone_are_so_together(descents):
    those = handed_in(200)
    copies = copy_of(those[11], NAMES), copy_of(those[12], ["first"], place="yan/x", student="yan")
    found = told(survey(descents, [*those, *copies]))
    assert ({"s011", "zoe"}, set(NAMES)) in found
    assert [one for one in found if "yan" in one[0]] == []


def test_attempts_of_one_student_are_no_pair(descents):
    those = handed_in(20)
    again = copy_of(those[4], NAMES, student="Bob", student_id="id004")
    assert told(survey(descents, [*those, again])) == []
    again = copy_of(those[4], NAMES, student="s004", student_id=None)
    assert told(survey(descents, [*those, again])) == []
    namesake = copy_of(those[4], NAMES, student="s004", student_id="id777")
    assert len(told(survey(descents, [*those, namesake]))) == 1


def test_a_rare_mistake_that_two_share_counts(descents):
    those = handed_in(20)
    both = [those[4], copy_of(those[4], ["second"])]
    (plain,) = survey(descents, [*those[:4], *both, *those[5:]]).groups
    both = [replace(one, mistakes={"second": frozenset({"step-uphill"})}) for one in both]
    (found,) = survey(descents, [*those[:4], *both, *those[5:]]).groups
    assert found.pairs[0].mistakes == ("step-uphill",)
    assert found.pairs[0].bits > plain.pairs[0].bits


def test_the_same_letter_by_letter_is_told(descents):
    those = handed_in(20)
    again = replace(those[4], student="zoe", student_id=None, place="zoe/descents")
    (couple,) = survey(descents, [*those, again]).couples
    assert all(pair.is_same_text for pair in couple.pairs)


@pytest.mark.parametrize("name", ["autograd", "gradient_descent", "layers", "tensors"])
def test_the_courses_own_ways_in_several_styles_are_nobodys(name):
    assignment = load(TOP / "reference" / f"{name}.py")
    those = []
    for number in range(40):
        rng = Random(number)
        codes = {}
        for exercise in assignment.exercises:
            ways = [assignment.solutions[exercise.name]]
            ways += [one.solution for one in exercise.alternatives]
            ways += [one.solution for one in exercise.mistakes]
            code = rng.choice(ways)
            codes[exercise.name] = restyled(code, rng) if number % 2 else code
        those.append(
            Answers(student=f"{number}", student_id=None, place=f"{number}/x", codes=codes)
        )
    found = survey(assignment, those)
    assert found.couples == []
    kinds = {kind for one in found.exercises for kind, many in one.kinds.items() if many}
    assert kinds <= {"usual", "short"}


ESSAY = """
# %% [markdown]
# Think of what we said: the mean does not grow with the number of objects in a batch of any size.

# %% [markdown]
# #| exercise: why
# #| manual: true
# A sum grows with every object that is added, and the step would have to shrink to make up for it.
"""
SAID = "the mean does not grow with the number of objects in a batch of any size"
WORDS = [
    "gradient",
    "loss",
    "step",
    "rate",
    "batch",
    "object",
    "mean",
    "sum",
    "weight",
    "layer",
    "axis",
    "value",
    "number",
    "small",
    "large",
    "grows",
    "shrinks",
    "because",
    "therefore",
    "while",
    "every",
    "each",
    "other",
    "update",
    "curve",
    "point",
    "data",
    "model",
    "error",
    "square",
]


def essay(seed, number=45):
    rng = Random(seed)
    return " ".join(rng.choice(WORDS) for _ in range(number)).capitalize() + "."


def written(texts):
    """Return answers that are texts, by student."""
    return [
        Answers(student=name, student_id=name, place=f"{name}/essay", codes={}, texts={"why": text})
        for name, text in texts.items()
    ]


@pytest.fixture(scope="module")
def essays(tmp_path_factory):
    return load(write_source(tmp_path_factory.mktemp("essays"), ESSAY, "essay"))


def test_a_text_that_was_copied(essays):
    texts = {f"s{seed:02}": essay(seed) for seed in range(24)}
    copied = texts["s04"].upper().replace(" STEP ", ",\n STEP ") + " I think."
    found = survey(essays, written({**texts, "zoe": copied}))
    assert told(found) == [({"s04", "zoe"}, {"why"})]
    (pair,) = found.groups[0].pairs
    assert max(map(len, pair.sides[0].code.split("\n"))) <= 88
    assert pair.sides[0].lines
    assert not pair.is_same_text


def test_what_the_notebook_and_the_model_answer_say_is_nobodys(essays):
    model = "A sum grows with every object that is added, and the step would have to shrink."
    texts = {f"s{seed:02}": essay(seed) for seed in range(24)}
    both = {name: f"{SAID}. {model} {essay(seed, 8)}" for name, seed in (("ann", 70), ("zoe", 71))}
    short = dict.fromkeys(("bob", "eve"), essay(80, 12))
    found = survey(essays, written({**texts, **both, **short}))
    assert told(found) == []
    assert found.exercises[0].kinds["short"] == 2


def test_numbers_that_differ_by_student_make_no_difference(descents):
    those = handed_in(20)
    codes = {name: f"rate = 0.05\n{code}" for name, code in those[4].codes.items()}
    others = {name: code.replace("0.05", "0.2") for name, code in codes.items()}
    those[4] = replace(those[4], codes=codes)
    copy = replace(those[4], student="zoe", student_id="zoe", place="zoe/descents", codes=others)
    assert told(survey(descents, [*those, copy])) == [({"s004", "zoe"}, set(NAMES))]
