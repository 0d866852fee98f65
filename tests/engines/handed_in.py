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


ANSWERS = {
    "ann": {},
    "Ann": {"total": "#| exercise: total\ntotal = 0"},
    "bob": {"means": "#| exercise: means\nmeans = 1"},
    "cat": {"fit": "#| exercise: fit\n1 / 0"},
}


def notebooks(folder):
    """Write what students hand in; that of `dan` has nothing in it."""
    folder.mkdir(parents=True)
    cells = {name: answers_to_small(**changes) for name, changes in ANSWERS.items()}
    for name, code in {**cells, "dan": []}.items():
        (folder / f"{name}.ipynb").write_bytes(notebook_of(code))


def a_class(folder):
    """Return hand-ins of six students, one with files beside, one that cannot be read."""
    handed_in = folder / "in"
    notebooks(handed_in)
    beside = handed_in / "eve"
    beside.mkdir()
    (beside / "eve.ipynb").write_bytes(notebook_of(answers_to_small(total=WITH_A_FILE)))
    (beside / "numbers.csv").write_text("1,2\n")
    (handed_in / "fay.ipynb").write_text("no notebook")
    return received(handed_in, load(write_source(folder, SMALL)))
