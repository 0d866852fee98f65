"""What a student's code itself shows, where it gives a wrong value: only what is certain."""

import re
from collections.abc import Iterator
from functools import lru_cache

from grader.explaining.case import Case
from grader.model.facts import NotReached, Symptom
from grader.model.features import Count, Flag, Name, Names
from grader.model.values import (
    MappingValue,
    OpaqueValue,
    RaisedValue,
    SequenceValue,
    TensorValue,
    TextValue,
)
from grader.syntax import givens, gradients, mutations, returns, shadows
from grader.syntax.slips import slips


def exception_not_raised(case: Case) -> Iterator[Symptom]:
    """Find a function that gives back an exception, or prints it, in place of raising it."""
    wanted = case.check.raises
    if not wanted or isinstance(case.value, RaisedValue):
        return
    for how, places in (
        ("returned", returns.exceptions(case.code, wanted)),
        ("printed", returns.printed(case.code, wanted)),
    ):
        for place in places:
            if place.function in case.reach:
                yield case.of_code(
                    f"exception-{how}",
                    function=Name(name=place.function),
                    name=Name(name=wanted),
                    line=Count(number=place.line),
                )


def other_exception(case: Case) -> Iterator[Symptom]:
    """Find another exception than the one that is asked for."""
    wanted, value = case.check.raises, case.value
    if wanted and isinstance(value, RaisedValue) and wanted not in (value.type, *value.bases):
        yield case.symptom("exception-other", found=Name(name=value.type), wanted=Name(name=wanted))


def unlike(code: str, mistake: str, solution: str) -> bool:
    """Whether some code goes wrong in a way of its own, in which a known mistake does not."""
    own, its = (_ways(source, solution) for source in (code, mistake))
    return bool(own - its)


@lru_cache(maxsize=1024)  # as many as known mistakes of some assignments, which are asked again
def _ways(code: str, solution: str) -> frozenset[tuple[str, str, str]]:
    unused = givens.unused_arguments(code, solution)
    emptied = gradients.emptied_early(code)
    loops = returns.in_loop(code)
    back, meant = gradients.backwards(code), gradients.backwards(solution)
    return frozenset(
        {
            *(
                ("back", name, str(times))
                for name, times in back.items()
                if times != meant.get(name)
            ),
            *(("never back", name, "") for name in gradients.never_back(code, solution)),
            *(
                ("retained", name, "")
                for name in gradients.retained(code) - gradients.retained(solution)
            ),
            *(
                ("in turns", name, "")
                for name in gradients.in_turns(code) & gradients.in_turns(solution)
                if name
            ),
            *((one.kind, one.function, one.name) for one in slips(code, solution)),
            *(("unused", one.function, one.argument) for one in unused),
            *(("emptied early", one.names[0], "") for one in emptied),
            *(("returns", one.function, "") for one in loops),
        }
    )


def nothing_returned(case: Case) -> Iterator[Symptom]:
    """Find a function without a `return`."""
    value = case.value
    is_none = isinstance(value, TextValue) and value.type == "NoneType"
    if not is_none and not case.holds_none:
        return
    solved = returns.without_value(case.task.solution)
    for name, prints in returns.without_value(case.code).items():
        if name in case.reach and name not in solved:
            yield case.of_code("no-return", function=Name(name=name), prints=Flag(value=prints))


def returns_in_loop(case: Case) -> Iterator[Symptom]:
    """Find a function that ends in the first turn of its loop."""
    solved = {place.function for place in returns.in_loop(case.task.solution)}
    for place in returns.in_loop(case.code):
        if place.function in case.reach and place.function not in solved:
            yield case.of_code(
                "returns-in-loop",
                function=Name(name=place.function),
                line=Count(number=place.line),
            )


def gradients_kept(case: Case) -> Iterator[Symptom]:
    """Find gradients that are never emptied, or are emptied before they are used."""
    code, solution = case.code, case.task.solution
    for loop in gradients.never_emptied(code, solution, [text for _, text in case.task.before]):
        if case.holds_none:
            break  # nothing adds up where nothing is
        if (not loop.function or loop.function in case.reach) and _may_add_up(case):
            yield case.of_code(
                "never-emptied", line=Count(number=loop.line), names=Names(names=loop.names)
            )
    for loop in gradients.emptied_early(code):
        yield case.of_code(
            "emptied-early", line=Count(number=loop.line), names=Names(names=loop.names)
        )


def _may_add_up(case: Case) -> bool:
    """Whether what is wrong may come of gradients that add up: a curve is right at its start."""
    for pair in case.pairs():
        if not pair.is_curve:
            continue
        left, right = pair.numbers() or (None, None)
        if left is None or right is None:
            continue
        if len(left) != len(right) or not pair.same(left[:1], right[:1]):
            return False
    return True


