"""Moodle: a folder for each student, or the beginning of each file's name; and its worksheet."""

import re
from collections import defaultdict
from collections.abc import Sequence

from grader.intake import times
from grader.intake.bundle import Bundle, tidy
from grader.intake.platforms.platform import Example, Label, NamingPlatform
from grader.intake.platforms.tables import rows
from grader.intake.tree import Node

# The titles of columns (`mod/assign/feedback/offline`), in English and in Russian.
_IDENTIFIER = ("identifier", "идентификатор")
_NAME = ("full name", "полное имя")
_STATUS = ("status", "статус", "состояние")
_MODIFIED = ("last modified (submission)", "последнее изменение (ответ)")
# What a course knows its students by: the first of these that a row has.
_IDS = (
    *("id number", "идентификационный номер", "индивидуальный номер"),
    *("username", "логин"),
    *("email address", "адрес электронной почты"),
)
# Of the status: "2 hours late", "Срок выполнения закончился 2 ч. назад".
_LATE = re.compile(r"\blate\b|срок выполнения закончился|опоздан|просроч", re.IGNORECASE)


class Moodle(NamingPlatform):
    """A blank stands for each `_` in a name, at the least on newer sites.

    The number is of the assignment's own; a team's is the team's, and a team of those who are in
    none has none.
    """

    title = "Moodle"
    layout = "`Name_ID_assignsubmission_file_/`, or flat; `_onlinetext_`; `Grades-….csv` beside it"
    tells = "Name (or team), ID; from the worksheet the ID number or address, time, late"
    is_sure_of_one = True
    has_lasting_ids = False
    examples = (
        Example(
            files={
                "Ann A_101_assignsubmission_file_/hw.ipynb": None,
                "Twin_102_assignsubmission_file/hw.ipynb": None,
                "Twin_103_assignsubmission_file/hw.ipynb": None,
                "Team 7_104_assignsubmission_file/hw.ipynb": None,
                "Default group_assignsubmission_file/hw.ipynb": None,
            },
            students=(
                ("Ann A", "101"),
                ("Default group", None),
                ("Team 7", "104"),
                ("Twin (102)", "102"),
                ("Twin (103)", "103"),
            ),
        ),
        Example(
            files={
                "Анна А_101_assignsubmission_file_hw.ipynb": None,
                "Анна А_101_assignsubmission_file_data.csv": "1,2",
                "Анна А_101_assignsubmission_onlinetext_onlinetext.html": "<p>hello",
                "Bob_102_assignsubmission_file_hw.ipynb": None,
                "Оценки-ML-HW 1-77.csv": "Идентификатор,Полное имя,Идентификационный номер,Статус\n"
                "Участник101,Анна А,s1,Отправлено - Срок выполнения закончился 2 дн. назад\n"
                "Участник102,Bob,s2,Отправлено для оценивания\n",
            },
            students=(("Bob", "s2"), ("Анна А", "s1")),
        ),
    )

    _whose = re.compile(r"(?P<name>.+?)(?:_(?P<id>\d+))?", re.DOTALL)
    _end = re.compile(r"_assignsubmission_(?P<kind>[a-z]+)_?")

    def label(self, node: Node) -> Label | None:
        """Return what a name tells; None where it is not of the platform."""
        readings = self.readings(node)
        return readings[0] if readings else None

    def readings(self, node: Node) -> Sequence[Label]:
        """Return what a name can be read as: a folder's ends as it does, a file's need not."""
        ends = list(self._end.finditer(node.name))
        if node.is_folder and not node.archive:
            ends = ends[-1:]
        return [label for end in ends if (label := self._label(node.name, end)) is not None]

    def _label(self, name: str, end: re.Match[str]) -> Label | None:
        match = self._whose.fullmatch(name[: end.start()])
        if match is None:
            return None
        is_file = end["kind"] == "file"
        return Label(
            student=match["name"],
            id=match["id"],
            file=name[end.end() :],
            begins=end.end(),
            is_typed=not is_file,
            is_work=is_file,
        )

    def own(self, folder: Node) -> Sequence[Node]:
        """Return the worksheet, where it lies in the folder."""
        return [child for child in folder.children if self.is_table(child)]

    def is_table(self, node: Node) -> bool:
        """Whether a file is a grading worksheet; with blind marking there are no names in it."""
        is_csv = node.name.lower().endswith(".csv")
        return is_csv and any(rows(node, _IDENTIFIER, (*_NAME, *_STATUS)))

    def complete(self, bundles: Sequence[Bundle], tables: Sequence[Node]) -> None:
        """Add the ids of the course, times and lateness, where number and name agree."""
        known: dict[str, list[dict[str, str]]] = defaultdict(list)
        for table in tables:
            for row in rows(table, _IDENTIFIER, (*_NAME, *_STATUS)):
                known[re.sub(r"\D", "", _of(row, _IDENTIFIER))].append(row)
        for bundle in bundles:
            found = next((row for row in known[bundle.id or ""] if _is_of(row, bundle)), None)
            if found is None:
                continue
            bundle.id = next((id for name in _IDS if (id := tidy(found.get(name, "")))), bundle.id)
            bundle.handed_in = times.read(_of(found, _MODIFIED))
            if status := _of(found, _STATUS):
                bundle.late = bool(_LATE.search(status))


def _is_of(row: dict[str, str], bundle: Bundle) -> bool:
    """Whether a row's name, where it has one, is a student's, perhaps with a team before it."""
    name, shown = _as_file(_of(row, _NAME)), _as_file(bundle.student)
    return not name or shown == name or shown.endswith(f"-{name}")


def _as_file(name: str) -> str:
    """Return what the platform makes of a name in a file's."""
    return tidy(re.sub(r"[&<>\"`|':\\/]", "", name.replace("_", " "))).casefold()


def _of(row: dict[str, str], names: Sequence[str]) -> str:
    return next((row[name] for name in names if name in row), "")
