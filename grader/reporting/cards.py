"""What the card of an exercise shows, and where: at the check or the line that it is about."""

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from grader.model.aspects import Aspect
from grader.model.facts import (
    AllPassed,
    Mismatch,
    NotReached,
    Raised,
    RaisedAnyway,
    RaisedOther,
    SomePassed,
    Waits,
)
from grader.model.features import Count
from grader.model.result import (
    CheckResult,
    Diagnosis,
    ExerciseResult,
    is_right,
    is_unanswered,
)
from grader.reporting import listing
from grader.reporting.shapes import Sides, sides
from grader.reporting.tracebacks import own_frames
from grader.wording.catalogue import translated
from grader.wording.mismatches import sentence

MAPS = 3  # of a check, at most
_INDEX = re.compile(r"\[\d+(, \d+)*\]$")
_PLACE = re.compile(r"\[(\d{1,9})\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedThere:
    """An exception that checks met in a line of a student's code."""

    error: str
    checks: tuple[CheckResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a student's code.

    is_fault: whether the cell stopped in it; hints: about it; raised: what checks met there.
    """

    number: int
    code: Markup
    is_fault: bool
    hints: tuple[Diagnosis, ...]
    raised: tuple[RaisedThere, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """Which numbers of a value differ. path: the code of that value; rows: as in its Extent."""

    path: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedCheck:
    """A check that is not right, with what is said of it.

    aspects: those that are not as expected; shapes: that differ; sentences: what else differs;
    parts_at: the first step, from 1, at which a list of numbers is not as expected; maps: which
    numbers of small values differ.
    """

    check: CheckResult
    aspects: tuple[Aspect, ...]
    shapes: tuple[Sides, ...]
    sentences: tuple[str, ...]
    hints: tuple[Diagnosis, ...]
    parts_at: int | None = None
    maps: tuple[Map, ...] = ()

    @property
    def is_brief(self) -> bool:
        """Whether one sentence is all that is said of it."""
        others = self.shapes or self.hints or self.check.curve or self.check.seen
        others = others or self.check.wanted
        return not others and len(self.sentences) + bool(self.check.error) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An exercise as a report shows it.

    is_folded: whether a line is enough at first: it is right, or there is nothing to tell; rule:
    whether its rule says more than how many checks passed; failed: together those of which the same
    is said; unreached: the checks before which the cell had stopped; hints: of the exercise as a
    whole, and whatever has no other place here; is_fault_shown: whether the line that the cell
    stopped in is among its lines; frames: the student's own of the traceback, where they tell more
    than that line.
    """

    result: ExerciseResult
    is_right: bool
    is_folded: bool
    rule: bool
    passed: tuple[CheckResult, ...]
    failed: tuple[tuple[FailedCheck, ...], ...]
    unreached: tuple[CheckResult, ...]
    hints: tuple[Diagnosis, ...]
    lines: tuple[Line, ...]
    is_fault_shown: bool
    frames: tuple[str, ...]

    @property
    def number_checked(self) -> int:
        """How many checks there are, of those that were looked at."""
        failed = sum(map(len, self.failed))
        return len(self.passed) + failed + len(self.unreached)


def card(result: ExerciseResult, language: str) -> Card:
    """Return what is shown of an exercise. language: of its texts."""
    looked_at = [one for one in result.checks if one.outcome != "skipped"]
    passed = [one for one in looked_at if one.outcome == "passed"]
    unreached = [one for one in looked_at if isinstance(one.not_compared, NotReached)]
    failed = [one for one in looked_at if one not in passed and one not in unreached]
    sources = listing.lines(result.code.rstrip()) if result.code else ()
    lines = [_line(one, len(sources)) for one in result.diagnoses]
    others = [one for one, line in zip(result.diagnoses, lines, strict=True) if line is None]
    at_check = _at_checks(others, failed)
    fault = _fault_line(result)
    raised = _raised_by_line(failed)
    frames = own_frames(result.error.traceback) if result.error is not None else ()
    return Card(
        result=result,
        is_right=is_right(result),
        is_folded=is_right(result) or _is_nothing(result),
        rule=not _is_a_count(result),
        passed=tuple(passed),
        failed=_grouped(_failed(one, at_check.get(one.check, ()), language) for one in failed),
        unreached=tuple(unreached),
        hints=tuple(one for one in others if one.check not in at_check),
        lines=tuple(
            Line(
                number=number,
                code=code,
                is_fault=number == fault,
                hints=tuple(
                    one for one, line in zip(result.diagnoses, lines, strict=True) if line == number
                ),
                raised=raised.get(number, ()) if number != fault else (),
            )
            for number, code in enumerate(sources, 1)
        ),
        is_fault_shown=fault is not None,
        frames=frames if len(frames) > 1 or fault is None else (),
    )


def _is_nothing(result: ExerciseResult) -> bool:
    """Whether of an exercise that is not right nothing is told but that it is not there."""
    told = result.diagnoses or result.override or result.error
    is_asked = any(one.outcome != "skipped" for one in result.checks)
    is_nothing = is_unanswered(result) or result.outcome == "not graded here"
    return is_nothing and not told and not is_asked


def _is_a_count(result: ExerciseResult) -> bool:
    """Whether a rule says no more than how many checks passed."""
    match result.ruling:
        case SomePassed(passed=passed, total=total):
            return result.ruling == SomePassed(passed=passed, total=total, moment="own")
        case Waits(words=words, min_words=wanted):  # that it is marked, its outcome says
            return result.outcome != "waits for a person" and (words or 0) >= wanted
        case ruling:
            return ruling == AllPassed(moment="own")


def _line(diagnosis: Diagnosis, last: int) -> int | None:
    """Return the line that a diagnosis is about, where that is code and no value."""
    if diagnosis.symptom is None or diagnosis.symptom.path:
        return None
    line = diagnosis.symptom.about.get("line")
    return line.number if isinstance(line, Count) and 1 <= line.number <= last else None


def _at_checks(
    diagnoses: Sequence[Diagnosis], failed: Sequence[CheckResult]
) -> dict[str, tuple[Diagnosis, ...]]:
    """Return what is said of a check, by its expression, of those that are shown as failed."""
    found = {
        one.check: tuple(hint for hint in diagnoses if hint.check == one.check) for one in failed
    }
    return {check: hints for check, hints in found.items() if check and hints}


def _fault_line(result: ExerciseResult) -> int | None:
    """Return the line that the cell stopped in; None where that is in other code."""
    fault = result.error
    if fault is None or fault.line is None or is_right(result):
        return None
    lines = result.code.splitlines()
    is_there = 1 <= fault.line <= len(lines)
    same = is_there and lines[fault.line - 1].strip() == (fault.source or "").strip()
    return fault.line if same else None


def _raised_by_line(failed: Iterable[CheckResult]) -> dict[int, tuple[RaisedThere, ...]]:
    """Return what checks met in the lines of the answer, the same exception once for each line.

    Of a hidden one its type is told alone: it may have met something else than another has.
    """
    found: dict[tuple[int, str], dict[str, list[CheckResult]]] = {}
    for check in failed:
        why = check.not_compared
        why = why.why if isinstance(why, RaisedOther | RaisedAnyway) else why
        if isinstance(why, Raised) and why.number is not None:
            same = found.setdefault((why.number, why.type), {})
            told = "" if check.hidden else why.misfit or why.message
            error = ": ".join(filter(None, (why.type, told)))
            same.setdefault(error or check.error or "", []).append(check)
    lines: dict[int, tuple[RaisedThere, ...]] = {}
    for (number, _), same in found.items():
        there = (RaisedThere(error=error, checks=tuple(one)) for error, one in same.items())
        lines[number] = (*lines.get(number, ()), *there)
    return lines


def _grouped(failed: Iterable[FailedCheck]) -> tuple[tuple[FailedCheck, ...], ...]:
    """Return checks in their order, together those of which the same one sentence is said.

    What one was given parts it from the others: nobody looks for its sentence below theirs.
    """
    found: dict[Hashable, list[FailedCheck]] = {}
    for number, one in enumerate(failed):
        is_alike = one.is_brief and not one.check.given
        same = (one.check.error, one.sentences, one.aspects) if is_alike else number
        found.setdefault(same, []).append(one)
    return tuple(map(tuple, found.values()))


def _failed(check: CheckResult, hints: tuple[Diagnosis, ...], language: str) -> FailedCheck:
    """Return what is said of a check; what is shown side by side needs no sentence."""
    shapes: list[Sides] = []
    shown: set[str] = set()
    for one in check.mismatches:
        found = sides(one, check.check)
        if found is not None:
            shapes.append(found)
            shown.add(translated(sentence(one, check.check, check.of), language))
    return FailedCheck(
        check=check,
        aspects=tuple(name for name, outcome in check.aspects.items() if outcome == "failed"),
        shapes=tuple(shapes),
        sentences=tuple(text for text in check.sentences if text not in shown),
        hints=hints,
        parts_at=_parts_at(check),
        maps=tuple(_maps(check))[:MAPS],
    )


def _maps(check: CheckResult) -> Iterator[Map]:
    """Yield the maps of what differs in a check; a curve shows it better."""
    if check.curve is not None:
        return
    for one in check.mismatches:
        if isinstance(one, Mismatch) and one.extent is not None and one.extent.places:
            yield Map(path=_INDEX.sub("", one.path), rows=one.extent.places)


def _parts_at(check: CheckResult) -> int | None:
    """Return the step of the first number that differs: the place that a mismatch names."""
    for one in check.mismatches:
        if isinstance(one, Mismatch) and one.aspect == "values":
            place = _PLACE.fullmatch(one.path.removeprefix(check.check))
            return int(place[1]) + 1 if place else None
    return None
