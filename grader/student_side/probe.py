"""The part of the grader that runs in the student's kernel: it evaluates, encodes and emits.

It is loaded before the first cell, so it keeps its own references to what it uses: a notebook that
later rebinds `list`, `print` or `torch.tensor` does not break it. It holds no expected value.
Whatever it sends is treated as hostile on the other side; `grader.formats.wire` describes the
messages.
"""

import builtins
import json
import linecache
import os
import sys
from contextlib import nullcontext

import numpy as np
import torch
from safetensors.torch import load as _load_tensors
from safetensors.torch import save as _save_tensors

from grader.student_side import card
from grader.student_side.arguments import Arguments
from grader.student_side.called import Called
from grader.student_side.fingerprints import Given
from grader.student_side.leftovers import Leftovers
from grader.student_side.magics import passed_over
from grader.student_side.shell_settings import ShellSettings
from grader.student_side.state import Generators, Switches, quiet
from grader.student_side.values import MAX_TEXT, Encoder, decode

_loads, _dumps, _getline = json.loads, json.dumps, linecache.getline
_open, _makedirs, _dirname = open, os.makedirs, os.path.dirname
_Module, _NEW = torch.nn.Module, object()


def _nothing():
    pass


_BUILTINS = {**vars(builtins)}


def _line_in(scope, error):
    """Return the line of a check's statements that was being run; None where none was."""
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_globals is scope:
            return step.tb_lineno
        step = step.tb_next
    return None


