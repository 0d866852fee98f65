"""The page of a notebook that is to be handed in, for a terminal, and the same as data."""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from grader.model.precheck import CheckedExercise, Precheck, Stop
from grader.model.text import Text
from grader.reporting.controls import strip_controls
from grader.wording import prechecks as wording
from grader.wording.catalogue import translated

_WIDEST = 100  # characters of a line
_INDENT = "    "


class Page:
    """What is shown of a notebook.

    file: its name, and saved: when it was written; ending: of the names of bundles; extra: notes of
    how its bundle was found; lacks_bundle: whether it is to be given another than those.
    """

    def __init__(
        self,
        file: str,
        found: Precheck,
        language: str,
        *,
        ending: str,
        saved: str = "",
        extra: Iterable[Text] = (),
        lacks_bundle: bool = False,
    ) -> None:
        self._file, self._found, self._language = file, found, language
        self._saved = saved
        self._ending, self._extra, self._lacks_bundle = ending, tuple(extra), lacks_bundle

    def text(self, width: int) -> str:
        """Return the page. width: of a line, in characters."""
        lines = [*self._head(), "", *self._first(), "", *self._exercises(), *self._rest()]
        lines += ["", self._say(wording.PROMISE)]
        return "\n".join(_wrapped(lines, min(width, _WIDEST)))

    def data(self) -> dict[str, Any]:
        """Return what is shown, and no more, as JSON has it."""
        found = self._found
        return {
            "file": self._file,
            "saved": self._saved,
            "assignment": found.bundle.assignment.name,
            "language": self._language,
            "bundle": None if found.bundle.is_own else str(found.bundle.assignment.path),
            "bundle_notes": [self._say(note) for note in self._extra],
            "nothing_to_do": self.is_clean,
            "first": [line.strip() for line in self._first()[1:]],
            "exercises": [self._exercise_data(one) for one in found.exercises],
            "stops": [self._stop_data(one) for one in found.stops],
            "packages": {
                "missing": [one.name for one in found.lacking],
                "unusual": [one.name for one in found.unusual],
            },
            "files": list(found.files),
            "missing_files": list(found.missing),
            "notes": self._notes(),
            "cpu_seconds": found.seconds,
            "limit": found.limit,
            "memory_bytes": found.memory,
            "memory_limit": found.memory_limit,
        }

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to do; to find a bundle in place of what lies there is some."""
        return self._found.is_clean and not self._lacks_bundle

    def _head(self) -> list[str]:
        found = self._found
        title = found.bundle.assignment.title_in(self._language)
        lines = [
            self._say(wording.head(self._file, self._saved, title)),
            self._say(wording.summary(found)),
        ]
        if found.bundle.is_own:
            lines += ["", self._say(wording.without_bundle(self._ending))]
        if found.missing:
            lines += ["", self._say(wording.missing(found.missing))]
        return [*lines, *map(self._say, self._extra)]

    def _first(self) -> list[str]:
        first, head = self._found.first, self._say(wording.FIRST)
        if first is None and self._found.lacking:
            return [head, _INDENT + self._say(wording.lacking(self._found.lacking[0]))]
        if first is None and self._lacks_bundle:
            return [head, *(_INDENT + self._say(one) for one in self._extra)]
        if first is None:
            return [self._say(wording.NOTHING)]
        if isinstance(first, Stop):
            return [head, *self._stop(first)]
        lines = [self._titled(first), self._say(wording.of_exercise(first, self._title))]
        lines += self._unfit(first)
        return [head, *(_INDENT + one for one in (*lines, self._say(wording.to_do(first))))]

    def _stop(self, stop: Stop) -> list[str]:
        """Return what is said of what stops: where, the line itself, what helps."""
        lines = [self._title(stop.exercise)] if stop.exercise is not None else []
        lines.append(self._say(wording.where(stop)))
        if stop.fault is not None and stop.fault.source:
            lines.append(f"{_INDENT}{stop.fault.line} | {stop.fault.source}")
        lines += map(self._say, wording.why(stop, self._title))
        return [_INDENT + line for line in lines]

    def _exercises(self) -> Iterator[str]:
        yield self._say(wording.EXERCISES)
        shorts = {name: self._say(text) for name, text in wording.SHORT.items()}
        width = max(map(len, shorts.values()))
        for one in self._found.exercises:
            is_short = one.standing == "runs" and one.self_check is not None
            title = self._title(one.name) if is_short else self._titled(one)
            yield f"{_INDENT}{shorts[one.standing]:{width}}  {title}"
            for line in self._details(one):
                yield f"{_INDENT}{'':{width}}    {line}"

    def _details(self, one: CheckedExercise) -> list[str]:
        """Return what is said below the title of an exercise, but for what its mark says."""
        is_blank = one.standing == "blank" and one.state == "blank"
        is_fine = one.standing == "runs" and one.self_check is not None
        if one.standing == "does not fit" or is_blank or is_fine:
            return self._unfit(one)
        above = wording.from_above(one.stop, self._title) if one.stop is not None else []
        return [self._say(text) for text in (wording.of_exercise(one, self._title), *above)]

    def _unfit(self, one: CheckedExercise) -> list[str]:
        """Return what a self-check prints of what does not fit."""
        if one.self_check is None or one.standing != "does not fit":
            return []
        return list(one.self_check.unfit)

    def _rest(self) -> Iterator[str]:
        found = self._found
        shown = {id(one.stop) for one in found.exercises if one.standing == "stops"}
        if others := [
            one for one in found.stops if id(one) not in shown and one is not found.first
        ]:
            yield from ("", self._say(wording.ELSEWHERE))
            for one in others:
                yield from self._stop(one)
        packages = [*map(wording.lacking, found.lacking), *map(wording.unusual, found.unusual)]
        parts = (
            (wording.PACKAGES, [self._say(one) for one in packages]),
            (wording.FILES, [self._say(wording.files(found.files))] if found.files else []),
            (wording.MENDED, self._notes()),
            (wording.TIME, [self._say(one) for one in wording.times(found, self._title)]),
        )
        for head, lines in parts:
            if lines:
                yield from ("", self._say(head), *(_INDENT + line for line in lines))

    def _notes(self) -> list[str]:
        return [self._say(note) for note in self._found.notes]

    def _exercise_data(self, one: CheckedExercise) -> dict[str, Any]:
        return {
            "exercise": one.name,
            "title": self._title(one.name),
            "standing": one.standing,
            "told": self._say(wording.of_exercise(one, self._title)),
            "cell": one.cell,
            "blank_lines": list(one.blanks),
            "self_check": None if one.self_check is None else list(one.self_check.lines),
            "cpu_seconds": one.seconds,
            "limit": one.limit,
        }

    def _stop_data(self, stop: Stop) -> dict[str, Any]:
        fault = stop.fault
        return {
            "cell": stop.cell,
            "exercise": stop.exercise,
            "ending": stop.ending,
            "error": fault.name if fault is not None else None,
            "message": fault.message if fault is not None else None,
            "line": fault.line if fault is not None else None,
            "told": [line.strip() for line in self._stop(stop)],
        }

    def _titled(self, one: CheckedExercise) -> str:
        return self._say(wording.titled(one, self._title))

    def _title(self, exercise: str) -> str:
        return self._found.bundle.assignment.exercise(exercise).title_in(self._language)

    def _say(self, text: Text) -> str:
        return translated(text, self._language)


def _wrapped(lines: Iterable[str], width: int) -> Iterator[str]:
    for line in lines:
        plain = strip_controls(line).replace("\t", "    ")
        indent = plain[: len(plain) - len(plain.lstrip())]
        yield from textwrap.wrap(
            plain, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        ) or [""]
