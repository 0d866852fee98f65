"""An automated grader for PyTorch exercise notebooks."""


def load_ipython_extension(shell: object) -> None:
    """Give a notebook `%check`, for `%load_ext grader`."""
    from grader.jupyter import load

    load(shell)
