"""The checks of an assignment as plain assertions, for graders that have no reference solution.

Usage: `python expected.py SOURCE CELLS`, where CELLS is a file with the code cells of a right
submission. Runs them, and prints for each exercise what its checks came to, as functions that
assert the same of someone else's values.
"""

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import torch

from grader.authoring.source import load
from grader.model.assignment import Check

RTOL, ATOL = 1e-3, 1e-4

Names = dict[str, Any]


def main() -> None:
    """Print the assertions as JSON: by exercise, its points, and its checks."""
    torch.set_num_threads(1)
    exercises = {exercise.name: exercise for exercise in load(Path(sys.argv[1])).exercises}
    names: Names = {"__name__": "__main__"}
    found = {}
    for cell in json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")):
        with redirect_stdout(sys.stderr):  # what the cells print is not the result
            exec(cell["source"], names)  # noqa: S102 - the answers are ours
        if (exercise := exercises.get(cell["exercise"])) is not None:
            whole = sum(check.weight for check in exercise.checks)
            checks = [
                {
                    **_assertion(check, names, f"{exercise.name.replace('-', '_')}_{number}"),
                    "points": exercise.points * check.weight / whole,
                }
                for number, check in enumerate(exercise.checks, start=1)
            ]
            found[exercise.name] = {"points": exercise.points, "checks": checks}
    print(json.dumps(found))


def _assertion(check: Check, names: Names, name: str) -> dict[str, Any]:
    """Return a function, its name and its text, whose parameters are what it reads."""
    given = _given(check, names)
    lines = ["import torch", *(f"{key} = {literal(value)}" for key, value in given.items())]
    scope = {**names, **given}
    for module in check.of:
        if isinstance(names[module], torch.nn.Module):
            lines.append(f"{module} = {module}.state_dict()")
            scope[module] = names[module].state_dict()
    value = eval(check.expression.strip(), scope)  # noqa: S307 - so are the checks
    read = [key for key in check.free_names if key in names and key not in (*given, "torch")]
    lines.append(_compared(check, value))
    body = "".join(f"    {line}\n" for line in lines)
    return {"name": name, "text": f"def {name}({', '.join(read)}):\n{body}", "parameters": read}


def _given(check: Check, names: Names) -> Names:
    """Run the code that makes a check's data, and return what it made."""
    torch.manual_seed(1)
    scope = dict(names)
    exec(check.given, scope)  # noqa: S102
    return {key: value for key, value in scope.items() if names.get(key, scope) is not value}


def _compared(check: Check, value: Any) -> str:
    expression = " ".join(check.expression.split())
    if check.compare == "at_most":
        most = torch.as_tensor(value).item() * (1 + check.margin)
        return f"assert torch.as_tensor({expression}).item() <= {most:.7g}"
    expected = literal(value)
    if isinstance(value, list) and all(isinstance(one, float) for one in value):
        # Compared at once: number by number takes torch longer than the exercise.
        expression, expected = f"torch.tensor({expression})", f"torch.tensor({expected})"
    return f"torch.testing.assert_close({expression}, {expected}, rtol={RTOL}, atol={ATOL})"


def literal(value: Any) -> str:
    """Return an expression for tensors, numbers, and lists and tuples of them."""
    if isinstance(value, torch.Tensor):
        dtype = "" if value.dtype is torch.float32 else f", dtype={value.dtype}"
        return f"torch.tensor({literal(value.tolist())}{dtype})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, tuple):
        return f"({''.join(f'{literal(one)}, ' for one in value)})"
    return repr(float(f"{value:.7g}")) if isinstance(value, float) else repr(value)


if __name__ == "__main__":
    main()
