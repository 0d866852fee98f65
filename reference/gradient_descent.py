# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   tensorgrader:
#     title: Gradient descent by hand
#     languages: [en]
# ---

# %% [markdown]
# # Gradient descent by hand
#
# In this notebook you train models without an optimizer. You compute a loss, find its gradient, and
# take the steps yourself: first for two weights and a bias, then for a linear layer, and at the end
# for a small neural network. The code stays almost the same, and that is the point: once you have
# written the loop by hand, `torch.optim` holds no secrets.
#
# **How to work.** Replace each `# YOUR CODE HERE`, together with the `...` beside or below it, and
# leave the code around it as it is. The cell after an exercise checks shapes and dtypes for you;
# whether the *values* are right, the grader tells you. Each exercise begins by making its data anew,
# so the exercises do not depend on each other: if one resists, go on with the next, and run any cell
# as often as you like.

# %%
import torch
from torch import nn

# %% [markdown]
# ## The data
#
# There are 300 objects with two features each. The target is a linear function of the features, plus
# noise of variance 1. Since we made the data, we know the true weights, and can see how close we come.
#
# The second feature is spread three times as wide as the first. Keep that in mind when you look at
# the gradients.

# %%
def two_features(n_objects=300):
    """Return the features, the targets, and where the descent starts: x, y, w, b, layer."""
    torch.manual_seed(0)
    w_true = torch.randn(2)
    b_true = torch.randn(1)

    spread = torch.tensor([10.0, 30.0])
    x = (torch.rand(n_objects, 2) - 0.5) * spread
    noise = torch.randn(n_objects)
    y = x @ w_true + b_true + noise

    w = torch.rand(2)
    b = torch.rand(1)
    layer = nn.Linear(in_features=2, out_features=1)
    return x, y, w, b, layer


x, y, w, b, layer = two_features()
print("x:", x.shape, " y:", y.shape, " w:", w.shape, " b:", b.shape)

# %% [markdown]
# ## 1. Predictions and their error
#
# A linear model predicts $\hat y_i = \sum_j x_{ij} w_j + b$ for each object $i$. For all objects at
# once that is one product of a matrix and a vector: `x` has the shape `(300, 2)`, `w` the shape
# `(2,)`, their product the shape `(300,)`. The bias has the shape `(1,)` and is added to every
# prediction.
#
# The mean squared error, $\mathrm{MSE} = \frac1n \sum_i (\hat y_i - y_i)^2$, says with one number how
# far off the predictions are. It is a tensor without axes: its shape is `()`.
#
# Write both as functions.
#
# *Checked:* `y_pred` and `mse` for the starting weights `w` and `b`, and both functions on other data.

# %%
#| exercise: predictions
#| title: Predictions and the mean squared error
#| points: 2
#| checks:
#|   - y_pred
#|   - mse
#|   - expr: predict(features, weights, bias)
#|     hidden: true
#|     given: |
#|       features, weights, bias = torch.randn(40, 3), torch.randn(3), torch.randn(1)
#|   - expr: mean_squared_error(predicted, target)
#|     hidden: true
#|     given: |
#|       predicted, target = torch.randn(70), torch.randn(70)
#| blank: |
#|   def predict(x, w, b):
#|       ...  # YOUR CODE HERE
#|
#|
#|   def mean_squared_error(y_pred, y):
#|       ...  # YOUR CODE HERE
x, y, w, b, _ = two_features()


### BEGIN SOLUTION
def predict(x, w, b):
    return x @ w + b


def mean_squared_error(y_pred, y):
    return torch.mean((y_pred - y) ** 2)
### END SOLUTION


y_pred = predict(x, w, b)
mse = mean_squared_error(y_pred, y)

# %% [markdown]
# ## 2. The gradient, by formula and by autograd
#
# To make the error smaller we need to know how it changes when a weight changes a little: its partial
# derivatives. Write $e_i = \hat y_i - y_i$ for the error of one object. The derivative of a mean of
# squares is the mean of $2 e_i$ times the derivative of what is inside. The prediction $\hat y_i$
# grows by $x_{ij}$ when $w_j$ grows by one, and by $1$ when $b$ does.
#
# Put that together and write the gradient as a function that returns two tensors: one of the shape of
# `w`, one of the shape of `b`. Do it without autograd: your function is called on other data with
# gradients switched off, where `backward()` fails.
#
# *Checked:* the gradient at the starting weights, and your function on other data.

