"""Grading many hand-ins, whichever executor does it: order, lost work, what ends its process."""

from collections import Counter, defaultdict, deque
from collections.abc import Generator, Sequence

from grader.engines.executor import Executor, Finished
from grader.errors import KernelFailed
from grader.model.submission import Handin
from grader.reporting import folder

ENDS = 2  # of processes that graded a hand-in, after which nobody tries it again

_Group = deque[tuple[int, Handin]]  # what one student handed in, with its numbers, in order


class Engine:
    """Grades what is handed in, until it is closed."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    @property
    def isolation(self) -> str:
        """What keeps student code in, as results say it."""
        return self._executor.isolation

    def grade(self, handins: Sequence[Handin]) -> Generator[Finished]:
        """Grade what was handed in, and yield what was found in each as it is done.

        Hand-ins under one name come in their order. What is lost with a process is graded by
        another; what was being graded as two of them ended is left for a person to look at.
        Raises GraderError or OSError where nothing can be graded any more.
        """
        waiting = deque(_groups(self._executor.secured(handins)))
        under_way: dict[int, _Group] = {}
        ends: Counter[int] = Counter()
        while waiting or under_way:
            while waiting and self._executor.room() > 0:
                group = waiting.popleft()
                number, handin = group[0]
                self._executor.submit(number, handin, lost=_why(ends[number]))
                under_way[number] = group
            found = self._executor.result()
            group = under_way.pop(found.number)
            if isinstance(found, Finished):
                group.popleft()
                yield found
            elif found.is_suspect:
                ends[found.number] += 1
                if ends[found.number] > ENDS:  # nothing of a student's runs any more
                    raise KernelFailed(f"{group[0][1].shown}: {_why(ENDS)}")
            if group:
                waiting.appendleft(group)

    def close(self) -> None:
        """End every process that grades."""
        self._executor.close()


def _why(ends: int) -> str:
    return "the process that graded it ended each time" if ends >= ENDS else ""


def _groups(handins: Sequence[Handin]) -> list[_Group]:
    """Return the hand-ins by student, for names that may become the same folder."""
    groups: dict[str, _Group] = defaultdict(deque)
    for number, handin in enumerate(handins):
        groups[folder.in_common(handin.student)].append((number, handin))
    return list(groups.values())
