"""Whatever is taken off the wire can be judged, explained, told, and put into the reference."""

import json
import math
import warnings

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import BadAnswer
from grader.explaining.diagnose import diagnose
from grader.formats import wire
from grader.marking.checks import judge
from grader.marking.follow_through import Carried, carried
from grader.model.aspects import ASPECTS
from grader.model.assignment import Check, Exercise
from grader.model.values import Payload
from grader.student_side.values import Encoder
from grader.student_side.values import decode as put
from grader.wording.catalogue import translated
from grader.wording.diagnoses import sentence

REAL = [
    *("float32", "float64", "float16", "bfloat16", "complex64"),
    *("float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu"),
    *("int64", "int8", "bool", "uint8", "uint16", "uint32", "uint64"),
]
DTYPES = [*REAL, "quint8", "complex32", "object", "float"]
# That what is compressed is new, and what is quantized is going.
pytestmark = pytest.mark.filterwarnings("ignore")
with warnings.catch_warnings(action="ignore"):
    STORED = [
        torch.sparse_coo_tensor([[0, 0, 1], [1, 1, 2]], [1.0, 2.0, -0.5], (2, 3)),
        torch.eye(3).to_sparse_csr(),
        torch.eye(4, dtype=torch.int64).to_sparse_bsc((2, 2)),
        torch.quantize_per_tensor(torch.arange(3.0), 0.5, 1, torch.qint8),
        torch.quantize_per_channel(
            torch.ones(2, 3), torch.tensor([0.1, 0.2]), torch.tensor([0, 3]), 0, torch.quint8
        ),
        torch.view_as_complex(torch.ones(3, 2, dtype=torch.float16)),
    ]
TEXTS = st.sampled_from(
    ["str", "NoneType", "Size", "range", "dtype", "ellipsis", "x", "\ud800", ""]
)
DIGITS = st.sampled_from(["1", "0.5", "nan", "inf", "1e400", "-0.0", "9" * 1_300, "1_0", "x"])


def plain(data):
    """Return numbers as safetensors can hold them."""
    if data.is_complex():
        return torch.view_as_real(data).contiguous()
    return data.view(torch.uint8) if str(data.dtype).startswith("torch.float8") else data


@st.composite
def stored_trees(draw, tensors):
    """Draw the tree of a tensor that comes in parts, one thing of which may be another."""
    encoder = Encoder()
    tree = encoder.encode(draw(st.sampled_from(STORED)))
    name = draw(st.sampled_from(sorted(tree["parts"])))
    part, base = tree["parts"][name], len(tensors)
    for one in tree["parts"].values():
        tensors[f"{base}-{one['ref']}"] = encoder.tensors[one["ref"]].clone()
        one["ref"] = f"{base}-{one['ref']}"
    match draw(st.integers(0, 8)):
        case 0:
            tree["shape"] = draw(st.lists(st.sampled_from([0, 1, 2, 3, 2**40]), max_size=3))
        case 1:
            tree["dtype"] = draw(st.sampled_from(DTYPES))
        case 2:
            tree["layout"] = draw(st.sampled_from(["strided", "sparse_coo", "sparse_csc"]))
        case 3:
            tree["axis"] = draw(st.sampled_from([None, 0, 1, -1, 9]))
        case 4:
            tree["coalesced"] = draw(st.booleans())
        case 5:
            number = draw(st.sampled_from([-1, 0, 2, 9, 2**31 - 1]))
            numbers = tensors[part["ref"]]
            tensors[part["ref"]] = numbers.to(torch.int64).fill_(number).to(numbers.dtype)
        case 6:
            tree["parts"][draw(st.sampled_from(["values", "ints", "more"]))] = part
            del tree["parts"][name]
        case 7:
            part["parts"] = {"values": {**part, "ref": f"{base}-inner"}}
            tensors[f"{base}-inner"] = tensors[part["ref"]].clone()
        case _:
            pass
    return tree


