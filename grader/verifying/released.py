"""What students get: nothing of a solution in it, both languages complete, all of it checked."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from grader.authoring.dependencies import asked
from grader.authoring.release import OWN_LINE, write
from grader.model.assignment import Cell, Check, Exercise, Property
from grader.syntax.names import bound, bound_between, names_read
from grader.verifying.subject import Subject

WORDS = 4  # the fewest in a line that is somebody's own; one less where it binds a name


def verify_secrets(subject: Subject) -> None:
    """Verify that nothing of solutions, hidden checks or variants stands in the release."""
    assignment = subject.assignment
    given = {line for cell in assignment.cells for line in _given(cell)}
    for language, cells in subject.reference.released.items():
        # The file as a whole: its metadata, too.
        whole = _tidy("\n".join(_texts(json.loads(write(assignment, cells, language)))))
        for exercise in assignment.exercises:
            own = assignment.cell_of(exercise)
            for kind, secret in _secrets(exercise, own):
                if not _is_telling(secret) or secret in given or secret not in whole:
                    continue
                there = (one.number for one in cells if one.number and secret in _tidy(one.source))
                subject.findings.add(
                    f"a line of {kind} of {exercise.name} stands in what students get: `{secret}`",
                    "take it out of the prose, the given code and the `blank`",
                    cell=next(there, own.number),
                    near=secret,
                )


def verify_languages(subject: Subject) -> None:
    """Verify that whatever is in one language is in all of them."""
    assignment, languages = subject.assignment, set(subject.assignment.languages)
    if len(languages) < 2:
        return
    texts: list[tuple[str, Mapping[str, str], int]]
    texts = [("the title of the assignment", assignment.title, 0)]
    for exercise in assignment.exercises:
        texts += _named_texts(exercise, assignment.cell_of(exercise).number)
    for what, text, number in texts:
        if {*text} == {""}:
            subject.findings.add(
                f"{what} is one text for all languages",
                "write it for each of them",
                cell=number or None,
            )
        elif missing := languages - {*text}:
            subject.findings.add(
                f"{what} is not there in {', '.join(sorted(missing))}",
                "write it for each language",
                cell=number or None,
            )
    for group in _groups(list(assignment.cells)):
        if missing := languages - {cell.language for cell in group}:
            subject.findings.add(
                f"this prose has no counterpart in {', '.join(sorted(missing))}",
                "put one beside it, or leave out `lang` where it is for all",
                cell=group[0].number,
            )
    for cell in assignment.cells:
        if not cell.is_code:
            continue
        counts = dict.fromkeys(languages, 0)
        for line in cell.solution.split("\n"):
            if (mark := OWN_LINE.match(line)) and mark["language"] in counts:
                counts[mark["language"]] += 1
        if len(set(counts.values())) > 1:
            told = ", ".join(
                f"{number} in {language}" for language, number in sorted(counts.items())
            )
            subject.findings.add(
                f"its comments are not in pairs: {told}",
                "give each `# en:` its `# ru:`",
                cell=cell.number,
            )


def _named_texts(exercise: Exercise, number: int) -> Iterator[tuple[str, Mapping[str, str], int]]:
    """Yield the texts of an exercise by language, each with its name and the number of its cell."""
    yield f"the title of {exercise.name}", exercise.title, number
    titled: tuple[Check | Property, ...] = (*exercise.checks, *exercise.properties)
    for one in titled:
        if one.title:
            yield f"the title of `{one.expression}`", one.title, number
    if exercise.choices is not None:
        for letter, text in exercise.choices.texts.items():
            if {*text} != {""}:  # else it is a formula, or code
                yield f"choice `{letter}` of {exercise.name}", text, number
    for item in exercise.rubric:
        yield f"item `{item.name}` of the rubric of {exercise.name}", item.text, number
    for mistake in exercise.mistakes:
        yield f"the help of `{mistake.name}`", mistake.help, mistake.cell


def verify_asked(subject: Subject) -> None:
    """Verify that whatever students are asked to bind is looked at by a check."""
    assignment = subject.assignment
    for place, cell in enumerate(assignment.cells):
        if cell.exercise is None:
            continue
        exercise = assignment.exercise(cell.exercise)
        if exercise.manual:
            continue  # a person looks at all of it
        looked_at = {
            name
            for check in exercise.checks
            for text in (check.code, check.valid)
            for name in re.findall(r"\w+", text)
        }
        below = [one.solution for one in assignment.cells[place + 1 :] if one.is_code]
        between = bound_between(cell.source, cell.solution)
        for name in sorted(asked(cell) - looked_at - between):
            if _is_read(name, below):
                continue
            subject.findings.add_to(
                exercise,
                f"no check looks at `{name}`, which the released cell asks for",
                f"add a check of `{name}`, or leave it out of the cell",
            )


def _is_read(name: str, cells: list[str]) -> bool:
    """Whether one of these cells reads a name before another binds it anew."""
    for source in cells:
        if name in names_read(source):
            return True
        if name in bound(source):
            return False
    return False


def _groups(cells: list[Cell]) -> Iterator[list[Cell]]:
    """Yield runs of prose cells that are each other's translations: each language once."""
    group: list[Cell] = []
    for cell in cells:
        known = {one.language for one in group}
        if group and (cell.language is None or cell.language in known):
            yield group
            group = []
        if cell.language is not None:
            group.append(cell)
    if group:
        yield group


def _given(cell: Cell) -> set[str]:
    """Return the lines of code that students get, whatever is asked for."""
    if not cell.is_code:
        return set()
    return _lines(cell.source if cell.exercise is None else cell.around)


def _opened(cell: Cell) -> set[str]:
    """Return the lines of a `blank` that may be the solution's: those around what is asked for."""
    return {line for line in _lines(cell.source) if re.search(r":$|^return [\w, ]+$", line)}


def _secrets(exercise: Exercise, cell: Cell) -> Iterator[tuple[str, str]]:
    opened = _opened(cell)
    given = _lines(cell.around) if cell.role == "text" else set()
    own = _lines(cell.solution) - opened - given
    for line in sorted(own):
        yield "the solution", line
    for item in exercise.rubric:
        for text in item.text.values():
            yield "the rubric", _plain(text)
    for check in exercise.checks:
        if check.hidden:
            code = f"{check.run}\n{check.given}".split("\n")
            for text in (check.expression_alone, check.valid, check.view, *check.compared, *code):
                yield "a hidden check", _plain(text)
    variants = [("a mistake", mistake.solution) for mistake in exercise.mistakes]
    variants += [("an alternative", other.solution) for other in exercise.alternatives]
    for kind, solution in variants:
        for line in sorted(_lines(solution) - opened - own):
            yield kind, line
    for mistake in exercise.mistakes:
        for text in mistake.help.values():
            yield "the help of a mistake", _plain(text)


def _lines(source: str) -> set[str]:
    return set(filter(None, map(_plain, source.split("\n"))))


def _plain(line: str) -> str:
    """Return a line without its comment and its layout."""
    return _tidy(re.sub(r"(^|\s)#.*", "", line)).strip(' ",')


def _tidy(text: str) -> str:
    """Return a text whose lines have no layout; their comments stay."""
    return "\n".join(re.sub(r"\s+", " ", line).strip() for line in text.split("\n"))


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a notebook's JSON; the lines of a cell as one."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield key
            yield from _texts(entry)
    elif isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            yield "".join(value)
        else:
            for item in value:
                yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _is_telling(line: str) -> bool:
    return len(re.findall(r"\w+", line)) >= WORDS - bool(re.match(r"\w+ = ", line))
