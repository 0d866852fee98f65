"""Microsoft Teams: the library "Student Work", as it is synchronized or downloaded."""

import re
from collections.abc import Iterator

from grader.intake.bundle import Bundle, student_of
from grader.intake.platforms.platform import Example, Listing, Platform
from grader.intake.tree import Node


class Teams(Platform):
    """Beside the folder of what was handed in stands one of drafts, both called files.

    The names are in the tenant's language, so that the form counts, of most students' folders.
    """

    title = "Microsoft Teams"
    layout = "`Submitted files/STUDENT/ASSIGNMENT/Version 2/`, beside `Working files/`"
    tells = "STUDENT, attempt by version"
    examples = (
        Example(
            files={
                "Submitted files/Ann A/HW 1/Version 9/hw.ipynb": None,
                "Submitted files/Ann A/HW 1/Version 10/hw.ipynb": None,
                "Submitted files/Боб Б/HW 1/Версия 1/hw.ipynb": None,
                "Working files/Ann A/HW 1/hw.ipynb": None,
                "Working files/Cyd/HW 1/hw.ipynb": None,
            },
            students=(("Ann A", None), ("Боб Б", None)),
        ),
    )

    _version = re.compile(
        r"(?:version|versie|versión|versione|versão|wersja|версия|версія)[ _](\d{1,6})",
        re.IGNORECASE,
    )

    _files = re.compile(
        r"\b(?:files?|файлы|файли|dateien|fichiers|archivos|ficheiros|arquivos|pliki|bestanden)\b",
        re.IGNORECASE,
    )

    def listing(self, folder: Node) -> Listing | None:
        """Return whose the things in a folder are; None where the platform has not made it."""
        if self._are_students(folder):
            students = list(_folders(folder))
            return Listing([self._bundle(one) for one in students], students)
        folders = list(_folders(folder))
        submitted = [child for child in folders if self._are_students(child)]
        if len(submitted) != 1 or not all(self._files.search(child.name) for child in folders):
            return None
        bundles = [self._bundle(one) for one in _folders(submitted[0])]
        return Listing(bundles, submitted, [one for one in folders if one not in submitted])

    def _are_students(self, folder: Node) -> bool:
        """Whether most folders in it hold assignments that hold versions, and nothing else."""
        students = [child for child in _folders(folder) if child.children]
        fit = [one for one in students if self._has_versions(one)]
        return 2 * len(fit) > len(students)

    def _has_versions(self, student: Node) -> bool:
        return all(
            assignment.is_folder
            and not assignment.archive
            and all(
                one.is_folder and not one.archive and self._version.fullmatch(one.name)
                for one in assignment.children
            )
            for assignment in student.children
        )

    def _bundle(self, student: Node) -> Bundle:
        bundle = Bundle(student=student_of(student.name), shown=student.shown, platform=self.title)
        for assignment in student.children:
            if not assignment.is_folder or assignment.archive:
                bundle.add(assignment, assignment.name)
                continue
            for one in assignment.children:
                match = self._version.fullmatch(one.name) if one.is_folder else None
                above = (assignment.name, one.name) if one.is_folder else (assignment.name,)
                attempt = (int(match[1]),) if match else ()
                bundle.add(one, one.name, above=above, attempt=attempt)
        return bundle


def _folders(folder: Node) -> Iterator[Node]:
    return (child for child in folder.children if child.is_folder and not child.archive)
