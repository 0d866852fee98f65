"""Downloads of a whole course, as platforms make them: who is in them, and which attempt counts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from tests.conftest import notebook_of
from tests.intake.layouts import CELLS

COUNT = 120
_FIRST = ("Ann", "Борис", "Zoë", "Ксения", "Li", "Семён", "Maria-Luisa", "Глеб", "Seán", "Йохан")
_LAST = ("Arendt", "Борисов", "O'Brien", "Ёлкина", "van Dyck", "Щукин", "Ng", "Иванов-Разин")
# Times of three attempts, of which the last is the latest: neither text nor numbers are in order.
TIMES = ("2026-01-09 09:09", "2026-01-09 13:05", "2026-01-10 00:30")


@dataclass(frozen=True)
class Student:
    """One of a course. kind: what they handed in; late: whether the last of it was late."""

    number: int
    first: str
    last: str
    kind: str
    late: bool

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def id(self) -> str:
        return str(1000 + self.number)

    @property
    def login(self) -> str:
        return f"st_{self.number:03}"

    def attempts(self) -> list[tuple[str, bytes, str]]:
        """Return name, content and time of each file, and of no two attempts the same time."""
        one, two, three = TIMES
        match self.kind:
            case "several":
                names = ("hw.ipynb", "final.ipynb", "a.ipynb")
                return [
                    (name, marked(f"{self.id}, {place}"), time)
                    for place, (name, time) in enumerate(zip(names, TIMES, strict=True))
                ]
            case "broken":
                return [("hw.ipynb", marked(self.id)[:99], one)]
            case "broken at last":
                return [
                    ("hw.ipynb", marked(f"{self.id}, good"), two),
                    ("hw2.ipynb", b"{", three),
                ]
            case "mistaken":
                return [("hw.pdf", b"%PDF-1.7", one)]
        return [("Домашка (1).ipynb", marked(self.id), one)]

    @property
    def counts(self) -> str | None:
        """What stands in the notebook that counts, None where none does."""
        return {
            "several": f"{self.id}, 2",
            "broken": None,
            "broken at last": f"{self.id}, good",
            "mistaken": None,
        }.get(self.kind, self.id)

    @property
    def time(self) -> str:
        """When the file that counts was handed in."""
        return {"several": TIMES[2], "broken at last": TIMES[1]}.get(self.kind, TIMES[0])


@cache
def marked(mark: str) -> bytes:
    """Return a right answer with a mark in it."""
    return notebook_of([*CELLS, f"# mark: {mark}"])


def course() -> list[Student]:
    kinds = {0: "several", 3: "broken", 5: "broken at last", 8: "mistaken"}
    return [
        Student(
            number,
            _FIRST[number % len(_FIRST)],
            f"{_LAST[number % len(_LAST)]} {number // 40 * 'x' + 'y'}",
            kinds.get(number % 11, "one"),
            number % 7 == 0,
        )
        for number in range(COUNT)
    ]


@dataclass(frozen=True)
class Download:
    """Files by their paths, and how a student is called, known and told of in them."""

    files: dict[str, bytes]
    name: Callable[[Student], str] = lambda one: one.name
    id: Callable[[Student], str | None] = lambda one: one.id
    tells_time: bool = False
    tells_late: bool = False
    keeps_attempts: bool = True
    left_out: tuple[str, ...] = field(default=())


JUNK = {"index.html": b"<html>", "readme.txt": b"hello", ".DS_Store": b"\0", "Thumbs.db": b"\0"}
JUNK |= {"__MACOSX/._x.ipynb": b"\0\5"}


def moodle_folders() -> Download:
    files = {
        f"{one.name}_{one.id}_assignsubmission_file_/{name}": content
        for one in course()
        for name, content, _ in latest(one)
    }
    return Download(files | JUNK, keeps_attempts=False)


def moodle_flat_with_worksheet() -> Download:
    files = {
        f"{one.name}_{one.id}_assignsubmission_file_{name}": content
        for one in course()
        for name, content, _ in latest(one)
    }
    lines = [
        "Identifier,Full name,Email address,Status,Grade,Last modified (submission)",
        *(
            f'Participant {one.id},{one.name},{one.login}@example.org,"Submitted for grading'
            f'{" - 2 hours late" if one.late else ""}",,"{moodle_time(one.time)}"'
            for one in course()
        ),
    ]
    table = "\r\n".join(lines).encode("utf-8-sig")
    return Download(
        files | JUNK | {"Grades-ML-HW 1-77.csv": table},
        id=lambda one: f"{one.login}@example.org",
        tells_time=True,
        tells_late=True,
        keeps_attempts=False,
    )


def canvas() -> Download:
    def begin(one: Student) -> str:
        return f"{letters(one)}{'_LATE' if one.late else ''}_{one.id}"

    files = {}
    for one in course():
        for place, (name, content, _) in enumerate(one.attempts()):
            # The later attempt has the longer number, which is less as a text.
            number = 99_000 + one.number + place * 900_000
            files[f"{begin(one)}_{number}_{name}"] = content
    return Download(files | JUNK, name=letters, tells_late=True)


def gradescope() -> Download:
    lines, files = [], {}
    for one in course():
        lines += [
            f"submission_{one.id}9:",
            "  :submitters:",
            f'  - :name: "{one.name}"',
            f"    :sid: {one.login}",
            f"  :created_at: {one.time}:00 Z",
        ]
        for name, content, _ in latest(one):
            files[f"assignment_7_export/submission_{one.id}9/{name}"] = content
    files["assignment_7_export/submission_metadata.yml"] = "\n".join(lines).encode()
    return Download(files, id=lambda one: one.login, tells_time=True, keeps_attempts=False)


def google_classroom() -> Download:
    files = {
        f"HW 1/{one.name} - {name}": content
        for one in course()
        for name, content, _ in latest(one)
        if one.kind != "broken at last"
    }
    for one in course():
        if one.kind == "broken at last":
            files[f"HW 1/{one.name} - hw.ipynb"] = one.attempts()[0][1]
    return Download(files | JUNK, id=lambda one: None, keeps_attempts=False)


def blackboard() -> Download:
    files = {}
    for one in course():
        for name, content, time in one.attempts():
            begin = f"HW_1 of ML_{one.login}_attempt_{blackboard_time(time)}"
            files[f"{begin}_{name}"] = content
            files[f"{begin}.txt"] = (
                f"Name: {one.name} ({one.login})\r\nAssignment: HW_1 of ML\r\n"
                f"Date Submitted: {time}\r\nCurrent Grade: Needs Grading\r\n\r\n"
                f"Submission Field:\r\nName: Somebody Else (st_000)\r\n"
            ).encode()
    return Download(files | JUNK, id=lambda one: one.login, tells_time=True)


def blackboard_without_receipts() -> Download:
    made = blackboard()
    files = {name: content for name, content in made.files.items() if name[-4:] != ".txt"}
    return Download(
        files | JUNK, name=lambda one: one.login, id=lambda one: one.login, tells_time=True
    )


def brightspace_folders() -> Download:
    return _brightspace("/")


def brightspace_flat() -> Download:
    return _brightspace(" - ")


def _brightspace(end: str) -> Download:
    files = {
        f"{one.id}-777 - {one.name} - {brightspace_time(time)}{end}{name}": content
        for one in course()
        for name, content, time in one.attempts()
    }
    return Download(files | JUNK, id=lambda one: f"{one.id}-777", tells_time=True)


def teams() -> Download:
    files = {}
    for one in course():
        top = f"{one.name}/HW 1"
        for place, (name, content, _) in enumerate(one.attempts(), start=8):
            files[f"Submitted files/{top}/Version {place}/{name}"] = content
        files[f"Working files/{top}/draft.ipynb"] = marked("draft")
    return Download(files | JUNK, id=lambda one: None)


def sakai() -> Download:
    lines = ['"HW 1","SCORE_GRADE_TYPE"', '""']
    lines += [
        '"Display ID","ID","Last Name","First Name","grade","Submission date","Late submission"'
    ]
    files = {}
    for one in course():
        late = "Late" if one.late else "On time"
        time = one.time.replace(" ", "T") + ":00Z"
        row = (one.login, one.login, one.last, one.first, "", time, late)
        lines += [",".join(f'"{cell}"' for cell in row)]
        top = f"HW 1/{one.last}, {one.first}({one.login})"
        for name, content, _ in latest(one):
            files[f"{top}/Submission attachment(s)/{name}"] = content
        files[f"{top}/timestamp.txt"] = b"20260101000000000"
        files[f"{top}/feedbackText.html"] = b""
    lines += ['"st_999","st_999","Nobody","No","","","No submission"']
    files["HW 1/grades.csv"] = "\n".join(lines).encode()
    return Download(
        files | JUNK,
        id=lambda one: one.login,
        tells_time=True,
        tells_late=True,
        keeps_attempts=False,
    )


def ilias() -> Download:
    files = {}
    for one in course():
        top = f"HW 1/{one.last}_{one.first}_{one.login}_{one.id}"
        for name, content, _ in latest(one):
            files[f"{top}/{'Late Submission - ' if one.late else ''}{name}"] = content
    return Download(files | JUNK, id=lambda one: one.login, tells_late=True, keeps_attempts=False)


def github_classroom() -> Download:
    def login(one: Student) -> str:
        return f"ml-{one.login.replace('_', '-')}"

    files = {
        f"hw-1-submissions/hw-1-{login(one)}/{name}": content
        for one in course()
        for name, content, _ in latest(one)
    }
    return Download(files, name=login, id=lambda one: None, keeps_attempts=False)


def nbgrader() -> Download:
    files = {"source/ps1/hw.ipynb": marked("source"), "gradebook.db": b"SQLite"}
    for one in course():
        top = f"submitted/{one.login}/ps1"
        for name, content, _ in latest(one):
            files[f"{top}/{name}"] = content
        files[f"{top}/timestamp.txt"] = f"{one.time}:00.5 UTC".encode()
    files = {f"course/{name}": content for name, content in files.items()}
    return Download(
        files,
        name=lambda one: one.login,
        id=lambda one: None,
        tells_time=True,
        keeps_attempts=False,
    )


DOWNLOADS = {
    made.__name__: made
    for made in (
        *(moodle_folders, moodle_flat_with_worksheet, canvas, gradescope, google_classroom),
        *(blackboard, blackboard_without_receipts, brightspace_folders, brightspace_flat, teams),
        *(sakai, ilias, github_classroom, nbgrader),
    )
}


def latest(one: Student) -> Iterator[tuple[str, bytes, str]]:
    """Yield what a platform has that keeps the last attempt alone."""
    attempts = one.attempts()
    yield from attempts if one.kind == "broken at last" else attempts[-1:]


def letters(one: Student) -> str:
    name = "".join(c for c in f"{one.last}{one.first}".lower() if c.isalnum())
    return f"{name}{one.number}"


def moodle_time(time: str) -> str:
    day, hour = int(time[8:10]), int(time[11:13])
    half = "PM" if hour >= 12 else "AM"
    return f"Friday, {day} January 2026, {hour % 12 or 12}:{time[14:16]} {half}"


def blackboard_time(time: str) -> str:
    return time.replace(" ", "-").replace(":", "-") + "-00"


def brightspace_time(time: str) -> str:
    day, hour = int(time[8:10]), int(time[11:13])
    return f"Jan {day}, 2026 {hour % 12 or 12}{time[14:16]} {'PM' if hour >= 12 else 'AM'}"
