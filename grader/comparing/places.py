"""Which numbers of a value differ, and the code that leads to one."""

import torch

from grader.comparing.numbers import Numbers

MAP = 24  # numbers along an axis of a value, at most, of which it is kept which differ


def unravelled(place: int, shape: tuple[int, ...]) -> list[int]:
    """Return the index of a number by its place; torch would load sympy for that."""
    index = []
    for size in reversed(shape):
        place, along = divmod(place, size)
        index.append(along)
    return index[::-1]


def pattern(wrong: torch.Tensor, expected: torch.Tensor) -> tuple[str, ...]:
    """Return which numbers differ; where there are but two, that would tell which is right."""
    is_small = 1 <= wrong.dim() <= 2 and max(wrong.shape) <= MAP and not bool(wrong.all())
    if not is_small or len({*expected.reshape(-1).tolist()}) <= 2:
        return ()
    rows = wrong.reshape(-1, wrong.shape[-1]).tolist()
    return tuple("".join("x" if one else "." for one in row) for row in rows)


def at(value: Numbers, path: str, index: list[int]) -> str:
    """Return the code of a number in a value; that of a row, whatever it is called."""
    if not index:
        return path
    of_row = ".iloc" if value.type == "pandas.Series" else ""
    return f"{path}{of_row}[{', '.join(map(str, index))}]"
