# ---
# jupyter:
#   tensorgrader:
#     title: Eleven cells
# ---

# %%
import torch

torch.manual_seed(0)
x = torch.randn(300, 2)
y = x @ torch.tensor([1.5, -2.0]) + 0.3


# %%
#| exercise: predict
#| points: 2
#| checks:
#|   - expr: predict(features, weights, bias)
#|     hidden: true
#|     given: |
#|       features, weights, bias = torch.randn(7, 2), torch.randn(2), torch.randn(1)
def predict(x, w, b):
    return x @ w + b  # SOLUTION


# %%
#| exercise: mse
#| checks:
#|   - expr: mse(predicted, target)
#|     hidden: true
#|     given: |
#|       predicted, target = torch.randn(9), torch.randn(9)
def mse(y_pred, y):
    return torch.mean((y_pred - y) ** 2)  # SOLUTION


# %%
w = torch.zeros(2, requires_grad=True)
b = torch.zeros(1, requires_grad=True)

# %%
#| exercise: gradient
#| checks:
#|   - w.grad
#|   - b.grad
mse(predict(x, w, b), y).backward()  # SOLUTION

# %%
print(w.grad, b.grad)

# %%
#| exercise: descent
#| points: 3
#| checks:
#|   - w_descent
#|   - losses
w_descent = torch.zeros(2)
### BEGIN SOLUTION
losses = []
for _ in range(300):
    error = x @ w_descent - y
    losses.append(torch.mean(error**2).item())
    w_descent = w_descent - 0.2 * (x.T @ error) / len(y)
### END SOLUTION

# %%
print(losses[-1])

# %%
torch.manual_seed(1)
layer = torch.nn.Linear(2, 1)

# %%
#| exercise: layer
#| checks:
#|   - layer.weight
#|   - layer_losses
### BEGIN SOLUTION
layer_losses = []
for _ in range(100):
    loss = torch.mean((layer(x).squeeze(1) - y) ** 2)
    layer_losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter -= 0.05 * parameter.grad
            parameter.grad = None
### END SOLUTION

# %%
layer_losses[-1]
