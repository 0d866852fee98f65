"""Wrong answers to the exercises on automatic differentiation."""

from tests.explaining.wrong_answers.answer import Wrong

ANSWERS = (
    Wrong(
        "second-backward",
        "graph-is-kept-in-the-first-call",
        """
        x = torch.randn(3)


        def sum_of_cubes(x):
            return torch.sum(x**3)


        def again(loss_of, x):
            leaf = x.clone().requires_grad_()
            loss = loss_of(leaf)
            loss.backward(retain_graph=True)
            return error_of(loss.backward)


        def for_each(part, losses, x):
            leaf = x.clone().requires_grad_()
            common = part(leaf)
            gradients = []
            for loss_of in losses:
                leaf.grad = None
                loss_of(common).backward(retain_graph=True)
                gradients.append(leaf.grad)
            return gradients


        error = again(sum_of_cubes, x)
        both = for_each(torch.sin, [torch.sum, sum_of_cubes], x)
        """,
        due=("error-name",),
        never=("is raised",),
    ),
    Wrong(
        "no-grad",
        "backward-called-before-error-of-can",
        """
        w = torch.randn(4).requires_grad_()


        def sum_of_products(x, y):
            return torch.sum(x * y)


        with torch.no_grad():
            quiet_loss = torch.sum(w**2)
        errors = [error_of(quiet_loss.backward()), "no error"]


        def quiet(f):
            def inner(*args):
                with torch.no_grad():
                    return f(*args)

            return inner


        value = quiet(sum_of_products)(w, w)
        """,
        due=("called-early",),
    ),
    Wrong(
        "gradient-of-sum",
        "mean",
        """
        t = x.detach().clone().requires_grad_(True)
        torch.mean(f(t)).backward()
        return t.grad
        """,
        due=("mistake mean-not-sum",),
    ),
    Wrong(
        "gradient-of-sum",
        "x-itself",
        """
        x.requires_grad = True
        y = f(x).sum()
        y.backward()
        return x.grad
        """,
        due=("mistake input-itself",),
    ),
    Wrong(
        "gradient-of-sum",
        "no-backward",
        """
        t = x.clone().requires_grad_()
        s = f(t).sum()
        return t.grad
        """,
        due=(
            "blank",
            "never-back",
        ),
    ),
    Wrong(
        "gradient-of-sum",
        "values",
        """
        return f(x).sum()
        """,
        due=(
            "reduced",
            "shape",
        ),
    ),
    Wrong(
        "gradient-of-sum",
        "tuple-of-grad",
        """
        t = x.clone().requires_grad_()
        return torch.autograd.grad(f(t).sum(), t)
        """,
        due=("not-a-tensor",),
    ),
    Wrong(
        "gradient-of-sum",
        "not-a-leaf",
        """
        x.requires_grad_()
        t = x.clone()
        f(t).sum().backward()
        return t.grad
        """,
        due=(
            "argument-changed",
            "attached",
            "blank",
        ),
    ),
    Wrong("leaves", "requires", "return tensor.requires_grad", due=("mistake whoever-requires",)),
    Wrong(
        "leaves", "has-grad", "return tensor.grad is not None", due=("mistake what-is-there-now",)
    ),
    Wrong(
        "leaves",
        "strings",
        'return "yes" if tensor.is_leaf and tensor.requires_grad else "no"',
        due=("kind",),
    ),
    Wrong(
        "leaves",
        "not-leaf",
        "return tensor.requires_grad and not tensor.is_leaf",
        due=("mistake results",),
    ),
    Wrong(
        "leaf-rules",
        "messages",
        """
        def failing(action, t):
            try:
                action(t)
            except Exception as e:
                return e
            return None

        switch_errors = [failing(switch_off, t) for t in fresh_tensors()]
        change_errors = [failing(add_one, t) for t in fresh_tensors()]


        def can_switch_off(tensor):
            return tensor.is_leaf


        def can_change(tensor):
            return not (tensor.is_leaf and tensor.requires_grad)
        """,
        due=("kind",),
    ),
    Wrong(
        "leaf-rules",
        "tries-it",
        """
        def can_switch_off(tensor):
            try:
                tensor.requires_grad = False
                return True
            except RuntimeError:
                return False
        """,
        due=("mistake tried-on-it",),
    ),
    Wrong(
        "leaf-rules",
        "no-gradients-only",
        """
        def can_change(tensor):
            return tensor.requires_grad is False
        """,
        due=("mistake nothing-with-gradients",),
    ),
    Wrong(
        "leaf-rules",
        "both-the-same",
        """
        def can_switch_off(tensor):
            return not tensor.requires_grad


        def can_change(tensor):
            return tensor.is_leaf
        """,
        due=("mistake switched-off-already",),
    ),
    Wrong(
        "leaf-rules",
        "error-names-typed-wrong",
        """
        switch_errors = ["no error", "RuntimeError", "no error"]
        """,
        due=(
            "exchanged",
            "order",
        ),
    ),
    Wrong(
        "detach",
        "no-detach",
        """
        def weighted_sum(x):
            p = torch.softmax(x, 0)
            return (p * x).sum()
        """,
        due=("mistake nothing-detached",),
    ),
    Wrong(
        "detach",
        "no-clone",
        """
        def snapshot(w):
            return w.detach()
        """,
        due=("mistake shared-snapshot",),
    ),
    Wrong(
        "detach",
        "mean-for-sum",
        """
        def weighted_sum(x):
            with torch.no_grad():
                p = torch.softmax(x, dim=0)
            return (p * x).mean()
        """,
        due=(
            "scaled",
            "sum-for-mean",
        ),
    ),
    Wrong(
        "detach",
        "all-detached",
        """
        def weighted_sum(x):
            p = torch.softmax(x, dim=0)
            return (p * x).sum().detach()
        """,
        due=(
            "detached",
            "failed",
        ),
    ),
    Wrong(
        "detach",
        "item",
        """
        def weighted_sum(x):
            p = torch.softmax(x, dim=0).detach()
            return (p * x).sum().item()
        """,
        due=(
            "detached",
            "failed",
            "not-a-tensor",
        ),
    ),
    Wrong(
        "detach",
        "not-summed",
        """
        def weighted_sum(x):
            return torch.softmax(x, dim=0).detach() * x
        """,
        due=(
            "failed",
            "not-reduced",
        ),
    ),
    Wrong(
        "frozen",
        "frozen-skipped",
        """
        leaves = {k: v.clone().requires_grad_(k not in frozen) for k, v in tensors.items()}
        loss_of(leaves).backward()
        return {k: v.grad for k, v in leaves.items() if v.requires_grad}
        """,
        due=("mistake frozen-left-out",),
    ),
    Wrong(
        "frozen",
        "returns-list",
        """
        leaves = {k: v.clone().requires_grad_(k not in frozen) for k, v in tensors.items()}
        loss_of(leaves).backward()
        return [v.grad for v in leaves.values()]
        """,
        due=("kind",),
    ),
    Wrong(
        "frozen",
        "all",
        """
        leaves = {k: v.clone().requires_grad_() for k, v in tensors.items()}
        loss_of(leaves).backward()
        return {k: leaves[k].grad for k in leaves}
        """,
        due=("mistake all-thawed",),
    ),
    Wrong(
        "frozen",
        "zeros",
        """
        leaves = {k: v.clone().requires_grad_(k not in frozen) for k, v in tensors.items()}
        loss_of(leaves).backward()
        return {
            k: torch.zeros_like(v) if v.grad is None else v.grad for k, v in leaves.items()
        }
        """,
        due=("mistake zeros-for-frozen",),
    ),
    Wrong(
        "rows",
        "items",
        """
        def by_rows(w, x):
            return torch.tensor([(w[i] @ x).item() for i in range(len(w))])
        """,
        due=("mistake through-item",),
    ),
    Wrong(
        "rows",
        "sum-axis-zero",
        """
        def at_once(w, x):
            return torch.sum(w * x, 0)
        """,
        due=("mistake added-over-rows",),
    ),
    Wrong(
        "rows",
        "x-first",
        """
        def at_once(w, x):
            return x @ w
        """,
        due=("failed",),
    ),
    Wrong(
        "rows",
        "detached-rows",
        """
        def by_rows(w, x):
            z = torch.empty(len(w))
            for i in range(len(w)):
                z[i] = w[i].detach() @ x
            return z
        """,
        due=("mistake through-item",),
    ),
    Wrong(
        "rows",
        "list-of-numbers",
        """
        def by_rows(w, x):
            z = []
            for i in range(len(w)):
                z.append(torch.dot(w[i], x))
            return z
        """,
        due=(
            "failed",
            "not-a-tensor",
        ),
    ),
    Wrong(
        "rows",
        "last-row-left-out",
        """
        def by_rows(w, x):
            z = torch.zeros(len(w))
            for i in range(len(w) - 1):
                z[i] = (w[i] * x).sum()
            return z
        """,
        due=("partly",),
    ),
    Wrong(
        "rows",
        "column-kept",
        """
        def at_once(w, x):
            return w @ x.reshape(-1, 1)
        """,
        due=("axis",),
    ),
    Wrong(
        "formulas",
        "no-two",
        """
        def of_square(a, b):
            return a - b, -(a - b)
        """,
        due=("mistake no-factor-two",),
    ),
    Wrong(
        "formulas",
        "not-divided",
        """
        def of_product(a, b):
            return b, a
        """,
        due=("mistake sum-not-mean",),
    ),
    Wrong(
        "formulas",
        "no-plus-one",
        """
        def of_reuse(a, b):
            return b, a
        """,
        due=("mistake second-way-forgotten",),
    ),
    Wrong(
        "formulas",
        "summed",
        """
        def of_square(a, b):
            return 2 * (a - b).sum(), -2 * (a - b).sum()
        """,
        due=("reduced",),
    ),
    Wrong(
        "formulas",
        "exchanged",
        """
        def of_product(a, b):
            return a / a.numel(), b / a.numel()
        """,
        due=("order",),
    ),
    Wrong(
        "formulas",
        "one-returned",
        """
        def of_reuse(a, b):
            return b + 1
        """,
        due=(
            "argument-unused",
            "kind",
        ),
    ),
    Wrong(
        "formulas",
        "len-not-numel",
        """
        def of_product(a, b):
            return b / len(a), a / len(a)
        """,
        due=("scaled",),
    ),
    Wrong(
        "accumulation",
        "no-clone",
        """
        def accumulated(losses, x):
            t = x.clone().requires_grad_()
            out = []
            for loss in losses:
                loss(t).backward()
                out.append(t.grad)
            return out
        """,
        due=("mistake always-the-last",),
    ),
    Wrong(
        "accumulation",
        "never-zeroed",
        """
        def separate(losses, x):
            t = x.clone().requires_grad_()
            out = []
            for loss in losses:
                loss(t).backward()
                out.append(t.grad.clone())
            return out
        """,
        due=("mistake never-emptied",),
    ),
    Wrong(
        "accumulation",
        "last-only",
        """
        def separate(losses, x):
            for loss in losses:
                t = x.clone().requires_grad_()
                loss(t).backward()
            return t.grad
        """,
        due=("kind",),
    ),
    Wrong(
        "accumulation",
        "stacked",
        """
        def accumulated(losses, x):
            t = x.clone().requires_grad_()
            out = []
            for loss in losses:
                loss(t).backward()
                out.append(t.grad.clone())
            return torch.stack(out)
        """,
        due=("kind",),
    ),
    Wrong(
        "accumulation",
        "on-x-itself",
        """
        def accumulated(losses, x):
            x.requires_grad_()
            out = []
            for loss in losses:
                loss(x).backward()
                out.append(x.grad.clone())
            return out
        """,
        due=(
            "argument-changed",
            "failed",
        ),
    ),
    Wrong(
        "second-backward",
        "computed-twice",
        """
        def again(loss_of, x):
            t = x.clone().requires_grad_()
            loss_of(t).backward()
            return error_of(loss_of(t).backward)
        """,
        due=("mistake computed-anew",),
    ),
    Wrong(
        "second-backward",
        "message",
        """
        def again(loss_of, x):
            loss = loss_of(x.clone().requires_grad_())
            loss.backward()
            try:
                loss.backward()
            except RuntimeError as e:
                return str(e)
            return "no error"
        """,
        due=("error-name",),
    ),
    Wrong(
        "second-backward",
        "not-emptied",
        """
        def for_each(part, losses, x):
            t = x.clone().requires_grad_()
            p = part(t)
            out = []
            for l in losses:
                l(p).backward(retain_graph=True)
                out.append(t.grad.clone())
            return out
        """,
        due=("mistake added-up",),
    ),
    Wrong(
        "second-backward",
        "graph-not-retained",
        """
        def for_each(part, losses, x):
            t = x.clone().requires_grad_()
            p = part(t)
            out = []
            for l in losses:
                t.grad = None
                l(p).backward()
                out.append(t.grad)
            return out
        """,
        due=("failed",),
    ),
    Wrong(
        "second-backward",
        "part-again",
        """
        def for_each(part, losses, x):
            out = []
            for l in losses:
                t = x.clone().requires_grad_()
                l(part(t)).backward()
                out.append(t.grad)
            return out
        """,
        due=("mistake part-for-each",),
    ),
    Wrong(
        "jacobian",
        "transposed",
        """
        def jacobian(f, x):
            return torch.autograd.functional.jacobian(f, x).T
        """,
        due=(
            "mistake rows-as-columns",
            "transposed",
        ),
    ),
    Wrong(
        "jacobian",
        "ones",
        """
        def jacobian(f, x):
            t = x.clone().requires_grad_()
            f(t).sum().backward()
            return t.grad
        """,
        due=("mistake gradient-of-the-sum",),
    ),
    Wrong(
        "jacobian",
        "accumulating",
        """
        def jacobian(f, x):
            t = x.clone().requires_grad_()
            y = f(t)
            J = torch.zeros(len(y), len(x))
            for i in range(len(y)):
                y[i].backward(retain_graph=True)
                J[i] = t.grad
            return J
        """,
        due=(
            "mistake rows-added-up",
            "never-emptied",
        ),
    ),
    Wrong(
        "jacobian",
        "list-of-rows",
        """
        def jacobian(f, x):
            rows = []
            for i in range(len(f(x))):
                t = x.clone().requires_grad_()
                f(t)[i].backward()
                rows.append(t.grad)
            return rows
        """,
        due=("not-a-tensor",),
    ),
    Wrong(
        "jacobian",
        "returns-value-error",
        """
        vector_error = "ValueError"
        """,
        due=(
            "error-name",
            "given-unused",
        ),
    ),
    Wrong(
        "loss-gradient",
        "not-squared",
        """
        t = v.clone().requires_grad_()
        loss = torch.abs(torch.sum(z * t) - 2)
        loss.backward()
        return loss.detach(), t.grad
        """,
        due=("scaled",),
    ),
    Wrong(
        "loss-gradient",
        "loss-attached",
        """
        t = v.clone().requires_grad_()
        loss = (torch.sum(z * t) - 2) ** 2
        loss.backward()
        return loss, t.grad
        """,
        due=("mistake loss-with-its-record",),
    ),
    Wrong(
        "loss-gradient",
        "v-changed",
        """
        v.requires_grad_()
        loss = (torch.sum(z * v) - 2) ** 2
        loss.backward()
        return loss.detach(), v.grad
        """,
        due=("mistake on-v-itself",),
    ),
    Wrong(
        "loss-gradient",
        "item",
        """
        t = v.clone().requires_grad_()
        loss = (torch.sum(z * t) - 2) ** 2
        loss.backward()
        return loss.item(), t.grad.tolist()
        """,
        due=("not-a-tensor",),
    ),
    Wrong(
        "loss-gradient",
        "exchanged",
        """
        t = v.clone().requires_grad_()
        loss = (torch.sum(z * t) - 2) ** 2
        loss.backward()
        return t.grad, loss.detach()
        """,
        due=(
            "exchanged",
            "order",
        ),
    ),
    Wrong(
        "loss-gradient",
        "no-two",
        """
        error = torch.sum(z * v) - 2
        return error ** 2, error * z
        """,
        due=("scaled",),
    ),
    Wrong(
        "step",
        "plus",
        """
        def step(v, gradient, size):
            with torch.no_grad():
                new = v + gradient * size
            return new.requires_grad_()


        v_small, v_large = step(v, gradient, small), step(v, gradient, large)
        """,
        due=("mistake uphill",),
    ),
    Wrong(
        "step",
        "in-place",
        """
        def step(v, gradient, size):
            v -= size * gradient
            return v.detach().requires_grad_()


        v_small, v_large = step(v, gradient, small), step(v, gradient, large)
        """,
        due=(
            "argument-changed",
            "failed",
            "scaled",
        ),
    ),
    Wrong(
        "step",
        "no-grad-missing",
        """
        def step(v, gradient, size):
            return v - size * gradient


        v_small, v_large = step(v, gradient, small), step(v, gradient, large)
        """,
        due=("detached",),
    ),
    Wrong(
        "step",
        "swapped-names",
        """
        def step(v, gradient, size):
            return (v - size * gradient).detach().requires_grad_()


        v_large, v_small = step(v, gradient, small), step(v, gradient, large)
        """,
        due=("exchanged",),
    ),
    Wrong(
        "step",
        "other-names",
        """
        def step(v, gradient, size):
            return (v - size * gradient).detach().requires_grad_()


        small_v, large_v = step(v, gradient, small), step(v, gradient, large)
        """,
        due=("other-name",),
    ),
    Wrong(
        "after-step",
        "tensors-not-numbers",
        """
        def losses_after(v, z, sizes):
            slope = slope_at(v, z)
            return [loss_at(v - size * slope, z) for size in sizes]


        def loss_at(v, z):
            return (torch.sum(z * v) - 2) ** 2


        def slope_at(v, z):
            leaf = v.detach().clone().requires_grad_()
            loss_at(leaf, z).backward()
            return leaf.grad


        loss_small = loss_at(v_small, z)
        loss_large = loss_at(v_large, z)
        gradient_large = slope_at(v_large, z)
        """,
        due=("kind",),
    ),
    Wrong(
        "after-step",
        "gradient-of-first",
        """
        def loss_at(v, z):
            return (torch.sum(z * v) - 2) ** 2


        def losses_after(v, z, sizes):
            _, g = loss_and_gradient(v, z)
            out = []
            for s in sizes:
                v = v - s * g
                out.append(loss_at(v, z).item())
            return out


        loss_small = loss_at(v_small, z).item()
        loss_large = loss_at(v_large, z).item()
        gradient_large = loss_and_gradient(v_large.detach(), z)[1]
        """,
        due=(
            "values",
            "curve-begins",
            "some-numbers",
        ),
    ),
    Wrong(
        "after-step",
        "gradient-old",
        """
        def losses_after(v, z, sizes):
            _, g = loss_and_gradient(v, z)
            return [loss_and_gradient(v - s * g, z)[0].item() for s in sizes]


        loss_small = loss_and_gradient(v_small.detach(), z)[0].item()
        loss_large = loss_and_gradient(v_large.detach(), z)[0].item()
        gradient_large = gradient
        """,
        due=(
            "attached",
            "scaled",
            "values",
        ),
    ),
    Wrong(
        "in-place",
        "rebinds",
        """
        with torch.no_grad():
            for p in parameters:
                if p.grad is not None:
                    p = p - size * p.grad
        """,
        due=("mistake new-name",),
    ),
    Wrong(
        "in-place",
        "no-emptying",
        """
        for p in parameters:
            if p.grad is not None:
                p.data = p.data - size * p.grad
        """,
        due=("mistake never-emptied",),
    ),
    Wrong(
        "in-place",
        "no-no-grad",
        """
        for p in parameters:
            if p.grad is not None:
                p -= size * p.grad
                p.grad.zero_()
        """,
        due=(
            "even",
            "failed",
            "zeros",
        ),
    ),
    Wrong(
        "in-place",
        "none-not-checked",
        """
        with torch.no_grad():
            for p in parameters:
                p -= size * p.grad
                p.grad.zero_()
        """,
        due=("failed",),
    ),
    Wrong(
        "in-place",
        "emptied-first",
        """
        with torch.no_grad():
            for p in parameters:
                if p.grad is not None:
                    p.grad.zero_()
                    p -= size * p.grad
        """,
        due=(
            "emptied-early",
            "even",
            "zeros",
        ),
    ),
    Wrong(
        "no-grad",
        "detach-result",
        """
        def quiet(f):
            def g(*args):
                return f(*args).detach()

            return g
        """,
        due=("mistake detached-afterwards",),
    ),
    Wrong(
        "no-grad",
        "called-at-once",
        """
        def quiet(f):
            with torch.no_grad():
                return f
        """,
        due=("mistake around-the-definition",),
    ),
    Wrong(
        "no-grad",
        "one-input",
        """
        def quiet(f):
            def g(x):
                with torch.no_grad():
                    return f(x)

            return g
        """,
        due=("failed",),
    ),
    Wrong(
        "no-grad",
        "nothing-returned",
        """
        def quiet(f):
            def g(*args):
                with torch.no_grad():
                    f(*args)

            return g
        """,
        due=(
            "blank",
            "failed",
            "kind",
        ),
    ),
    Wrong(
        "no-grad",
        "no-errors",
        """
        errors = [error_of(torch.sum(w).backward), error_of(torch.sum(w).backward)]
        """,
        due=("mistake always-a-new-loss",),
    ),
    Wrong(
        "no-grad",
        "switched-off-for-good",
        """
        def quiet(f):
            def g(*args):
                torch.set_grad_enabled(False)
                return f(*args)

            return g
        """,
        alone=True,
        due=(
            "values",
            "some-parts",
        ),
    ),
    Wrong(
        "inference",
        "inside",
        """
        def outcomes(mode, uses):
            out = []
            with mode():
                for use in uses:
                    t = torch.ones(3) + 1
                    out.append(error_of(use, t))
            return out
        """,
        due=("mistake used-inside",),
    ),
    Wrong(
        "inference",
        "one-tensor",
        """
        def outcomes(mode, uses):
            with mode():
                t = torch.ones(3) + 1
            return [error_of(u, t) for u in uses]
        """,
        due=("mistake one-tensor-for-all",),
    ),
    Wrong(
        "inference",
        "same-tensor",
        """
        def ordinary(t):
            return t
        """,
        due=("mistake detached-only",),
    ),
    Wrong(
        "inference",
        "mode-not-called",
        """
        def outcomes(mode, uses):
            out = []
            for use in uses:
                with mode:
                    t = torch.ones(3) + 1
                out.append(error_of(use, t))
            return out
        """,
        due=("failed",),
    ),
    Wrong(
        "inference",
        "through-list",
        """
        def ordinary(t):
            return torch.tensor(t.tolist(), dtype=torch.float64)
        """,
        due=("dtype",),
    ),
    Wrong(
        "gradient-of-sum",
        "numerical",
        """
        eps = 1e-2
        return (f(x + eps) - f(x)) / eps
        """,
        due=(
            "scaled",
            "shape",
            "values",
        ),
    ),
    Wrong(
        "gradient-of-sum",
        "attached",
        """
        t = x.clone().requires_grad_()
        (g,) = torch.autograd.grad(f(t).sum(), t, create_graph=True)
        return g + 0 * t
        """,
        due=("attached",),
    ),
    Wrong(
        "leaves",
        "all-true",
        """
        return True
        """,
        due=("argument-unused",),
    ),
    Wrong(
        "leaves",
        "nothing",
        """
        tensor.is_leaf and tensor.requires_grad
        """,
        due=(
            "kind",
            "no-return",
        ),
    ),
    Wrong(
        "leaf-rules",
        "not",
        """
        def can_change(tensor):
            return tensor.is_leaf and tensor.requires_grad
        """,
        due=(
            "values",
            "some-parts",
        ),
    ),
    Wrong(
        "leaf-rules",
        "list-of-two",
        """
        change_errors = [error_of(add_one, tensor) for tensor in fresh_tensors()[:2]]
        """,
        due=("length",),
    ),
    Wrong(
        "detach",
        "numpy",
        """
        def snapshot(w):
            return w.detach().numpy()
        """,
        due=(
            "kind",
            "not-a-tensor",
            "scaled",
        ),
    ),
    Wrong(
        "detach",
        "double",
        """
        def snapshot(w):
            return torch.tensor(w.tolist(), dtype=torch.float64)
        """,
        due=("dtype",),
    ),
    Wrong(
        "detach",
        "wrong-axis",
        """
        def weighted_sum(x):
            p = torch.softmax(x, dim=1).detach()
            return (p * x).sum()
        """,
        due=("failed",),
    ),
    Wrong(
        "detach",
        "log-softmax",
        """
        def weighted_sum(x):
            p = torch.log_softmax(x, dim=0).detach()
            return (p * x).sum()
        """,
        due=(
            "aspects",
            "some-parts",
        ),
    ),
    Wrong(
        "frozen",
        "grad-of-first",
        """
        leaves = {k: v.clone().requires_grad_(k not in frozen) for k, v in tensors.items()}
        loss_of(leaves).backward()
        for k in leaves:
            return {k: leaves[k].grad}
        """,
        due=("returns-in-loop",),
    ),
    Wrong(
        "frozen",
        "no-backward",
        """
        leaves = {k: v.clone().requires_grad_(k not in frozen) for k, v in tensors.items()}
        loss = loss_of(leaves)
        return {k: v.grad for k, v in leaves.items()}
        """,
        due=(
            "kind",
            "never-back",
        ),
    ),
    Wrong(
        "rows",
        "product-of-sums",
        """
        def by_rows(w, x):
            z = torch.empty(len(w))
            for i in range(len(w)):
                z[i] = w[i].sum() * x.sum()
            return z
        """,
        due=("mistake product-of-sums",),
    ),
    Wrong(
        "rows",
        "in-loop-return",
        """
        def by_rows(w, x):
            z = torch.empty(len(w))
            for i in range(len(w)):
                z[i] = (w[i] * x).sum()
                return z
        """,
        due=(
            "partly",
            "returns-in-loop",
        ),
    ),
    Wrong(
        "formulas",
        "plus-two",
        """
        def of_reuse(a, b):
            return b + 2, a
        """,
        due=("offset",),
    ),
    Wrong(
        "formulas",
        "both-positive",
        """
        def of_square(a, b):
            return 2 * (a - b), 2 * (a - b)
        """,
        due=("mistake same-sign",),
    ),
    Wrong(
        "formulas",
        "uses-autograd",
        """
        def of_square(a, b):
            a = a.clone().requires_grad_()
            b = b.clone().requires_grad_()
            ((a - b) ** 2).sum().backward()
            return a.grad, b.grad
        """,
        due=("failed",),
    ),
    Wrong(
        "accumulation",
        "sum-of-all",
        """
        def accumulated(losses, x):
            t = x.clone().requires_grad_()
            for loss in losses:
                loss(t).backward()
            return [t.grad]
        """,
        due=("length",),
    ),
    Wrong(
        "accumulation",
        "zeroed-before-copy",
        """
        def separate(losses, x):
            t = x.clone().requires_grad_()
            out = []
            for loss in losses:
                loss(t).backward()
                t.grad.zero_()
                out.append(t.grad.clone())
            return out
        """,
        due=("emptied-early", "zeros", "repeated"),
    ),
    Wrong(
        "second-backward",
        "class-name",
        """
        def again(loss_of, x):
            loss = loss_of(x.clone().requires_grad_())
            loss.backward()
            try:
                loss.backward()
            except RuntimeError as e:
                return type(e)
            return "no error"
        """,
        due=("kind",),
    ),
    Wrong(
        "jacobian",
        "diagonal",
        """
        def jacobian(f, x):
            return torch.diag(x)
        """,
        due=(
            "argument-unused",
            "shape",
        ),
    ),
    Wrong(
        "jacobian",
        "extra-axis",
        """
        def jacobian(f, x):
            return torch.autograd.functional.jacobian(f, x).unsqueeze(0)
        """,
        due=("axis",),
    ),
    Wrong(
        "loss-gradient",
        "mean",
        """
        t = v.clone().requires_grad_()
        loss = (torch.mean(z * t) - 2) ** 2
        loss.backward()
        return loss.detach(), t.grad
        """,
        due=("scaled",),
    ),
    Wrong(
        "loss-gradient",
        "three-values",
        """
        t = v.clone().requires_grad_()
        y = torch.sum(z * t)
        loss = (y - 2) ** 2
        loss.backward()
        return y, loss.detach(), t.grad
        """,
        due=(
            "failed",
            "length",
        ),
    ),
    Wrong(
        "step",
        "gradient-only",
        """
        def step(v, gradient, size):
            return (-size * gradient).detach().requires_grad_()


        v_small, v_large = step(v, gradient, small), step(v, gradient, large)
        """,
        due=("operand",),
    ),
    Wrong(
        "step",
        "size-forgotten",
        """
        def step(v, gradient, size):
            return (v - gradient).detach().requires_grad_()


        v_small, v_large = step(v, gradient, small), step(v, gradient, large)
        """,
        due=("argument-unused",),
    ),
    Wrong(
        "in-place",
        "plus",
        """
        with torch.no_grad():
            for p in parameters:
                if p.grad is not None:
                    p += size * p.grad
                    p.grad.zero_()
        """,
        due=("mistake uphill",),
    ),
    Wrong(
        "no-grad",
        "inference",
        """
        def quiet(f):
            def g(*args):
                with torch.inference_mode():
                    return f(*args)

            return g
        """,
        due=("mistake inference-tensor",),
    ),
    Wrong(
        "inference",
        "raises",
        """
        def ordinary(t):
            t.requires_grad_()
            return t.clone()
        """,
        due=(
            "argument-changed",
            "failed",
        ),
    ),
    Wrong(
        "second-backward",
        "graph-kept",
        """
        def again(loss_of, x):
            loss = loss_of(x.clone().requires_grad_())
            loss.backward(retain_graph=True)
            return error_of(loss.backward)
        """,
        due=("error-name",),
    ),
    Wrong(
        "second-backward",
        "first-one-forgotten",
        """
        def again(loss_of, x):
            loss = loss_of(x.clone().requires_grad_())
            return error_of(loss.backward)
        """,
        due=("error-name",),
    ),
    Wrong(
        "second-backward",
        "nothing-written",
        """
        def for_each(part, losses, x):
            leaf = x.clone().requires_grad_()
            common = part(leaf).detach().requires_grad_()
            gradients = []
            for loss_of in losses:
                common.grad = None
                loss_of(common).backward(retain_graph=True)
                gradients.append(leaf.grad)
            return gradients
        """,
        due=("kind",),
    ),
    Wrong(
        "second-backward",
        "one-line-forgotten",
        """
        def for_each(part, losses, x):
            leaf = x.clone().requires_grad_()
            common = part(leaf)
            gradients = []
            for loss_of in losses:
                loss_of(common).backward(retain_graph=True)
                gradients.append(leaf.grad)
            return gradients
        """,
        due=("never-emptied", "repeated"),
    ),
    Wrong(
        "gradient-of-sum",
        "sum-too-early",
        """
        leaf = x.clone().requires_grad_()
        f(leaf.sum()).backward()
        return leaf.grad
        """,
        due=("failed", "even"),
        never=("transposed",),
    ),
    Wrong(
        "in-place",
        "leaves-at-the-first",
        """
        with torch.no_grad():
            for parameter in parameters:
                if parameter.grad is None:
                    return
                parameter -= size * parameter.grad
                parameter.grad = None
        """,
        due=("leaves-loop",),
    ),
    Wrong(
        "gradient-of-sum",
        "weights-of-another-shape",
        """
        leaf = x.clone().requires_grad_()
        y = f(leaf)
        y.backward(torch.ones(len(x)))
        return leaf.grad
        """,
        due=("failed",),
    ),
    Wrong(
        "step",
        "leaf-changed-by-the-step",
        """
        def step(v, gradient, size):
            v -= size * gradient
            return v
        """,
        due=("failed",),
    ),
)
