"""What is forbidden is found under the names that PyTorch has for it where it is defined."""

import pytest

from grader.homes import homes
from grader.syntax.forbidden import among, uses_in


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("torch.nn.Conv2d", {"torch.nn.modules.conv.Conv2d", "torch.nn.modules.Conv2d"}),
        ("torch.optim.SGD", {"torch.optim.sgd.SGD"}),
        ("torch.einsum", {"torch.functional.einsum"}),
        ("torch.softmax", set()),
        ("torch.nn", set()),
        ("torch.nn.NoSuchThing", set()),
        ("json.dumps", set()),
    ],
)
def test_where_a_name_is_defined(name, others):
    assert homes([name]) == dict.fromkeys(others, name)


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ntorch.nn.modules.conv.Conv2d(1, 1, 1)",
        "import torch.nn.modules.conv as c\nc.Conv2d(1, 1, 1)",
        "\nfrom torch.nn.modules.conv import Conv2d",
        "from torch.nn import modules\ngetattr(modules, 'Conv2d')(1, 1, 1)",
        "from torch.nn.modules.conv import *\nConv2d(1, 1, 1)",
    ],
)
def test_it_is_told_by_the_name_that_forbids_it(source):
    forbidden = ["torch.nn.Conv2d"]
    (found,) = uses_in([source], forbidden, homes=homes(forbidden))
    assert {(one.name, one.line) for one in among(found, forbidden)} == {("torch.nn.Conv2d", 2)}


@pytest.mark.parametrize(
    "source",
    [
        "from torch.nn.modules import conv\nconv.Conv1d(1, 1, 1)",
        "import torch\ntorch.ao.nn.quantized.Conv2d(1, 1, 1)",
        "from own.conv import Conv2d",
    ],
)
def test_what_only_has_the_same_name_is_not_it(source):
    forbidden = ["torch.nn.Conv2d"]
    (found,) = uses_in([source], forbidden, homes=homes(forbidden))
    assert among(found, forbidden) == []
