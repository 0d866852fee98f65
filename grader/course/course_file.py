"""`course.toml`, read and validated: every key is documented in docs/settings.md."""

import re
import tomllib
from dataclasses import replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.course import fields, lateness, moments
from grader.course.faults import Fault, Key, faults_of, faulty
from grader.course.lateness import Lateness
from grader.course.policy import Attempt, Extension, Policy, same
from grader.course.rounding import EXACT
from grader.course.settings import NAME, Borders, Settings
from grader.errors import UsageError
from grader.model.reveal import NEVER, Reveal

_LARGEST = 10_000_000  # bytes of a file that a person wrote


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Late(_Table):
    grace: fields.Length = moments.Span()
    deduct: fields.Share = lateness.NONE.deduct
    per: lateness.Unit = lateness.NONE.per
    of: lateness.Base = lateness.NONE.of
    floor: fields.Share = lateness.NONE.floor
    refuse_after: fields.Length | None = None

    def rule(self) -> Lateness:
        return Lateness(
            grace=self.grace.length,
            deduct=self.deduct,
            per=self.per,
            of=self.of,
            floor=self.floor,
            refuse_after=self.refuse_after.length if self.refuse_after is not None else None,
        )


class _Rules(_Table):
    """What an assignment may say, and the course for all of them."""

    attempt: Attempt | None = None
    rounding: fields.Rounded | None = None
    late: _Late | None = None
    reveal: fields.Revealed | None = None


class _Assignment(_Rules):
    due: fields.Moment | None = None
    weight: fields.NotNegative | None = None
    droppable: bool = True
    extensions: dict[str, fields.Extended] = Field(default_factory=dict)


class _Review(_Table):
    grade_borders: list[fields.Share] = Field(default_factory=list)
    near: fields.Share = Borders().near


class CourseFile(_Rules):
    """The file as a person wrote it."""

    timezone: fields.Zone | None = None
    language: fields.SpokenLanguage | None = None
    sources: fields.PathText | None = None
    released: fields.PathText | None = None
    roster: fields.PathText | None = None
    gradebook: fields.PathText | None = None
    drop_lowest: fields.Count = 0
    review: _Review = Field(default_factory=_Review)
    assignments: dict[str, _Assignment] = Field(default_factory=dict)


def load(path: Path) -> Settings:
    """Return what a file says.

    Raises UsageError, which has a line for each fault: the file, the line, the key and what is
    allowed.
    """
    text = _text(path)
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(path, error) from error
    except (ArithmeticError, ValueError) as error:  # a number with too many digits
        raise UsageError(f"{path}: a number in it is too large to be one") from error
    except RecursionError as error:
        raise UsageError(f"{path}: lists in it are nested too deeply") from error
    try:
        read = CourseFile.model_validate(raw)
    except ValidationError as error:
        raise faulty(path, text, faults_of(error, CourseFile)) from error
    faults: list[Fault] = []
    settings = _settings(path, read, faults)
    if faults:
        raise faulty(path, text, faults)
    return settings


def here(folder: Path) -> Settings:
    """Return what the `course.toml` of a folder says; what holds without one where it has none."""
    path = folder / NAME
    return load(path) if path.exists() else Settings()


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > _LARGEST:
        raise UsageError(f"{path} is too large to be the settings of a course")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UsageError(
            f"{path}, line {line}: this is not UTF-8; save the file as such"
        ) from error


def _no_toml(path: Path, error: tomllib.TOMLDecodeError) -> UsageError:
    found = re.fullmatch(r"(.*?) \(at (?:line (\d+), column \d+|end of document)\)", str(error))
    if found is None:
        return UsageError(f"{path}: this is no TOML: {error}")
    where = f"{path}, line {found[2]}" if found[2] else f"{path}, at its end"
    return UsageError(f"{where}: this is no TOML: {found[1]}")


