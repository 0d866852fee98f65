"""What may have ended the process that a notebook runs in."""

from collections.abc import Iterator, Mapping

from grader.explaining.case import Case, Task
from grader.model.facts import Symptom
from grader.model.features import Count, Feature, Name
from grader.model.values import NoValue
from grader.syntax.forbidden import Use, among, uses_in
from grader.syntax.imports import import_lines
from grader.syntax.returns import functions

# What ends a process, or lets something else end it: how, by what is used.
_HOW: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("os._exit", "os.abort", "os.kill", "os.killpg", "signal.raise_signal"),
            *("os.execv", "os.execve", "os.execvp", "os.execvpe", "os.execl", "os.execlp"),
            *("faulthandler._sigsegv", "faulthandler._sigabrt", "faulthandler._sigfpe"),
            *("signal.pthread_kill", "signal.alarm", "signal.setitimer"),
        ),
        "at once",
    ),
    **dict.fromkeys(("resource.setrlimit", "resource.prlimit"), "limit"),
    "sys.setrecursionlimit": "recursion",
    "ctypes": "memory",
}
_IMPORTED = "import ctypes, faulthandler, os, resource, signal, sys"  # by cells that are given
_UNKNOWN = {"how": Name(name="unknown")}


def of_cell(code: str, task: Task) -> Iterator[Symptom]:
    """Find what ended the process while an exercise's cell ran in it."""
    if task.ending == "crashed":
        yield Symptom(kind="ended", about=_about(_used(code, task)) or _UNKNOWN)


def of_call(case: Case) -> Iterator[Symptom]:
    """Find what ended the process when a check called the student's code."""
    names = case.check.of or (case.check.expression,)
    seen = [case.actual.get(name) for name in names]
    if not any(isinstance(one, NoValue) and one.reason == "crashed" for one in seen):
        return
    if case.task.ending == "crashed":
        return  # it is said of the cell, and may be all that was seen of the call
    own = [node for name, node in functions(case.code).items() if name in case.reach]
    used = [
        use
        for use in _used(case.code, case.task)
        if any(node.lineno <= use.line <= (node.end_lineno or node.lineno) for node in own)
    ]
    if about := _about(used):
        yield case.of_code("ended", **about)
    else:
        yield case.symptom("ended", **_UNKNOWN)


def _used(code: str, task: Task) -> list[Use]:
    """Return where an answer uses what may end a process, imports aside."""
    cells = (_IMPORTED, *(text for _, text in task.before), code)
    used, imported = among(uses_in(cells, _HOW)[-1], _HOW), import_lines(code)
    return [use for use in used if use.within is None and use.line not in imported]


def _about(used: list[Use]) -> dict[str, Feature]:
    """Return what the first use is; what ends a process at once goes before the others."""
    found = [(use, how) for use in used for name, how in _HOW.items() if _is_in(use.name, name)]
    for use, how in sorted(found, key=lambda one: one[1] != "at once"):
        return {
            "how": Name(name=how),
            "name": Name(name=use.name),
            "line": Count(number=use.line),
        }
    return {}


def _is_in(name: str, whole: str) -> bool:
    return name == whole or name.startswith(f"{whole}.")
