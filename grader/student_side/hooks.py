"""What Python and the system call by themselves: set back to what it was before the first cell."""

import faulthandler
import gc
import signal
import sys
import threading

_in_c = signal.set_wakeup_fd.__self__  # `signal` itself makes enumerations of its answers
_getsignal, _setsignal, _set_timer, _mask = (
    _in_c.getsignal,
    _in_c.signal,
    _in_c.setitimer,
    _in_c.pthread_sigmask,
)
_BLOCK, _SETMASK, _set_wakeup = signal.SIG_BLOCK, signal.SIG_SETMASK, signal.set_wakeup_fd
_TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
# The kernel's own loop sets the one for interrupts, and nobody can set the two others.
_SIGNALS = sorted({*signal.valid_signals()} - {signal.SIGINT, signal.SIGKILL, signal.SIGSTOP})
_get_trace, _set_trace = sys.gettrace, sys.settrace
_get_profile, _set_profile = sys.getprofile, sys.setprofile
_get_depth, _set_depth = sys.getrecursionlimit, sys.setrecursionlimit
_cancel_dump, _callbacks = faulthandler.cancel_dump_traceback_later, gc.callbacks
_is_on, _enable, _disable = gc.isenabled, gc.enable, gc.disable
_get_often, _set_often = gc.get_threshold, gc.set_threshold


class Hooks:
    """Timers, handlers of signals, hooks of tracing and of the collector; `set_back` ends them."""

    def __init__(self):
        self.mask = _mask(_BLOCK, ())
        self.wakeup = _set_wakeup(-1)
        _set_wakeup(self.wakeup)
        self.handlers = [(number, _getsignal(number)) for number in _SIGNALS]
        self.trace, self.profile = _get_trace(), _get_profile()
        self.later = threading._trace_hook, threading._profile_hook
        self.depth, self.often, self.is_on = _get_depth(), _get_often(), _is_on()
        self.callbacks = [*_callbacks]

    def set_back(self):
        """Undo what cells have set."""
        for timer in _TIMERS:
            _set_timer(timer, 0)
        _cancel_dump()
        _set_trace(self.trace)
        _set_profile(self.profile)
        threading._trace_hook, threading._profile_hook = self.later
        for number, handler in self.handlers:
            # None: set by something that is not Python, which nobody can set again.
            if _getsignal(number) is not handler and handler is not None:
                _setsignal(number, handler)
        _mask(_SETMASK, self.mask)
        _set_wakeup(self.wakeup)
        if _get_depth() < self.depth:
            _set_depth(self.depth)
        _callbacks[:] = self.callbacks
        _set_often(*self.often)
        (_enable if self.is_on else _disable)()
