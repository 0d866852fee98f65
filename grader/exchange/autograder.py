"""The zip that makes an autograder of an assignment on Gradescope.

`private/` in it holds what no student may see: the source with its solutions, and what they gave,
on the data shown and on other data. Nothing has to be run for that where it grades.
"""

import re
import tempfile
import zipfile
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from importlib.metadata import distributions, packages_distributions, version
from importlib.resources import files
from pathlib import Path

from grader import ready_made
from grader.engines.job import Job
from grader.engines.references import References
from grader.errors import UsageError
from grader.exchange import settings as told
from grader.exchange.settings import PRIVATE, Settings
from grader.exchange.wheel import wheel
from grader.kernels.choose import open_factory
from grader.model.assignment import Assignment
from grader.reference import Reference
from grader.syntax.imports import imported

INDEX = "https://download.pytorch.org/whl/cpu"  # of torch without CUDA
_TIME = (1980, 1, 1, 0, 0, 0)
_BESIDE = frozenset({"tensorgrader", "torch"})


def pack(
    assignment: Assignment, to: Path, settings: Settings, *, packages: Collection[str] = ()
) -> tuple[str, ...]:
    """Run the reference and write the zip; returns the packages that students' code finds there.

    packages: further ones for students' code, as they are installed here.
    Raises SourceError where the assignment is faulty, UsageError, NeedsReview and OSError.
    """
    if assignment.varied is not None:
        raise UsageError(
            f"the numbers of {assignment.name} differ by student (`variant:`), and an autograder"
            " has one set of them; grade Gradescope's download with `grader grade` instead"
        )
    for name in packages:
        if _normal(name) not in _installed():
            raise UsageError(f"{name} is not installed here, so its version is not known")
    job = Job(sources=(assignment.path,), out=to.parent, offsets=settings.offsets)
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        with closing(open_factory(None, "cpu")) as factory:
            references = References(job, factory)
            for offset in {0, *settings.offsets.values()}:
                path = Path(folder) / ready_made.name_of(assignment, offset)
                ready_made.write(_with_variants(references.get(assignment, offset)), path)
            references.close()
        private = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    private |= {name: path.read_bytes() for name, path in assignment.files}
    private[assignment.path.name] = assignment.path.read_bytes()
    private[told.NAME] = told.dump(settings)
    needed = sorted({*map(_normal, packages), *_imported(assignment)})
    _write(to, private, needed)
    return tuple(needed)


def _with_variants(reference: Reference) -> Reference:
    """Have it run what else grading may ask for, which costs a small container much."""
    for exercise in reference.gradable:
        codes = [one.solution for one in exercise.mistakes]
        for code in codes + [one.solution for one in exercise.alternatives]:
            reference.variant(exercise, code)
    return reference


def _write(to: Path, private: Mapping[str, bytes], needed: Iterable[str]) -> None:
    name, data = wheel()
    public = {name: data, "constraints.txt": _constraints()}
    public["requirements.txt"] = _requirements(name, needed)
    scripts = files("grader.exchange").joinpath("autograder_files")
    with zipfile.ZipFile(to, "w") as archive:
        for script in ("setup.sh", "run_autograder"):
            _put(archive, script, scripts.joinpath(script).read_bytes(), 0o755)
        for name, data in public.items():
            _put(archive, name, data, 0o644)
        for name, data in private.items():
            _put(archive, f"{PRIVATE}/{name}", data, 0o600)


def _put(archive: zipfile.ZipFile, name: str, data: bytes, mode: int) -> None:
    member = zipfile.ZipInfo(name, _TIME)
    member.external_attr = (0o100000 | mode) << 16
    archive.writestr(member, data, zipfile.ZIP_DEFLATED)


def _requirements(wheel: str, needed: Iterable[str]) -> bytes:
    """Return what is to be installed; torch in the version that is here, without CUDA."""
    lines = [
        f"--extra-index-url {INDEX}",
        f"torch=={_public(version('torch'))}+cpu",
        f"./{wheel}",
        *(f"{name}=={_installed()[name]}" for name in needed),
    ]
    return ("\n".join(lines) + "\n").encode()


def _constraints() -> bytes:
    """Return the versions that are installed here, for whatever of them is needed there."""
    lines = (
        f"{name}=={_public(number)}"
        for name, number in sorted(_installed().items())
        if name not in _BESIDE
    )
    return ("\n".join(lines) + "\n").encode()


def _installed() -> dict[str, str]:
    return {_normal(one.name): one.version for one in distributions() if one.name}


def _imported(assignment: Assignment) -> set[str]:
    """Return the packages that the solutions and the given code import."""
    tops = {top for cell in assignment.cells for top in imported(cell.solution)}
    owners = packages_distributions()
    found = {_normal(package) for top in tops for package in owners.get(top, ())}
    return found & _installed().keys() - _BESIDE


def _normal(name: str) -> str:
    """Return a package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _public(number: str) -> str:
    """Return a version without what is only known where it was built: `+cu130`."""
    return number.partition("+")[0]
