"""The texts of a report, made of its facts in one language."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

from grader.model.assignment import Assignment, Exercise
from grader.model.facts import (
    RANKS,
    Forbidden,
    ForbiddenUse,
    Mismatch,
    NotHere,
    NothingThere,
    NotInstalled,
    Symptom,
)
from grader.model.features import Feature, Glimpse, Name
from grader.model.result import CheckResult, Diagnosis, ExerciseResult, RubricResult
from grader.model.text import Text, listed, say
from grader.wording.about import is_so
from grader.wording.absences import reason
from grader.wording.catalogue import translated
from grader.wording.diagnoses import SENTENCES, Sentences
from grader.wording.diagnoses import sentence as sentence_of
from grader.wording.headings import heading
from grader.wording.mismatches import aspect, sentence
from grader.wording.rulings import not_found, rule, use
from grader.wording.titles import titled
from grader.wording.values import code, told

MAX_DIAGNOSES = 4  # of one exercise
# What follows from something else that is said.
_FOLLOWING = frozenset({"nan", "diverged"})
# What need not be said beside something else of the same code: the same, or what follows from it.
_INCLUDED: Mapping[str, frozenset[str]] = {
    "blank": frozenset({"no-return"}),
    "failed none": frozenset({"no-return"}),
    "failed no-graph": frozenset({"detached", "never-back"}),
    "no-grad-value": frozenset({"never-back"}),
    "modified": frozenset({"argument-changed"}),
    "zeros": frozenset({"cell"}),
    "length": frozenset({"cell"}),
    "even": frozenset({"zero-one"}),
    "curve-begins": frozenset({"even", "zero-one"}),
    "failed": frozenset({"called-early"}),
    **dict.fromkeys(("operand", "scaled", "sign", "offset"), frozenset({"given-changed"})),
}
_FORMS = frozenset(
    {"dtype", "axis", "shape", "axes", "reshaped", "places", "transposed", "cut", "broadcast"}
)
# What only says which aspects and which numbers are wrong.
_OF_CHECK = frozenset({"value", "aspects", "some-parts", "some-numbers"})
# What is wrong beside the values, and explains none of them.
_BESIDE = frozenset({"argument-changed", "modified"})


def worded(
    result: ExerciseResult,
    assignment: Assignment,
    language: str,
    *,
    sentences: Sentences = SENTENCES,
) -> ExerciseResult:
    """Return the result of an exercise with its texts in a language.

    sentences: of symptoms, by their kind.
    """
    exercise = assignment.exercise(result.exercise)

    titles = {one.expression: one.title_in(language) for one in exercise.checks}

    def title(name: str) -> str:
        return heading(assignment, name, language)

    return replace(
        result,
        title=title(result.exercise),
        rule=translated(rule(result.ruling, title), language),
        banned=tuple(translated(use(one), language) for one in _uses(result)),
        not_found=translated(not_found(exercise.forbid), language)
        if _is_read(result, exercise)
        else "",
        checks=tuple(
            check_worded(replace(check, title=titles.get(check.check, "")), language)
            for check in result.checks
        ),
        diagnoses=_diagnoses(result, exercise, language, sentences),
        rubric=_rubric(result, exercise, language),
    )


def _rubric(result: ExerciseResult, exercise: Exercise, language: str) -> tuple[RubricResult, ...]:
    texts = {item.name: item.text_in(language) for item in exercise.rubric}
    return tuple(replace(one, text=texts.get(one.name, one.text)) for one in result.rubric)


def _uses(result: ExerciseResult) -> tuple[ForbiddenUse, ...]:
    return result.ruling.uses if isinstance(result.ruling, Forbidden) else ()


def _is_read(result: ExerciseResult, exercise: Exercise) -> bool:
    """Whether an answer was looked through for what is forbidden, and nothing was found."""
    return bool(exercise.forbid and result.code) and not isinstance(
        result.ruling, Forbidden | NothingThere | NotHere | NotInstalled
    )


def failure(check: CheckResult) -> str:
    """Return in English, for an author, why a check does not pass: expected values are told."""
    if check.not_compared is not None:
        return str(reason(check.not_compared, check.source))
    found = [one for one in check.mismatches if isinstance(one, Mismatch)]
    parts = (f"{aspect(one.aspect)}: {told(one.actual)}, not {told(one.expected)}" for one in found)
    return "; ".join(parts) or "nothing is compared"


def check_worded(check: CheckResult, language: str) -> CheckResult:
    """Return the result of a check with its texts in a language."""
    why = reason(check.not_compared, check.source) if check.not_compared is not None else None
    texts = (translated(sentence(one, check.check, check.of), language) for one in check.mismatches)
    found = [one for one in check.mismatches if isinstance(one, Mismatch)]
    seen = _preview(check.value, [one.actual for one in found])
    wanted = _preview(check.expected, [one.expected for one in found])
    if seen == wanted:  # they are cut before they differ
        seen, wanted = None, None
    return replace(
        check,
        given=translated(_given(check.inputs), language) if check.inputs else "",
        seen=translated(seen, language) if seen is not None else "",
        wanted=translated(wanted, language) if wanted is not None else "",
        error=translated(why, language) if why is not None else None,
        sentences=tuple(dict.fromkeys(texts)),
    )


def _preview(value: Feature | None, told_above: Sequence[Feature]) -> Text | None:
    """Return a value in words; None where there is none, or all of it stands in a sentence."""
    only = value
    if isinstance(value, Glimpse) and len(value.numbers) == 1:
        (only,) = value.numbers
    above = {str(told(one)) for one in told_above}
    return None if only is None or value is None or str(told(only)) in above else told(value)


def _given(inputs: Mapping[str, Feature]) -> Text:
    """Return of what kind the data are that a check was given."""
    kinds = (listed([code(name), told(inputs[name])], ": ") for name in sorted(inputs))
    return say("What it was given: {kinds}.", kinds=listed(kinds, "; "))


def _diagnoses(
    result: ExerciseResult, exercise: Exercise, language: str, sentences: Sentences
) -> tuple[Diagnosis, ...]:
    """Return the first few symptoms that are different things, as they are told."""
    found: list[Diagnosis] = []
    said: set[Hashable] = set()
    explained: set[str] = set()  # the checks whose code is told of, here or at another check
    more = [one for one in result.symptoms if not _is_said_by_check(one)]
    for symptom in _worth_telling(more):
        if symptom.kind in _FOLLOWING and symptom.check in explained:
            continue
        about_all = symptom.kind == "needs-gpu"  # one is enough
        what = symptom.kind, "" if about_all else symptom.check or symptom.mistake
        facts = symptom.kind, symptom.path, symptom.mistake, frozenset(symptom.about.items())
        text = _text(symptom, exercise, language, sentences)
        if text is None or what in said or facts in said:
            explained |= {symptom.check} if facts in said else set()
            continue
        said |= {what, facts}
        explained |= set() if symptom.path else {symptom.check}
        found.append(
            Diagnosis(
                kind=symptom.kind,
                text=translated(text, language),
                check=symptom.check,
                mistake=symptom.mistake,
                symptom=symptom,
            )
        )
    return tuple(found)[:MAX_DIAGNOSES]


def _is_said_by_check(symptom: Symptom) -> bool:
    """Whether a symptom says no more than the check, or the error, that stands above it."""
    if symptom.kind == "values":
        return not is_so(symptom, "by_hand")
    return symptom.kind in _OF_CHECK or _cause(symptom) == "failed otherwise"


def _worth_telling(symptoms: Sequence[Symptom]) -> list[Symptom]:
    """Return the symptoms by rank, without those that need not be told beside others."""
    told: list[Symptom] = []
    for rank in RANKS:
        for symptom in symptoms:
            if symptom.rank == rank and not _is_enough(told, symptom):
                told.append(symptom)
    return [one for one in told if not _is_included(one, told)]


def _is_enough(told: Sequence[Symptom], symptom: Symptom) -> bool:
    """Whether what is told of a lower rank is about the same check, or about the same code.

    Of what can be said of every wrong value, one thing is enough.
    """
    last = RANKS[-1]
    lower = [
        one
        for one in told
        if (one.rank != symptom.rank or one.rank == last) and one.kind not in _BESIDE
    ]
    made_by = {*symptom.made_by}
    same = any(one.check == symptom.check or made_by & {*one.made_by} for one in lower)
    return same or bool(lower and not made_by)


def _is_included(symptom: Symptom, told: Sequence[Symptom]) -> bool:
    """Whether something else that is told of the same code says it, too."""
    others = [one for one in told if one is not symptom and _is_of_same(one, symptom)]
    nothing = frozenset[str]()
    including = _INCLUDED.get(_cause(symptom), nothing) | _INCLUDED.get(symptom.kind, nothing)
    if any({one.kind, _place(one)} & including for one in others):
        return True
    before = others[: sum(1 for one in others if told.index(one) < told.index(symptom))]
    if symptom.kind == "failed":
        return any(_cause(one) == _cause(symptom) and one.about == symptom.about for one in before)
    if symptom.kind == "builds-on":
        return any(one.kind == "builds-on" for one in told[: told.index(symptom)])
    return symptom.kind in _FORMS and any(
        one.check != symptom.check and one.kind == symptom.kind for one in before
    )


def _is_of_same(one: Symptom, other: Symptom) -> bool:
    same = {*one.made_by} & {*other.made_by}
    return bool(same) or not one.made_by or not other.made_by


def _cause(symptom: Symptom) -> str:
    cause = symptom.about.get("cause")
    return f"{symptom.kind} {cause.name}" if isinstance(cause, Name) else symptom.kind


def _place(symptom: Symptom) -> str:
    """Return what a symptom is about: "cell", where that stopped as a whole."""
    return "cell" if symptom.kind == "failed" and not symptom.path else "value"


def _text(
    symptom: Symptom, exercise: Exercise, language: str, sentences: Sentences
) -> Text | str | None:
    if symptom.kind != "mistake":
        titles = {
            " ".join(one.expression.split()): one.title_in(language)
            for one in exercise.checks
            if one.title
        }
        text = sentence_of(symptom, sentences)
        return titled(text, titles) if text is not None else None
    return next(one.help_in(language) for one in exercise.mistakes if one.name == symptom.mistake)
