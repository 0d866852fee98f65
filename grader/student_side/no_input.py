"""What a cell gets that asks for input: nothing, so that what stands about it is run."""

from typing import Any, NoReturn

from IPython.core.error import StdinNotImplementedError

MOST = 20  # questions of one cell; who asks on would never come to an end

_asked = [0]


class _Nothing(str):
    """An empty text that is no number: the error says why, not what a text is."""

    def __int__(self) -> NoReturn:
        _refuse()

    __float__ = __complex__ = __int__


def install(shell: Any) -> None:
    """Count the questions of each cell by itself."""
    shell.events.register("pre_run_cell", _start)


def ask(prompt: object = "", *_: object, **__: object) -> str:
    """Answer a question, or a password's, with nothing."""
    _asked[0] += 1
    if _asked[0] > MOST:
        _refuse()
    return _Nothing()


def _start(*_: object) -> None:
    _asked[0] = 0


def _refuse() -> NoReturn:
    raise StdinNotImplementedError("the cell asks for input, which nobody can give here")
