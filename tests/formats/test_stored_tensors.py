"""What comes in parts stands for numbers, or is refused before anything is made of it."""

import pytest
import torch

from grader.errors import BadAnswer
from grader.formats import wire
from tests.formats.test_wire import TENSOR, answer

INDICES, NUMBERS = torch.tensor([[0, 2]]), torch.ones(2)


def part(ref, data):
    dtype = str(data.dtype).removeprefix("torch.")
    return {**TENSOR, "ref": ref, "shape": list(data.shape), "dtype": dtype}


def in_parts(parts, **changes):
    whole = {name: TENSOR[name] for name in TENSOR if name != "ref"}
    trees = {name: part(name, data) for name, data in parts.items()}
    return answer({**whole, "parts": trees, **changes}, **parts)


def in_coo(shape=(3,), indices=INDICES, values=NUMBERS, **changes):
    parts = {"indices": indices, "values": values}
    return in_parts(parts, **{"layout": "sparse_coo", "shape": list(shape), **changes})


def in_rows(starts, indices, shape=(2, 3), layout="sparse_csr", values=NUMBERS):
    made = {"starts": torch.tensor(starts), "indices": torch.tensor(indices), "values": values}
    return in_parts(made, layout=layout, shape=list(shape))


def in_ints(ints=(1, 2), scales=0.5, zeros=1, dtype="qint8", **changes):
    made = {
        "ints": torch.tensor(ints, dtype=torch.int8),
        "scales": torch.tensor(scales),
        "zeros": torch.tensor(zeros),
    }
    return in_parts(made, dtype=dtype, **changes)


def in_pairs(pairs):
    return in_parts({"pairs": pairs}, dtype="complex32")


def test_what_comes_in_parts_is_what_it_stands_for():
    for payload, numbers in (
        (in_coo(), [1.0, 0.0, 1.0]),
        (in_coo(indices=torch.tensor([[1, 1]]), coalesced=False), [0.0, 2.0, 0.0]),
        (in_rows([0, 1, 2], [2, 0]), [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]),
        (in_ints(), [0.0, 0.5]),
        (in_ints(scales=[0.5, 2.0], zeros=[0, 0], axis=0), [0.5, 4.0]),
        (in_pairs(torch.ones(2, 2).half()), [1 + 1j, 1 + 1j]),
    ):
        assert wire.decode(payload)["x"].data.tolist() == numbers


@pytest.mark.parametrize(
    "payload",
    [
        in_coo(shape=(2,)),
        in_coo(shape=()),
        in_coo(shape=(3, 1)),
        in_coo(shape=(2**40,)),
        in_coo(shape=(0, 2**62)),
        in_coo(indices=torch.tensor([[0, -1]])),
        in_coo(indices=torch.tensor([[0, 0]])),  # coalesced, it says
        in_coo(indices=torch.tensor([0, 2])),
        in_coo(indices=torch.tensor([[0, 2]], dtype=torch.int32)),
        in_coo(indices=torch.tensor([[0.0, 2.0]])),
        in_coo(values=torch.ones(1)),
        in_coo(values=torch.ones(2, dtype=torch.float64)),
        in_coo(ref="indices"),
        in_coo(axis=0),
        in_coo(layout="sparse_csr"),
        in_coo(layout="strided"),
        in_parts({}, layout="sparse_coo"),
        in_parts({str(n): torch.ones(1) for n in range(9)}, layout="sparse_coo"),
        in_rows([0, 1, 9], [2, 0]),
        in_rows([0, 2, 1], [2, 0]),
        in_rows([0, 1, 2], [3, 0]),
        in_rows([0, 1, 2], [-1, 0]),
        in_rows([0, 1], [2, 0]),
        in_rows([0, 1, 2], [2, 0], shape=(6,)),
        in_rows([0, 1, 2], [2, 0], shape=(2**20, 2**20)),
        in_rows([0, 1, 2], [2, 0], layout="sparse_bsr"),
        in_rows([0.0, 1.0, 2.0], [2.0, 0.0]),
        in_ints(ints=(1, 2, 3)),
        in_ints(dtype="quint8"),
        in_ints(dtype="float32"),
        in_ints(scales=[0.5, 2.0]),
        in_ints(scales=[0.5, 2.0], zeros=[0, 0]),
        in_ints(scales=[0.5, 2.0], zeros=[0, 0], axis=1),
        in_ints(scales=[0.5, 2.0], zeros=[0, 0], axis=-1),
        in_ints(scales=[0.5], zeros=[0], axis=0),
        in_ints(scales=1),
        in_ints(zeros=True),
        in_ints(k="array"),
        in_pairs(torch.ones(2, 2)),
        in_pairs(torch.ones(2, 3).half()),
        in_pairs(torch.ones(2).half()),
        answer({**TENSOR, "layout": "sparse_coo", "ref": None, "parts": {"values": [1]}}),
        answer({**TENSOR, "layout": "sparse_coo", "ref": None, "parts": [1]}),
    ],
)
def test_parts_that_fit_nothing_are_refused(payload):
    with pytest.raises(BadAnswer):
        wire.decode(payload)


def test_few_numbers_stand_for_many_only_so_often():
    indices, values = torch.tensor([[0]]), torch.ones(1)
    whole = {name: TENSOR[name] for name in TENSOR if name != "ref"}
    items = []
    tensors = {}
    for number in range(6):
        names = {"indices": f"i{number}", "values": f"v{number}"}
        tensors |= {names["indices"]: indices.clone(), names["values"]: values.clone()}
        parts = {
            "indices": part(names["indices"], indices),
            "values": part(names["values"], values),
        }
        items.append({**whole, "layout": "sparse_coo", "shape": [4 * 2**20], "parts": parts})
    for number, is_fine in ((5, True), (6, False)):
        kept = {k: v for k, v in tensors.items() if int(k[1:]) < number}
        payload = answer({"k": "sequence", "type": "list", "items": items[:number]}, **kept)
        if is_fine:
            assert len(wire.decode(payload)["x"].items) == number
        else:
            with pytest.raises(BadAnswer):
                wire.decode(payload)
