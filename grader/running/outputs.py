"""What a cell that has run says of itself: its error, and what it printed."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from grader.kernels.kernel import CellRun
from grader.model.result import Fault
from grader.model.submission import Step
from grader.syntax.names import bound_from

_FILE = re.compile(
    r" \((\d+\.py|<ipython-input[^>]*>), line \d+\)$"
)  # IPython's name for a cell says nobody anything
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
    found = re.findall(rf"Cell In\[{ran.run.count}\], line (\d{{1,7}})\b", plain)
    lines = ran.step.source.split("\n")
    # The deepest frame in this very cell: the student's own line.
    line = next((int(number) for number in reversed(found) if 0 < int(number) <= len(lines)), None)
    return Fault(
        name=str(error.get("ename", ""))[:200],
        message=_FILE.sub("", str(error.get("evalue", ""))[:_MESSAGE]),
        line=line,
        source=lines[line - 1].strip() if line else None,
        statement=int(found[0]) if found else None,
        traceback=traceback,
    )


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
