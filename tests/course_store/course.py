"""A course of a test's: assignments and hand-ins that are written, graded, and looked up."""

from contextlib import closing

from grader.authoring.source import load
from grader.course.decisions_table import DecisionsTable
from grader.course.marks import CourseMarks
from grader.course.plan import Wanted
from grader.course.run import Asked, GradingRun
from grader.course.settings import Settings
from grader.course.store.database import beside, opened
from grader.course.views import Views
from grader.intake.receive import receive
from tests.conftest import engine_of, notebook_of, write_source
from tests.kernels.in_process import in_process

# Two steps, of which the second builds on the first, and one that stands alone; given code between.
STEPS = """
# %% [markdown]
# # Steps

# %%
#| exercise: first
#| checks:
#|   - x
x = 2.0  # SOLUTION

# %%
#| mistake: first
#| name: one-more
#| help: Count again.
x = 3.0

# %%
factor = 3.0

# %%
#| exercise: second
#| checks:
#|   - y
y = x * factor  # SOLUTION

# %%
#| exercise: alone
#| checks:
#|   - z
z = 5.0  # SOLUTION
"""


def answers(x="2.0", y="x * factor", z="5.0", given="factor = 3.0"):
    """Return a notebook that answers STEPS."""
    return notebook_of(
        [
            f"#| exercise: first\nx = {x}",
            given,
            f"#| exercise: second\ny = {y}",
            f"#| exercise: alone\nz = {z}",
        ]
    )


class Course:
    """A course in a folder. url: of its gradebook, beside its results without one."""

    def __init__(self, folder, url=None):
        self.folder = folder
        self.out = self.folder / "out"
        self.out.mkdir(parents=True)
        self.sources = self.folder / "sources"
        self.sources.mkdir()
        self.database = opened(url or beside(self.out), create=True)

    def hand_in(self, files, folder="in"):
        """Write hand-ins, by paths below a folder; None removes one."""
        for name, data in files.items():
            path = self.folder / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True) if data is None else path.write_bytes(data)

    def plan(self, *, job=None, **asked):
        return self._run(**asked, **(job or {}))[0].plan

    def grade(self, *, job=None, **asked):
        """Grade, as the command does; returns why, by students, and who is gone."""
        run, engine = self._run(**asked, **(job or {}))
        run.begin()
        views, why = Views(self.out), []
        handins = [task.handin for task in run.plan.tasks]
        with closing(engine), closing(engine.grade(handins)) as all_finished:
            for finished in all_finished:
                kept = run.keep(finished)
                views.write(kept)
                why.append((kept.done.report.student, run.plan.tasks[finished.number].why))
        gone = run.end()
        views.refresh(self.marks())
        return dict(why), gone

    def marks(self, settings=None):
        return CourseMarks(self.database, settings or Settings(), DecisionsTable())

    def rows(self):
        """Return student, id, assignment and score of each row."""
        return [
            (one.student, one.student_id, one.assignment, one.final)
            for one in self.marks().standings()
        ]

    def _run(
        self,
        sources=None,
        wanted=None,
        folder="in",
        handins=None,
        chosen=False,
        secret="off",
        **told,
    ):
        texts = {"steps": STEPS} if sources is None else sources
        assignments = [load(write_source(self.sources, text, name)) for name, text in texts.items()]
        found = receive([self.folder / folder], self.folder / "unpacked", assignments)
        engine = engine_of(assignments, out=self.out, kind=in_process()[0], chosen=chosen, **told)
        asked = Asked(
            job=engine.batch.job,
            paths=[self.folder / folder],
            assignments=assignments,
            wanted=wanted or Wanted(),
            other_data=secret,
        )
        return GradingRun(self.database, asked, handins(found) if handins else found), engine
