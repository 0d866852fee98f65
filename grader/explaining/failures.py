"""What an exception in a student's code shows: the common ones of Python and of PyTorch.

The cause is one of a fixed list, so that of a hidden check it can be told; what the message holds
besides, sizes and names, is told of what is not hidden alone.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import torch
from torch.nn import functional

from grader.explaining.case import Case, Task
from grader.explaining.signatures import misfit
from grader.explaining.spoiled import of_fault
from grader.explaining.surroundings import of_missing_device
from grader.model.facts import Ending, NotReached, Symptom
from grader.model.features import Count, Feature, Flag, Name
from grader.model.result import Fault
from grader.model.values import RaisedValue
from grader.syntax.givens import lines_of
from grader.syntax.names import bound_around, bound_from
from grader.syntax.slips import alike

_OTHERWISE = Name(name="otherwise")
_NO_TASK = Task()
_INTERRUPTED: Mapping[Ending, str] = {
    "timed out": "interrupted-late",
    "too much output": "interrupted-output",
}
_PRODUCTS = re.compile(r"@|matmul|\bb?mm\b|\bmv\b|\bdot\b|einsum|linear\(|inner|addmm|baddbmm")
_CONDITIONS = re.compile(r"\b(?:if|elif|while|and|or|not|in|assert|min|max|any|all|sorted)\b")
_BARE = re.compile(r"\b(?:if|elif|not)\s+[\w.]+\s*(?:$|:|\belse\b|\band\b|\bor\b)")
_NAMED_DEVICE = re.compile(r"""["'](cpu|cuda)(?::\d+)?["']|\.(cpu|cuda)\(""")
MAX_WORD = 60  # characters of a name in a message


class _Cause(NamedTuple):
    """A kind of exception. parts: what the groups of the pattern are called in the sentence."""

    name: str
    pattern: re.Pattern[str]
    parts: tuple[str, ...] = ()
    type: str = ""


def _cause(name: str, pattern: str, *parts: str, type: str = "") -> _Cause:
    return _Cause(name, re.compile(pattern), parts, type)


# The first that fits; a more special one stands above.
_CAUSES: tuple[_Cause, ...] = (
    _cause(
        "product",
        r"shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)",
        *("rows", "columns", "other_rows", "other_columns"),
    ),
    _cause("product-number", r"both arguments to matmul need to be at least 1D"),
    _cause(
        "vectors",
        r"inconsistent tensor size, expected tensor \[(\d+)\] and src \[(\d+)\]",
        *("left", "right"),
    ),
    _cause("batches", r"batch[12] must be a 3D tensor"),
    _cause(
        "product",
        r"size mismatch, got|inconsistent tensor size|for first two dimensions of batch2"
        r"|1D tensors expected|vector and matrix expected",
    ),
    _cause("axes-number", r"expected a (?:matrix|vector|1D|2D|3D)|must be a? ?(?:matrix|[123]-?D)"),
    _cause("into-smaller", r"output with shape \[[^\]]*\] doesn't match the broadcast shape"),
    _cause("gradient-shape", r"attempting to assign a gradient of size"),
    _cause("gradient-shape", r"assigned grad has data of a different size"),
    _cause(
        "broadcast",
        r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)",
        *("left", "right"),
    ),
    _cause("broadcast", r"could not be broadcast|shape mismatch|The expanded size of the tensor"),
    _cause("truth", r"Boolean value of Tensor with more than one|truth value of an array"),
    _cause(
        "one-number",
        r"only one element tensors can be converted|elements cannot be converted to Scalar"
        r"|only (size-1|length-1|0-dimensional) arrays",
    ),
    _cause("freed", r"backward through the graph a second time"),
    _cause("scalar-outputs", r"grad can be implicitly created only for scalar outputs"),
    _cause("no-graph", r"does not require grad and does not have a grad_fn"),
    _cause("output-weights", r"grad_output\[\d+\] has a shape of"),
    _cause("leaf-in-place", r"leaf Variable that requires grad is being used in an in-place"),
    _cause("saved-in-place", r"needed for gradient computation has been modified by an inplace"),
    _cause("inference", r"[Ii]nference tensor"),
    _cause("two-dtypes", r"Index put requires the source and destination dtypes match"),
    _cause("uncalled", r"builtin_function_or_method|\bnot method\b|'method'"),
    _cause("none", r"'NoneType' object has no attribute '(\w+)'", "attribute"),
    _cause("none", r"'NoneType'"),
    _cause("parameter", r"cannot assign '[\w.]+' as parameter '(\w+)'", "attribute"),
    _cause(
        "cast", r"result type (\w+) can't be cast to the desired output type (\w+)", "left", "right"
    ),
    _cause(
        "ragged",
        r"expected sequence of length (\d+) at dim \d+ \(got (\d+)\)",
        *("left", "right"),
    ),
    _cause("numpy-gradient", r"Can't call numpy\(\) on Tensor that requires grad"),
    _cause(
        "whole-numbers",
        r"not implemented for '(?:Long|Int|Short|Char|Byte|Bool)'"
        r"|Input dtype must be either a floating point|floating point and complex dtype can require"
        r"|can only be applied to floating",
    ),
    _cause(  # what PyTorch says where one of the sizes is a float
        "sizes",
        r"^(?:reshape|zeros|ones|empty|full|rand|randn|permute|repeat|expand)\(\) takes 1 pos"
        r"|argument '(?:shape|size|dims)'.* must be tuple of ints",
    ),
    _cause(
        "misfit",
        r"takes (?:from )?\d+ (?:to \d+ )?positional arguments? but \d+ w"
        r"|missing \d+ required|got an unexpected keyword argument|got multiple values for",
    ),
    _cause("subscript", r"'(\w+)' object is not subscriptable", "thing"),
    _cause("subscript", r"invalid index of a 0-dim tensor|invalid index to scalar"),
    _cause("iterated", r"'(\w+)' object is not iterable", "thing"),
    _cause("iterated", r"iteration over a 0-d"),
    _cause("no-length", r"object of type '(\w+)' has no len", "thing"),
    _cause("no-length", r"len\(\) of a 0-d|len\(\) of unsized"),
    _cause(
        "whole-zero", r"^ZeroDivisionError$|integer division or modulo by zero", type="RuntimeError"
    ),
    _cause("not-callable", r"'(\w+)' object is not callable", "thing"),
    _cause("unpack", r"not enough values to unpack \(expected (\d+), got (\d+)\)", "left", "right"),
    _cause("unpack", r"too many values to unpack \(expected (\d+)", "left"),
    _cause("unpack", r"values to unpack|cannot unpack"),
    _cause("dimension", r"Dimension out of range"),
    _cause("index", r"", type="IndexError"),
    _cause("reshape", r"shape '\[[^\]]*\]' is invalid for input of size (\d+)", "left"),
    _cause("view", r"view size is not compatible|view\(\) received an invalid"),
    _cause("join", r"Sizes of tensors must match except"),
    _cause("stack", r"stack expects each tensor to be equal size"),
    _cause(
        "two-dtypes",
        r"to have the same dtype|expected scalar type|expected .* same dtype|must have the same",
    ),
    _cause("device", r"on the same device|not on the expected device|meta tensor"),
    _cause("local", r"local variable '(\w+)'", "name", type="UnboundLocalError"),
    _cause("undefined", r"name '(\w+)' is not defined", "name", type="NameError"),
    _cause("context", r"context manager protocol|__enter__"),
    _cause("attribute", r"'([\w.]+)' object has no attribute '(\w+)'", "thing", "attribute"),
    _cause("attribute", r"module '([\w.]+)' has no attribute '(\w+)'", *("module", "attribute")),
    _cause(
        "list-arithmetic",
        r"can't multiply sequence|can only concatenate"
        r"|unsupported operand type.*'(?:list|tuple|str)'"
        r"|list indices must be|bad operand type for unary .*'list'",
    ),
    _cause("operand", r"unsupported operand type|not supported between instances"),
    _cause(
        "argument-type", r"must be Tensor, not (\w+)|must be tuple of|must be (?:Number|int|bool)"
    ),
    _cause("argument-forms", r"received an invalid"),
    _cause("no-module", r"No module named '([\w.]+)'", "name"),
    _cause("colon", r"expected ':'"),
    _cause("indent", r"unexpected indent"),
    _cause("outdent", r"unindent does not match"),
    _cause("no-block", r"expected an indented block"),
    _cause("bracket", r"was never closed|unmatched '|does not match opening parenthesis"),
    _cause("comma", r"forgot a comma"),
    _cause("equals", r"Maybe you meant '=='|cannot assign to"),
    _cause("quote", r"unterminated (?:triple-quoted )?(?:f-)?string"),
    _cause("return-outside", r"'return' outside function"),
    _cause("syntax", r"", type="SyntaxError"),
    _cause("syntax", r"", type="IndentationError"),
    _cause("syntax", r"", type="TabError"),
    _cause("recursion", r"", type="RecursionError"),
    _cause("zero-power", r"cannot be raised to a negative power"),
    _cause("zero", r"", type="ZeroDivisionError"),
    _cause("key", r"", type="KeyError"),
    _cause("card-memory", r"CUDA out of memory|CUDA error: out of memory"),
    _cause("card-assert", r"CUDA error: device-side assert triggered"),
    _cause("memory", r"not enough memory|can't allocate memory"),
    _cause("unfinished", r"", type="NotImplementedError"),
)


