"""What a cell that has run says of itself: its error, and what it printed."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from grader.kernels.kernel import CellRun
from grader.model.result import Fault
from grader.model.submission import Step
from grader.syntax.names import bound_from

# IPython's name for a cell says nobody anything.
_FILE = re.compile(r" \((?:\d+\.py|<ipython-input[^>]*>|<tokenize>), line (\d{1,7})\)$")
# What it leaves out of a traceback where a function calls itself.
_REPEATED = re.compile(r" at line (\d{1,7}) \((\d{1,7}) times\)")
_MESSAGE = 2_000  # characters of what an error says; the pattern takes a square of them
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(slots=True, kw_only=True)
class Ran:
    """A step and what running it gave, whose outputs change as long as cells run."""

    step: Step
    run: CellRun


def fault(ran: Ran) -> Fault | None:
    """Return the error that a cell ended with."""
    errors = [output for output in ran.run.outputs if output.get("output_type") == "error"]
    if not errors:
        return None
    error = errors[-1]
    traceback = "\n".join(map(str, error.get("traceback", ())))[:20_000]
    plain = _ANSI.sub("", traceback)
    name, message = str(error.get("ename", ""))[:200], str(error.get("evalue", ""))[:_MESSAGE]
    found = re.findall(rf"Cell In\[{ran.run.count}\], line (\d{{1,7}})\b", plain)
    lines = ran.step.source.split("\n")
    # The deepest frame in this very cell: the student's own line.
    places = [*reversed(found), *_line_in(message)]
    if name == "RecursionError":  # that is where the stack happened to end
        places = [*_repeated(plain, found), *places]
    line = next((int(number) for number in places if 0 < int(number) <= len(lines)), None)
    return Fault(
        name=name,
        message=_FILE.sub("", message),
        line=line,
        source=lines[line - 1].strip() if line else None,
        statement=int(found[0]) if found else None,
        traceback=traceback,
    )


def _line_in(message: str) -> list[str]:
    """Return the line that a message of the tokenizer names, which no frame does."""
    found = _FILE.search(message)
    return [found[1]] if found is not None else []


def _repeated(traceback: str, lines: Sequence[str]) -> list[str]:
    """Return the line of a cell that ran most often, of those that a traceback counts.

    lines: of the frames that are the cell's own.
    """
    counted = {line: int(times) for line, times in _REPEATED.findall(traceback) if line in lines}
    return sorted(counted, key=counted.__getitem__, reverse=True)[:1]


def unreached(ran: Ran, asked: Set[str]) -> Set[str]:
    """Return the names that a cell did not come to bind, since it had stopped before.

    asked: those that stand for all where the cell cannot be looked through.
    """
    if ran.run.ending == "done":
        return frozenset()
    found = fault(ran)
    start = found.statement if found and found.statement else 1
    bound = None if ran.step.opaque else bound_from(ran.step.source, start)
    return asked if bound is None else bound


def printed(outputs: list[dict[str, Any]]) -> str:
    """Return what outputs printed, errors aside."""
    parts = []
    for output in outputs:
        if output.get("output_type") == "stream":
            parts.append(str(output.get("text", "")))
        elif output.get("output_type") in ("execute_result", "display_data"):
            data = output.get("data")
            text = data.get("text/plain") if isinstance(data, Mapping) else None
            if isinstance(text, str):
                parts.append(text + "\n")
    return "".join(parts)