# %%
#| exercise: gradient-formula
#| title: The gradient by formula
#| points: 3
#| checks:
#|   - mse_gradient(x, y, w, b)
#|   - expr: torch.no_grad()(mse_gradient)(features, target, weights, bias)
#|     hidden: true
#|     points: 2
#|     given: |
#|       features, target = torch.randn(60, 4), torch.randn(60)
#|       weights, bias = torch.randn(4), torch.randn(1)
#| forbid:
#|   - torch.autograd
#|   - torch.func
#|   - torch.enable_grad
#|   - torch.set_grad_enabled
x, y, w, b, _ = two_features()


def mse_gradient(x, y, w, b):
    ### BEGIN SOLUTION
    error = x @ w + b - y
    grad_w = 2 * (x.T @ error) / len(x)
    grad_b = 2 * error.mean().reshape(1)
    return grad_w, grad_b
    ### END SOLUTION

# %% [markdown]
# PyTorch can find the same gradient without a formula. A tensor with `requires_grad=True` remembers
# what is computed from it; `backward()` on the result walks that way back and leaves the derivative
# in the tensor's `.grad`:
#
# ```python
# a = torch.tensor([1.0, 3.0], requires_grad=True)
# (a ** 2).sum().backward()
# a.grad                      # tensor([2., 6.])
# ```
#
# Compute the MSE of the model with the weights `w` and `b` below, and call `backward()` on it. If you
# did the exercise above, compare the two gradients.
#
# *Checked:* `w.grad` and `b.grad`.

# %%
#| exercise: gradient-autograd
#| title: The gradient by autograd
#| points: 1
#| checks:
#|   - w.grad
#|   - b.grad
x, y, w, b, _ = two_features()
w.requires_grad_()
b.requires_grad_()
### BEGIN SOLUTION
loss = torch.mean((x @ w + b - y) ** 2)
loss.backward()
### END SOLUTION

# %% [markdown]
# ## 3. The loop
#
# The gradient points to where the error grows fastest, so we step the other way:
# $w \leftarrow w - \eta \, \partial\,\mathrm{MSE} / \partial w$, and the same for $b$. The step size
# $\eta$ is small, and there are many steps. Each turn of the loop
#
# 1. computes the loss for the current `w` and `b`, and keeps its value as a Python number;
# 2. calls `backward()`;
# 3. changes `w` and `b` in place, inside `with torch.no_grad():`, since the step itself is no part of
#    what is differentiated;
# 4. empties the gradients: `backward()` *adds* to `.grad`, it does not replace it.
#
# What you need for that, shown on a tensor that has nothing to do with the task:
#
# ```python
# a = torch.tensor([1.0, 3.0])
# a = a.clone().requires_grad_()   # a copy, with gradients switched on
# total = (a ** 2).sum()
# total.item()                     # 10.0, a Python number
# total.backward()
# with torch.no_grad():
#     a -= 0.5 * a.grad            # in place: `a` stays the tensor that collects the gradient
# a.grad.zero_()                   # all zeros again
# ```
#
# With `a = a - ...` in the third step you would get a *new* tensor, which has no gradient, and the
# fourth step would fail.
#
# Write the loop as a function. It starts from copies of `w` and `b`, so that it can be called again,
# and returns the final `w`, the final `b` and the list of losses, one a step. The grader calls it twice
# with the same data, and both times the same must come out. The loss belongs to the weights *before*
# the step. No `torch.optim` here: it comes soon enough.
#
# With these data the loss should end a little above 1. Lower is hardly possible: the noise alone has
# a variance of 1.
#
# *Checked:* `w`, `b`, `losses`, the error that your final `w` and `b` really have, and your function
# on other data.

