import pytest

from grader.syntax.device_draws import DeviceDraws

DEVICE = 'device = torch.device("cuda" if torch.cuda.is_available() else "cpu")'


def lines(*cells):
    drawn = DeviceDraws(cells)
    return [draw.text for cell in cells for draw in drawn.of(cell)]


@pytest.mark.parametrize(
    "code",
    [
        'torch.rand(3, device="cuda")',
        'torch.randn(3, device="cuda:1")',
        'torch.randint(0, 9, (3,), device=torch.device("mps"))',
        'torch.rand(3, device="cuda" if torch.cuda.is_available() else "cpu")',
        "torch.rand(3, device=torch.accelerator.current_accelerator())",
        'torch.Generator("cuda")',
        'torch.Generator(device="cuda").manual_seed(1)',
        "torch.empty(3).cuda().normal_()",
        'torch.empty(3, device="cuda").uniform_(0, 1)',
        'torch.empty(3).to("cuda").exponential_()',
        'torch.rand_like(torch.ones(3, device="cuda"))',
        'torch.bernoulli(torch.ones(3).to("cuda") / 2)',
        'torch.ones(3).to(device="cuda").bernoulli()',
        'nn.Linear(3, 2, device="cuda")',
        'nn.init.xavier_uniform_(nn.Linear(3, 2).to("cuda").weight)',
        "F.dropout(x.cuda(), 0.5)",
        'torch.set_default_device("cuda")',
    ],
)
def test_a_draw_on_a_card_is_found(code):
    assert lines(f"import torch\ny = {code}") == [f"y = {code}"]


@pytest.mark.parametrize(
    "code",
    [
        "y = torch.rand(3, device=device)",
        "y = torch.randperm(3, device=0)",
        "y = torch.zeros(3, device=device).normal_()",
        "x = torch.ones(3).to(device)\n\ny = torch.randn_like(x)",
        "x = torch.ones(3, device=device)\ny = torch.rand(3, device=x.device)",
        "with torch.device(device):\n    y = torch.rand(3)",
        "def make(n, device):\n    return torch.rand(n, device=device)",
        "model = nn.Linear(2, 2).to(device)\nmodel.weight.data.normal_()",
    ],
)
def test_devices_and_what_is_on_them_are_followed_by_name(code):
    assert lines(DEVICE, code) == [code.split("\n")[-1].strip()]


@pytest.mark.parametrize(
    "code",
    [
        "y = torch.rand(3).to(device)",
        "y = torch.rand(3).cuda()",
        'y = torch.rand(3, device="cpu").to(device)',
        "y = nn.Linear(3, 2).to(device)",
        "layer = nn.Linear(3, 2).to(device)\nnn.init.zeros_(layer.bias)",
        "generator = torch.Generator().manual_seed(1)",
        "torch.cuda.manual_seed(1)",
        "x = torch.ones(3).to(device)\ny = torch.rand_like(x.cpu())",
        'x = torch.ones(3).to(device).to("cpu")\ny = torch.rand_like(x)',
        "x = torch.ones(3, device=device)\nx = torch.ones(3)\nx.normal_()",
        'device = "cpu"\ny = torch.rand(3, device=device)',
        "y = torch.zeros(3, device=device)\nlen(y)",
        "def broken(:",
    ],
)
def test_what_is_drawn_on_the_cpu_is_not(code):
    assert lines(DEVICE, code) == []


def test_where_no_card_is_named_everything_is_on_the_cpu():
    assert lines("def make(n, device):\n    return torch.rand(n, device=device)") == []
