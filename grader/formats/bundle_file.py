"""The file beside a released notebook that it can be checked with before it is handed in.

Plain JSON, which has no place for a solution, a check or a value. It is read by what it is to
hold, and whoever changes it, or loses a part of it, is told so.
"""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.errors import BadBundle
from grader.model.assignment import Assignment, Cell, Exercise
from grader.model.bundle import Bundle, bundle_of
from grader.model.submission import MAX_FILES
from grader.model.text import Text, say

ENDING = ".check.json"  # of the file's name, behind that of the assignment
MAX_BYTES = 10 * 2**20
FORMAT = "tensorgrader-check"
# Of what is written: goes up where an older grader would misread it. Only texts need the second.
VERSION, WITH_TEXTS = 1, 2

_Name = Annotated[str, Field(pattern=r"^[\w-]{1,100}$")]
_Seconds = Annotated[float, Field(gt=0, le=86_400)]
_NAME = r"[^./\\\x00][^/\\\x00]*"
_PATH = rf"^({_NAME}/)*{_NAME}$"  # below the notebook's folder


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Cell(_Part):
    id: Annotated[str, Field(min_length=1, max_length=200)]
    role: Literal["prose", "text", "given", "exercise", "self_check"]
    source: Annotated[str, Field(max_length=1_000_000)]
    exercise: _Name | None = None


class _Exercise(_Part):
    name: _Name
    title: Annotated[str, Field(max_length=1_000)]
    points: Annotated[float, Field(ge=0)]
    forbid: list[Annotated[str, Field(max_length=200)]]
    needs_cuda: bool
    limit: _Seconds | None
    # Left out where a person reads nothing, as `files` below.
    min_words: Annotated[int, Field(ge=0)] = 0


class _Content(_Part):
    assignment: _Name
    title: Annotated[str, Field(max_length=1_000)]
    language: Annotated[str, Field(pattern=r"^[\w-]{1,20}$")]
    limit: _Seconds
    cell_limit: _Seconds
    cells: Annotated[list[_Cell], Field(max_length=2_000)]
    exercises: Annotated[list[_Exercise], Field(min_length=1, max_length=1_000)]
    # Left out where there is none: an older grader, which does not know it, can read the rest.
    files: Annotated[list[Annotated[str, Field(pattern=_PATH)]], Field(max_length=MAX_FILES)] = []


def write(bundle: Bundle) -> str:
    """Return a bundle as a file's text; the same bundle gives the same bytes."""
    assignment = bundle.assignment
    files = [name for name, _ in assignment.files]
    content = _Content(
        assignment=assignment.name,
        title=assignment.title_in(bundle.language),
        language=bundle.language,
        limit=float(bundle.limit),
        cell_limit=float(bundle.cell_limit),
        cells=[
            _Cell(id=one.id, role=one.role, source=one.source, exercise=one.exercise)
            for one in assignment.cells
        ],
        exercises=[
            _Exercise(
                name=one.name,
                title=one.title_in(bundle.language),
                points=float(one.points),
                forbid=list(one.forbid),
                needs_cuda=one.needs_cuda,
                limit=None if one.limit is None else float(one.limit),
                **({"min_words": one.min_words} if one.min_words else {}),
            )
            for one in assignment.exercises
        ],
        **({"files": files} if files else {}),
    ).model_dump(exclude_unset=True)
    whole = {
        "format": FORMAT,
        "version": WITH_TEXTS if _has_texts(assignment) else VERSION,
        "digest": _digest(content),
        "content": content,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _has_texts(assignment: Assignment) -> bool:
    is_there = any(one.role == "text" for one in assignment.cells)
    return is_there or any(one.min_words for one in assignment.exercises)


def read(path: Path) -> Bundle:
    """Return the bundle that a file holds. Raises BadBundle, with what to do."""
    if path.exists() and not path.is_file():  # to open a pipe would wait for who writes to it
        raise _bad(path, say("it is something else than a file"))
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _bad(path, say("it cannot be read: {why}", why=str(error.strerror))) from error
    if len(data) > MAX_BYTES:
        raise _bad(path, say("it is larger than such a file can be"))
    content = _content(path, data)
    try:
        found = _Content.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        why = say("its `{where}` is damaged: {problem}", where=where, problem=first["msg"])
        raise _bad(path, why) from error
    _refuse_unconnected(path, found)
    return bundle_of(
        name=found.assignment,
        title=found.title,
        language=found.language,
        cells=[_cell(one) for one in found.cells],
        exercises=[_exercise(one) for one in found.exercises],
        path=path,
        limit=found.limit,
        cell_limit=found.cell_limit,
        files=found.files,
    )


def is_one(head: bytes) -> bool:
    """Whether a file that begins like this is a bundle, be it damaged."""
    return f'"format": "{FORMAT}"'.encode() in head[:200]


def _content(path: Path, data: bytes) -> Any:
    """Return what a file holds beside what it says of itself. Raises BadBundle."""
    try:
        whole = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _bad(path, say("it is cut off, or was changed: it is no JSON")) from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise _bad(path, say("it is something else than a file to check a notebook with"))
    version = whole.get("version")
    if version not in (VERSION, WITH_TEXTS):
        raise BadBundle(
            say(
                "{path}: it is of version {version}, and this grader reads version {known}: update"
                " the grader, or ask for a file that was made for this one",
                path=str(path),
                version=str(version)[:20],
                known=WITH_TEXTS,
            )
        )
    content = whole.get("content")
    if whole.get("digest") != _digest(content):
        raise _bad(path, say("it was changed after it was made"))
    return content


def _digest(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _refuse_unconnected(path: Path, found: _Content) -> None:
    """Refuse cells that stand for no exercise, and exercises without a cell of their own."""
    names = [one.name for one in found.exercises]
    homes = [one.exercise for one in found.cells if one.role in ("exercise", "text")]
    ids = [one.id for one in found.cells if one.role != "prose"]
    about = {one.exercise for one in found.cells if one.exercise is not None}
    if sorted(names) != sorted(filter(None, homes)) or None in homes or not about <= {*names}:
        raise _bad(path, say("its cells and its exercises do not belong together"))
    for several in (names, ids):
        if len(set(several)) < len(several):
            raise _bad(path, say("a name stands twice in it"))


def _cell(one: _Cell) -> Cell:
    source = one.source
    return Cell(id=one.id, role=one.role, source=source, solution=source, exercise=one.exercise)


def _exercise(one: _Exercise) -> Exercise:
    return Exercise(
        name=one.name,
        title={"": one.title},
        points=one.points,
        checks=(),
        forbid=tuple(one.forbid),
        needs_cuda=one.needs_cuda,
        limit=one.limit,
        min_words=one.min_words,
    )


def _bad(path: Path, why: Text) -> BadBundle:
    return BadBundle(
        say(
            "{path}: {why}; get the file again from where the notebook is from",
            path=str(path),
            why=why,
        )
    )