def of_cell(fault: Fault | None, code: str = "", task: Task = _NO_TASK) -> Iterator[Symptom]:
    """Find what stopped an exercise's cell."""
    if fault is None:
        return
    if missing := of_missing_device(fault.message, fault.line):
        yield Symptom(kind="needs-gpu", about=missing)
        return
    found = [*of_fault(fault, code, task)]
    yield from found
    about = _of_fault(fault, code, task)
    if not found and about["cause"] != _OTHERWISE:
        yield Symptom(kind="failed", about=about)


def _of_fault(fault: Fault, code: str, task: Task) -> dict[str, Feature]:
    """Return what is known of a fault; in a given line, where the student's code led to it."""
    about = _explained(fault.name, fault.message, fault.line, fault.source, code=code, task=task)
    if fault.name == "KeyboardInterrupt" and task.ending in _INTERRUPTED:
        about["cause"] = Name(name=_INTERRUPTED[task.ending])
    given = lines_of(code, task.released)
    if fault.line in given and fault.statement and fault.statement not in given:
        about |= {"line": Count(number=fault.statement), "within": Flag(value=True)}
    return about


def of_call(case: Case) -> Iterator[Symptom]:
    """Find what a check's call raised in the student's code, in place of giving a value."""
    value = case.value
    if not isinstance(value, RaisedValue) or case.check.raises:
        return
    if value.type == "NameError" and value.line is None:
        return  # the check says which name is not there
    if of_missing_device(value.message, None) or _is_not_reached(case):
        return
    about = _of_raised(case, value)
    if about["cause"] != _OTHERWISE:
        yield from _of_value(case, value, about)