def _settings(path: Path, read: CourseFile, faults: list[Fault]) -> Settings:
    default = Policy(
        zone=read.timezone,
        attempt=read.attempt or "latest",
        late=read.late.rule() if read.late is not None else lateness.NONE,
        rounding=read.rounding or EXACT,
        reveal=_reveal((), read.reveal, read.timezone, faults) or NEVER,
    )
    policies = {
        name: _policy(("assignments", name), one, default, faults)
        for name, one in read.assignments.items()
    }
    shares = read.review.grade_borders
    if shares != sorted(set(shares)):
        faults.append(
            Fault(("review", "grade_borders"), "write each border once, the lowest first")
        )

    def place(written: str | None) -> Path | None:
        return path.parent / written if written is not None else None

    return Settings(
        path=path,
        timezone=read.timezone,
        sources=place(read.sources),
        released=place(read.released),
        roster=place(read.roster),
        gradebook=_gradebook(read.gradebook, path.parent, faults),
        language=read.language,
        policies=policies,
        default=default,
        drop_lowest=read.drop_lowest,
        borders=Borders(shares=tuple(shares), near=read.review.near),
    )


def _policy(key: Key, read: _Assignment, course: Policy, faults: list[Fault]) -> Policy:
    due = None
    if read.due is not None:
        due = _moment((*key, "due"), read.due, course.zone, faults)
    extensions: dict[str, Extension] = {}
    for who, written in read.extensions.items():
        at = (*key, "extensions", who)
        if read.due is None:
            faults.append(Fault(at, "there is no due date to extend: write `due` above"))
        elif not same(who):
            faults.append(Fault(at, "write the id or the name of a student"))
        elif same(who) in extensions:
            faults.append(Fault(at, f"`{extensions[same(who)].who}` is the same student"))
        elif due is not None:
            until = _extended(at, written, due, course.zone, faults)
            if until is not None:
                extensions[same(who)] = Extension(who=who, due=until)
    return Policy(
        due=due,
        extensions=extensions,
        zone=course.zone,
        attempt=read.attempt or course.attempt,
        late=read.late.rule() if read.late is not None else course.late,
        rounding=read.rounding or course.rounding,
        reveal=_reveal(key, read.reveal, course.zone, faults) or course.reveal,
        weight=read.weight,
        droppable=read.droppable,
    )


def _extended(
    key: Key, written: date | moments.Span, due: datetime, zone: tzinfo | None, faults: list[Fault]
) -> datetime | None:
    if isinstance(written, moments.Span):
        try:
            return moments.after(due, written)
        except ValueError as error:
            faults.append(Fault(key, str(error)))
            return None
    until = _moment(key, written, zone, faults)
    if until is not None and until < due:
        faults.append(Fault(key, f"this is before the due date, {moments.shown(due)}"))
    return until


def _moment(key: Key, written: date, zone: tzinfo | None, faults: list[Fault]) -> datetime | None:
    try:
        return moments.moment(written, zone)
    except ValueError as error:
        faults.append(Fault(key, str(error)))
        return None


def _reveal(
    key: Key, written: Reveal | None, zone: tzinfo | None, faults: list[Fault]
) -> Reveal | None:
    """Return when expected values are told, its moment with an offset."""
    if written is None or written.after is None:
        return written
    after = datetime.fromisoformat(written.after)
    is_date = len(written.after) == len("2026-10-01")
    at = _moment((*key, "reveal"), after.date() if is_date else after, zone, faults)
    return replace(written, after=at.isoformat()) if at is not None else None


def _gradebook(written: str | None, folder: Path, faults: list[Fault]) -> str | None:
    """Return a URL; a file, or one of SQLite's URLs, is taken from where `course.toml` is."""
    if written is None:
        return None
    # Not at the top: it costs more than all the rest of what is loaded here.
    from sqlalchemy import URL, make_url
    from sqlalchemy.exc import ArgumentError

    if "://" not in written:
        return URL.create("sqlite", database=str(folder / written)).render_as_string()
    try:
        url = make_url(written)
    except (ArgumentError, ValueError):
        allowed = "write a file, or a URL as postgresql+psycopg://host/name"
        faults.append(Fault(("gradebook",), f"this is no URL of a database; {allowed}"))
        return None
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        url = url.set(database=str(folder / url.database))
    return url.render_as_string(hide_password=False)
