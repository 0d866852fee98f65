"""Grading: what is asked for becomes a job, and an engine does it; the exit code."""

from __future__ import annotations

from pathlib import Path

import typer

from grader.commands import grading_options as options
from grader.commands import sharding
from grader.commands.app import app, assignments
from grader.commands.held import CourseFile, Held, Overrides, Url
from grader.commands.intake import Intake


@app.command(
    epilog="Examples: `grader grade submissions/`, `grader grade one.ipynb -a gradient_descent`,"
    " `grader grade moodle.zip --roster students.csv`,"
    " `grader grade moodle.zip --dry-run`, `grader grade moodle.zip --changed`,"
    " `grader grade moodle.zip --student 'Anna Petrova' --only mean_squared_error`,"
    " `grader grade downloads/ -a my/source.py -o out --device cuda`,"
    " `grader grade moodle.zip --dask tcp://host:8786`,"
    " `grader grade moodle.zip --shard 2/3 --secret secret.txt -o out-2`,"
    " `grader grade work/ --student-pattern '(?P<student>[^/]+)_v[0-9]+\\.ipynb$'`."
)
def grade(
    paths: options.Paths,
    assignment: options.AssignmentName = None,
    out: options.Out = Path("grades"),
    device: options.WhichDevice = "cpu",
    gpu_slots: options.GpuSlots = None,
    language: options.Language = None,
    jobs: options.Jobs = None,
    dask: options.Dask = None,
    kernel: options.WhichKernel = None,
    isolation: options.Isolation = options.Isolated.any,
    cell_limit: options.CellLimit = 30.0,
    limit: options.Limit = 300.0,
    other_data: options.OtherData = "on",
    secret: options.Secret = None,
    student_pattern: options.StudentPattern = None,
    roster: options.RosterFile = None,
    changed: options.Changed = False,
    again: options.Again = False,
    only: options.OnlyExercises = None,
    student: options.OnlyStudents = None,
    overrides: Overrides = None,
    course: CourseFile = None,
    gradebook: Url = None,
    shard: sharding.ShardOption = None,
    dry_run: options.DryRun = False,
) -> None:
    """Grade notebooks: keep what is found, write reports, results and a table of grades.

    What was graded before stays as it is, unless it needed review or a module was missing.
    Exit code 0: all graded. 1: some could not be. 2: wrong usage. 3: some need review. 4: not kept.
    """
    from grader.commands.grading import Grading
    from grader.course.run import Asked
    from grader.engines.job import Job

    part = sharding.read(shard)
    where = options.where(device, gpu_slots, kernel, isolation, dask=dask, jobs=jobs)
    options.begin_early(paths, jobs, where, dask)
    held = Held(out, url=gradebook, file=course, overrides=overrides, language=language)
    answered, language = assignments(assignment, course), held.settings.language
    options.check_language(language, answered)
    chosen = assignment is not None
    options.load_early(paths, answered, chosen)
    pattern = options.pattern_of(student_pattern)
    intake = Intake(paths, answered, chosen, pattern, roster, held, part)
    if dry_run:
        raise typer.Exit(intake.show())
    wanted = options.wanted_of(answered, changed, again, only, student)
    data = sharding.drawn_of(part, other_data, answered, secret, out)
    job = Job(
        sources=tuple(one.path for one in answered), out=out, chosen=chosen, language=language,
        limits=options.limits_of(cell_limit, limit), **where, **data.told,
    )  # fmt: skip
    asked = Asked(job=job, paths=paths, assignments=answered, wanted=wanted, other_data=data.source)
    raise typer.Exit(Grading(asked, intake, held, jobs=jobs, dask=dask).run())