@st.composite
def tensor_trees(draw, tensors, depth=2):
    """Draw the tree of a tensor that may contradict itself; its numbers are added to the others."""
    dtype = draw(st.sampled_from(DTYPES))
    shape = draw(st.sampled_from([[], [3], [2, 3], [0], [1, 1], [3, 2]]))
    made = getattr(torch, dtype if dtype in REAL and draw(st.integers(0, 5)) else "float32")
    fill = draw(st.sampled_from([0, 1, 2, math.nan]))
    data = torch.arange(math.prod(shape)).reshape(shape)
    if not math.isnan(fill) or made.is_floating_point:
        data = data * fill
    data = data.to(made)
    ref = str(len(tensors))
    tensors[ref] = plain(data)
    tree = {
        "k": draw(st.sampled_from(["tensor", "tensor", "array"])),
        "type": draw(st.sampled_from(["Tensor", "Parameter", "ndarray"])),
        "shape": shape,
        "dtype": dtype,
        "device": draw(st.sampled_from(["cpu"] * 6 + ["cuda", "banana", "meta", "cpu:7"])),
        "layout": draw(st.sampled_from(["strided"] * 6 + ["sparse_coo", "heap", "_mkldnn"])),
        "requires_grad": draw(st.booleans()),
        "leaf": draw(st.sampled_from([True, True, True, False])),
        "ref": ref,
        "grad": None,
    }
    if depth and not draw(st.integers(0, 3)):
        tree["grad"] = draw(tensor_trees(tensors, depth - 1))
        if draw(st.booleans()):
            same = {**tree, "grad": None, "ref": tree["grad"]["ref"], "requires_grad": False}
            tree["grad"], tensors[same["ref"]] = same, tensors[ref].clone()
    return tree


def trees(tensors):
    simple = st.one_of(
        tensor_trees(tensors),
        stored_trees(tensors),
        st.fixed_dictionaries(
            {"k": st.just("number"), "type": TEXTS, "v": DIGITS | st.booleans()},
            optional={"of": st.sampled_from(["int", "float", "complex"])},
        ),
        st.fixed_dictionaries(
            {"k": st.just("number"), "type": TEXTS, "v": st.lists(DIGITS, min_size=2, max_size=2)}
        ),
        st.fixed_dictionaries({"k": st.just("text"), "type": TEXTS, "v": TEXTS}),
        st.fixed_dictionaries(
            {"k": st.just("floats"), "type": TEXTS, "v": st.lists(DIGITS).map(" ".join)}
        ),
        st.fixed_dictionaries({"k": st.just("opaque"), "type": TEXTS, "reason": TEXTS}),
        st.fixed_dictionaries(
            {"k": st.just("raised"), "type": TEXTS, "message": TEXTS, "source": TEXTS}
        ),
    )
    return st.recursive(
        simple,
        lambda inner: st.one_of(
            st.fixed_dictionaries(
                {"k": st.just("sequence"), "type": TEXTS, "items": st.lists(inner, max_size=3)}
            ),
            st.fixed_dictionaries(
                {
                    "k": st.just("mapping"),
                    "type": TEXTS,
                    "module": st.booleans(),
                    "entries": st.dictionaries(
                        st.sampled_from(["a", "weight", "\udfff", ""]), inner, max_size=2
                    ),
                }
            ),
        ),
        max_leaves=4,
    )


@st.composite
def answers(draw):
    """Draw an answer of which nothing but the outer form is sure."""
    tensors = {}
    tree = draw(trees(tensors))
    named = set()
    rest = [tree]
    while rest:  # what was drawn and not used
        node = rest.pop()
        if isinstance(node, dict):
            named |= {node["ref"]} if node.get("ref") else set()
            rest += node.values()
        elif isinstance(node, list):
            rest += node
    kept = {ref: tensors[ref] for ref in named}
    blob = safetensors.torch.save(kept) if kept else b""
    return Payload(header=json.dumps({"values": {"x": tree}}).encode(), tensors=blob)


