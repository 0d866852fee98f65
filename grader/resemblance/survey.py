"""What of an assignment is written alike in a class, by exercises and by students."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from math import log2

from grader.model.assignment import Assignment
from grader.model.resemblance import Answers, Compared, Couple, Group, Kind, Pair, Side, Survey
from grader.resemblance.exercise import Alike, ExerciseClass, enough
from grader.resemblance.groups import groups
from grader.resemblance.tokens import tokens
from grader.resemblance.winnowing import grams
from grader.resemblance.words import lined, words
from grader.syntax import parsing
from grader.syntax.events import bound_by
from grader.syntax.nodes import walk

SEVERAL = 3  # exercises of two students that are alike, none of which would be enough by itself
_RARE = 5  # a mistake is rare that one of so many has


def survey(assignment: Assignment, handed_in: Sequence[Answers], language: str = "") -> Survey:
    """Return what of an assignment is written alike.

    handed_in: the answers of each student, in the hand-in that counts; language: of titles.
    """
    course = _Course(assignment)
    compared: list[Compared] = []
    found: list[tuple[Pair, bool]] = []
    for exercise in assignment.exercises:
        of_class = _ExerciseSurvey(exercise.name, handed_in, course)
        title, kinds = exercise.title_in(language), of_class.kinds()
        compared.append(Compared(exercise=exercise.name, title=title, kinds=kinds))
        found += of_class.pairs()
    couples = list(_couples(found))
    told = [pair for couple in couples for pair in couple.pairs]
    return Survey(
        assignment=assignment.name,
        title=assignment.title_in(language),
        students=len(handed_in),
        exercises=compared,
        groups=sorted(_groups(assignment, told), key=lambda group: -group.pairs[0].bits),
        couples=couples,
    )


def _groups(assignment: Assignment, pairs: Sequence[Pair]) -> Iterator[Group]:
    for exercise in assignment.exercises:
        yield from groups([pair for pair in pairs if pair.exercise == exercise.name])


def _couples(found: Sequence[tuple[Pair, bool]]) -> Iterator[Couple]:
    """Yield the students whose answers are alike, those first of whom that is the least likely.

    found: pairs, and whether each is enough by itself.
    """
    by_students: dict[tuple[str, str], list[tuple[Pair, bool]]] = {}
    for pair, is_enough in found:
        places = (pair.sides[0].answers.place, pair.sides[1].answers.place)
        by_students.setdefault(places, []).append((pair, is_enough))
    couples = []
    for those in by_students.values():
        if len(those) >= SEVERAL or any(is_enough for _, is_enough in those):
            pairs = sorted((pair for pair, _ in those), key=lambda pair: -pair.bits)
            one, two = pairs[0].sides
            couples.append(Couple(students=(one.answers, two.answers), pairs=tuple(pairs)))
    yield from sorted(couples, key=lambda couple: -sum(pair.bits for pair in couple.pairs))


class _Course:
    """What the course itself writes, as k-grams, and the modules that it imports."""

    def __init__(self, assignment: Assignment) -> None:
        given = [cell.solution for cell in assignment.cells if cell.role == "given"]
        self.modules = frozenset(chain.from_iterable(map(_imported, given)))
        code = [cell for cell in assignment.cells if cell.is_code]
        self.released = self._grams(cell.source for cell in code)
        solutions = [cell.solution for cell in code]
        for exercise in assignment.exercises:
            solutions += [one.solution for one in exercise.alternatives]
            solutions += [one.solution for one in exercise.mistakes]
        self.solved = self._grams(solutions)
        prose = [cell.source for cell in assignment.cells]
        rubrics = chain.from_iterable(one.rubric for one in assignment.exercises)
        prose += chain.from_iterable(item.text.values() for item in rubrics)
        self.told = self._words(prose)
        self.model_answers = self._words(cell.solution for cell in assignment.cells)

    def _words(self, texts: Iterable[str]) -> frozenset[int]:
        return frozenset(chain.from_iterable(grams(words(one).codes) for one in texts))

    def _grams(self, sources: Iterable[str]) -> frozenset[int]:
        found = (tokens(source, self.modules) for source in sources)
        return frozenset(chain.from_iterable(grams(one.codes) for one in found if one is not None))


class _ExerciseSurvey:
    """An exercise in a class."""

    def __init__(self, name: str, handed_in: Sequence[Answers], course: _Course) -> None:
        self._name, self._handed_in = name, handed_in
        texts = [lined(one.texts.get(name, "")) for one in handed_in]
        self._codes = texts if any(texts) else [one.codes.get(name, "") for one in handed_in]
        read = words if any(texts) else partial(tokens, modules=course.modules)
        made = {code: read(code) for code in dict.fromkeys(self._codes)}
        self._class = ExerciseClass(
            [made[code] for code in self._codes],
            released=course.told if any(texts) else course.released,
            solved=course.model_answers if any(texts) else course.solved,
        )
        self._mistakes = [one.mistakes.get(name, frozenset()) for one in handed_in]
        self._making = Counter(chain.from_iterable(self._mistakes))

    def kinds(self) -> Mapping[Kind, int]:
        """Return how many answers there are of each kind."""
        return Counter(map(self._class.kind, range(len(self._codes))))

    def pairs(self) -> Iterator[tuple[Pair, bool]]:
        """Yield the pairs that are alike, and whether each is enough by itself."""
        for found in self._class.alike():
            one, two = (self._handed_in[number] for number in found.numbers)
            if not one.is_of_the_student_of(two):
                pair = self._pair(found)
                yield pair, pair.bits >= enough(self._class.students)

    def _pair(self, found: Alike) -> Pair:
        one, two = (self._side(found, place) for place in (0, 1))
        both = frozenset.intersection(*(self._mistakes[number] for number in found.numbers))
        rare = sorted(name for name in both if self._making[name] * _RARE <= len(self._codes))
        fewest = min((self._making[name] for name in rare), default=0)
        return Pair(
            exercise=self._name,
            sides=(one, two),
            # Who makes a rare mistake as another does is less likely to do so alone.
            bits=found.bits + (log2((len(self._codes) + 1) / (fewest - 1)) if fewest else 0.0),
            holders=found.holders,
            is_same_text=one.code.split() == two.code.split(),
            mistakes=tuple(rare),
        )

    def _side(self, found: Alike, place: int) -> Side:
        number = found.numbers[place]
        return Side(
            answers=self._handed_in[number],
            code=self._codes[number],
            share=found.shares[place],
            lines=found.lines[place],
        )


def _imported(source: str) -> Iterator[str]:
    tree = parsing.plain(source)
    for node in walk(tree) if tree is not None else ():
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from bound_by(node)
