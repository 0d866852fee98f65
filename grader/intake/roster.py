"""The list of who is expected to hand in: names for ids, and who is missing."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path

from grader.errors import UsageError
from grader.formats import rows
from grader.intake.bundle import tidy
from grader.model.submission import Handin
from grader.model.text import concerning, counted, say
from grader.spreadsheet import harmless

_NO_STUDENT = re.compile(r"points possible|student, test|test student", re.IGNORECASE)  # Canvas'
_MOST_WORDS = 5  # of a name that are tried in each order


@dataclass(frozen=True, slots=True)
class Student:
    """One row of a roster. others: more ids, by any of which a hand-in finds its student."""

    id: str
    name: str
    others: tuple[str, ...] = ()


def read(path: Path) -> tuple[Student, ...]:
    """Return the students of a table with ids and names, such as a platform exports.

    The first id of a row is the student's. Raises UsageError, which names the file and the line.
    """
    students: dict[str, Student] = {}
    for row in rows.read(path, {"id": rows.STUDENT_ID, "name": rows.STUDENT_NAME}):
        name = tidy(row.name)
        if _NO_STUDENT.fullmatch(name) or not (name or row.ids):
            continue
        if not row.ids or not name:
            raise UsageError(f"{path}, line {row.line}: a row has an id and a name")
        one = Student(row.ids[0], name, row.ids[1:])
        if one.id in students:
            raise UsageError(f"{path}, line {row.line}: the id {one.id} stands twice")
        students[one.id] = one
    if not students:
        raise UsageError(f"{path} lists no student")
    return tuple(students.values())


def enrol(handins: Sequence[Handin], students: Sequence[Student], shown: str) -> list[Handin]:
    """Return the hand-ins under the names of a roster, and a row for who handed in nothing.

    One is found by an id that its layout tells, or where there is none by its name as an id, or by
    its name, in any case and order of words, where one student alone is called so. Ids of a
    platform count where most of them are the roster's: a name that is shown may be its owner's own
    choice. Else only names do, and no name is an id.
    shown: where the roster stands, for the rows of who is missing.
    """
    known = _Known(students)
    trusted = {one.platform: known.has_ids_of(one.platform, handins) for one in handins}
    found: list[Handin] = []
    present = set[str]()
    for handin in handins:
        notes = list(handin.notes)
        alike = known.called(handin.student)
        student = known.by_id(handin.student) if handin.id is None else None
        if handin.id is not None and trusted[handin.platform]:
            student = known.by_id(handin.id)
            if student and student not in alike:
                notes.append(
                    concerning(
                        say(
                            "this is {student}'s by its id; its name says {name}",
                            student=student.name,
                            name=handin.student,
                        ),
                        "guessed name",
                    )
                )
        elif student is None and len(alike) == 1:
            student = alike[0]
        if student is not None:
            present.add(student.id)
            listed = replace(handin, student=student.name, id=student.id, on_roster="listed")
            found.append(replace(listed, notes=tuple(notes)))
            continue
        note = say("{student} is not on the roster", student=handin.student)
        if len(alike) > 1:
            note = counted(
                "{number} student on the roster is called {student}",
                "{number} students on the roster are called {student}",
                len(alike),
                student=handin.student,
            )
            present |= {one.id for one in alike}  # one of them did hand in
        note = concerning(note, "guessed name")
        found.append(replace(handin, notes=(*notes, note), on_roster="unknown"))
    for one in students:
        if one.id not in present:
            problem = say("nothing was handed in, and the student is on the roster")
            absent = Handin(student=one.name, id=one.id, path=None, shown=shown, problem=problem)
            found.append(replace(absent, on_roster="absent"))
    return found


class _Known:
    """The students of a roster, by id and by name."""

    def __init__(self, students: Sequence[Student]) -> None:
        self._ids = _by_id(students)
        self._names: dict[object, list[Student]] = defaultdict(list)
        for one in students:
            self._names[_words(one.name)].append(one)
            for name in _run_together(one.name) - {""}:
                self._names[name].append(one)

    def by_id(self, text: str) -> Student | None:
        return self._ids.get(_id(text))

    def called(self, name: str) -> list[Student]:
        """Return who has a name, or else who has it where a platform leaves out signs in it."""
        return self._names.get(_words(name)) or self._names.get(_bare("".join(name.split())), [])

    def has_ids_of(self, platform: str, handins: Sequence[Handin]) -> bool:
        """Whether a platform's ids are those of the roster, as far as names bear it out."""
        alike = unlike = 0
        for handin in handins:
            if handin.platform == platform and handin.id is not None:
                called = self.called(handin.student)
                if self.by_id(handin.id) in called:
                    alike += 1
                elif len(called) == 1:
                    unlike += 1
        return alike >= unlike and (alike > 0 or unlike == 0)


def _by_id(students: Sequence[Student]) -> dict[str, Student]:
    """Return the students by each of their ids; what two others share finds neither."""
    found: dict[str, Student] = {}
    shared = set[str]()
    for one in students:
        for id in {_id(text) for text in one.others if text}:
            shared |= {id} & found.keys()
            found[id] = one
    mains = {_id(one.id): one for one in students}
    return {id: one for id, one in found.items() if id not in shared} | mains


def _id(text: str) -> str:
    """Return what an id and what `grades.csv` makes of it have in common."""
    return harmless(text).casefold()


def _run_together(name: str) -> set[str]:
    """Return what is left of a name where Canvas and Moodle leave out blanks and other signs.

    Its words may stand in any order.
    """
    words = [bare for word in _words(name) if (bare := _bare(word))]
    orders = permutations(words) if len(words) <= _MOST_WORDS else [tuple(words)]
    return {"".join(one) for one in orders}


def _bare(name: str) -> str:
    return re.sub(r"[\W_]", "", "".join(_words(name)))


def _words(name: str) -> tuple[str, ...]:
    return tuple(
        sorted(harmless(tidy(name)).casefold().replace("ё", "е").replace(",", " ").split())
    )