def seen(value):
    encoder = Encoder()
    tree = encoder.encode(value)
    blob = safetensors.torch.save(encoder.tensors) if encoder.tensors else b""
    payload = Payload(header=json.dumps({"values": {"x": tree}}).encode(), tensors=blob)
    return wire.decode(payload)["x"]


WITH_GRAD = torch.ones(3, requires_grad=True)
WITH_GRAD.grad = torch.ones(3)
REFERENCES = [
    *(seen(torch.tensor([0, 1, 3]).to(getattr(torch, name))) for name in REAL),
    *map(seen, STORED),
    *map(
        seen,
        [
            *(WITH_GRAD, torch.ones(2, 3), torch.tensor(2.0), torch.zeros(0), torch.eye(3).numpy()),
            *(
                True,
                3,
                10**30,
                0.5,
                1j,
                "text",
                None,
                torch.float32,
                ...,
                torch.Size([3]),
                range(3),
            ),
            *([0.5, 1.0], [torch.ones(3), 1], {"a": torch.ones(3)}, torch.nn.Linear(2, 3), [], {}),
        ],
    ),
]


@given(answers(), st.sampled_from(REFERENCES), st.booleans(), st.booleans())
def test_what_is_taken_in_harms_nothing_after(payload, expected, hidden, exact):
    try:
        value = wire.decode(payload)["x"]
    except BadAnswer:
        return
    check = Check(expression="x", aspects=ASPECTS, hidden=hidden, exact_type=exact)
    exercise = Exercise(
        name="late", title={"": ""}, points=1, checks=(check,), builds_on={"early": ("x",)}
    )
    for actual, wanted in ((value, expected), (value, value)):
        try:
            checks = judge(exercise, actual={"x": actual}, expected={"x": wanted})
        except TypeError:
            assert wanted is value  # no reference's: it has nothing to compare with
            continue
        found = diagnose(exercise, actual={"x": actual}, expected={"x": wanted}, checks=checks)
        assert all(translated(sentence(one), "ru") for one in found)
    taken = carried(exercise, actual={"x": value}, expected={"x": expected}, right=())
    if isinstance(taken, Carried):
        again = wire.question("put", values=taken.values)
        tensors = safetensors.torch.load(again.tensors) if again.tensors else {}
        put(json.loads(again.header)["values"]["x"], tensors)


@given(st.sampled_from(REFERENCES), st.data())
def test_what_is_carried_can_be_put_into_the_reference(expected, data):
    sent = wire.encode({"x": expected})
    header, tensors = json.loads(sent.header), {}
    for ref, numbers in (safetensors.torch.load(sent.tensors) if sent.tensors else {}).items():
        tensors[ref] = (numbers.to(torch.float64) + 1).to(numbers.dtype)
    tree = header["values"]["x"]
    if tree["k"] in ("tensor", "array"):
        changes = {
            "device": ["cpu", "cpu", "cuda", "mps", "banana", "meta"],
            "requires_grad": [True, False],
            "leaf": [True, False],
            "layout": ["strided", "sparse_coo", "_mkldnn"],
            "type": [tree["type"], "Parameter"],
            "k": ["tensor", "array"],
        }
        for name, options in changes.items():
            tree[name] = data.draw(st.sampled_from([tree[name], *options]))
    elif tree["k"] in ("number", "text"):
        tree["v"] = data.draw(st.sampled_from([tree["v"], "7", "9" * 1_300]))
    payload = Payload(
        header=json.dumps(header).encode(),
        tensors=safetensors.torch.save(tensors) if tensors else b"",
    )
    try:
        value = wire.decode(payload)["x"]
    except BadAnswer:
        return
    exercise = Exercise(
        name="late",
        title={"": ""},
        points=1,
        checks=(Check(expression="x"),),
        builds_on={"early": ("x",)},
    )
    taken = carried(exercise, actual={"x": value}, expected={"x": expected}, right=())
    if isinstance(taken, Carried):
        again = wire.question("put", values=taken.values)
        loaded = safetensors.torch.load(again.tensors) if again.tensors else {}
        put(json.loads(again.header)["values"]["x"], loaded)