# %%
#| exercise: descent
#| title: The gradient descent loop
#| points: 5
#| limit: 10
#| checks:
#|   - w
#|   - b
#|   - losses
#|   - recompute: torch.mean((x @ w + b - y) ** 2)
#|     of: w, b
#|     compare: at_most
#|     margin: 0.01
#|   - expr: "[descend(features, target, weights, bias, n_steps=25, step_size=0.02) for _ in range(2)]"
#|     hidden: true
#|     points: 6
#|     given: |
#|       features, target = torch.randn(80, 3), torch.randn(80)
#|       weights, bias = torch.randn(3), torch.randn(1)
#| forbid:
#|   - torch.optim
#| blank: |
#|   # YOUR CODE HERE
#|   return ..., ..., ...
x, y, w_start, b_start, _ = two_features()


def descend(x, y, w, b, n_steps, step_size):
    ### BEGIN SOLUTION
    w = w.clone().requires_grad_()
    b = b.clone().requires_grad_()
    losses = []
    for _ in range(n_steps):
        loss = torch.mean((x @ w + b - y) ** 2)
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w -= step_size * w.grad
            b -= step_size * b.grad
        w.grad.zero_()
        b.grad.zero_()
    return w.detach(), b.detach(), losses
    ### END SOLUTION


w, b, losses = descend(x, y, w_start, b_start, n_steps=200, step_size=1e-2)

# %% [markdown]
# ## 4. The same with a layer
#
# `nn.Linear` keeps a weight and a bias and multiplies for us. There is a trap in it. The layer returns
# one *column*, of the shape `(300, 1)`, and the target is a plain vector of the shape `(300,)`. Look
# at what their difference is:

# %%
x, y, _, _, layer = two_features()
print("layer(x):    ", layer(x).shape)
print("y:           ", y.shape)
print("layer(x) - y:", (layer(x) - y).shape)


def layer_of(weight, bias):
    """Return a linear layer with this weight and bias. The grader makes other layers with it."""
    made = nn.Linear(weight.shape[1], weight.shape[0])
    made.load_state_dict({"weight": weight, "bias": bias})
    return made

# %% [markdown]
# Broadcasting has turned the vector into a row and subtracted every target from every prediction.
# Nothing fails: a mean can be taken, and the loss even falls at first. But the model learns to
# predict the average of `y` for every object. So bring both to one shape before you subtract.
#
# Write the training loop for a layer as a function. It changes the layer in place and returns the list
# of losses. Take the steps by hand again, for `layer.weight` and `layer.bias`; `layer.zero_grad()`
# empties both gradients.
#
# *Checked:* the trained `layer`, `layer_losses`, and your function on another layer with other data.

# %%
#| exercise: linear-layer
#| title: A linear layer, trained by hand
#| points: 3
#| limit: 10
#| checks:
#|   - layer.weight
#|   - layer.bias
#|   - layer_losses
#|   - expr: train_layer(layer_of(weights, bias), features, target, n_steps=15, step_size=0.05)
#|     hidden: true
#|     points: 3
#|     given: |
#|       weights, bias = torch.randn(1, 4), torch.randn(1)
#|       features, target = torch.randn(50, 4), torch.randn(50)
#| forbid:
#|   - torch.optim
#| blank: |
#|   ...  # YOUR CODE HERE
x, y, _, _, layer = two_features()


def train_layer(layer, x, y, n_steps, step_size):
    ### BEGIN SOLUTION
    losses = []
    for _ in range(n_steps):
        loss = torch.mean((layer(x).reshape(-1) - y) ** 2)
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            layer.weight -= step_size * layer.weight.grad
            layer.bias -= step_size * layer.bias.grad
        layer.zero_grad()
    return losses
    ### END SOLUTION


layer_losses = train_layer(layer, x, y, n_steps=200, step_size=1e-2)

# %% [markdown]
# ## 5. More features, smaller steps
#
# Now there are five features, each spread wider than the one before, and no bias in the data. The
# widest feature has by far the largest gradient, and a step size that is small enough for its weight
# moves the weight of the narrowest feature very little. So the steps are ten times smaller here, and
# there are ten times as many of them.
#
# The function below also returns the two layers of the last exercise.

