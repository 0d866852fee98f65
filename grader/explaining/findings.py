"""The findings: what looks at a check that is not right, the most specific first.

A finding takes a Case and yields the symptoms that it is certain of. To add one, write it in a
module of this folder and put it into FINDINGS where it belongs, and give its kinds their sentences
in SENTENCES of a module that `grader.wording.diagnoses` puts together; `grader.disclosure` tells
nothing of it for hidden checks until its kind is listed there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from grader.explaining import (
    arrangement,
    endings,
    failures,
    forms,
    gradients,
    habits,
    kinds,
    names,
    numbers,
    patterns,
    rest,
    slips,
    surroundings,
)
from grader.explaining.case import Case, Pair
from grader.model.facts import Rank, Symptom
from grader.model.features import Flag

MAX_PARTS = 100  # values inside one value that are looked at

Finding = Callable[[Case], Iterable[Symptom]]
Look = Callable[[Pair], Iterable[Symptom]]

# Found of a value as a whole, too, where all its wrong parts show it: then it can be told without
# saying which parts these are.
_OF_ALL = frozenset(
    {
        *("kind", "dtype", "axis", "axes", "shape", "reshaped", "places"),
        *("transposed", "detached", "attached"),
    }
)
# What is so of each part, and has to be the same of all.
_COMMON = frozenset({"found", "wanted", "shape"})


def of_parts(*finds: Look) -> Finding:
    """Return a finding that looks at each value of a check by itself, those inside others too.

    Of several looks, the first that finds something.
    """

    def found(case: Case) -> Iterator[Symptom]:
        for pair in case.pairs():
            if forms.is_blank(pair):
                continue
            parts = [
                [*_first(part, finds)]
                for part in islice(pair.parts(), MAX_PARTS)
                if forms.is_comparable(part)
            ]
            yield from (symptom for part in parts for symptom in part)
            if parts:
                yield from _of_all(pair, parts)

    return found


def _first(part: Pair, finds: Iterable[Look]) -> Iterator[Symptom]:
    for find in finds:
        symptoms = [*find(part)]
        yield from symptoms
        if symptoms:
            return


def _of_all(pair: Pair, parts: list[list[Symptom]]) -> Iterator[Symptom]:
    """Yield what all wrong parts of a value show, without saying which these are."""
    if any(len(part) != 1 or part[0].path == pair.path for part in parts):
        return
    first, *others = (part[0] for part in parts)
    if first.kind not in _OF_ALL or any(one.kind != first.kind for one in others):
        return
    alike = {
        name: feature
        for name, feature in first.about.items()
        if all(one.about.get(name) == feature for one in others)
    }
    if not _COMMON & (first.about.keys() - alike.keys()):
        yield replace(first, path=pair.path, about={**alike, "parts": Flag(value=True)})


def of_wholes(find: Look) -> Finding:
    """Return a finding that looks at each value of a check as a whole."""

    def found(case: Case) -> Iterator[Symptom]:
        for pair in case.pairs():
            if not forms.is_blank(pair):
                yield from find(pair)

    return found


def _arranged(pair: Pair) -> Iterator[Symptom]:
    """Find right numbers in a wrong arrangement, where nothing simpler is found."""
    if not any(True for look in (forms.other_shape, numbers.numerical) for _ in look(pair)):
        yield from arrangement.arranged(pair)


FINDINGS: tuple[Finding, ...] = (
    surroundings.needs_gpu,
    habits.exception_not_raised,
    habits.other_exception,
    slips.of_the_pen,
    slips.other_spelling,
    slips.back,
    habits.returns_in_loop,
    habits.nothing_returned,
    habits.hidden_name,
    habits.argument_lost,
    failures.of_call,
    endings.of_call,
    forms.blank,
    names.other_name,
    names.exchanged,
    surroundings.overwritten,
    habits.argument_changed,
    surroundings.modified,
    habits.gradients_kept,
    habits.steps,
    habits.given_bound_anew,
    of_wholes(kinds.reordered),
    of_wholes(patterns.repeated),
    of_parts(forms.not_a_tensor),
    of_parts(gradients.attached_or_not),
    of_parts(forms.other_shape),
    of_parts(forms.other_attributes),
    of_parts(numbers.numerical),
    of_parts(_arranged),
)
# What is told only where nothing of these is.
FALLBACKS: tuple[Finding, ...] = (
    failures.otherwise,
    of_parts(arrangement.partly),
    of_wholes(kinds.other_parts),
    of_parts(kinds.other_kind, kinds.other_text, arrangement.other_shape),
    of_parts(forms.other_dtype),
    of_parts(numbers.even, patterns.alike, patterns.rows_scaled, numbers.rounded),
    of_parts(patterns.off_by_one, patterns.by_sign),
    of_wholes(patterns.curve_begins),
    of_parts(numbers.negative),
    patterns.one_sided,
)
REST: tuple[Finding, ...] = (
    habits.argument_unused,
    habits.given_unused,
    rest.other_data,
    rest.located,
    rest.wrong,
)
RANKED: Mapping[Rank, Sequence[Finding]] = {
    "found": FINDINGS,
    "fallback": FALLBACKS,
    "rest": REST,
}
