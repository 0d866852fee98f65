"""Wrong answers to the exercises on layers and activations."""

from tests.explaining.wrong_answers.answer import Wrong

ANSWERS = (
    Wrong(
        "three-cures",
        "row-that-broadcasts-to-the-right-loss",
        """
        def as_vector(column):
            return column.reshape(1, -1)


        def safe_mse(predictions, targets):
            return ((predictions - targets) ** 2).mean()


        right_mse = safe_mse(as_vector(predictions), targets)
        """,
        due=("aspects",),
        never=("data that you see",),
    ),
    Wrong(
        "layer-shapes",
        "in-out-exchanged",
        """
        def features_of(weight):
            return weight.shape[0], weight.shape[1]
        """,
        due=("mistake weight-read-backwards",),
    ),
    Wrong(
        "layer-shapes",
        "first-axis",
        """
        def layer_between(x, y):
            return nn.Linear(len(x), len(y))
        """,
        due=("mistake objects-counted",),
    ),
    Wrong(
        "layer-shapes",
        "no-bias",
        """
        def layer_between(x, y):
            return nn.Linear(x.shape[-1], y.shape[-1], False)
        """,
        due=("mistake without-a-bias",),
    ),
    Wrong(
        "layer-shapes",
        "result-not-layer",
        """
        def layer_between(x, y):
            layer = nn.Linear(x.shape[-1], y.shape[-1])
            return layer(x)
        """,
        due=("failed",),
    ),
    Wrong("linear-by-hand", "no-transpose", "return x @ weight + bias", due=("failed",)),
    Wrong(
        "linear-by-hand",
        "no-bias",
        "return torch.matmul(x, weight.T)",
        due=("mistake bias-forgotten",),
    ),
    Wrong(
        "linear-by-hand",
        "elementwise",
        "return (x * weight).sum() + bias",
        due=(
            "axis",
            "failed",
        ),
    ),
    Wrong("linear-by-hand", "weight-first", "return weight @ x + bias", due=("failed",)),
    Wrong(
        "linear-by-hand",
        "bias-subtracted",
        "return x @ weight.t() - bias",
        due=("mistake bias-subtracted",),
    ),
    Wrong(
        "linear-by-hand",
        "view-for-transpose",
        "return x @ weight.view(weight.shape[1], weight.shape[0]) + bias",
        due=("mistake weight-reshaped",),
    ),
    Wrong(
        "layer-of-tensors",
        "bias-always",
        """
        out, n = weight.shape
        layer = nn.Linear(n, out)
        layer.weight.data = weight
        if bias is not None:
            layer.bias.data = bias
        return layer
        """,
        due=("entries",),
    ),
    Wrong(
        "layer-of-tensors",
        "numbers-not-set",
        """
        out, n = weight.shape
        layer = nn.Linear(n, out, bias=bias is not None)
        return layer
        """,
        due=("values",),
    ),
    Wrong(
        "layer-of-tensors",
        "copy-outside-no-grad",
        """
        out, n = weight.shape
        layer = nn.Linear(n, out, bias=bias is not None)
        layer.weight.copy_(weight)
        if bias is not None:
            layer.bias.copy_(bias)
        return layer
        """,
        due=("failed",),
    ),
    Wrong(
        "layer-of-tensors",
        "weight-only-returned",
        """
        out, n = weight.shape
        layer = nn.Linear(n, out, bias=bias is not None)
        with torch.no_grad():
            layer.weight.copy_(weight)
            if bias is not None:
                layer.bias.copy_(bias)
        return layer.weight
        """,
        due=(
            "failed",
            "kind",
        ),
    ),
    Wrong(
        "layer-of-tensors",
        "bias-always-copied",
        """
        out, n = weight.shape
        layer = nn.Linear(n, out)
        with torch.no_grad():
            layer.weight.copy_(weight)
            layer.bias.copy_(bias)
        return layer
        """,
        due=("failed",),
    ),
    Wrong(
        "weight-gradient",
        "bias-ones",
        """
        def predicted_gradients(x, n_outputs):
            g = x.sum(0).expand(n_outputs, -1)
            return g, torch.ones(n_outputs)
        """,
        due=("mistake bias-counted-once",),
    ),
    Wrong(
        "weight-gradient",
        "mean",
        """
        def predicted_gradients(x, n_outputs):
            g = x.mean(0).repeat(n_outputs, 1)
            return g, torch.ones(n_outputs)
        """,
        due=("mistake mean-over-objects",),
    ),
    Wrong(
        "weight-gradient",
        "transposed",
        """
        def predicted_gradients(x, n_outputs):
            g = torch.stack([x.sum(dim=0)] * n_outputs, dim=1)
            return g, torch.full((n_outputs,), float(len(x)))
        """,
        due=("mistake inputs-in-rows",),
    ),
    Wrong(
        "weight-gradient",
        "mean-backward",
        """
        def autograd_gradients(layer, x):
            layer(x).mean().backward()
            return layer.weight.grad, layer.bias.grad
        """,
        due=("mistake backward-of-the-mean",),
    ),
    Wrong(
        "weight-gradient",
        "backward-of-vector",
        """
        def autograd_gradients(layer, x):
            y = layer(x)
            y.backward()
            return layer.weight.grad, layer.bias.grad
        """,
        due=("failed",),
    ),
    Wrong(
        "weight-gradient",
        "bias-int",
        """
        def predicted_gradients(x, n_outputs):
            return x.sum(dim=0).repeat(n_outputs, 1), torch.full((n_outputs,), len(x))
        """,
        due=("dtype",),
    ),
    Wrong(
        "weight-gradient",
        "one-row",
        """
        def predicted_gradients(x, n_outputs):
            return x.sum(dim=0), torch.full((n_outputs,), float(len(x)))
        """,
        due=("shape",),
    ),
    Wrong(
        "weight-gradient",
        "wrong-axis",
        """
        def predicted_gradients(x, n_outputs):
            return x.sum(dim=1).repeat(n_outputs, 1), torch.full((n_outputs,), float(len(x)))
        """,
        due=("shape",),
    ),
    Wrong(
        "sigmoid", "plus", "return 1 / (1 + torch.exp(x))", due=("mistake sign-of-the-exponent",)
    ),
    Wrong(
        "sigmoid", "no-brackets", "return 1 / 1 + torch.exp(-x)", due=("mistake brackets-missing",)
    ),
    Wrong(
        "sigmoid",
        "exp-over-exp",
        "return x.exp() / (1 + x.exp())",
        due=("mistake infinity-by-infinity",),
    ),
    Wrong("sigmoid", "two-to-x", "return 1 / (1 + 2 ** (-x))", due=("values",)),
    Wrong("sigmoid", "tanh", "return torch.tanh(x)", due=("values",)),
    Wrong("sigmoid", "math-exp", "import math\nreturn 1 / (1 + math.exp(-x))", due=("failed",)),
    Wrong(
        "sigmoid",
        "rounded",
        "return (1 / (1 + torch.exp(-x))).round()",
        due=(
            "even",
            "function",
            "zero-one",
        ),
    ),
    Wrong(
        "relu",
        "in-place",
        """
        def relu(x):
            x[x < 0] = 0
            return x
        """,
        due=("mistake input-changed",),
    ),
    Wrong(
        "relu",
        "abs",
        """
        def relu(x):
            return x.abs()
        """,
        due=("by-sign",),
    ),
    Wrong(
        "relu",
        "maximum",
        """
        def leaky_relu(x, slope):
            return torch.max(x, slope * x)
        """,
        due=("mistake larger-of-two-lines",),
    ),
    Wrong(
        "relu",
        "fixed-slope",
        """
        def leaky_relu(x, slope):
            return torch.where(x >= 0, x, x * 0.01)
        """,
        due=("mistake default-slope",),
    ),
    Wrong(
        "relu",
        "python-max",
        """
        def relu(x):
            return max(0, x)
        """,
        due=("failed",),
    ),
    Wrong(
        "relu",
        "in-place-leaky",
        """
        def leaky_relu(x, slope):
            x[x < 0] *= slope
            return x
        """,
        due=("argument-changed",),
    ),
    Wrong(
        "relu",
        "mask",
        """
        def relu(x):
            return x > 0
        """,
        due=("dtype", "by-sign"),
    ),
    Wrong(
        "relu",
        "negatives-dropped",
        """
        def relu(x):
            return x[x > 0]
        """,
        due=("shape",),
    ),
    Wrong(
        "slopes",
        "value",
        """
        def sigmoid_slope(x):
            return torch.sigmoid(x) * (1 - x)
        """,
        due=("values",),
    ),
    Wrong(
        "slopes",
        "bool",
        """
        def relu_slope(x):
            return x > 0
        """,
        due=("mistake true-and-false",),
    ),
    Wrong(
        "slopes",
        "int",
        """
        def relu_slope(x):
            return torch.where(x > 0, 1, 0)
        """,
        due=("dtype",),
    ),
    Wrong(
        "slopes",
        "one-at-zero",
        """
        def leaky_relu_slope(x, slope):
            return torch.where(x >= 0, 1.0, slope)
        """,
        due=("mistake leaky-one-at-zero",),
    ),
    Wrong(
        "slopes",
        "relu-itself",
        """
        def relu_slope(x):
            return x.clamp(min=0)
        """,
        due=("by-sign",),
    ),
    Wrong(
        "slopes",
        "autograd",
        """
        def sigmoid_slope(x):
            x = x.clone().requires_grad_()
            torch.sigmoid(x).sum().backward()
            return x.grad
        """,
        due=("failed",),
    ),
    Wrong(
        "two-layers",
        "no-relu",
        "return (x @ w1.T + b1) @ w2.T + b2",
        due=("mistake no-activation",),
    ),
    Wrong(
        "two-layers",
        "relu-twice",
        "h = torch.relu(x @ w1.T + b1)\nreturn torch.relu(h @ w2.T + b2)",
        due=("mistake activation-at-the-end-too",),
    ),
    Wrong(
        "two-layers",
        "no-second-bias",
        "h = torch.relu(x @ w1.T + b1)\nreturn h @ w2.T",
        due=(
            "offset",
            "argument-unused",
        ),
    ),
    Wrong(
        "two-layers",
        "no-transpose",
        "h = torch.relu(x @ w1 + b1)\nreturn h @ w2 + b2",
        due=("failed",),
    ),
    Wrong(
        "two-layers",
        "flattened",
        "h = torch.relu(x @ w1.T + b1)\nreturn (h @ w2.T + b2).flatten()",
        due=(
            "axis",
            "reshaped",
        ),
    ),
    Wrong(
        "two-layers",
        "own-layers",
        """
        first = nn.Linear(w1.shape[1], w1.shape[0])
        second = nn.Linear(w2.shape[1], w2.shape[0])
        return second(torch.relu(first(x))).detach()
        """,
        due=("argument-unused",),
    ),
    Wrong(
        "two-layers",
        "sigmoid",
        "h = torch.sigmoid(x @ w1.T + b1)\nreturn h @ w2.T + b2",
        due=("mistake sigmoid-between",),
    ),
    Wrong(
        "count-parameters",
        "no-biases",
        """
        def count_for(sizes):
            return sum(a * b for a, b in zip(sizes[:-1], sizes[1:]))
        """,
        due=("mistake biases-left-out",),
    ),
    Wrong(
        "count-parameters",
        "tensors",
        """
        def count_in(model):
            return len(list(model.parameters()))
        """,
        due=("mistake tensors-counted",),
    ),
    Wrong(
        "count-parameters",
        "weights-only",
        """
        def count_in(model):
            return sum(p.numel() for p in model.parameters() if p.dim() == 2)
        """,
        due=(
            "values",
            "some-numbers",
        ),
    ),
    Wrong(
        "count-parameters",
        "last-layer-missing",
        """
        def count_for(sizes):
            total = 0
            for i in range(len(sizes) - 2):
                total += sizes[i] * sizes[i + 1] + sizes[i + 1]
            return total
        """,
        due=("value",),
    ),
    Wrong(
        "count-parameters",
        "input-bias",
        """
        def count_for(sizes):
            return sum(a * b for a, b in zip(sizes[:-1], sizes[1:])) + sum(sizes)
        """,
        due=("mistake bias-for-every-size",),
    ),
    Wrong(
        "merge-layers",
        "order",
        "return w1 @ w2, w2 @ b1 + b2",
        due=("mistake first-times-second",),
    ),
    Wrong("merge-layers", "bias-added", "return w2 @ w1, b1 + b2", due=("mistake biases-added",)),
    Wrong("merge-layers", "transposed", "return (w2 @ w1).T, w2 @ b1 + b2", due=("transposed",)),
    Wrong(
        "merge-layers",
        "sum-of-weights",
        "return w1 + w2, b1 + b2",
        due=(
            "failed",
            "shape",
            "values",
        ),
    ),
    Wrong(
        "merge-layers",
        "weight-only",
        "return w2 @ w1",
        due=(
            "argument-unused",
            "kind",
        ),
    ),
    Wrong(
        "merge-layers",
        "elementwise",
        "return w2 * w1, w2 @ b1 + b2",
        due=(
            "failed",
            "shape",
            "values",
        ),
    ),
    Wrong(
        "column-and-vector",
        "difference-column",
        "difference_shape = (300, 1)",
        due=("mistake shape-of-the-column",),
    ),
    Wrong(
        "column-and-vector",
        "cured",
        """
        def pairs_mse(column, targets):
            return ((column.squeeze(1) - targets) ** 2).mean()
        """,
        due=("mistake own-targets-only",),
    ),
    Wrong(
        "column-and-vector",
        "sum",
        """
        def pairs_mse(column, targets):
            return ((column - targets) ** 2).sum()
        """,
        due=(
            "scaled",
            "values",
        ),
    ),
    Wrong(
        "column-and-vector",
        "over-n",
        """
        def pairs_mse(column, targets):
            return torch.sum((column - targets) ** 2) / targets.numel()
        """,
        due=("mistake divided-by-objects",),
    ),
    Wrong(
        "column-and-vector",
        "shape-as-tensor",
        """
        difference_shape = (predictions - targets)
        """,
        due=("kind",),
    ),
    Wrong(
        "column-and-vector",
        "vector",
        """
        def pairs_mse(column, targets):
            return ((column - targets) ** 2).mean(dim=1)
        """,
        due=("not-reduced",),
    ),
    Wrong(
        "column-and-vector",
        "shape-as-string",
        """
        difference_shape = "(300, 300)"
        """,
        due=("kind",),
    ),
    Wrong(
        "three-cures",
        "squeeze",
        """
        def as_vector(column):
            return column.squeeze()
        """,
        due=("mistake every-axis-removed",),
    ),
    Wrong(
        "three-cures",
        "returns-error",
        """
        def safe_mse(predictions, targets):
            if predictions.shape != targets.shape:
                return "ValueError"
            return ((predictions - targets) ** 2).mean()
        """,
        never=("axis", "axes"),
        due=("exception-returned",),
    ),
    Wrong(
        "three-cures",
        "returns-exception",
        """
        def safe_mse(predictions, targets):
            if predictions.shape != targets.shape:
                return ValueError("shapes differ")
            return ((predictions - targets) ** 2).mean()
        """,
        due=("exception-returned",),
    ),
    Wrong(
        "three-cures",
        "prints-error",
        """
        def safe_mse(predictions, targets):
            if predictions.shape != targets.shape:
                print("ValueError")
            else:
                return ((predictions - targets) ** 2).mean()
        """,
        due=("exception-printed",),
    ),
    Wrong(
        "three-cures",
        "assert",
        """
        def safe_mse(predictions, targets):
            assert predictions.shape == targets.shape
            return ((predictions - targets) ** 2).mean()
        """,
        due=("exception-other",),
    ),
    Wrong(
        "three-cures",
        "sum",
        """
        def safe_mse(predictions, targets):
            if predictions.shape != targets.shape:
                raise ValueError("no")
            return ((predictions - targets) ** 2).sum()
        """,
        due=("mistake sum-of-squares",),
    ),
    Wrong(
        "three-cures",
        "row",
        """
        def as_column(vector):
            return vector[None, :]
        """,
        due=("mistake row-not-column",),
    ),
    Wrong(
        "three-cures",
        "numel-compared",
        """
        def safe_mse(predictions, targets):
            if predictions.numel() != targets.numel():
                raise ValueError
            return ((predictions - targets) ** 2).mean()
        """,
        due=("mistake lengths-compared",),
    ),
    Wrong(
        "three-cures",
        "root",
        """
        def safe_mse(predictions, targets):
            if predictions.shape != targets.shape:
                raise ValueError("no")
            return ((predictions - targets) ** 2).mean().sqrt()
        """,
        due=("values",),
    ),
    Wrong(
        "three-cures",
        "mended-not-raised",
        """
        def safe_mse(predictions, targets):
            predictions, targets = predictions.flatten(), targets.flatten()
            if len(predictions) != len(targets):
                raise ValueError("no")
            return ((predictions - targets) ** 2).mean()
        """,
        due=("mistake lengths-compared",),
    ),
    Wrong(
        "layer-shapes",
        "only-outputs",
        """
        def features_of(weight):
            return weight.shape[1]
        """,
        due=("kind",),
    ),
    Wrong(
        "layer-shapes",
        "strings",
        """
        def features_of(weight):
            return str(weight.shape[1]), str(weight.shape[0])
        """,
        due=("kind",),
    ),
    Wrong(
        "linear-by-hand",
        "bias-times",
        """
        return (x @ weight.T) * bias
        """,
        due=("values",),
    ),
    Wrong(
        "linear-by-hand",
        "undefined",
        """
        return x @ weights.T + bias
        """,
        due=("failed",),
    ),
    Wrong(
        "layer-of-tensors",
        "transposed-data",
        """
        out, n = weight.shape
        layer = nn.Linear(n, out, bias=bias is not None)
        layer.weight.data = weight.T
        if bias is not None:
            layer.bias.data = bias
        return layer
        """,
        due=("mistake weight-transposed",),
    ),
    Wrong(
        "layer-of-tensors",
        "no-parameter",
        """
        out, n = weight.shape
        layer = nn.Linear(n, out, bias=bias is not None)
        layer.weight = weight
        layer.bias = bias
        return layer
        """,
        due=("failed",),
    ),
    Wrong(
        "weight-gradient",
        "counts-int-list",
        """
        def predicted_gradients(x, n_outputs):
            return [x.sum(dim=0).tolist()] * n_outputs, [float(len(x))] * n_outputs
        """,
        due=("not-a-tensor",),
    ),
    Wrong(
        "sigmoid",
        "in-percent",
        """
        return 100 / (1 + torch.exp(-x))
        """,
        due=("scaled",),
    ),
    Wrong(
        "sigmoid",
        "exp-x",
        """
        return torch.exp(x)
        """,
        due=(
            "nan",
            "values",
        ),
    ),
    Wrong(
        "relu",
        "sign-turned",
        """
        def relu(x):
            return x.clamp(max=0)
        """,
        due=("values",),
    ),
    Wrong(
        "relu",
        "leaky-plus",
        """
        def leaky_relu(x, slope):
            return x.clamp(min=0) + slope * x
        """,
        due=("by-sign",),
    ),
    Wrong(
        "relu",
        "if",
        """
        def relu(x):
            if x > 0:
                return x
            return 0
        """,
        due=("failed",),
    ),
    Wrong(
        "slopes",
        "float-double",
        """
        def leaky_relu_slope(x, slope):
            return torch.where(x > 0, 1, slope).double()
        """,
        due=("dtype",),
    ),
    Wrong(
        "slopes",
        "one-value",
        """
        def sigmoid_slope(x):
            s = torch.sigmoid(x)
            return (s * (1 - s)).mean()
        """,
        due=("reduced",),
    ),
    Wrong(
        "two-layers",
        "hidden-returned",
        """
        return torch.relu(x @ w1.T + b1)
        """,
        due=(
            "argument-unused",
            "shape",
        ),
    ),
    Wrong(
        "two-layers",
        "softmax",
        """
        h = torch.relu(x @ w1.T + b1)
        return torch.softmax(h @ w2.T + b2, dim=1)
        """,
        due=(
            "even",
            "values",
        ),
    ),
    Wrong(
        "count-parameters",
        "shapes",
        """
        def count_in(model):
            return [p.shape for p in model.parameters()]
        """,
        due=("kind",),
    ),
    Wrong(
        "count-parameters",
        "product-of-all",
        """
        def count_for(sizes):
            total = 1
            for s in sizes:
                total *= s
            return total
        """,
        due=("value",),
    ),
    Wrong(
        "merge-layers",
        "other-order-of-results",
        """
        return w2 @ b1 + b2, w2 @ w1
        """,
        due=("order",),
    ),
    Wrong(
        "merge-layers",
        "bias-left-out",
        """
        return w2 @ w1, b2
        """,
        due=("mistake first-bias-lost",),
    ),
    Wrong(
        "column-and-vector",
        "list",
        """
        difference_shape = [300, 300, 1]
        """,
        due=("length",),
    ),
    Wrong(
        "column-and-vector",
        "no-square",
        """
        def pairs_mse(column, targets):
            return (column - targets).mean()
        """,
        due=(
            "values",
            "negative",
        ),
    ),
    Wrong(
        "column-and-vector",
        "abs",
        """
        def pairs_mse(column, targets):
            return (column - targets).abs().mean()
        """,
        due=("mistake absolute-differences",),
    ),
    Wrong(
        "three-cures",
        "vector-of-first",
        """
        def as_vector(column):
            return column[0]
        """,
        due=(
            "failed",
            "shape",
        ),
    ),
    Wrong(
        "three-cures",
        "bare-raise",
        """
        def safe_mse(predictions, targets):
            if predictions.shape != targets.shape:
                raise TypeError("shapes differ")
            return ((predictions - targets) ** 2).mean()
        """,
        due=("exception-other",),
    ),
    Wrong(
        "three-cures",
        "always-raises",
        """
        def safe_mse(predictions, targets):
            raise ValueError("shapes differ")
        """,
        due=(
            "argument-unused",
            "failed",
        ),
    ),
    Wrong(
        "merge-layers",
        "layers-in-reading-order",
        "return w1 @ w2, w1 @ b2 + b1",
        due=("failed",),
        never=("look at which one has to be transposed",),
    ),
    Wrong(
        "count-parameters",
        "signed",
        """
        def count_in(model):
            total = 0
            for p in model.parameters():
                total =+ p.numel()
            return total
        """,
        due=("signed",),
    ),
    Wrong(
        "sigmoid",
        "steps",
        """
        return torch.where(x > 0, 1.0, 0.0)
        """,
        due=("zero-one", "values"),
        never=("same number",),
    ),
    Wrong(
        "layer-of-tensors",
        "bias-negated",
        """
        layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
        with torch.no_grad():
            layer.weight.copy_(weight)
            if bias is not None:
                layer.bias.copy_(bias - 2)
        return layer
        """,
        due=("some-parts", "offset"),
    ),
    Wrong(
        "weight-gradient",
        "gradient-of-the-sum-itself",
        """
        def autograd_gradients(layer, x):
            s = layer(x).sum()
            s.backward()
            return s.grad
        """,
        due=("blank",),
    ),
)