# %%
def five_features(n_objects=300):
    """Return the features, the targets, and untrained layers: x, y, layer, hidden, output."""
    torch.manual_seed(0)
    w_true = torch.randn(5)

    spread = torch.tensor([10.0, 30.0, 50.0, 70.0, 90.0])
    x = (torch.rand(n_objects, 5) - 0.5) * spread
    y = x @ w_true + torch.randn(n_objects)

    layer = nn.Linear(in_features=5, out_features=1)
    hidden = nn.Linear(in_features=5, out_features=3)
    output = nn.Linear(in_features=3, out_features=1)
    return x, y, layer, hidden, output

# %% [markdown]
# Train `layer_5` for 2000 steps of `1e-3` and keep the losses in `losses_5`, one a step, as Python
# numbers. Print a loss now and then, and watch how fast the first steps are and how slow the last.
#
# *Checked:* the trained `layer_5`, `losses_5`, and the error that your layer really has.

# %%
#| exercise: five-features
#| title: Five features
#| points: 2
#| limit: 40
#| checks:
#|   - layer_5.weight
#|   - layer_5.bias
#|   - losses_5
#|   - recompute: torch.mean((x5 @ layer_5["weight"].reshape(-1) + layer_5["bias"] - y5) ** 2)
#|     of: layer_5
#|     compare: at_most
#|     margin: 0.01
#| forbid:
#|   - torch.optim
#| blank: |
#|   losses_5 = ...  # YOUR CODE HERE
x5, y5, layer_5, _, _ = five_features()
n_steps = 2000
step_size = 1e-3
### BEGIN SOLUTION
losses_5 = []
for i in range(n_steps):
    loss = torch.mean((layer_5(x5).ravel() - y5) ** 2)
    losses_5.append(loss.item())
    if i % 250 == 0:
        print(f"step {i + 1}: {loss.item():.5f}")
    loss.backward()
    with torch.no_grad():
        layer_5.weight -= step_size * layer_5.weight.grad
        layer_5.bias -= step_size * layer_5.bias.grad
    layer_5.zero_grad()
### END SOLUTION

# %% [markdown]
# ## 6. A network of two layers
#
# Last, a real network: five features go through a layer with three outputs, then through the
# activation $\mathrm{ReLU}(z) = \max(0, z)$, then through a layer with one output:
# `output(activation(hidden(x5)))`. Without the activation the two layers would be one linear layer in
# disguise.
#
# There are four tensors to change now: a weight and a bias in each layer. `backward()` finds the
# gradients of all four at once; that is what it is for. Train for 2000 steps of `5e-4` and keep the
# losses in `network_losses`.
#
# *Checked:* `network_losses`, the weights of both trained layers, and the error that your network
# really has.

# %%
#| exercise: two-layers
#| title: Two layers with ReLU
#| points: 4
#| limit: 40
#| checks:
#|   - hidden.weight
#|   - output.weight
#|   - network_losses
#|   - recompute: |
#|       torch.mean((torch.relu(x5 @ hidden["weight"].T + hidden["bias"])
#|                   @ output["weight"].reshape(-1) + output["bias"] - y5) ** 2)
#|     of: hidden, output
#|     compare: at_most
#|     margin: 0.01
#| forbid:
#|   - torch.optim
#| blank: |
#|   network_losses = ...  # YOUR CODE HERE
x5, y5, _, hidden, output = five_features()
n_steps = 2000
step_size = 5e-4
activation = nn.ReLU()
### BEGIN SOLUTION
network_losses = []
for i in range(n_steps):
    loss = torch.mean((output(activation(hidden(x5))).ravel() - y5) ** 2)
    network_losses.append(loss.item())
    if i % 250 == 0:
        print(f"step {i + 1}: {loss.item():.5f}")
    loss.backward()
    with torch.no_grad():
        for layer_of_two in (hidden, output):
            layer_of_two.weight -= step_size * layer_of_two.weight.grad
            layer_of_two.bias -= step_size * layer_of_two.bias.grad
    hidden.zero_grad()
    output.zero_grad()
### END SOLUTION

# %% [markdown]
# ## What you have now
#
# One loop, four models. The loss, `backward()`, the step, empty gradients: that is what every training
# script does, however large the network. An optimizer only packs the step into a method, and cleverer
# ones choose the step size for each weight, which is what the wide features asked for.
