"""A small source whose checks ask for bounds."""

BOUNDED = """
# ---
# jupyter:
#   tensorgrader:
#     title: Good enough
#     languages: [en]
# ---

# %% [markdown]
# # Good enough

# %%
import torch
from torch import nn

torch.manual_seed(0)
points = torch.randn(200, 2)
labels = (points @ torch.tensor([1.0, -1.0]) > 0).long()


def accuracy(net, x, y):
    with torch.no_grad():
        return (net(x).argmax(dim=1) == y).float().mean().item()


def net_of(weights):
    net = nn.Linear(2, 2)
    net.load_state_dict(weights)
    return net

# %% [markdown]
# ## {fit}
#
# Train a linear `net` until it is right on at least 0.9 of the points.

# %%
#| exercise: fit
#| draws: true
#| points: 3
#| checks:
#|   - title: accuracy on other points
#|     expr: accuracy(net, other, truth)
#|     at_least: 0.9
#|     hidden: true
#|     given: |
#|       other = torch.randn(300, 2)
#|       truth = (other @ torch.tensor([1.0, -1.0]) > 0).long()
#|   - title: accuracy of your weights
#|     recompute: accuracy(net_of(net), points, labels)
#|     of: net
#|     at_least: 0.9
#|   - title: the loss
#|     run: |
#|       loss = F.cross_entropy(net(points), labels)
#|     compare: loss.item()
#|     at_most: 0.5
#|     seed: 3
from torch.nn import functional as F

net = ...
### BEGIN SOLUTION
net = nn.Linear(2, 2)
optimizer = torch.optim.SGD(net.parameters(), 0.5)
for _ in range(100):
    optimizer.zero_grad()
    F.cross_entropy(net(points), labels).backward()
    optimizer.step()
### END SOLUTION

# %%
#| mistake: fit
#| name: one-step
#| help: "How many steps does it take?"
net = nn.Linear(2, 2)
with torch.no_grad():
    net.weight.fill_(0.1)
"""
