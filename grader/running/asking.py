"""Questions about exercises to the kernels of one run, and what they cost the submission."""

from collections.abc import Callable, Mapping

from grader.errors import BadAnswer
from grader.formats import replies
from grader.kernels.kernel import AnswerTimedOut, Kernel, KernelDied, TookTooMuch
from grader.kernels.meter import Budget, Spent
from grader.model.assignment import Check, Exercise
from grader.model.values import Absence, NoValue, Value, Values
from grader.running import broken_card
from grader.running.allowance import Allowance
from grader.running.fresh import ASK
from grader.running.plan import RunPlan
from grader.running.questions import Question, give


class Asker:
    """Asks, and does not ask again what hung or ended a kernel.

    budget: of the submission; allowance: how much of what is seen may be kept; without it, all.
    spent: by exercise and call, what that took; changed_inputs: by exercise and call, which of the
    values that it read the call changed in place the last time; called: by exercise, what it
    forbids and a call used, as the student's process says; knows_hidden_inputs: whether
    anything hidden was asked.
    """

    def __init__(
        self, plan: RunPlan, *, budget: Budget, allowance: Allowance | None = None
    ) -> None:
        self.spent: dict[tuple[str, str], Spent] = {}
        self.changed_inputs: dict[str, dict[str, frozenset[str]]] = {}
        self.called: dict[str, set[str]] = {}
        self.knows_hidden_inputs = False
        self._plan, self._budget, self._allowance = plan, budget, allowance
        self._costly: dict[tuple[str, str], NoValue] = {}

    def put(
        self,
        values: dict[str, Value],
        exercise: Exercise,
        question: Question,
        kernel: Callable[[], Kernel | None],
    ) -> None:
        """Put the answer to a question among the values of a look, or why there is none.

        kernel: gives the one to ask.
        """
        if not question.expressions:
            return
        key = exercise.name, question.expressions[0]
        answer = self._costly.get(key) or self._tried(exercise, question, kernel)
        if isinstance(answer, NoValue):
            self._costly[key] = answer
            answer = dict.fromkeys(question.expressions, answer)
        values.update(answer)

    def _tried(
        self,
        exercise: Exercise,
        question: Question,
        kernel: Callable[[], Kernel | None],
    ) -> Mapping[str, Value] | NoValue:
        reason: Absence = "crashed"
        for is_last in (question.check is None, True):
            try:
                return self._ask(exercise, question, kernel())
            except AnswerTimedOut as error:
                return NoValue(reason="timed out", exceeded=error.exceeded)
            except BadAnswer:
                return NoValue(reason="unreadable")
            except KernelDied as error:  # a call's copy may not have come up: nobody's answer
                reason = error.reason if isinstance(error, TookTooMuch) else "crashed"
                if is_last:
                    break
        return NoValue(reason=reason)

    def _ask(
        self, exercise: Exercise, question: Question, kernel: Kernel | None
    ) -> dict[str, Value]:
        """Ask one question. Raises AnswerTimedOut, KernelDied or BadAnswer."""
        expressions, check = question.expressions, question.check
        if kernel is None or self._budget.is_used_up:
            return dict.fromkeys(expressions, NoValue(reason="not asked"))
        given = self._given(kernel, exercise, check) if check is not None else {}
        limit = ASK if check is None else exercise.limit or self._plan.limits.cell
        self.knows_hidden_inputs = self.knows_hidden_inputs or question.hidden
        known = exercise.builtins if check is not None else ()
        message = question.message(
            given=given,
            builtins=known,
            seed=self._plan.seed,
            watched=exercise.forbid if check is not None and not self._plan.records else (),
        )
        with self._budget.charged(kernel) as before:
            answer = kernel.ask(message, limit=min(limit, self._budget.left))
            observed = replies.observed(answer)
        if self._plan.device == "cuda" and broken_card.by_values(observed.values.values()):
            kernel.close()  # what is asked next, a fresh one answers
        if check is not None:
            self.spent[exercise.name, check.expression] = kernel.spent - before
            changed = self.changed_inputs.setdefault(exercise.name, {})
            # What the names are, the assignment says; which of them, the student's process.
            found = observed.changed.get("0", frozenset()).intersection(check.free_names)
            changed[check.expression] = found
            self.called.setdefault(exercise.name, set()).update(
                observed.called.intersection(exercise.forbid)
            )
        if self._allowance is not None:
            self._allowance.take(exercise.name, observed.values)
        return question.answers(observed.values)

    def _given(self, kernel: Kernel, exercise: Exercise, check: Check) -> Values:
        place, given = (exercise.name, check.expression), self._plan.recording.given
        if self._plan.records and check.given:
            seed, limit = self._plan.seed + 1, self._plan.limits.cell
            given[place] = give(kernel, exercise.name, check, seed=seed, limit=limit)
        return given.get(place, {})
