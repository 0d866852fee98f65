"""What Moodle takes of a worksheet and of a zip of feedback files, by its documents alone."""

import csv
import io
import re
import zipfile

ENGLISH = ("Identifier", "Grade", "Last modified (grade)", "Feedback comments", "Maximum grade")
RUSSIAN = (
    *("Идентификатор", "Оценка", "Последнее изменение (оценка)"),
    *("Отзыв в виде комментария", "Максимальная оценка"),
)


def grades(data, titles, separator=","):
    """Return by participant the grade and the comment that would be imported."""
    text = data.decode("utf-8-sig")
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    assert {*titles[:3]} <= set(table.fieldnames)
    found = {}
    for row in table:
        grade, most = (row[title].replace(",", ".") for title in (titles[1], titles[4]))
        taken = None
        if grade and 0 <= float(grade) <= float(most):
            taken = float(grade)
        found[re.search(r"\d+$", row[titles[0]])[0]] = taken, row[titles[3]]
    return found


def feedback(path, participants):
    """Return by participant the names of files that would be stored."""
    found = {}
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            for place, part in enumerate(name.split("/")):
                pieces = part.split("_")
                if len(pieces) < 4:
                    continue
                _, id, kind, plugin, *rest = pieces
                if id in participants and (kind, plugin) == ("assignfeedback", "file"):
                    stored = "/".join([*rest, *name.split("/")[place + 1 :]])
                    found.setdefault(id, []).append(stored)
    return found
