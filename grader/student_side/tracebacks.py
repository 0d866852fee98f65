"""What IPython shows of an error, made at a cost that does not grow with an endless recursion.

IPython looks through all modules for each frame: some milliseconds, a thousand times over.
"""

import inspect
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

from IPython.core.ultratb import VerboseTB

FRAMES = 3_000  # of a traceback that are looked at: what Python's own limit allows, thrice
CHAIN = 20  # errors that were raised while another was handled


def install() -> None:
    """Let IPython's tracebacks be made so, in this process."""
    show, records = VerboseTB.structured_traceback, VerboseTB.get_records
    before = VerboseTB.get_parts_of_chained_exception

    def structured_traceback(self: Any, *arguments: Any, **options: Any) -> Any:
        self.chained = 0
        return show(self, *arguments, **options)

    def get_parts_of_chained_exception(self: Any, value: Any) -> Any:
        self.chained += 1
        return before(self, value) if self.chained <= CHAIN else None

    def get_records(self: Any, etb: TracebackType, context: int, tb_offset: int) -> Any:
        with _modules_by_file():
            return records(self, _thinned(etb), context, tb_offset)

    for method in (structured_traceback, get_parts_of_chained_exception, get_records):
        setattr(VerboseTB, method.__name__, method)


@contextmanager
def _modules_by_file() -> Any:
    """Look for the module of each file once."""
    find, known = inspect.getmodule, {}

    def getmodule(object: Any, _filename: str | None = None) -> Any:
        if not isinstance(object, FrameType):
            return find(object, _filename)
        name = object.f_code.co_filename
        if name not in known:
            known[name] = find(object, _filename)
        return known[name]

    inspect.getmodule = getmodule
    try:
        yield
    finally:
        inspect.getmodule = find


def _thinned(trace: TracebackType) -> TracebackType:
    """Return a traceback without the middle of more frames than anyone reads."""
    steps, step = [], trace
    while step is not None:
        steps.append(step)
        step = step.tb_next  # type: ignore[assignment]
    if len(steps) <= FRAMES:
        return trace
    kept = [*steps[: FRAMES // 2], *steps[-FRAMES // 2 :]]
    made = None
    for step in reversed(kept):
        made = TracebackType(made, step.tb_frame, step.tb_lasti, step.tb_lineno)
    assert made is not None
    return made
