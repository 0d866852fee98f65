"""The recipes for many machines, without their schedulers: each ends with the whole class."""

import os
import shutil
import stat
import subprocess
import sys

import pytest
import yaml

from tests.conftest import TOP
from tests.course_store.ended.course_folder import NAMES, Course, rows

RECIPES = TOP / "examples" / "many_machines"
# What GNU parallel does with what parallel.sh tells it, on one machine.
PARALLEL = """
import os, subprocess, sys
told = sys.argv[1:]
at = told.index(":::")
*options, command = told[:at]
taking = {"--sshlogin", "--jobs", "--workdir", "--basefile", "--return"}
while options:
    name = options.pop(0)
    value = options.pop(0) if name in taking else None
    assert name in taking | {"--cleanup"}, name
    assert name != "--basefile" or os.path.exists(value), value
for one in told[at + 1:]:
    subprocess.run(["bash", "-c", command.replace("{}", one)], check=True)
"""


@pytest.fixture
def class_folder(tmp_path):
    """A folder with what the recipes want, and a `grader` that grades without a kernel."""
    course = Course(tmp_path, None)
    (tmp_path / "in").rename(tmp_path / "submissions")
    (tmp_path / "reference").mkdir()
    (tmp_path / "small.py").rename(tmp_path / "reference" / "small.py")
    (tmp_path / "secret.txt").write_text("ab" * 32)
    for path in RECIPES.iterdir():
        shutil.copy(path, tmp_path)
    code = course.command()[2].replace(f"os.chdir({str(tmp_path)!r})", "")
    program(tmp_path, "grader", f"import sys; sys.path.insert(0, {str(TOP)!r})\n{code}")
    return tmp_path


def program(folder, name, code):
    """Put a program of Python on the PATH of what is run in a folder."""
    path = folder / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!{sys.executable}\n{code}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def run(folder, *command, **env):
    """Run a command of a recipe."""
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, "GRADER_SERVICE": "off", **env},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def documents(name):
    return [*yaml.safe_load_all((RECIPES / name).read_text(encoding="utf-8"))]


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.sh")), ids=lambda path: path.name)
def test_a_script_is_well_formed(path):
    subprocess.run(["bash", "-n", path], check=True)
    assert path.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")


def test_the_readme_names_every_recipe():
    text = (RECIPES / "README.md").read_text(encoding="utf-8")
    for path in RECIPES.iterdir():
        assert path.name == "README.md" or f"]({path.name})" in text


@pytest.mark.kernel
def test_an_array_of_slurm(class_folder):
    for task in ("1", "2"):
        told = {"SLURM_ARRAY_TASK_ID": task, "SLURM_ARRAY_TASK_COUNT": "2"}
        run(class_folder, "bash", "slurm.sh", SLURM_CPUS_PER_TASK="1", **told)
    again = run(class_folder, "bash", "shard.sh", "2", "2")  # as where a task is queued again
    assert "are graded already and stay as they are; 0 to grade" in again.stderr
    run(class_folder, "bash", "slurm_merge.sh")
    assert rows(class_folder / "merged") == [*NAMES]
    assert sorted(path.name for path in (class_folder / "results" / "out-1").iterdir()) == [
        "gradebook.db"
    ]


def test_what_slurm_is_asked_for_is_read_by_it():
    for name in ("slurm.sh", "slurm_merge.sh"):
        lines = (RECIPES / name).read_text(encoding="utf-8").splitlines()
        asked = [line for line in lines if line.startswith("#SBATCH ")]
        assert all(line.removeprefix("#SBATCH ").startswith("--") for line in asked)
        # SLURM looks for them above the first command alone.
        assert lines.index("set -euo pipefail") > max(map(lines.index, asked))


@pytest.mark.kernel
def test_a_shard_that_fails_fails_its_task(class_folder):
    (class_folder / "secret.txt").unlink()
    path = f"{class_folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "shard.sh", "1", "2"],
        cwd=class_folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 2
    assert "secret.txt is not there" in done.stderr


def test_kubernetes_is_told_what_it_knows():
    grade, merge = documents("kubernetes.yaml")
    for job in (grade, merge):
        assert (job["apiVersion"], job["kind"]) == ("batch/v1", "Job")
        pod = job["spec"]["template"]["spec"]
        assert pod["restartPolicy"] in ("Never", "OnFailure")  # all that a Job takes
        volumes = {one["name"] for one in pod["volumes"]}
        for container in pod["containers"]:
            assert {one["name"] for one in container["volumeMounts"]} <= volumes
            assert all(isinstance(one.get("value"), str) for one in container["env"])
    spec = grade["spec"]
    assert spec.keys() == {
        *("completionMode", "completions", "parallelism", "backoffLimit", "template"),
    }
    assert spec["completionMode"] == "Indexed"
    (shards,) = [
        one["value"]
        for one in spec["template"]["spec"]["containers"][0]["env"]
        if one["name"] == "SHARDS"
    ]
    assert int(shards) == spec["completions"]


@pytest.mark.kernel
def test_an_indexed_job_of_kubernetes(class_folder):
    grade, merge = (
        one["spec"]["template"]["spec"]["containers"][0] for one in documents("kubernetes.yaml")
    )
    (class_folder / "work").mkdir()
    # The paths of the pod's volumes, as they are here.
    told = [part.replace("/recipe/", f"{class_folder}/") for part in grade["command"]]
    for index in ("0", "1"):
        here = {"SHARDS": "2", "OPTIONS": "--jobs 1", "JOB_COMPLETION_INDEX": index}
        run(class_folder, *told, **here)
    run(class_folder, *merge["command"], WORK=str(class_folder / "work"))
    assert rows(class_folder / "merged") == [*NAMES]


@pytest.mark.kernel
def test_a_matrix_of_github_actions(class_folder):
    (workflow,) = documents("github_actions.yaml")
    assert workflow[True] == "workflow_dispatch"  # YAML takes `on` for a truth
    jobs = workflow["jobs"]
    for job in jobs.values():
        assert {"runs-on", "steps"} <= job.keys()
        assert all(("uses" in step) != ("run" in step) for step in job["steps"])
        assert all("${{" not in step.get("run", "") for step in job["steps"])
    assert jobs["merge"]["needs"] == "grade"
    (grade,) = [step for step in jobs["grade"]["steps"] if step.get("name") == "Grade"]
    (merge,) = [step for step in jobs["merge"]["steps"] if step.get("name") == "Merge"]
    assert grade["env"].keys() == {"GRADER_SECRET", "SHARD", "SHARDS"}
    (class_folder / "results").mkdir()
    for shard in ("1", "2"):
        told = {"GRADER_SECRET": "ab" * 32, "SHARD": shard, "SHARDS": "2"}
        run(
            class_folder,
            "bash",
            "-eo",
            "pipefail",
            "-c",
            grade["run"],
            RUNNER_TEMP=str(class_folder),
            **told,
        )
        artifact = class_folder / "results" / f"out-{shard}"
        artifact.mkdir()
        shutil.copy(class_folder / f"out-{shard}" / "gradebook.db", artifact)
    run(class_folder, "bash", "-eo", "pipefail", "-c", merge["run"])
    assert rows(class_folder / "merged") == [*NAMES]


@pytest.mark.kernel
def test_gnu_parallel(class_folder):
    program(class_folder, "parallel", PARALLEL)
    told = {"HANDINS": "submissions", "OPTIONS": "--jobs 1"}
    done = run(class_folder, "bash", "parallel.sh", "one.example.org", "two.example.org", **told)
    assert rows(class_folder / "merged") == [*NAMES]
    assert "merged/index.html" in done.stdout
