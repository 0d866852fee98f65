"""Wrong answers to the exercises on gradient descent."""

from tests.explaining.wrong_answers.answer import Wrong

ANSWERS = (
    Wrong(
        "gradient-autograd",
        "backward-where-nothing-was-recorded",
        """
        x, y, w, b, _ = two_features()
        w.requires_grad_()
        b.requires_grad_()
        with torch.no_grad():
            loss = torch.mean((x @ w + b - y) ** 2)
        loss.backward()
        """,
        due=("failed", "aspects"),
        never=("either",),
    ),
    Wrong(
        "predictions",
        "sum",
        """
        def mean_squared_error(y_pred, y):
            return ((y - y_pred) ** 2).sum()
        """,
        due=("mistake sum-of-squares",),
    ),
    Wrong(
        "predictions",
        "no-bias",
        """
        def predict(x, w, b):
            return x @ w
        """,
        due=("offset",),
    ),
    Wrong(
        "predictions",
        "abs",
        """
        def mean_squared_error(y_pred, y):
            return (y_pred - y).abs().mean()
        """,
        due=("mistake absolute-error",),
    ),
    Wrong(
        "predictions",
        "half",
        """
        def mean_squared_error(y_pred, y):
            return torch.mean((y_pred - y) ** 2) / 2
        """,
        due=("scaled",),
    ),
    Wrong(
        "predictions",
        "column",
        """
        def predict(x, w, b):
            return x @ w.reshape(-1, 1) + b
        """,
        due=("axis",),
    ),
    Wrong(
        "predictions",
        "variance",
        """
        def mean_squared_error(y_pred, y):
            return torch.var(y_pred - y)
        """,
        due=("values",),
    ),
    Wrong(
        "predictions",
        "n-minus-one",
        """
        def mean_squared_error(y_pred, y):
            return torch.sum((y_pred - y) ** 2) / (len(y) - 1)
        """,
        due=("one-less",),
    ),
    Wrong(
        "predictions",
        "root",
        """
        def mean_squared_error(y_pred, y):
            return torch.mean((y_pred - y) ** 2) ** 0.5
        """,
        due=("mistake root-taken",),
    ),
    Wrong(
        "gradient-formula",
        "no-two",
        """
        e = x @ w + b - y
        return x.T @ e / len(x), e.mean().reshape(1)
        """,
        due=("mistake no-factor-two",),
    ),
    Wrong(
        "gradient-formula",
        "sums",
        """
        e = x @ w + b - y
        return 2 * x.T @ e, 2 * e.sum().reshape(1)
        """,
        due=("mistake sum-not-mean",),
    ),
    Wrong(
        "gradient-formula",
        "bias-scalar",
        """
        e = x @ w + b - y
        return 2 * x.T @ e / len(x), 2 * e.mean()
        """,
        due=("axis",),
    ),
    Wrong(
        "gradient-formula",
        "sign",
        """
        e = y - x @ w - b
        return 2 * (x.T @ e) / len(e), 2 * e.mean(0, keepdim=True)
        """,
        due=("mistake error-turned-round",),
    ),
    Wrong(
        "gradient-formula",
        "backward",
        """
        w = w.clone().requires_grad_()
        b = b.clone().requires_grad_()
        torch.mean((x @ w + b - y) ** 2).backward()
        return w.grad, b.grad
        """,
        due=("failed",),
    ),
    Wrong(
        "gradient-formula",
        "one-tensor",
        """
        e = x @ w + b - y
        return torch.cat([2 * (x.T @ e) / len(x), 2 * e.mean().reshape(1)])
        """,
        due=("kind",),
    ),
    Wrong(
        "gradient-formula",
        "mean-over-all",
        """
        e = x @ w + b - y
        return 2 * (x * e[:, None]).mean(), 2 * e.mean().reshape(1)
        """,
        due=("reduced",),
    ),
    Wrong(
        "gradient-formula",
        "bias-without-two",
        """
        e = x @ w + b - y
        return 2 * (x.T @ e) / len(x), e.mean().reshape(1)
        """,
        due=("scaled",),
    ),
    Wrong(
        "gradient-autograd",
        "sum",
        """
        loss = ((x @ w + b - y) ** 2).sum()
        loss.backward()
        """,
        due=("mistake sum-not-mean",),
    ),
    Wrong(
        "gradient-autograd",
        "no-backward",
        """
        loss = ((x @ w + b - y) ** 2).mean()
        """,
        due=(
            "no-grad-value",
            "never-back",
        ),
    ),
    Wrong(
        "gradient-autograd",
        "no-bias",
        """
        loss = ((x @ w - y) ** 2).mean()
        loss.backward()
        """,
        due=("no-grad-value",),
    ),
    Wrong(
        "gradient-autograd",
        "twice",
        """
        for _ in range(2):
            loss = ((x @ w + b - y) ** 2).mean()
            loss.backward()
        """,
        due=("mistake backward-twice",),
    ),
    Wrong(
        "gradient-autograd",
        "column",
        """
        loss = ((x @ w[:, None] + b - y) ** 2).mean()
        loss.backward()
        """,
        due=("mistake target-as-column",),
    ),
    Wrong(
        "gradient-autograd",
        "emptied",
        """
        loss = ((x @ w + b - y) ** 2).mean()
        loss.backward()
        w.grad.zero_()
        b.grad.zero_()
        """,
        due=("zeros",),
    ),
    Wrong(
        "gradient-autograd",
        "half",
        """
        loss = ((x @ w + b - y) ** 2).mean() / 2
        loss.backward()
        """,
        due=("scaled",),
    ),
    Wrong(
        "gradient-autograd",
        "detached",
        """
        loss = ((x @ w.detach() + b - y) ** 2).mean()
        loss.backward()
        """,
        due=("no-grad-value",),
    ),
    Wrong(
        "descent",
        "rebound",
        """
        w = w.clone().requires_grad_()
        b = b.clone().requires_grad_()
        losses = []
        for _ in range(n_steps):
            loss = torch.mean((x @ w + b - y) ** 2)
            losses.append(loss.item())
            loss.backward()
            with torch.no_grad():
                w = w - step_size * w.grad
                b = b - step_size * b.grad
            w.grad.zero_()
            b.grad.zero_()
        return w, b, losses
        """,
        due=(
            "bound-anew",
            "failed",
        ),
    ),
    Wrong(
        "descent",
        "not-emptied",
        """
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
        return w, b, losses
        """,
        due=("mistake no-zero-grad",),
    ),
    Wrong(
        "descent",
        "uphill",
        """
        w = w.clone().requires_grad_()
        b = b.clone().requires_grad_()
        losses = []
        for _ in range(n_steps):
            loss = torch.mean((x @ w + b - y) ** 2)
            losses.append(loss.item())
            loss.backward()
            with torch.no_grad():
                w += step_size * w.grad
                b += step_size * b.grad
            w.grad = None
            b.grad = None
        return w.detach(), b.detach(), losses
        """,
        due=(
            "nan",
            "uphill",
        ),
    ),
    Wrong(
        "descent",
        "losses-as-tensors-after",
        """
        w = w.clone().requires_grad_()
        b = b.clone().requires_grad_()
        losses = []
        for _ in range(n_steps):
            loss = torch.mean((x @ w + b - y) ** 2)
            loss.backward()
            with torch.no_grad():
                w -= step_size * w.grad
                b -= step_size * b.grad
            w.grad.zero_()
            b.grad.zero_()
            losses.append(torch.mean((x @ w + b - y) ** 2).item())
        return w.detach(), b.detach(), losses
        """,
        due=("mistake loss-after-step",),
    ),
    Wrong(
        "descent",
        "one-step-more",
        """
        w = w.clone().requires_grad_()
        b = b.clone().requires_grad_()
        losses = []
        for _ in range(n_steps + 1):
            loss = torch.mean((x @ w + b - y) ** 2)
            losses.append(loss.item())
            loss.backward()
            with torch.no_grad():
                w -= step_size * w.grad
                b -= step_size * b.grad
            w.grad.zero_()
            b.grad.zero_()
        return w.detach(), b.detach(), losses
        """,
        due=("shifted",),
    ),
    Wrong(
        "descent",
        "no-copies",
        """
        w.requires_grad_()
        b.requires_grad_()
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
        return w, b, losses
        """,
        due=("mistake start-changed",),
    ),
    Wrong(
        "descent",
        "half-gradient",
        """
        losses = []
        for _ in range(n_steps):
            e = x @ w + b - y
            losses.append((e ** 2).mean().item())
            w = w - step_size * (x.T @ e) / len(x)
            b = b - step_size * e.mean()
        return w, b, losses
        """,
        due=(
            "values",
            "curve-begins",
        ),
    ),
    Wrong(
        "descent",
        "large-steps",
        """
        losses = []
        for _ in range(n_steps):
            e = x @ w + b - y
            losses.append((e ** 2).mean().item())
            w = w - step_size * 2 * (x.T @ e)
            b = b - step_size * 2 * e.sum()
        return w, b, losses
        """,
        due=(
            "diverged",
            "nan",
        ),
    ),
    Wrong(
        "descent",
        "return-in-loop",
        """
        losses = []
        for _ in range(n_steps):
            e = x @ w + b - y
            losses.append((e ** 2).mean().item())
            w = w - step_size * 2 * (x.T @ e) / len(x)
            b = b - step_size * 2 * e.mean()
            return w, b, losses
        """,
        due=("returns-in-loop",),
    ),
    Wrong(
        "descent",
        "endless",
        """
        losses = []
        while len(losses) < n_steps:
            e = x @ w + b - y
            w = w - step_size * 2 * (x.T @ e) / len(x)
            b = b - step_size * 2 * e.mean()
        return w, b, losses
        """,
        alone=True,
        due=("failed",),
    ),
    Wrong(
        "descent",
        "bias-not-trained",
        """
        w = w.clone().requires_grad_()
        losses = []
        for _ in range(n_steps):
            loss = torch.mean((x @ w + b - y) ** 2)
            losses.append(loss.item())
            loss.backward()
            with torch.no_grad():
                w -= step_size * w.grad
            w.grad.zero_()
        return w.detach(), b, losses
        """,
        due=("mistake bias-left-alone",),
    ),
    Wrong(
        "linear-layer",
        "column-minus-row",
        """
        losses = []
        for _ in range(n_steps):
            loss = ((layer(x) - y) ** 2).mean()
            losses.append(loss.item())
            layer.zero_grad()
            loss.backward()
            with torch.no_grad():
                for p in layer.parameters():
                    p -= step_size * p.grad
        return losses
        """,
        due=("mistake column-minus-row",),
    ),
    Wrong(
        "linear-layer",
        "no-zero-grad",
        """
        losses = []
        for _ in range(n_steps):
            loss = ((layer(x)[:, 0] - y) ** 2).mean()
            losses.append(loss.item())
            loss.backward()
            with torch.no_grad():
                for p in layer.parameters():
                    p -= step_size * p.grad
        return losses
        """,
        due=("mistake no-zero-grad",),
    ),
    Wrong(
        "linear-layer",
        "own-step-size",
        """
        losses = []
        for _ in range(n_steps):
            loss = ((layer(x)[:, 0] - y) ** 2).mean()
            losses.append(loss.item())
            layer.zero_grad()
            loss.backward()
            with torch.no_grad():
                layer.weight -= 0.001 * layer.weight.grad
                layer.bias -= 0.001 * layer.bias.grad
        return losses
        """,
        due=(
            "argument-unused",
            "values",
            "curve-begins",
        ),
    ),
    Wrong(
        "linear-layer",
        "tensors-kept",
        """
        losses = []
        for _ in range(n_steps):
            loss = ((layer(x)[:, 0] - y) ** 2).sum()
            losses.append(loss)
            layer.zero_grad()
            loss.backward()
            with torch.no_grad():
                for p in layer.parameters():
                    p -= step_size * p.grad
        return losses
        """,
        due=(
            "diverged",
            "nan",
        ),
    ),
    Wrong(
        "linear-layer",
        "weight-only",
        """
        losses = []
        for _ in range(n_steps):
            loss = ((layer(x).squeeze() - y) ** 2).mean()
            losses.append(loss.item())
            loss.backward()
            with torch.no_grad():
                layer.weight -= step_size * layer.weight.grad
            layer.zero_grad()
        return losses
        """,
        due=("mistake bias-left-alone",),
    ),
    Wrong(
        "linear-layer",
        "new-layer",
        """
        layer = nn.Linear(x.shape[1], 1)
        losses = []
        for _ in range(n_steps):
            loss = ((layer(x).squeeze() - y) ** 2).mean()
            losses.append(loss.item())
            loss.backward()
            with torch.no_grad():
                for p in layer.parameters():
                    p -= step_size * p.grad
            layer.zero_grad()
        return losses
        """,
        due=(
            "values",
            "argument-rebound",
        ),
    ),
    Wrong(
        "linear-layer",
        "nothing-returned",
        """
        losses = []
        for _ in range(n_steps):
            loss = ((layer(x).squeeze() - y) ** 2).mean()
            losses.append(loss.item())
            loss.backward()
            with torch.no_grad():
                for p in layer.parameters():
                    p -= step_size * p.grad
            layer.zero_grad()
        """,
        due=(
            "blank",
            "no-return",
        ),
    ),
    Wrong(
        "five-features",
        "not-emptied",
        """
        losses_5 = []
        for i in range(n_steps):
            mse = torch.mean((layer_5(x5).ravel() - y5) ** 2)
            losses_5.append(mse.item())
            mse.backward()
            with torch.no_grad():
                layer_5.weight -= layer_5.weight.grad * step_size
                layer_5.bias -= layer_5.bias.grad * step_size
        """,
        due=("never-emptied",),
    ),
    Wrong(
        "five-features",
        "column",
        """
        losses_5 = []
        for i in range(n_steps):
            mse = torch.mean((layer_5(x5) - y5) ** 2)
            losses_5.append(mse.item())
            layer_5.zero_grad()
            mse.backward()
            with torch.no_grad():
                for p in layer_5.parameters():
                    p -= p.grad * step_size
        """,
        due=("mistake column-minus-row",),
    ),
    Wrong(
        "five-features",
        "old-step-size",
        """
        losses_5 = []
        step_size = 1e-2
        for i in range(n_steps):
            mse = torch.mean((layer_5(x5).ravel() - y5) ** 2)
            losses_5.append(mse.item())
            layer_5.zero_grad()
            mse.backward()
            with torch.no_grad():
                for p in layer_5.parameters():
                    p -= p.grad * step_size
        """,
        due=(
            "given-bound-anew",
            "nan",
        ),
    ),
    Wrong(
        "five-features",
        "two-hundred-steps",
        """
        losses_5 = []
        for i in range(200):
            mse = torch.mean((layer_5(x5).ravel() - y5) ** 2)
            losses_5.append(mse.item())
            layer_5.zero_grad()
            mse.backward()
            with torch.no_grad():
                for p in layer_5.parameters():
                    p -= p.grad * step_size
        """,
        due=(
            "given-unused",
            "length",
        ),
    ),
    Wrong(
        "five-features",
        "every-250",
        """
        losses_5 = []
        for i in range(n_steps):
            mse = torch.mean((layer_5(x5).ravel() - y5) ** 2)
            if i % 250 == 0:
                losses_5.append(mse.item())
            layer_5.zero_grad()
            mse.backward()
            with torch.no_grad():
                for p in layer_5.parameters():
                    p -= p.grad * step_size
        """,
        due=("length",),
    ),
    Wrong(
        "five-features",
        "weight-rebound",
        """
        losses_5 = []
        for i in range(n_steps):
            mse = torch.mean((layer_5(x5).ravel() - y5) ** 2)
            losses_5.append(mse.item())
            layer_5.zero_grad()
            mse.backward()
            layer_5.weight = layer_5.weight - step_size * layer_5.weight.grad
            layer_5.bias = layer_5.bias - step_size * layer_5.bias.grad
        """,
        due=(
            "failed",
            "values",
        ),
    ),
    Wrong(
        "two-layers",
        "no-activation",
        """
        network_losses = []
        for i in range(n_steps):
            loss = torch.mean((output(hidden(x5)).ravel() - y5) ** 2)
            network_losses.append(loss.item())
            loss.backward()
            with torch.no_grad():
                for p in [hidden.weight, hidden.bias, output.weight, output.bias]:
                    p -= step_size * p.grad
                    p.grad.zero_()
        """,
        due=("mistake no-activation",),
    ),
    Wrong(
        "two-layers",
        "hidden-not-emptied",
        """
        network_losses = []
        for i in range(n_steps):
            loss = torch.mean((output(activation(hidden(x5))).ravel() - y5) ** 2)
            network_losses.append(loss.item())
            loss.backward()
            with torch.no_grad():
                for l in (hidden, output):
                    for p in l.parameters():
                        p -= step_size * p.grad
            output.zero_grad()
        """,
        due=(
            "nan",
            "never-emptied",
        ),
    ),
    Wrong(
        "two-layers",
        "activation-twice",
        """
        network_losses = []
        for i in range(n_steps):
            loss = torch.mean((activation(output(activation(hidden(x5)))).ravel() - y5) ** 2)
            network_losses.append(loss.item())
            loss.backward()
            with torch.no_grad():
                for l in (hidden, output):
                    for p in l.parameters():
                        p -= step_size * p.grad
            hidden.zero_grad()
            output.zero_grad()
        """,
        due=("mistake activation-at-the-end-too",),
    ),
    Wrong(
        "two-layers",
        "output-only",
        """
        network_losses = []
        for i in range(n_steps):
            loss = torch.mean((output(activation(hidden(x5))).ravel() - y5) ** 2)
            network_losses.append(loss.item())
            loss.backward()
            with torch.no_grad():
                for p in output.parameters():
                    p -= step_size * p.grad
            output.zero_grad()
        """,
        due=("mistake only-the-output-layer",),
    ),
    Wrong(
        "two-layers",
        "old-step",
        """
        network_losses = []
        for i in range(n_steps):
            loss = torch.mean((output(activation(hidden(x5))).ravel() - y5) ** 2)
            network_losses.append(loss.item())
            loss.backward()
            with torch.no_grad():
                for l in (hidden, output):
                    for p in l.parameters():
                        p -= 1e-3 * p.grad
            hidden.zero_grad()
            output.zero_grad()
        """,
        due=(
            "given-unused",
            "values",
            "curve-begins",
        ),
    ),
    Wrong(
        "two-layers",
        "sigmoid",
        """
        network_losses = []
        for i in range(n_steps):
            loss = torch.mean((output(torch.sigmoid(hidden(x5))).ravel() - y5) ** 2)
            network_losses.append(loss.item())
            loss.backward()
            with torch.no_grad():
                for l in (hidden, output):
                    for p in l.parameters():
                        p -= step_size * p.grad
            hidden.zero_grad()
            output.zero_grad()
        """,
        due=(
            "given-unused",
            "values",
            "curve-begins",
        ),
    ),
    # What is bound in an earlier cell of the student's own.
    Wrong(
        "predictions",
        "transposed",
        """
        def predict(x, w, b):
            return w @ x + b
        """,
        due=("failed",),
    ),
    Wrong(
        "predictions",
        "absolute-of-mean",
        """
        def mean_squared_error(y_pred, y):
            return torch.mean(y_pred - y) ** 2
        """,
        due=("mistake square-of-the-mean",),
    ),
    Wrong(
        "predictions",
        "printed",
        """
        def mean_squared_error(y_pred, y):
            print(torch.mean((y_pred - y) ** 2))
        """,
        due=(
            "blank",
            "no-return",
        ),
    ),
    Wrong(
        "gradient-formula",
        "list",
        """
        e = x @ w + b - y
        return [2 * (x.T @ e) / len(x), 2 * e.mean().reshape(1), e]
        """,
        due=(
            "kind",
            "length",
        ),
    ),
    Wrong(
        "gradient-formula",
        "wrong-axis",
        """
        e = x @ w + b - y
        return 2 * (x * e[:, None]).mean(1), 2 * e.mean().reshape(1)
        """,
        due=("shape",),
    ),
    Wrong(
        "gradient-formula",
        "exchanged",
        """
        e = x @ w + b - y
        return 2 * e.mean().reshape(1), 2 * (x.T @ e) / len(x)
        """,
        due=("order",),
    ),
    Wrong(
        "gradient-autograd",
        "undefined",
        """
        loss = mse_of(x, y, w, b)
        loss.backward()
        """,
        due=(
            "failed",
            "no-grad-value",
        ),
    ),
    Wrong(
        "gradient-autograd",
        "vector",
        """
        loss = (x @ w + b - y) ** 2
        loss.backward()
        """,
        due=(
            "failed",
            "no-grad-value",
        ),
    ),
    Wrong(
        "descent",
        "emptied-early",
        """
        w = w.clone().requires_grad_()
        b = b.clone().requires_grad_()
        losses = []
        for _ in range(n_steps):
            loss = torch.mean((x @ w + b - y) ** 2)
            losses.append(loss.item())
            loss.backward()
            w.grad.zero_()
            b.grad.zero_()
            with torch.no_grad():
                w -= step_size * w.grad
                b -= step_size * b.grad
        return w.detach(), b.detach(), losses
        """,
        due=("emptied-early",),
    ),
    Wrong(
        "descent",
        "losses-are-tensors",
        """
        w = w.clone().requires_grad_()
        b = b.clone().requires_grad_()
        losses = []
        for _ in range(n_steps):
            loss = torch.mean((x @ w + b - y) ** 2)
            losses.append(loss)
            loss.backward()
            with torch.no_grad():
                w -= step_size * w.grad
            w.grad.zero_()
            b.grad.zero_()
        return w.detach(), b.detach(), losses
        """,
        due=("mistake bias-left-alone",),
    ),
    Wrong(
        "descent",
        "order-of-results",
        """
        losses = []
        for _ in range(n_steps):
            e = x @ w + b - y
            losses.append((e ** 2).mean().item())
            w = w - step_size * 2 * (x.T @ e) / len(x)
            b = b - step_size * 2 * e.mean()
        return losses, w, b
        """,
        due=(
            "exchanged",
            "not-a-tensor",
        ),
    ),
    Wrong(
        "descent",
        "last-loss-only",
        """
        w = w.clone().requires_grad_()
        b = b.clone().requires_grad_()
        for _ in range(n_steps):
            loss = torch.mean((x @ w + b - y) ** 2)
            loss.backward()
            with torch.no_grad():
                w -= step_size * w.grad
                b -= step_size * b.grad
            w.grad.zero_()
            b.grad.zero_()
        return w.detach(), b.detach(), loss.item()
        """,
        due=("kind",),
    ),
    Wrong(
        "linear-layer",
        "range-of-own",
        """
        losses = []
        for _ in range(n_steps):
            loss = ((layer(x) - y) ** 2).mean()
            losses.append(loss.item())
            layer.zero_grad()
            loss.backward()
            with torch.no_grad():
                for p in layer.parameters():
                    p -= 2 * step_size * p.grad
        return losses
        """,
        before="range = 10",
        alone=True,
        due=(
            "failed",
            "hidden-name",
        ),
    ),
    Wrong(
        "linear-layer",
        "sum-is-bound",
        """
        losses = []
        sum = 0
        for _ in range(n_steps):
            loss = sum((layer(x).ravel() - y) ** 2) / len(y)
            losses.append(loss.item())
            layer.zero_grad()
            loss.backward()
            with torch.no_grad():
                for p in layer.parameters():
                    p -= step_size * p.grad
        return losses
        """,
        due=(
            "failed",
            "hidden-name",
        ),
    ),
    Wrong(
        "five-features",
        "no-step",
        """
        losses_5 = []
        for i in range(n_steps):
            mse = torch.mean((layer_5(x5).ravel() - y5) ** 2)
            losses_5.append(mse.item())
            mse.backward()
            layer_5.zero_grad()
        """,
        due=(
            "even",
            "given-unused",
            "never-read",
        ),
    ),
    Wrong(
        "five-features",
        "syntax",
        """
        losses_5 = []
        for i in range(n_steps):
            mse = torch.mean((layer_5(x5).ravel() - y5) ** 2
            losses_5.append(mse.item())
        """,
        raw=True,
        due=("failed",),
    ),
    Wrong(
        "two-layers",
        "detached-hidden",
        """
        network_losses = []
        for i in range(n_steps):
            inner = activation(hidden(x5)).detach()
            loss = torch.mean((output(inner).ravel() - y5) ** 2)
            network_losses.append(loss.item())
            hidden.zero_grad()
            output.zero_grad()
            loss.backward()
            with torch.no_grad():
                for l in (hidden, output):
                    for p in l.parameters():
                        p -= step_size * p.grad
        """,
        due=("failed",),
    ),
    Wrong(
        "two-layers",
        "memory",
        """
        network_losses = torch.zeros(10**11).tolist()
        """,
        alone=True,
        due=(
            "failed",
            "given-unused",
        ),
    ),
    Wrong(
        "predictions",
        "sum-by-wrong-number",
        """
        def mean_squared_error(y_pred, y):
            return torch.sum((y_pred - y) ** 2) / 100
        """,
        due=(
            "scaled",
            "values",
        ),
        never=("in place of a mean",),
    ),
    Wrong(
        "descent",
        "rebound-and-detached",
        """
        w = w.clone().requires_grad_()
        b = b.clone().requires_grad_()
        losses = []
        for _ in range(n_steps):
            loss = torch.mean((x @ w + b - y) ** 2)
            losses.append(loss.item())
            loss.backward()
            w = w - step_size * w.grad
            b = b - step_size * b.grad
        return w.detach(), b.detach(), losses
        """,
        due=("failed", "bound-anew"),
        never=("never empties",),
    ),
    Wrong(
        "five-features",
        "layer-of-two",
        """
        losses_5 = []
        for _ in range(n_steps):
            loss = torch.mean((layer(x5)[:, 0] - y5) ** 2)
            losses_5.append(loss.item())
            layer.zero_grad()
            loss.backward()
            with torch.no_grad():
                layer.weight -= step_size * layer.weight.grad
                layer.bias -= step_size * layer.bias.grad
        """,
        due=("failed", "given-unused"),
        never=("transposed",),
    ),
    Wrong(
        "descent",
        "list-begun-anew",
        """
        w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
        for _ in range(n_steps):
            loss = torch.mean((x @ w + b - y) ** 2)
            losses = [loss.item()]
            w.grad, b.grad = None, None
            loss.backward()
            with torch.no_grad():
                w -= step_size * w.grad
                b -= step_size * b.grad
        return w.detach(), b.detach(), losses
        """,
        due=("new-list",),
    ),
    Wrong(
        "descent",
        "cleared-by-a-function",
        """
        def clear(*tensors):
            for t in tensors:
                if t.grad is not None:
                    t.grad.zero_()

        w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
        losses = []
        for _ in range(n_steps):
            loss = torch.mean((x @ w + b - y) ** 2)
            losses.append(loss.item())
            clear(w, b)
            loss.backward()
            with torch.no_grad():
                w -= step_size * w.grad
                b -= step_size * b.grad
        return w.detach(), b.detach(), losses[1:]
        """,
        due=("shifted",),
    ),
    Wrong(
        "two-layers",
        "back-twice",
        """
        network_losses = []
        for i in range(n_steps):
            loss = torch.mean((output(activation(hidden(x5))).ravel() - y5) ** 2)
            network_losses.append(loss.item())
            hidden.zero_grad()
            output.zero_grad()
            loss.backward(retain_graph=True)
            loss.backward()
            with torch.no_grad():
                for l in (hidden, output):
                    for p in l.parameters():
                        p -= step_size * p.grad
        """,
        due=("back-twice",),
    ),
    Wrong(
        "linear-layer",
        "sum-that-grows-to-infinity",
        """
        losses = []
        y = y.reshape(-1, 1)
        for _ in range(n_steps):
            loss = torch.sum((layer(x) - y) ** 2)
            losses.append(loss.item() / len(y))
            loss.backward()
            with torch.no_grad():
                for p in layer.parameters():
                    p -= step_size * p.grad
            layer.zero_grad()
        return losses
        """,
        due=("nan", "diverged"),
    ),
    Wrong(
        "descent",
        "loss-before-the-loop",
        """
        w = w.clone().requires_grad_()
        b = b.clone().requires_grad_()
        losses = []
        loss = torch.mean((x @ w + b - y) ** 2)
        for _ in range(n_steps):
            losses.append(loss.item())
            loss.backward(retain_graph=True)
            with torch.no_grad():
                w.data -= step_size * w.grad
                b.data -= step_size * b.grad
            w.grad.zero_()
            b.grad.zero_()
        return w.detach(), b.detach(), losses
        """,
        due=("curve-begins",),
    ),
)
