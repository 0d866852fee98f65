"""A training loop and its evaluation, checked with statements and a view, is sound."""

import pytest

from tests.verifying.sound import verdict_of

TRAINING = """
# ---
# jupyter:
#   tensorgrader:
#     title:
#       en: A training loop
#       ru: Цикл обучения
#     languages: [en, ru]
# ---

# %%
import torch
from torch import nn
from torch.nn import functional as F
from torch.optim import SGD
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
points = torch.randn(90, 4)
labels = (points[:, 0] * points[:, 1] > 0).long() + (points[:, 2] > 0.5).long()
train_data = TensorDataset(points[:60], labels[:60])
valid_data = TensorDataset(points[60:], labels[60:])


def new_net(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 3)
    )

# %%
#| exercise: evaluate
#| title:
#|   en: Evaluate
#|   ru: Оценить
#| points: 3
#| checks:
#|   - title:
#|       en: the loss and the accuracy of a net
#|       ru: потери и точность сети
#|     expr: evaluate(new_net(1), DataLoader(valid_data, 7))
#|   - title:
#|       en: nothing is left in a net that evaluates
#|       ru: в сети при оценке ничего не остаётся
#|     run: |
#|       net = new_net(2).eval()
#|       found = evaluate(net, DataLoader(valid_data, 7))
#|     compare: [found, "[p.grad is None for p in net.parameters()]", "net[1].running_mean"]
#|     hidden: true
#|   - title:
#|       en: nothing is left in a net that trains
#|       ru: в сети при обучении ничего не остаётся
#|     run: |
#|       net = new_net(3)
#|       found = evaluate(net, DataLoader(valid_data, 11))
#|     compare: [found, "net[1].running_mean", "net[1].num_batches_tracked"]
#|     hidden: true
def evaluate(net, loader):
    ### BEGIN SOLUTION
    net.eval()
    total, right, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            scores = net(x)
            total += F.cross_entropy(scores, y, reduction="sum").item()
            right += (scores.argmax(dim=1) == y).sum().item()
            count += len(y)
    return total / count, right / count
    ### END SOLUTION

# %%
#| mistake: evaluate
#| name: train-mode
#| help:
#|   en: "Evaluate the same net twice. Do you get the same numbers?"
#|   ru: "Оцените одну сеть дважды. Получается то же самое?"
net.train()
total, right, count = 0.0, 0, 0
with torch.no_grad():
    for x, y in loader:
        scores = net(x)
        total += F.cross_entropy(scores, y, reduction="sum").item()
        right += (scores.argmax(dim=1) == y).sum().item()
        count += len(y)
return total / count, right / count

# %%
#| exercise: train-epoch
#| title:
#|   en: One epoch
#|   ru: Одна эпоха
#| points: 3
#| draws: true
#| checks:
#|   - title:
#|       en: one epoch with SGD
#|       ru: одна эпоха с SGD
#|     run: |
#|       net = new_net(4)
#|       loss = train_epoch(net, DataLoader(train_data, 16), SGD(net.parameters(), 0.1))
#|     compare: [loss, "list(net.parameters())"]
#|     hidden: true
#|   - title:
#|       en: the mode after an epoch
#|       ru: режим после эпохи
#|     run: |
#|       net = new_net(5).eval()
#|       optimizer = SGD(net.parameters(), lr=0.05, momentum=0.9)
#|       loss = train_epoch(net, DataLoader(train_data, 16), optimizer)
#|     compare: [loss, net.training, "net[1].running_mean"]
#|   - title:
#|       en: the losses of two nets, from small to large
#|       ru: потери двух сетей по возрастанию
#|     expr: >
#|       [train_epoch(new_net(n), DataLoader(train_data, 20), SGD([torch.ones(1)], 1))
#|       for n in (6, 7)]
#|     view: sorted(value)
#|     hidden: true
def train_epoch(net, loader, optimizer):
    ### BEGIN SOLUTION
    net.train()
    total, count = 0.0, 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        count += len(y)
    return total / count
    ### END SOLUTION

# %%
#| mistake: train-epoch
#| name: no-zero-grad
#| help:
#|   en: "What is in the gradients when the second batch begins?"
#|   ru: "Что стоит в градиентах, когда начинается второй батч?"
net.train()
total, count = 0.0, 0
for x, y in loader:
    loss = F.cross_entropy(net(x), y)
    loss.backward()
    optimizer.step()
    total += loss.item() * len(y)
    count += len(y)
return total / count

# %%
#| mistake: train-epoch
#| name: eval-mode
#| help:
#|   en: "In which mode does the net train?"
#|   ru: "В каком режиме учится сеть?"
net.eval()
total, count = 0.0, 0
for x, y in loader:
    optimizer.zero_grad()
    loss = F.cross_entropy(net(x), y)
    loss.backward()
    optimizer.step()
    total += loss.item() * len(y)
    count += len(y)
return total / count
"""


@pytest.mark.kernel
def test_a_training_loop_is_sound(tmp_path):
    verdict = verdict_of(tmp_path, TRAINING)
    assert [one.problem for one in verdict.findings] == []
    evaluate, epoch = verdict.rows
    assert (evaluate.hidden, evaluate.named) == (2, 1)
    assert (epoch.checks, epoch.hidden, epoch.named) == (3, 2, 2)
