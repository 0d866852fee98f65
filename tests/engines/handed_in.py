"""A small class: what is handed in, and a job that grades it."""

from grader.authoring.source import load
from grader.engines.job import Job
from grader.kernels.kernel import Limits
from tests.conftest import SMALL, answers_to_small, notebook_of, received, write_source

WITH_A_FILE = "#| exercise: total\nimport csv\nwith open('numbers.csv') as file:\n"
WITH_A_FILE += "    numbers = list(csv.reader(file))\ntotal = data.sum()"


def a_job(folder, **told):
    return Job(
        sources=(write_source(folder, SMALL),),
        out=folder / "out",
        limits=Limits(cell=5.0, submission=60.0),
        chosen=True,
        **told,
    )


def a_class(folder):
    """Return hand-ins of six students, one with files beside, one that cannot be read."""
    handed_in = folder / "in"
    handed_in.mkdir(parents=True)
    answers = {
        "ann": answers_to_small(),
        "Ann": answers_to_small(total="#| exercise: total\ntotal = 0"),
        "bob": answers_to_small(means="#| exercise: means\nmeans = 1"),
        "cat": answers_to_small(fit="#| exercise: fit\n1 / 0"),
        "dan": [],
    }
    for name, cells in answers.items():
        (handed_in / f"{name}.ipynb").write_bytes(notebook_of(cells))
    beside = handed_in / "eve"
    beside.mkdir()
    (beside / "eve.ipynb").write_bytes(notebook_of(answers_to_small(total=WITH_A_FILE)))
    (beside / "numbers.csv").write_text("1,2\n")
    (handed_in / "fay.ipynb").write_text("no notebook")
    return received(handed_in, load(write_source(folder, SMALL)))
