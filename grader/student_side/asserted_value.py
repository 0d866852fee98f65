"""What stands for tests of a value that another system takes from the solution.

Imported tests are run with it as they stand: where a doctest says what is shown, that is compared.
"""

from typing import Any


def assert_value(*values: Any, shown: str | None = None) -> None:
    """Raise AssertionError where values are shown as something else."""
    import doctest
    import math
    import re

    if shown is None:
        return
    number = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    for show in (repr, str):
        found = " ".join(map(show, values))
        if doctest.OutputChecker().check_output(f"{shown}\n", f"{found}\n", flags):
            return
        # Libraries show the same in other ways: `4.0`, `np.float64(4.0)`, `tensor(4.)`.
        due, given = (re.findall(number, re.sub(r"[a-z]+\d+", "", one)) for one in (shown, found))
        if due and len(due) == len(given):
            pairs = zip(map(float, due), map(float, given), strict=True)
            if all(math.isclose(one, other, rel_tol=1e-3, abs_tol=1e-8) for one, other in pairs):
                return
    raise AssertionError(f"it says {shown.strip()[:60]}, and the solution gives {found[:60]}")
