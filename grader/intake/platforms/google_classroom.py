"""Google Classroom: files that are called after students first, in a folder of Drive."""

import re
from collections.abc import Sequence

from grader.intake.bundle import are_parts, is_notebook
from grader.intake.platforms.platform import Example, Label, NamingPlatform
from grader.intake.tree import Node


class GoogleClassroom(NamingPlatform):
    """What comes after ` - ` may be the same for all. There is no id, and names can be changed.

    So several notebooks of one name may be of several students.
    """

    title = "Google Classroom"
    layout = "`Name - hw.ipynb`"
    tells = "Name"
    is_sure = False
    is_unique = False
    examples = (
        Example(
            files={
                "HW 1/Ann A - hw.ipynb": None,
                "HW 1/Ann A - data.csv": "1,2",
                "HW 1/Боб Б - hw.ipynb": None,
            },
            students=(("Ann A", None), ("Боб Б", None)),
        ),
    )

    # A name does not begin as a number of Brightspace's does.
    _name = re.compile(r"(?!\d+-\d+ - )(?P<name>.+?) - (?P<file>.+)", re.DOTALL)

    def label(self, node: Node) -> Label | None:
        """Return what a name tells; None where it is not of the platform."""
        if node.is_folder and not node.archive:
            return None
        if (match := self._name.fullmatch(node.name)) is None:
            return None
        return Label(student=match["name"], file=match["file"], begins=match.start("file"))

    def fits(self, folder: Node, labels: Sequence[Label]) -> bool:
        """Whether what stands first is so often different as names are, or looks like names."""
        students = {label.student for label in labels}
        files = {label.file for label in labels if is_notebook(label.file)}
        if not files or are_parts(students):
            return False
        are_names = all(" " in name and not re.search(r"\d", name) for name in students)
        return len(students) >= len(files) or (are_names and len(students) > 1)
