# ---
# jupyter:
#   tensorgrader:
#     title: Two kinds of leaves
#     languages: [en]
#     files: [data/leaves.csv]
# ---

# %% [markdown]
# # Two kinds of leaves
#
# A table has the length and the width of sixty leaves, and their kind. You look at the table, write a
# classifier and train it, and say what you make of the result.
#
# Replace each `# YOUR CODE HERE` and the `...` with it.

# %%
import pandas as pd
import torch
from torch import nn
from torch.nn import functional as F

leaves = pd.read_csv("data/leaves.csv")
leaves.head()

# %% [markdown]
# ## {table}
#
# Which sizes are usual? Return a table with a row for each kind, in the order of the alphabet, and the
# mean `length` and `width` of its leaves.
#
# *Checked:* `usual(leaves)`, and your function on another table.

# %%
#| exercise: table
#| title: The usual sizes
#| points: 2
#| checks:
#|   - expr: usual(leaves)
#|     title: of the sixty leaves
#|     constant: true
#|   - expr: usual(others)
#|     title: of other leaves
#|     hidden: true
#|     given: |
#|       others = pd.DataFrame(
#|           torch.randn(9, 2).numpy().astype("float64"), columns=["length", "width"]
#|       ).assign(kind=["reed", "moss", "fern"] * 3)
#| properties:
#|   - property: list(usual(leaves).index) == ["moss", "reed"]
#|     title: the rows are named by the kinds
def usual(table):
    """A table with one row for each kind: its mean length and width."""
    ### BEGIN SOLUTION
    return table.groupby("kind")[["length", "width"]].mean()
    ### END SOLUTION


usual(leaves)

# %%
#| mistake: table
#| name: sums
#| help: "Would the numbers of a kind double if each leaf were counted twice? Should they?"
return table.groupby("kind")[["length", "width"]].sum()

# %%
#| mistake: table
#| name: kind-as-column
#| help: "Look at the left edge of your table: what names its rows, and where is the kind?"
return table.groupby("kind", as_index=False)[["length", "width"]].mean()

# %%
#| alternative: table
#| name: pivot
return table.pivot_table(index="kind", values=["length", "width"], aggfunc="mean")

# %% [markdown]
# ## {classifier}
#
# The classifier has a layer with eight hidden numbers, ReLU, and a layer with one number for each
# leaf: its score. Scores above 0 mean reed. `forward` takes a tensor of shape `(n, 2)` and returns one of
# shape `(n,)`.
#
# *Checked:* the shape of the scores, and what a classifier with given weights makes of other leaves.


# %%
#| exercise: classifier
#| title: A classifier
#| points: 2
#| blank:
#|   layers: |
#|     self.hidden = ...
#|     self.output = ...
#| checks:
#|   - title: the shape of the scores of three leaves
#|     expr: Classifier()(torch.zeros(3, 2)).shape
#|     constant: true
#|   - title: the scores of other leaves
#|     hidden: true
#|     given: |
#|       sizes, weights = torch.randn(7, 2), torch.randn(33)
#|     run: |
#|       net = Classifier()
#|       nn.utils.vector_to_parameters(weights, net.parameters())
#|       scores = net(sizes)
#|     compare: scores
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        ### BEGIN SOLUTION layers
        self.hidden = nn.Linear(2, 8)
        self.output = nn.Linear(8, 1)
        ### END SOLUTION

    def forward(self, sizes):
        """The score of each leaf. sizes: of shape (n, 2)."""
        ### BEGIN SOLUTION forward
        return self.output(F.relu(self.hidden(sizes))).squeeze(1)
        ### END SOLUTION


# %%
#| mistake: classifier
#| name: no-relu
#| region: forward
#| help: "What do two linear layers make of a leaf, one after the other, with nothing in between?"
return self.output(self.hidden(sizes)).squeeze(1)

# %%
#| mistake: classifier
#| name: a-column
#| region: forward
#| help: "Which shape do your scores have for seven leaves?"
return self.output(F.relu(self.hidden(sizes)))

# %% [markdown]
# ## {training}
#
# Train a classifier with `F.binary_cross_entropy_with_logits`. Take as many steps as you like, with any
# optimizer. `train` changes `net` and returns it.
#
# *Checked:* your function trains classifiers for other leaves, of which at least nine in ten have to be
# told right.

# %%
sizes = torch.tensor(leaves[["length", "width"]].values, dtype=torch.float32)
is_reed = torch.tensor((leaves["kind"] == "reed").values, dtype=torch.float32)


def share_right(net, sizes, is_reed):
    """The share of leaves whose kind is told right, a float."""
    with torch.no_grad():
        return ((net(sizes) > 0) == (is_reed > 0)).float().mean().item()


# %%
#| exercise: training
#| title: Training
#| points: 3
#| draws: true
#| checks:
#|   - title: the share of other leaves that are told right
#|     hidden: true
#|     given: |
#|       kinds = (torch.arange(80) % 2).float()
#|       others = torch.randn(80, 2) * 0.7 + 3 * kinds[:, None]
#|     run: |
#|       net = train(Classifier(), others, kinds)
#|     compare: share_right(net, others, kinds)
#|     at_least: 0.9
#| properties:
#|   - property: share_right(train(Classifier(), sizes, is_reed), sizes, is_reed) > 0.9
#|     title: more than nine in ten of the sixty leaves are told right
def train(net, sizes, is_reed):
    """Train a classifier on leaves; returns it."""
    ### BEGIN SOLUTION
    optimizer = torch.optim.Adam(net.parameters(), lr=0.05)
    for _ in range(100):
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(net(sizes), is_reed).backward()
        optimizer.step()
    return net
    ### END SOLUTION


# %%
#| mistake: training
#| name: uphill
#| help: "Does the loss become smaller from step to step? Print it."
optimizer = torch.optim.Adam(net.parameters(), lr=0.05, maximize=True)
for _ in range(100):
    optimizer.zero_grad()
    F.binary_cross_entropy_with_logits(net(sizes), is_reed).backward()
    optimizer.step()
return net

# %%
#| needs_answer: true
torch.manual_seed(0)
net = train(Classifier(), sizes, is_reed)
print("told right:", share_right(net, sizes, is_reed))

# %% [markdown]
# ## {new-leaves}
#
# Your classifier tells nearly all of the sixty leaves right. What does that say about leaves that it has
# not seen?

# %%
#| exercise: new-leaves
#| title: Leaves it has not seen
#| choices:
#|   a: It tells as many of them right.
#|   b: It tells more of them right.
#|   c: "Nothing certain: they have to be kept apart from the training, and counted."
new_leaves = "c"  # SOLUTION

# %%
#| mistake: new-leaves
#| name: as-many
#| help: "Imagine a classifier that has learnt the sixty leaves by heart. What does it know of another one?"
new_leaves = "a"

# %% [markdown]
# ## {measure}

# %% [markdown]
# #| exercise: measure
# #| title: How would you measure it?
# #| manual: true
# #| min_words: 15
# #| rubric:
# #|   - name: apart
# #|     points: 1
# #|     text: Some leaves are kept apart before training.
# #|   - name: once
# #|     points: 1
# #|     text: They are not used to choose the classifier either.
# How would you find out how well the classifier does with leaves that it has not seen? Two or three
# sentences.
#
# ### BEGIN SOLUTION
# Put a part of the leaves aside before training, and count how many of these the trained classifier tells
# right. Settings are chosen with a second part, so that those that are counted last decide nothing.
# ### END SOLUTION
