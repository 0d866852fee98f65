"""A report as Markdown, for comment boxes: everything of a student's is escaped, or code."""

import re
from collections.abc import Iterator

from grader.model.check_name import as_written
from grader.model.in_course import ALONE, InCourse
from grader.model.result import Diagnosis, ExerciseResult, Report, is_right
from grader.reporting import figures
from grader.reporting.cards import Card, FailedCheck, card
from grader.reporting.controls import strip_controls
from grader.reporting.first_card import Row, first_card
from grader.wording.catalogue import catalogue, known, translated
from grader.wording.mismatches import aspect
from grader.wording.outcomes import fault, hidden

MOST = 30_000  # characters; a box takes no more than 65,000
_LONGEST = 500  # characters of a line
_MARKUP = re.compile(r"([\\`*_\[\]<>~|&$^#@])")
_START = re.compile(r"^(\s*\d*)([-+.)](?=\s|$)|[-=]+\s*$)")  # of a list, a heading or a rule


def report(told: Report, in_course: InCourse = ALONE) -> str:
    """Return a student's report as Markdown; what is right is one line."""
    first = first_card(told, in_course)
    rows = {row.exercise: row for row in first.rows}
    parts = [f"## {_line(first.title)}: {first.score}", marked(first.about)]
    parts += [_line(one) for one in first.says]
    right = [rows[one.exercise] for one in told.exercises if is_right(one)]
    if right:
        parts.append("\n".join(f"- {_heading(row)}" for row in right))
    cards = [card(one, told.language) for one in told.exercises if not is_right(one)]
    size = sum(map(len, parts))
    for number, one in enumerate(cards):
        made = "\n\n".join(_exercise(one, rows[one.result.exercise], told.language))
        size += len(made)
        if size > MOST:
            parts += [f"### {_heading(rows[rest.result.exercise])}" for rest in cards[number:]]
            break
        parts.append(made)
    return strip_controls("\n\n".join(parts)).strip() + "\n"


def marked(line: str) -> str:
    """Return a sentence in which what is in backticks stays code, and nothing else is markup."""
    line = " ".join(line.split())
    parts = line.split("`")
    if len(parts) % 2 == 0:
        return escaped(line)
    return "".join(code(part) if place % 2 else escaped(part) for place, part in enumerate(parts))


def escaped(text: str) -> str:
    """Return a text of which nothing is markup."""
    return _START.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", text))


def code(text: str) -> str:
    """Return code of one line, whatever is in it."""
    text = " ".join(text.split())
    if not text:
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def _exercise(one: Card, row: Row, language: str) -> Iterator[str]:
    result = one.result
    yield f"### {_heading(row)}"
    if result.override is not None:
        words = catalogue(known(language)).gettext
        if result.outcome != "marked by a person":
            yield marked(words("A person decided on this score."))
        yield from map(marked, result.override.comment.splitlines())
    for item, points in zip(result.rubric, figures.of_items(result), strict=True):
        sign = "✓" if item.is_ticked else figures.OTHER
        yield f"- {sign} {_line(item.text)} ({points} / {figures.points(item.points)})"
    if one.rule or result.ruling.code == "forbidden":
        yield f"{marked(_upper(result.rule))}."
    yield from _hints(one.hints)
    if result.error is not None:
        yield from _error(result, language)
    lines = "\n".join(_failed(check, language) for group in one.failed for check in group)
    if lines:
        yield lines
    yield from (text for line in one.lines for text in _hints(line.hints))


def _error(result: ExerciseResult, language: str) -> Iterator[str]:
    assert result.error is not None
    told = " ".join(translated(fault(result), language).split())
    found = f"**{escaped(_cut(told))}**"
    if result.error.line and result.error.source:
        words = catalogue(known(language)).gettext
        place = words("line %(line)s: %(source)s") % {"line": result.error.line, "source": ""}
        found += f" {escaped(place.strip())} {code(_cut(result.error.source))}"
    yield found


def _failed(one: FailedCheck, language: str) -> str:
    """Return what is said of a check as an item of a list."""
    check = one.check
    names = ", ".join(translated(aspect(name), language).strip("`") for name in one.aspects)
    label = translated(hidden(check.hides), language) if check.hidden else ""
    about = ", ".join(escaped(text) for text in (names, label) if text)
    called = _line(check.title) if check.title else code(_cut(as_written(check.check)))
    head = f"- {called}" + (f" ({about})" if about else "")
    said = [f"{_upper(check.error)}."] if check.error else []
    said += [check.given] if check.given else []
    items = [*said, *map(_upper, check.sentences)]
    lines = [head, *(f"  - {marked(_cut(text))}" for text in items)]
    return "\n".join([*lines, *(f"  - *{_line(hint.text)}*" for hint in one.hints)])


def _hints(hints: tuple[Diagnosis, ...]) -> Iterator[str]:
    for hint in hints:
        yield f"> {_line(hint.text)}"


def _heading(row: Row) -> str:
    return f"{row.sign} {_line(row.title)} ({row.points or row.outcome})"


def _line(text: str) -> str:
    """Return a line of Markdown of the author's or the grader's own, without links and tags.

    A name of a student's may stand in it.
    """
    parts = " ".join(text.split()).split("`")
    if len(parts) % 2 == 0:
        return escaped(text)
    for place in range(0, len(parts), 2):
        parts[place] = re.sub(r"([<\[\]])", r"\\\1", parts[place])
    return "`".join(parts)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()} …"