class Probe:
    """Answers the questions of the trusted side about one namespace."""

    def __init__(self, namespace):
        self.namespace = namespace
        self.generators = Generators()
        self.switches = Switches()
        self.given, self.leftovers = Given(namespace), Leftovers(namespace)
        self.settings = ShellSettings(self.leftovers.shell)
        self.loaded = {*sys.modules}
        # Bound now: who changes the class later changes nothing here.
        names = ("hello", "lay", "save", "restore", "put", "observe", "give", "modules")
        names += ("watch", "left")
        self.answers = {name: getattr(self, "_" + name) for name in names}
        self.finish = _nothing

    def use_card(self, share):
        """Open the card of this kernel, with a share of its memory. Raises RuntimeError."""
        card.open_context(share)
        card.settle()
        self.generators.use_card()
        self.switches.use_card()
        self.finish = card.finish

    def answer(self, header, tensors):
        """Return the header and the tensors of the answer to one question, as bytes."""
        question = _loads(header)
        data, problem = {}, None
        if question["values"]:
            loaded = _load_tensors(tensors) if tensors else {}
            try:
                data = {key: decode(tree, loaded) for key, tree in question["values"].items()}
            except Exception as error:  # a library that it needs is hidden by a file, or changed
                if question["ask"] != "observe":
                    raise
                problem = error
        encoder = Encoder()
        runs_code = question["ask"] in ("observe", "give")
        with quiet() if runs_code else nullcontext(), self.switches:
            if problem is not None:
                answers = dict.fromkeys(question["expressions"], self._raised(problem))
            else:
                answers = self.answers[question["ask"]](question, data, encoder)
            blob = _save_tensors(encoder.tensors) if encoder.tensors else b""
        return _dumps({"values": answers}).encode("utf-8", "surrogatepass"), blob

    def _hello(self, question, data, encoder):
        self.generators.seed(question["seed"])
        python = ".".join(map(str, sys.version_info[:3]))
        versions = {"python": python, "torch": torch.__version__, "numpy": np.__version__}
        return {"versions": encoder.encode(versions)}

    def _lay(self, question, data, encoder):
        """Add a part of a file to the working folder."""
        problem = ""
        try:
            _makedirs(_dirname(question["name"]) or ".", exist_ok=True)
            with _open(question["name"], "ab") as file:
                file.write(data["chunk"].numpy().tobytes())
        except (OSError, ValueError) as error:
            problem = getattr(error, "strerror", None) or str(error)
        return {"problem": encoder.encode(problem)}

    def _save(self, question, data, encoder):
        switches = [*self.switches.save(), self.settings.save()]
        state = {"generators": self.generators.save(), "switches": switches}
        return {"state": encoder.encode(state)}

    def _restore(self, question, data, encoder):
        self.generators.restore(data["state"]["generators"])
        *switches, settings = data["state"]["switches"]
        self.switches.restore(switches)
        self.settings.restore(settings)
        return {}

    def _modules(self, question, data, encoder):
        """Return what has been imported since the first cell, in that order."""
        return {"names": encoder.encode([name for name in sys.modules if name not in self.loaded])}

    def _put(self, question, data, encoder):
        """Bind data to names, as if a cell had done it; a module takes over a state_dict."""
        for name, value in data.items():
            if isinstance(self.namespace.get(name), _Module):
                self.namespace[name].load_state_dict(value)
            else:
                self.namespace[name] = value
        return {}

    def _watch(self, question, data, encoder):
        """Take what there is now for the start, and these names for given ones."""
        self.given.take(question["names"])
        self.leftovers.settle()
        return {}

    def _left(self, question, data, encoder):
        """End what a cell has left behind, and return what it has changed or left."""
        self.leftovers.end()
        changed, left = self.given.changed(), self.leftovers.found()
        passed, passed_over[:] = passed_over[:], []
        answers = {"changed": changed, "left": left, "passed_over": passed}
        return {name: encoder.encode(found) for name, found in answers.items()}

    def _observe(self, question, data, encoder):
        """Evaluate expressions; `called` says which of the watched names they called."""
        with Called(question.get("watched", ())) as called:
            values = self._evaluated(question, data, encoder)
        return {**values, "called": encoder.encode(sorted(called.seen))} if called.seen else values

    def _evaluated(self, question, data, encoder):
        """Evaluate expressions in a copy of the namespace with the given data put in.

        What the question names of Python's own is as it was before the first cell. What one
        changes in place is put back before the next; `changed` names it, by expression.
        """
        scope = {name: _BUILTINS[name] for name in question.get("builtins", ())} | data
        if "run" in question:
            return self._ran(question, {**self.namespace, **scope}, encoder)
        values, changed = {}, {}
        for key, expression in question["expressions"].items():
            try:
                if expression in self.namespace and expression not in scope:
                    # A plain name: nothing runs, nothing is drawn.
                    values[key] = encoder.encode(self.namespace[expression])
                    continue
                code = compile(expression, "<check>", "eval")
            except BaseException as error:
                values[key] = self._raised(error)
                continue
            whole = {**self.namespace, **scope}
            arguments = Arguments(code, whole)
            values[key] = self._value(code, whole, question["seed"], encoder)
            if names := arguments.changed():
                changed[key] = names
            arguments.put_back()
        return {**values, "changed": encoder.encode(changed)} if changed else values

    def _ran(self, question, scope, encoder):
        """Run statements, and evaluate expressions, in a namespace that is theirs alone.

        Where one raises, that is all there is; `step` says which: a line of the statements, or an
        expression, counted on.
        """
        run, expressions = question["run"], question["expressions"]
        values, step, before = {}, 0, (len(encoder.tensors), encoder.sent.bytes)
        try:
            code = compile(run, "<check>", "exec")
            parts = {key: compile(text, "<check>", "eval") for key, text in expressions.items()}
            read = "\n".join([run, *(f"(\n{text}\n)" for text in expressions.values())])
            arguments = Arguments(compile(read, "<check>", "exec"), scope)
        except BaseException as error:
            return dict.fromkeys(expressions, self._raised(error))
        try:
            with self.generators.seeded(question["seed"]):
                exec(code, scope)
                step = len(run.split("\n"))
                for key, part in parts.items():
                    step += 1
                    value = eval(part, scope)
                    self.finish()
                    values[key] = encoder.encode(value)
        except BaseException as error:
            found = {**self._raised(error), "step": step or _line_in(scope, error)}
            values = dict.fromkeys(expressions, found)
            encoder.sent.back_to(*before)
        if names := arguments.changed():
            values["changed"] = encoder.encode({"0": names})
        arguments.put_back()
        return values

    def _value(self, code, scope, seed, encoder):
        try:
            with self.generators.seeded(seed):
                value = eval(code, scope)
                self.finish()  # what goes wrong on a card is this expression's, not the next one's
            return encoder.encode(value)
        except BaseException as error:
            return self._raised(error)

    def _give(self, question, data, encoder):
        """Run code in a copy of the namespace and return the names that it binds.

        What it changes in place of what was there is put back.
        """
        old, scope = self.namespace, {**self.namespace, "__builtins__": __builtins__}
        try:
            code = compile(question["code"], "<given>", "exec")
        except BaseException as error:
            return {"": self._raised(error)}
        arguments = Arguments(code, scope)
        given = self._given(code, old, scope, question["seed"], encoder)
        arguments.put_back()
        return given

    def _given(self, code, old, scope, seed, encoder):
        try:
            with self.generators.seeded(seed):
                exec(code, scope)
                self.finish()
        except BaseException as error:
            return {"": self._raised(error)}
        del scope["__builtins__"]
        bound = {name: value for name, value in scope.items() if old.get(name, _NEW) is not value}
        return {name: encoder.encode(value) for name, value in bound.items()}

    def _raised(self, error):
        line, source = None, None
        times, place, step = {}, None, error.__traceback__
        while step is not None:
            # The deepest frame of the student's own: code that was defined in a cell.
            if step.tb_frame.f_globals is self.namespace:
                place = step.tb_frame.f_code.co_filename, step.tb_lineno
                times[place] = times.get(place, 0) + 1
            step = step.tb_next
        if isinstance(error, RecursionError) and times:
            # That is where the stack happened to end: the call stands there most often.
            place = max(times, key=times.get)
        if place is not None:
            line = place[1]
            source = _getline(*place).strip()[:200]
        try:
            message = str(error)[:MAX_TEXT]
        except BaseException:
            message = "(its message cannot be read)"
        names = [str(base.__name__)[:200] for base in type.mro(type(error))[1:50]]
        tree = {"k": "raised", "type": type(error).__name__[:200], "message": message}
        tree["bases"] = names
        return {**tree, "line": line, "source": source or None}
