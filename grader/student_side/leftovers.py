"""What a cell has left running, or changed outside of its namespace, by kinds.

What can be ended without harm to the student's later cells is ended; the rest is named.
"""

import _thread
import asyncio
import os
import sys
import threading
import types
import warnings
from contextlib import suppress

import numpy as np
import torch

from grader.student_side.hooks import Hooks
from grader.student_side.patches import Patches

_frames, _count, _active = sys._current_frames, _thread._count, threading._active
_listdir, _open, _getpid = os.listdir, open, os.getpid
_waitid, _ALL = getattr(os, "waitid", None), getattr(os, "P_ALL", 0)
_LOOK = getattr(os, "WEXITED", 0) | getattr(os, "WNOHANG", 0) | getattr(os, "WNOWAIT", 0)
_all_tasks, _running_loop = asyncio.all_tasks, asyncio._get_running_loop
_Function = types.FunctionType
_policy, _geterr = asyncio.get_event_loop_policy(), np.geterr
_stack, _dispatch_stack = torch._C._len_torch_function_stack, torch._C._len_torch_dispatch_stack
_autocast, _builtins = torch.is_autocast_enabled, sys.modules["builtins"]
_TRANSFORMERS = ("input_transformers_cleanup", "input_transformers_post", "ast_transformers")
_hearing, _heard = [], []  # hooks of audit events that were added: nobody can be asked for them


def _hear(event, arguments):
    if event == "sys.addaudithook":
        _heard.append(event)


class Leftovers:
    """What there is beside a namespace.

    copies: processes that were started for the grader.
    """

    def __init__(self, namespace):
        self.namespace, self.copies = namespace, []
        self.shell = getattr(namespace.get("get_ipython"), "__self__", None)
        classes = type(self.shell).__mro__[:2] if self.shell else ()
        functions = ((name, held) for one in classes for name, held in vars(one).items())
        self.methods = {name for name, held in functions if isinstance(held, _Function)}
        self.importers = {*map(id, (*sys.meta_path, *sys.path_hooks))}
        self.looks = {
            "thread": self._threads,
            "process": self._processes,
            "task": self._tasks,
            "audit hook": lambda: {*range(len(_heard))},
            "import hook": self._importers,
            "shell hook": self._shell_hooks,
            "mode": self._modes,
        }
        self.hooks, self.patches = Hooks(), Patches(namespace, classes)
        self.settle()
        if not _hearing:
            _hearing.append(sys.addaudithook(_hear))

    def settle(self):
        """Take what there is now for the start."""
        self.known = {kind: look() for kind, look in self.looks.items()}
        self.patches.settle()

    def end(self):
        """End what can be ended."""
        self.hooks.set_back()

    def found(self):
        """Return the kinds of what has come since the last time, or is in another's place."""
        before, self.known = self.known, {kind: look() for kind, look in self.looks.items()}
        kinds = [kind for kind, now in self.known.items() if now - before[kind]]
        return [*kinds, "patch"] if self.patches.found() else kinds

    def _threads(self):
        # The system knows of one that has not run yet. A bar of progress has one that watches it.
        watching = {n for n, one in _active.items() if type(one).__module__.startswith("tqdm")}
        try:
            return {*_listdir("/proc/self/task")} - {str(_active[n].native_id) for n in watching}
        except OSError:
            return {*_frames(), *range(_count() - len(watching))} - watching

    def _processes(self):
        if _waitid is None:
            return set()
        try:
            _waitid(_ALL, 0, _LOOK)
        except ChildProcessError:  # there is none, as most of the time
            return set()
        found, parent = set(), str(_getpid()).encode()
        for name in _listdir("/proc"):
            if not name.isdigit() or int(name) in self.copies:
                continue
            with suppress(OSError, ValueError), _open(f"/proc/{name}/stat", "rb") as file:
                state, above, *_ = file.read().rpartition(b")")[2].split()
                if above == parent and state not in (b"Z", b"X"):
                    found.add(int(name))
        return found

    def _tasks(self):
        loop = _running_loop() or getattr(getattr(_policy, "_local", None), "_loop", None)
        with suppress(RuntimeError):
            tasks = _all_tasks(loop) if loop is not None else ()
            frames = {id(task): getattr(task.get_coro(), "cr_frame", None) for task in tasks}
            return {
                task
                for task, frame in frames.items()
                if getattr(frame, "f_globals", None) is self.namespace
            }
        return set()

    def _importers(self):
        hooks = (*sys.meta_path, *sys.path_hooks)
        return _own(hooks) | {-one for one in self.importers - {*map(id, hooks)}}

    def _shell_hooks(self):
        if self.shell is None:
            return set()
        held = vars(self.shell)
        found = {*held.keys() & self.methods}
        for name in _TRANSFORMERS:
            found |= _own(getattr(self.shell, name, None) or ())
        for callbacks in self.shell.events.callbacks.values():
            found |= _own(callbacks)
        return found

    def _modes(self):
        stacks = ("functions", _stack()), ("dispatch", _dispatch_stack())
        strict = sum(one[0] == "error" for one in warnings.filters)
        return {*stacks, ("cast", _autocast("cpu")), *_geterr().items(), *range(strict)}


def _own(hooks):
    """Return the ids of those that a notebook made: libraries add theirs as they are loaded."""
    makers = {id(one): getattr(one, "__module__", None) for one in hooks}
    return {one for one, maker in makers.items() if maker in ("__main__", None)}