def steps(case: Case) -> Iterator[Symptom]:
    """Find steps that make a new tensor and leave the leaf, or that lead uphill.

    A step uphill is told first at the check of what it changes, where there is one.
    """
    for loop in gradients.bound_anew(case.code):
        yield case.of_code(
            "bound-anew", line=Count(number=loop.line), name=Name(name=loop.names[0])
        )
    names = [one.check.expression for one in case.others if not one.check.is_call]
    own = case.check.expression
    told = {own, *(names[: names.index(own)] if own in names else names)}
    downhill = not gradients.uphill(case.task.solution)
    for loop in gradients.uphill(case.code) if downhill else ():
        (name,) = loop.names
        if name in told or name not in names:
            yield case.of_code("uphill", line=Count(number=loop.line), name=Name(name=name))


def argument_changed(case: Case) -> Iterator[Symptom]:
    """Find a function that changes in place what it is given: one of those behind a check.

    Any one where the cell stopped before: what it has changed may be the cause.
    """
    stopped = isinstance(case.result.not_compared, NotReached)
    for one in mutations.changed_arguments(case.code, case.task.solution):
        if one.function in case.reach or stopped:
            yield case.of_code(
                "argument-changed",
                function=Name(name=one.function),
                name=Name(name=one.argument),
                line=Count(number=one.line),
            )


def hidden_name(case: Case) -> Iterator[Symptom]:
    """Find a name of Python's own, called like a function, that the student has bound anew."""
    for type_, line in _called_in_vain(case):
        if type_ != "TypeError":
            continue
        for name in sorted(shadows.called(line) & shadows.BUILTINS):
            own = shadows.bound_at(case.code, name)
            above = [(cell, shadows.bound_at(text, name)) for cell, text in case.task.before]
            cells = [cell for cell, found in above if found]
            if own:
                yield case.of_code("hidden-name", name=Name(name=name), line=Count(number=own))
            elif cells:
                cell = Count(number=cells[-1])
                yield case.of_code("hidden-name", name=Name(name=name), cell=cell)


def _called_in_vain(case: Case) -> Iterator[tuple[str, str]]:
    """Yield the exceptions that say that something cannot be called, with the student's line."""
    seen = [(case.fault.name, case.fault.message, case.fault.source)] if case.fault else []
    value = case.value
    if isinstance(value, RaisedValue):
        seen.append((value.type, value.message, value.source))
    for type_, message, line in seen:
        if "object is not callable" in message and line:
            yield type_, line


def given_bound_anew(case: Case) -> Iterator[Symptom]:
    """Find a name of given code that the answer binds to something else."""
    code, task = case.code, case.task
    changed = givens.changed_names(code, task.released, task.solution)
    tensors = {
        name for name in changed if isinstance(case.given.get(name), TensorValue | SequenceValue)
    }
    for name, line in givens.rebound_names(code, task.released, task.solution, tensors).items():
        yield case.of_code("given-bound-anew", name=Name(name=name), line=Count(number=line))
    root = re.split(r"\W", case.check.expression)[0]
    made, function = givens.last_bound(code, root), returns.functions(code).get(root)
    for name in sorted(tensors):
        if function is not None and name not in givens.names_in(function):
            continue  # the check calls what does not know of it
        if function is None and 0 < made < changed[name]:
            continue  # the change comes after what the check looks at
        where = Count(number=changed[name])
        yield case.of_code("given-changed", name=Name(name=name), line=where)


def argument_lost(case: Case) -> Iterator[Symptom]:
    """Find an argument that is bound to something else before it is read."""
    for (function, name), line in givens.rebound_arguments(case.code, case.task.solution).items():
        if function in case.reach:
            yield case.of_code(
                "argument-rebound",
                function=Name(name=function),
                name=Name(name=name),
                line=Count(number=line),
            )


def argument_unused(case: Case) -> Iterator[Symptom]:
    """Find an argument that the answer never uses, where all of its code ran."""
    for one in givens.unused_arguments(case.code, case.task.solution) if case.ran else ():
        if one.function in case.reach:
            yield case.of_code(
                "argument-unused", function=Name(name=one.function), name=Name(name=one.argument)
            )


def given_unused(case: Case) -> Iterator[Symptom]:
    """Find a name of given code that the answer never uses, where all of its code ran.

    Another function may do as well.
    """
    task = case.task
    for name in givens.unused_names(case.code, task.released, task.solution) if case.ran else ():
        value = case.given.get(name)
        without_data = isinstance(value, MappingValue) and not value.entries
        if not isinstance(value, OpaqueValue) and not without_data:
            yield case.of_code("given-unused", name=Name(name=name))
