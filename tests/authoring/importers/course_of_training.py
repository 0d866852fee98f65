"""An assignment of nbgrader's on a network and its training, written for the tests."""

from tests.authoring.importers.notebooks import Nbgrader, code, text

OF = Nbgrader(3)
DATA = """
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)
X = torch.randn(64, 4)
y = X @ torch.tensor([[1.0], [2.0], [-1.0], [0.5]]) + 0.1 * torch.randn(64, 1)
"""
SOFTMAX = """
def softmax(z):
    ### BEGIN SOLUTION
    e = torch.exp(z - z.max(dim=1, keepdim=True).values)
    return e / e.sum(dim=1, keepdim=True)
    ### END SOLUTION
"""
SOFTMAX_TESTS = """
z = torch.randn(5, 3)
p = softmax(z)
assert p.shape == z.shape
assert torch.allclose(p, F.softmax(z, dim=1), atol=1e-6)
assert torch.allclose(p.sum(1), torch.ones(5))
### BEGIN HIDDEN TESTS
big = torch.tensor([[1000.0, 1000.0]])
assert torch.allclose(softmax(big), torch.tensor([[0.5, 0.5]])), "large numbers"
### END HIDDEN TESTS
"""
NETWORK = """
class MLP(nn.Module):
    def __init__(self, d, h):
        super().__init__()
        ### BEGIN SOLUTION
        self.one = nn.Linear(d, h)
        self.two = nn.Linear(h, 1)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        return self.two(torch.relu(self.one(x)))
        ### END SOLUTION
"""
NETWORK_TESTS = """
torch.manual_seed(1)
model = MLP(4, 8)
out = model(X)
assert out.shape == (64, 1), "one number for each row"
assert sum(p.numel() for p in model.parameters()) == 4 * 8 + 8 + 8 + 1
assert isinstance(model, nn.Module)
assert any(isinstance(m, nn.Linear) for m in model.modules())
"""
TRAIN = """
def train(model, X, y, epochs=20, lr=0.05):
    losses = []
    ### BEGIN SOLUTION
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        loss = F.mse_loss(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    ### END SOLUTION
    return losses


model = MLP(4, 16)
losses = train(model, X, y)
"""
TRAIN_TESTS = """
assert len(losses) == 20
assert losses[-1] < losses[0]
torch.manual_seed(3)
m = nn.Linear(4, 1)
history = train(m, X, y, epochs=50)
assert len(history) == 50
assert history[-1] < 0.5 * history[0], "it learns"
assert F.mse_loss(m(X), y) < 1.0
for p in m.parameters():
    assert p.grad is not None
"""
CELLS = (
    text("# A network"),
    code(DATA),
    text("## Softmax (2 points)"),
    OF.answer("softmax", SOFTMAX),
    OF.tests("softmax_tests", 2, SOFTMAX_TESTS),
    text("## The network (3 points)"),
    OF.answer("cell-aaaabbbbccccdddd", NETWORK),
    OF.tests("cell-aaaabbbbccccddde", 3, NETWORK_TESTS),
    text("## Training (4 points)"),
    OF.answer("train", TRAIN),
    code('print(f"{losses[-1]:.3f}")'),
    OF.tests("train_tests", 4, TRAIN_TESTS),
)
