"""Each `torch.autograd.Function` against differences: runs as a cell before a reference.

What torch's own operations have for gradients is right; what a source writes itself is compared,
where it is applied, in double precision, with `torch.autograd.gradcheck`. A kink on the very spot
(`relu` at 0) is none: it has to differ on three spots nearby as well.
"""

import os
import re
import sys

import torch
from torch.autograd.gradcheck import GradcheckError

MARK = "tensorgrader, gradients: "
_SPOTS = 3  # calls of one function that are looked at, and spots beside each
_LARGE, _SMALL = 2_000, 6  # numbers: of more nothing is looked at, of so few all are told


class GradientsDiffer(Exception):
    """What a backward gives is not what its forward does."""


class _Looked:
    """The calls that were looked at, by class and shapes; busy: whether one is right now."""

    seen, busy = {}, False


def _apply(cls, *args):
    result = _plain_apply(cls, *args)
    shapes = tuple(tuple(arg.shape) if isinstance(arg, torch.Tensor) else arg for arg in args)
    seen = _Looked.seen.setdefault(cls, [])
    if _Looked.busy or repr(shapes) in seen or len(seen) >= _SPOTS:
        return result
    seen.append(repr(shapes))
    _Looked.busy = True
    try:
        with torch.enable_grad(), torch.random.fork_rng(devices=[]):
            problem = _problem(cls, args)
    finally:
        _Looked.busy = False
    if problem:
        told = f"`{cls.__name__}`: {problem}"
        if getattr(sys.stdout, "name", "") == os.devnull:  # a check is asked: nobody sees it
            raise GradientsDiffer(told)
        print(MARK + told)
    return result


def _problem(cls, args):
    """Return how gradients differ from differences; empty where they do not, or cannot be had."""
    places = [place for place, arg in enumerate(args) if _is_float(arg)]
    if not places or sum(args[place].numel() for place in places) > _LARGE:
        return ""

    def spot(number):
        torch.manual_seed(number)
        return [_wide(args[place], 1e-3 if number else 0.0) for place in places]

    def function(*inputs):
        torch.manual_seed(0)
        given = list(args)
        for place, value in zip(places, inputs, strict=True):
            given[place] = value.clone()  # which it may change in place
        return _plain_apply(cls, *given)

    try:
        places = _learning(function, args, places, spot(0))
        found = []
        for number in range(_SPOTS + 1) if places else ():
            found.append(_difference(function, spot(number), places))
            if not found[-1]:
                return ""
    except Exception:  # it insists on another precision, say: there is nothing to be seen
        return ""
    return found[0] if found else ""


def _learning(function, args, places, inputs):
    """Return the arguments that have gradients, or that one is asked for."""
    result = function(*inputs)
    results = [one for one in _all(result) if one.requires_grad]
    total = sum(one.abs().sum() for one in results) if results else None
    if total is None:
        return []
    found = torch.autograd.grad(total, inputs, allow_unused=True)
    return [
        place
        for place, grad in zip(places, found, strict=True)
        if grad is not None or args[place].requires_grad
    ]


def _difference(function, inputs, places):
    few = sum(one.numel() for one in inputs) <= _SMALL
    try:
        torch.autograd.gradcheck(function, inputs, fast_mode=not few, check_undefined_grad=False)
    except GradcheckError as error:
        return _told(str(error), places)
    return ""


def _told(message, places):
    """Return in one line what differs. places: of the arguments that were looked at."""
    found = re.search(r"with respect to input (\d+)", message)
    where = f"by argument {places[int(found[1])] + 1}: " if found else ""
    apart = re.search(r"max per-element difference \(slow mode\) is: ([^\s]+\d)", message)
    if apart:
        return f"{where}up to {float(apart[1]):.3g} apart"
    both = re.search(r"numerical:(.*)\nanalytical:(.*?)\n*$", message, re.DOTALL)
    if not both:
        return where + " ".join(message.split())[:300]
    ways = (re.sub(r"tensor\(|, dtype=torch.\w+\)|\s+", "", way) for way in both.groups())
    return "{}{} by differences, {} by its backward".format(where, *ways)


def _wide(arg, off):
    """Return a number of double precision with a gradient, a little off where one is wanted."""
    wide = torch.complex128 if arg.is_complex() else torch.float64
    value = arg.detach().to(wide, copy=True)
    if off:
        value += off * torch.randn_like(value) * (1 + value.abs())
    return value.requires_grad_()


def _is_float(arg):
    return isinstance(arg, torch.Tensor) and (arg.is_floating_point() or arg.is_complex())


def _all(result):
    return [one for one in (result if isinstance(result, tuple) else (result,)) if _is_float(one)]


_plain_apply = torch.autograd.Function.apply.__func__
torch.autograd.Function.apply = classmethod(_apply)