def otherwise(case: Case) -> Iterator[Symptom]:
    """Find an exception of which nothing more is known than its type and its line."""
    value, fault = case.value, case.fault
    if _is_not_reached(case):  # without a fault the cell ended the kernel, as its rule says
        if fault is not None and not any(True for _ in of_fault(fault, case.code, case.task)):
            yield Symptom(kind="failed", about=_of_fault(fault, case.code, case.task))
    elif isinstance(value, RaisedValue) and not case.check.raises:
        yield from _of_value(case, value, _of_raised(case, value))


def _is_not_reached(case: Case) -> bool:
    """Whether the cell stopped before: a name that is not there says nothing then."""
    return isinstance(case.result.not_compared, NotReached)


def _of_raised(case: Case, value: RaisedValue) -> dict[str, Feature]:
    return _explained(
        value.type, value.message, value.line, value.source, code=case.code, task=case.task
    )


def _of_value(case: Case, value: RaisedValue, about: dict[str, Feature]) -> Iterator[Symptom]:
    """Yield what a call raised; where the cell stopped in the same line, it is said of that."""
    fault = case.fault
    if fault is None or (fault.name, fault.line) != (value.type, value.line) or not value.line:
        yield case.symptom("failed", **about)
    elif not any(True for _ in of_fault(fault, case.code, case.task)):
        yield Symptom(kind="failed", about=_of_fault(fault, case.code, case.task))


def _explained(
    type: str, message: str, line: int | None, source: str | None, *, code: str, task: Task
) -> dict[str, Feature]:
    """Return the cause of an exception, and what else is known of it."""
    about: dict[str, Feature] = {"type": Name(name=type), "cause": _OTHERWISE}
    if line:
        about["line"] = Count(number=line)
    if (unfit := misfit(message)) is not None:
        why, name = unfit
        return about | {"cause": Name(name=why), **({"name": Name(name=name)} if name else {})}
    for cause in _CAUSES:
        if cause.type and cause.type != type:
            continue
        if (found := cause.pattern.search(message)) is None:
            continue
        for part, text in zip(cause.parts, found.groups(), strict=False):
            if text is None or len(text) > MAX_WORD:
                continue
            about[part] = Count(number=int(text)) if text.isdecimal() else Name(name=text)
        about["cause"] = Name(name=_special(cause.name, source or "", code))
        break
    else:
        if source and source.startswith("raise ") and line not in lines_of(code, task.released):
            about["cause"] = Name(name="own-raise")
    near = _near(about, line, code, task)
    return {**about, "near": Name(name=near)} if near else about


def _special(cause: str, source: str, code: str) -> str:
    """Return the cause, a more special one where the line shows it, or the code around it.

    A gradient is None; or matrices are multiplied in what is called there, not in the line itself;
    or a device is named where that of what was given is meant.
    """
    if cause == "device":
        named = {one for pair in _NAMED_DEVICE.findall(code) for one in pair if one}
        return f"device-{named.pop()}" if len(named) == 1 else cause
    if cause == "none" and ".grad" in source:
        return "no-gradient"
    if cause == "none" and re.search(r"\.bias\b", source):
        return "no-bias"
    if cause == "truth" and _BARE.search(source):
        return "truth-none"
    if cause == "truth" and source and not _CONDITIONS.search(source):
        return "truth-bool" if "bool(" in source else "truth-option"
    if cause == "product" and source and not _PRODUCTS.search(source):
        return "inner-product"
    return cause


def _near(about: Mapping[str, Feature], line: int | None, code: str, task: Task) -> str:
    """Return the name that is meant by one that is not there, where one is much like it."""
    name, module, attribute = (about.get(part) for part in ("name", "module", "attribute"))
    if about["cause"] == Name(name="undefined") and isinstance(name, Name):
        above = (bound_from(text, 1) or () for _, text in task.before)
        return alike(name.name, sorted(bound_around(code, line).union(*above)))
    if isinstance(module, Name) and isinstance(attribute, Name):
        known = {"torch": torch, "torch.nn": torch.nn, "torch.nn.functional": functional}
        return alike(attribute.name, dir(known.get(module.name)))
    return ""
