"""Wrong answers to the exercises on tensors."""

from tests.explaining.wrong_answers.answer import Wrong

ANSWERS = (
    Wrong(
        "from-lists",
        "base-and-exponent-exchanged",
        """
        def powers(numbers, n):
            return torch.tensor([[exponent**number for exponent in range(n)] for number in numbers])


        table = powers([2, 10, -3, 0], 3)
        """,
        due=("failed",),
        never=("divided",),
    ),
    Wrong(
        "from-lists",
        "exponents-from-one",
        """
        def powers(numbers, n):
            out = []
            for q in numbers:
                out.append([q ** e for e in range(1, n + 1)])
            return torch.tensor(out)
        """,
        due=("mistake first-power-first",),
    ),
    Wrong(
        "from-lists",
        "one-power-too-many",
        """
        def powers(numbers, n):
            return torch.tensor([[a ** k for k in range(n + 1)] for a in numbers])
        """,
        due=("cut",),
    ),
    Wrong(
        "from-lists",
        "wrapped-is-a-list",
        """
        def wrapped(number, depth):
            for _ in range(depth):
                number = [number]
            return number
        """,
        due=(
            "kind",
            "not-a-tensor",
        ),
    ),
    Wrong(
        "from-lists",
        "wrapped-never-without-axes",
        """
        def wrapped(number, depth):
            t = torch.tensor([number])
            for _ in range(depth - 1):
                t = t.unsqueeze(0)
            return t
        """,
        due=(
            "axis",
            "shape",
        ),
    ),
    Wrong(
        "from-lists",
        "prints-the-table",
        """
        def powers(numbers, n):
            rows = [[a ** k for k in range(n)] for a in numbers]
            print(torch.tensor(rows))
        """,
        due=(
            "blank",
            "no-return",
        ),
    ),
    Wrong(
        "from-lists",
        "times-not-power",
        """
        def powers(numbers, n):
            return torch.tensor([[a * k for k in range(n)] for a in numbers])
        """,
        due=("mistake times-not-power",),
    ),
    Wrong(
        "from-lists",
        "wrapped-always-float",
        """
        def wrapped(number, depth):
            return torch.ones([1] * depth) * number
        """,
        due=("dtype",),
    ),
    Wrong(
        "ragged-lists",
        "error-itself",
        """
        try:
            torch.tensor(ragged)
        except ValueError as e:
            ragged_error = str(e)
        """,
        due=("error-name",),
    ),
    Wrong(
        "ragged-lists",
        "appends-to-the-rows",
        """
        def pad(rows, fill):
            width = max(len(r) for r in rows)
            for r in rows:
                r += [fill] * (width - len(r))
            return torch.tensor(rows)
        """,
        due=("mistake lists-changed",),
    ),
    Wrong(
        "ragged-lists",
        "zeros-then-rows",
        """
        def pad(rows, fill):
            out = torch.zeros(len(rows), max(len(r) for r in rows)) + fill
            for i, r in enumerate(rows):
                out[i, : len(r)] = torch.tensor(r)
            return out
        """,
        due=("dtype",),
    ),
    Wrong(
        "ragged-lists",
        "only-one-added",
        """
        def pad(rows, fill):
            longest = max(len(r) for r in rows)
            return torch.tensor([r if len(r) == longest else r + [fill] for r in rows])
        """,
        due=("failed",),
    ),
    Wrong(
        "ragged-lists",
        "list-of-lists",
        """
        def pad(rows, fill):
            longest = max(len(row) for row in rows)
            return [row + [fill] * (longest - len(row)) for row in rows]
        """,
        due=("not-a-tensor",),
    ),
    Wrong(
        "ragged-lists",
        "error-class",
        """
        ragged_error = ValueError
        """,
        due=(
            "given-unused",
            "kind",
        ),
    ),
    Wrong(
        "shared-memory",
        "copy-shares-and-converts",
        """
        def copy(array):
            return torch.from_numpy(array).float()
        """,
        due=("dtype",),
    ),
    Wrong(
        "shared-memory",
        "share-and-copy-exchanged",
        """
        def share(array):
            return torch.tensor(array)


        def copy(array):
            return torch.from_numpy(array)
        """,
        due=(
            "exchanged",
            "mistake copy-shares",
            "mistake share-copies",
        ),
    ),
    Wrong(
        "shared-memory",
        "to-numpy-copies",
        """
        def to_numpy(tensor):
            return tensor.numpy().copy()
        """,
        due=("mistake array-copied",),
    ),
    Wrong(
        "shared-memory",
        "to-numpy-through-list",
        """
        def to_numpy(tensor):
            return np.array(tensor.tolist())
        """,
        due=("aspects",),
    ),
    Wrong(
        "shared-memory",
        "clone-in-share",
        """
        def share(array):
            return torch.from_numpy(array).clone()
        """,
        due=("mistake share-copies",),
    ),
    Wrong(
        "by-shape",
        "frame-of-ones",
        """
        def frame(h, w, value):
            m = torch.zeros(h, w)
            m[0] = value
            m[-1] = value
            m[:, 0] = value
            return m
        """,
        due=(
            "partly",
            "values",
            "some-numbers",
        ),
    ),
    Wrong(
        "by-shape",
        "inside-and-edge-exchanged",
        """
        def frame(h, w, value):
            m = torch.zeros(h, w)
            m[1:-1, 1:-1] = value
            return m
        """,
        due=(
            "values",
            "zeros",
        ),
    ),
    Wrong(
        "by-shape",
        "rand-times-high-plus-low",
        """
        def between(low, high, shape):
            return torch.rand(shape) * high + low
        """,
        due=("mistake high-not-width",),
    ),
    Wrong(
        "by-shape",
        "randint",
        """
        def between(low, high, shape):
            return torch.randint(int(low), int(high), shape).float()
        """,
        due=(
            "failed",
            "values",
        ),
    ),
    Wrong(
        "by-shape",
        "one-noise",
        """
        def noisy(x, scale):
            return x + torch.randn(1) * scale
        """,
        due=("mistake one-number-for-all",),
    ),
    Wrong(
        "by-shape",
        "randn-like-of-whole",
        """
        def noisy(x, scale):
            return x + scale * torch.randn_like(x)
        """,
        due=("failed",),
    ),
    Wrong(
        "by-shape",
        "in-place",
        """
        def noisy(x, scale):
            x += torch.randn(x.shape) * scale
            return x
        """,
        due=("mistake input-changed",),
    ),
    Wrong(
        "image-axes",
        "reshape-for-permute",
        """
        def to_torch(image):
            h, w, c = image.shape
            return torch.from_numpy(image).reshape(c, h, w)
        """,
        due=("mistake numbers-in-old-order",),
    ),
    Wrong(
        "image-axes",
        "both-permute-the-same",
        """
        def to_torch(image):
            return torch.tensor(image).permute(2, 0, 1)


        def to_file(tensor):
            return np.array(tensor.permute(2, 0, 1))
        """,
        due=("mistake same-way-back",),
    ),
    Wrong(
        "image-axes",
        "float-and-scaled",
        """
        def to_torch(image):
            return torch.from_numpy(image).permute(2, 0, 1).float() / 255
        """,
        due=(
            "dtype",
            "scaled",
        ),
    ),
    Wrong(
        "image-axes",
        "transposed-planes",
        """
        def to_torch(image):
            return torch.from_numpy(image.T)
        """,
        due=("mistake picture-turned",),
    ),
    Wrong(
        "image-axes",
        "batch-axis-too-many",
        """
        def to_torch(image):
            return torch.from_numpy(image).permute(2, 0, 1).unsqueeze(0)
        """,
        due=("axis",),
    ),
    Wrong(
        "image-axes",
        "no-numpy",
        """
        def to_file(tensor):
            return tensor.permute(1, 2, 0)
        """,
        due=("mistake still-a-tensor",),
    ),
    Wrong(
        "flatten",
        "flatten-all",
        """
        def rows_of(batch):
            return batch.reshape(-1)
        """,
        due=("mistake all-in-one-vector",),
    ),
    Wrong(
        "flatten",
        "numbers-of-the-batch",
        """
        def numbers_each(batch):
            return batch.numel()
        """,
        due=("mistake whole-batch-counted",),
    ),
    Wrong(
        "flatten",
        "hwc",
        """
        def pictures_of(rows, c, h, w):
            return rows.view(len(rows), h, w, c)
        """,
        due=("mistake channels-last",),
    ),
    Wrong(
        "flatten",
        "four-axes-only",
        """
        def rows_of(batch):
            n, c, h, w = batch.shape
            return batch.reshape(n, c * h * w)
        """,
        due=("failed",),
    ),
    Wrong(
        "flatten",
        "permuted-back",
        """
        def pictures_of(rows, c, h, w):
            return rows.reshape(-1, h, w, c).permute(0, 3, 1, 2)
        """,
        due=("values",),
    ),
    Wrong(
        "swap-or-reshape",
        "flat-rows",
        """
        def column_by_column(m):
            return m.reshape(-1)
        """,
        due=("mistake row-by-row",),
    ),
    Wrong(
        "swap-or-reshape",
        "returns-matrix",
        """
        def column_by_column(m):
            return m.T
        """,
        due=("reshaped",),
    ),
    Wrong(
        "swap-or-reshape",
        "columns-for-rows",
        """
        def from_columns(v, n_rows):
            return v.reshape(n_rows, -1)
        """,
        due=("mistake back-by-rows",),
    ),
    Wrong(
        "swap-or-reshape",
        "pixels-reshaped",
        """
        def pixels(image):
            return image.reshape(-1, image.shape[0])
        """,
        due=("mistake colours-mixed",),
    ),
    Wrong(
        "swap-or-reshape",
        "pixels-as-columns",
        """
        def pixels(image):
            return image.reshape(image.shape[0], -1)
        """,
        due=(
            "shape",
            "transposed",
        ),
    ),
    Wrong(
        "cat",
        "dims-exchanged",
        """
        def from_blocks(blocks):
            return torch.cat([torch.cat(row, 0) for row in blocks], 1)
        """,
        due=("mistake blocks-transposed",),
    ),
    Wrong(
        "cat",
        "stacked",
        """
        def from_blocks(blocks):
            return torch.stack([torch.stack(row) for row in blocks])
        """,
        due=(
            "failed",
            "places",
        ),
    ),
    Wrong(
        "cat",
        "joinable-checks-dim",
        """
        def joinable(tensors, dim):
            first = tensors[0]
            for t in tensors[1:]:
                if t.shape[dim] != first.shape[dim]:
                    return False
            return True
        """,
        due=("mistake size-along-dim",),
    ),
    Wrong(
        "cat",
        "joinable-two-axes",
        """
        def joinable(tensors, dim):
            other = 1 - dim
            return all(t.shape[other] == tensors[0].shape[other] for t in tensors)
        """,
        due=(
            "values",
            "some-parts",
        ),
    ),
    Wrong(
        "cat",
        "joinable-ndim-only",
        """
        def joinable(tensors, dim):
            return all(t.dim() == tensors[0].dim() for t in tensors)
        """,
        due=("argument-unused",),
    ),
    Wrong(
        "new-axis",
        "squeeze-all",
        """
        def drop_channel(batch):
            return torch.squeeze(batch)
        """,
        due=("mistake every-axis",),
    ),
    Wrong(
        "new-axis",
        "b-minus-a",
        """
        def differences(a, b):
            return b[..., None, :] - a[..., :, None]
        """,
        due=("mistake subtracted-the-other-way",),
    ),
    Wrong(
        "new-axis",
        "columns-and-rows",
        """
        def differences(a, b):
            return a[..., None, :] - b[..., :, None]
        """,
        due=("mistake rows-and-columns-exchanged",),
    ),
    Wrong(
        "new-axis",
        "batch-at-one",
        """
        def to_batch(image):
            return image.unsqueeze(1)
        """,
        due=("axis",),
    ),
    Wrong(
        "new-axis",
        "index-zero",
        """
        def drop_channel(batch):
            return batch[:, 0, :, :]
        """,
        due=("mistake first-channel-taken",),
    ),
    Wrong(
        "new-axis",
        "two-batch-axes",
        """
        def to_batch(image):
            return image[None, None]
        """,
        due=("axis",),
    ),
    Wrong(
        "dtypes",
        "counts-all-large",
        """
        def overflowed(x):
            return (x.abs() > 65504).sum()
        """,
        due=("other-data",),
    ),
    Wrong(
        "dtypes",
        "counts-inf",
        """
        def overflowed(x):
            return x.half().isinf().sum().item()
        """,
        due=("mistake infinite-before",),
    ),
    Wrong(
        "dtypes",
        "plus-a-half",
        """
        def to_nearest(x):
            return (x + 0.5).int()
        """,
        due=("mistake half-added-and-cut-off",),
    ),
    Wrong(
        "dtypes",
        "rounded-but-float",
        """
        def to_nearest(x):
            return x.round()
        """,
        due=("dtype",),
    ),
    Wrong(
        "dtypes",
        "wraps-round",
        """
        def to_int16(x):
            return x.to(torch.int16)
        """,
        due=("mistake bits-cut-off",),
    ),
    Wrong(
        "dtypes",
        "clamped-but-int64",
        """
        def to_int16(x):
            return x.clamp(-32768, 32767)
        """,
        due=("dtype",),
    ),
    Wrong(
        "dtypes",
        "symmetric-clamp",
        """
        def to_int16(x):
            return x.clamp(-32767, 32767).to(torch.int16)
        """,
        due=("off-by-one",),
    ),
    Wrong(
        "dtypes",
        "mask-not-count",
        """
        def overflowed(x):
            return x.to(torch.float16).isinf() & x.isfinite()
        """,
        due=("not-reduced",),
    ),
    Wrong(
        "dtypes",
        "long-nearest",
        """
        def to_nearest(x):
            return torch.round(x).long()
        """,
        due=("dtype",),
    ),
    Wrong(
        "mixed-dtypes",
        "several-predictions",
        """
        whole_plus_half = torch.float32
        whole_by_whole = torch.float64
        single_times_scalar = torch.float64
        """,
        due=("mistake scalar-widens",),
    ),
    Wrong(
        "mixed-dtypes",
        "to-the-first",
        """
        def to_common(a, b):
            return a, b.to(a.dtype)
        """,
        due=("other-data",),
    ),
    Wrong(
        "mixed-dtypes",
        "tensors-not-dtypes",
        """
        whole_plus_half = whole + half
        whole_by_whole = whole / whole
        half_times_number = half * 2.5
        whole_times_number = whole * 2.5
        single_times_scalar = single * scalar
        whole_plus_scalar = whole + scalar


        def to_common(a, b):
            common = torch.result_type(a, b)
            return a.to(common), b.to(common)
        """,
        due=("kind",),
    ),
    Wrong(
        "mixed-dtypes",
        "list-returned",
        """
        def to_common(a, b):
            common = torch.promote_types(a.dtype, b.dtype)
            return [a.to(common), b.to(common)]
        """,
        due=("mistake types-without-axes",),
    ),
    Wrong(
        "device",
        "moved-and-dropped",
        """
        def same_place(a, b):
            b.to(a.device)
            return b
        """,
        due=("mistake result-thrown-away",),
    ),
    Wrong(
        "device",
        "same-device-only",
        """
        def can_add(a, b):
            return a.device == b.device
        """,
        due=("mistake no-exception",),
    ),
    Wrong(
        "device",
        "answer-turned-round",
        """
        def can_add(a, b):
            return error_of(torch.add, a, b) != "no error"
        """,
        due=("value",),
        never=("another moment",),
    ),
    Wrong(
        "cat",
        "third-axis-never-compared",
        """
        def joinable(tensors, dim):
            first = tensors[0]
            for t in tensors:
                if t.dim() != first.dim():
                    return False
                for k in range(2):
                    if k != dim and t.shape[k] != first.shape[k]:
                        return False
            return True
        """,
        due=("values", "some-parts"),
    ),
    Wrong(
        "device",
        "returns-pair",
        """
        def same_place(a, b):
            return a, b.to(a.device)
        """,
        due=(
            "failed",
            "not-a-tensor",
        ),
    ),
    Wrong(
        "device",
        "to-like-a",
        """
        def same_place(a, b):
            return b.type_as(a)
        """,
        due=("mistake dtype-too",),
    ),
    Wrong(
        "device",
        "can-add-string",
        """
        def can_add(a, b):
            return error_of(torch.add, a, b)
        """,
        due=("kind",),
    ),
    Wrong(
        "elementwise",
        "nan-to-num",
        """
        def ratio(a, b):
            return torch.nan_to_num(a / b)
        """,
        due=(
            "values",
            "some-numbers",
        ),
    ),
    Wrong(
        "elementwise",
        "inf-zeroed",
        """
        def ratio(a, b):
            r = a / b
            r[torch.isinf(r)] = 0
            r[torch.isnan(r)] = 0
            return r
        """,
        due=("mistake too-much-repaired",),
    ),
    Wrong(
        "elementwise",
        "python-if",
        """
        def ratio(a, b):
            if b == 0:
                return 0
            return a / b
        """,
        due=("failed",),
    ),
    Wrong(
        "elementwise",
        "swapped-and-then-changed-in-place",
        """
        by_operator = first - second
        by_function = torch.sub(second, first)
        by_method = first.sub_(second)


        def ratio(a, b):
            return torch.where(b == 0, 0, a / b)
        """,
        due=("operand",),
    ),
    Wrong(
        "elementwise",
        "added-instead",
        """
        by_operator = first + second
        by_function = torch.add(first, second)
        by_method = first.add(second)


        def ratio(a, b):
            return torch.where(b == 0, 0, a / b)
        """,
        due=("operand",),
    ),
    Wrong(
        "elementwise",
        "integer-division",
        """
        def ratio(a, b):
            return torch.where(b == 0, 0, a // b)
        """,
        due=("failed",),
    ),
    Wrong(
        "matmul",
        "elementwise-product",
        """
        def scores(batch, weights):
            return torch.exp(batch * weights)
        """,
        due=("mistake element-by-element",),
    ),
    Wrong(
        "matmul",
        "exp-of-both",
        """
        def scores(batch, weights):
            return batch.exp() @ weights.exp()
        """,
        due=("values",),
    ),
    Wrong(
        "matmul",
        "no-exp",
        """
        def scores(batch, weights):
            return batch @ weights
        """,
        due=("function",),
    ),
    Wrong(
        "matmul",
        "sum-of-all",
        """
        def traces(batch):
            return torch.tensor([m.sum() for m in batch])
        """,
        due=("values",),
    ),
    Wrong(
        "matmul",
        "list-of-traces",
        """
        def traces(batch):
            return [m.trace() for m in batch]
        """,
        due=("not-a-tensor",),
    ),
    Wrong(
        "matmul",
        "one-trace-for-all",
        """
        def traces(batch):
            return torch.stack([m.trace() for m in batch]).sum()
        """,
        due=(
            "axis",
            "reduced",
        ),
    ),
    Wrong(
        "matmul",
        "mean-of-diagonal",
        """
        def traces(batch):
            return batch.diagonal(dim1=1, dim2=2).mean(dim=-1)
        """,
        due=("sum-for-mean",),
    ),
    Wrong(
        "broadcasting",
        "biased-std",
        """
        def standardise_columns(x):
            return (x - x.mean(0)) / x.std(0)


        def standardise_rows(x):
            return standardise_columns(x.T).T
        """,
        due=("mistake one-less",),
    ),
    Wrong(
        "broadcasting",
        "only-columns-with-n-1",
        """
        def standardise_columns(x):
            return (x - x.mean(dim=0)) / x.std(dim=0)
        """,
        due=("mistake one-less",),
    ),
    Wrong(
        "broadcasting",
        "rows-without-keepdim",
        """
        def standardise_rows(x):
            return (x - x.mean(dim=1)) / x.std(dim=1, unbiased=False)
        """,
        due=("mistake axis-lost",),
    ),
    Wrong(
        "broadcasting",
        "not-divided",
        """
        def standardise_columns(x):
            return x - x.mean(dim=0)
        """,
        due=("mistake only-centred",),
    ),
    Wrong(
        "broadcasting",
        "rows-transposed",
        """
        def standardise_rows(x):
            return standardise_columns(x.T)
        """,
        due=("transposed",),
    ),
    Wrong(
        "broadcasting",
        "min-max",
        """
        def standardise_columns(x):
            low, high = x.amin(dim=0), x.amax(dim=0)
            return (x - low) / (high - low)
        """,
        due=("values",),
    ),
    Wrong(
        "flatten",
        "sizes-added",
        """
        def numbers_each(batch):
            return sum(batch.shape[1:])
        """,
        due=("values",),
    ),
    Wrong(
        "mixed-dtypes",
        "strings",
        """
        whole_plus_half = "float16"
        whole_by_whole = "float32"
        half_times_number = "float16"
        whole_times_number = "float32"
        single_times_scalar = "float32"
        whole_plus_scalar = "float64"


        def to_common(a, b):
            common = torch.result_type(a, b)
            return a.to(common), b.to(common)
        """,
        due=("kind",),
    ),
    Wrong(
        "mixed-dtypes",
        "sum-returned",
        """
        def to_common(a, b):
            return a + b
        """,
        due=("kind",),
    ),
    Wrong(
        "from-lists",
        "numpy-array",
        """
        def powers(numbers, n):
            return np.array([[a ** k for k in range(n)] for a in numbers])
        """,
        due=("not-a-tensor",),
    ),
    Wrong(
        "from-lists",
        "typo",
        """
        def powers(numbers, n):
            rows = []
            for number in numbers:
                rows.append([number ** k for k in range(n)])
            return torch.tensor(row)
        """,
        due=("failed",),
    ),
    Wrong(
        "from-lists",
        "unfinished",
        """
        def powers(numbers, n):
            rows = []
            ...
        """,
        due=(
            "blank",
            "no-return",
        ),
    ),
    Wrong(
        "from-lists",
        "one-argument",
        """
        def powers(numbers):
            return torch.tensor([[a ** k for k in range(3)] for a in numbers])
        """,
        due=("failed",),
    ),
    Wrong(
        "ragged-lists",
        "widest-of-two",
        """
        def pad(rows, fill):
            longest = len(rows[0])
            return torch.tensor([row + [fill] * (longest - len(row)) for row in rows])
        """,
        due=("failed",),
    ),
    Wrong(
        "ragged-lists",
        "numpy",
        """
        def pad(rows, fill):
            longest = max(len(row) for row in rows)
            return np.array([row + [fill] * (longest - len(row)) for row in rows])
        """,
        due=("not-a-tensor",),
    ),
    Wrong(
        "by-shape",
        "double",
        """
        def frame(h, w, value):
            made = torch.full((h, w), value, dtype=torch.float64)
            made[1:-1, 1:-1] = 0
            return made
        """,
        due=("dtype",),
    ),
    Wrong(
        "by-shape",
        "swapped-sizes",
        """
        def frame(h, w, value):
            made = torch.full((w, h), float(value))
            made[1:-1, 1:-1] = 0
            return made
        """,
        due=("transposed",),
    ),
    Wrong(
        "by-shape",
        "two-draws",
        """
        def between(low, high, shape):
            torch.rand(1)
            return low + (high - low) * torch.rand(shape)
        """,
        due=("values",),
    ),
    Wrong(
        "image-axes",
        "flipped",
        """
        def to_torch(image):
            return torch.from_numpy(image).permute(2, 0, 1).flip(1)
        """,
        due=(
            "places",
            "turned",
        ),
    ),
    Wrong(
        "swap-or-reshape",
        "pixels-channel-major",
        """
        def pixels(image):
            return image.permute(2, 1, 0).reshape(-1, len(image))
        """,
        due=("mistake pixels-by-columns",),
    ),
    Wrong(
        "cat",
        "always-true",
        """
        def joinable(tensors, dim):
            return True
        """,
        due=("argument-unused",),
    ),
    Wrong(
        "cat",
        "first-row-only",
        """
        def from_blocks(blocks):
            return torch.cat(blocks[0], dim=1)
        """,
        due=("cut",),
    ),
    Wrong(
        "new-axis",
        "repeated",
        """
        def differences(a, b):
            return a - b
        """,
        due=("failed",),
    ),
    Wrong(
        "dtypes",
        "floor",
        """
        def to_nearest(x):
            return torch.floor(x).int()
        """,
        due=("off-by-one",),
    ),
    Wrong(
        "dtypes",
        "int8",
        """
        def to_int16(x):
            return x.clamp(-128, 127).to(torch.int16)
        """,
        due=("values",),
    ),
    Wrong(
        "device",
        "device-of-b",
        """
        def same_place(a, b):
            return a.to(b.device)
        """,
        due=("mistake the-other-one-moved",),
    ),
    Wrong(
        "device",
        "string",
        """
        def same_place(a, b):
            return b.to("cpu")
        """,
        due=("argument-unused",),
    ),
    Wrong(
        "elementwise",
        "else-one",
        """
        def ratio(a, b):
            return torch.where(b == 0, 1, a / b)
        """,
        due=(
            "values",
            "some-numbers",
        ),
    ),
    Wrong(
        "matmul",
        "log",
        """
        def scores(batch, weights):
            return (batch @ weights).log()
        """,
        due=(
            "nan",
            "values",
        ),
    ),
    Wrong(
        "matmul",
        "first-matrix",
        """
        def traces(batch):
            return batch[0].trace()
        """,
        due=(
            "axis",
            "shape",
        ),
    ),
    Wrong(
        "matmul",
        "off-diagonal",
        """
        def traces(batch):
            return batch.flip(-1).diagonal(dim1=-2, dim2=-1).sum(-1)
        """,
        due=("values",),
    ),
    Wrong(
        "broadcasting",
        "mean-not-removed",
        """
        def standardise_rows(x):
            return x / x.std(dim=1, correction=0, keepdim=True)
        """,
        due=("values",),
    ),
    Wrong(
        "broadcasting",
        "loop-and-list",
        """
        def standardise_columns(x):
            return [(c - c.mean()) / c.std(correction=0) for c in x.T]
        """,
        due=("not-a-tensor",),
    ),
    Wrong(
        "broadcasting",
        "huge",
        """
        def standardise_columns(x):
            return torch.zeros(10**12)
        """,
        due=("failed",),
    ),
    Wrong(
        "ragged-lists",
        "endless-loop",
        """
        def pad(rows, fill):
            longest = max(len(row) for row in rows)
            for row in rows:
                while len(row) < longest:
                    row + [fill]
            return torch.tensor(rows)
        """,
        alone=True,
        due=("failed",),
        never=("KeyboardInterrupt",),
    ),
    Wrong(
        "from-lists",
        "bits-for-powers",
        """
        def powers(numbers, n):
            return torch.tensor([[a ^ k for k in range(n)] for a in numbers])
        """,
        due=("xor", "failed"),
    ),
    Wrong(
        "from-lists",
        "thrown-away",
        """
        def wrapped(number, depth):
            t = torch.tensor(number)
            for _ in range(depth):
                t.unsqueeze(0)
            return t
        """,
        due=("discarded",),
    ),
    Wrong(
        "by-shape",
        "other-way-round",
        """
        def between(low, high, shape):
            return torch.rand(shape) * (low - high) + high
        """,
        due=("values",),
        never=("sign", "by hand"),
    ),
    Wrong(
        "elementwise",
        "first-changed-in-place",
        """
        first -= second
        by_operator = first
        by_function = torch.sub(first, second)
        by_method = first.sub(second)


        def ratio(a, b):
            return torch.where(b == 0, 0, a / b)
        """,
        due=("given-changed",),
        never=("binds", "other name"),
    ),
    Wrong(
        "ragged-lists",
        "called-before-it-is-looked-at",
        """
        ragged_error = error_of(torch.tensor(ragged))


        def pad(rows, fill):
            longest = max(len(row) for row in rows)
            return torch.tensor([[*row, *[fill] * (longest - len(row))] for row in rows])
        """,
        due=("called-early",),
    ),
    Wrong(
        "image-axes",
        "back-by-reshape",
        """
        def to_file(tensor):
            c, h, w = tensor.shape
            return tensor.reshape(h, w, c).numpy()
        """,
        due=("places",),
    ),
    Wrong(
        "image-axes",
        "upside-down",
        """
        def to_torch(image):
            return torch.from_numpy(image).permute(2, 0, 1).flip(1)
        """,
        due=("turned",),
        never=("reshape",),
    ),
    Wrong(
        "new-axis",
        "thrown-away",
        """
        def to_batch(image):
            image.unsqueeze(0)
            return image
        """,
        due=("discarded", "axis"),
    ),
    Wrong(
        "new-axis",
        "axis-added",
        """
        def drop_channel(batch):
            return batch.unsqueeze(1)
        """,
        due=("axis",),
        never=("something else",),
    ),
    Wrong(
        "cat",
        "returns-in-each-branch",
        """
        def joinable(tensors, dim):
            for one in tensors:
                if one.shape == tensors[0].shape:
                    return True
                else:
                    return False
        """,
        due=("returns-in-loop",),
    ),
    Wrong(
        "matmul",
        "bmm-with-a-matrix",
        """
        def scores(batch, weights):
            return torch.bmm(batch, weights).exp()
        """,
        due=("failed",),
    ),
    Wrong(
        "broadcasting",
        "multiplied-by-the-deviation",
        """
        def standardise_rows(x):
            mean, std = x.mean(dim=1, keepdim=True), x.std(dim=1, keepdim=True)
            return (x - mean) * std
        """,
        due=("rows-scaled",),
    ),
    Wrong(
        "cat",
        "stacked-blocks-of-other-sizes",
        """
        def from_blocks(blocks):
            rows = []
            for row in blocks:
                rows.append(torch.stack(row, dim=1))
            return torch.cat(rows)
        """,
        due=("failed", "reshaped"),
    ),
    Wrong(
        "matmul",
        "stacked-products-with-all-weights",
        """
        def scores(batch, weights):
            result = []
            for m in batch:
                result.append((m @ weights).exp())
            return torch.stack(result)
        """,
        due=("shape",),
    ),
    Wrong(
        "swap-or-reshape",
        "a-size-that-is-no-whole-number",
        """
        def from_columns(v, n_rows):
            n_columns = len(v) / n_rows
            return v.reshape(n_columns, n_rows).T
        """,
        due=("failed",),
    ),
)
