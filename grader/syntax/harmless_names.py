"""Names of torch's, NumPy's and Python's own whose use changes nothing but values at hand.

Whatever they are called or read of, no setting, module, class, file or process is another
afterwards. What draws random numbers is among them, since calls are seeded; whatever is not listed
may do anything. Methods that end with `_` change their tensor, and stand here without it.
"""

_BUILTINS = """
    abs all any bool bytes callable chr complex dict divmod enumerate filter float format frozenset
    hash id int isinstance issubclass iter len list map max min next object ord pow print range repr
    reversed round set slice sorted str sum super tuple type zip property staticmethod classmethod
    Ellipsis NotImplemented True False None __name__ BaseException Exception ArithmeticError
    AssertionError AttributeError EOFError FloatingPointError IndexError KeyError KeyboardInterrupt
    LookupError MemoryError NameError NotImplementedError OverflowError RecursionError RuntimeError
    StopIteration TypeError UnboundLocalError ValueError ZeroDivisionError Warning UserWarning
    RuntimeWarning input bin oct hex ascii bytearray
    """

_PACKAGES = """
    torch numpy math cmath itertools functools operator collections random statistics fractions
    decimal time copy string typing numbers abc dataclasses enum bisect heapq
    """

_PARTS = """
    nn functional F optim linalg autograd init utils data fft special distributions cuda mps random
    testing abc lr_scheduler lib stride_tricks polynomial perf_counter perf_counter_ns time
    monotonic process_time parameter modules activation loss
    """

_TENSORS = """
    abs absolute acos acosh add addbmm addcdiv addcmul addmm addmv addr adjoint all allclose amax
    amin aminmax angle any arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin
    argsort argwhere as_strided as_tensor asarray asin asinh atan atan2 atanh atleast_1d atleast_2d
    atleast_3d backward baddbmm batch_norm bernoulli bfloat16 bincount bitwise_and
    bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor block_diag bmm bool
    broadcast_shapes broadcast_tensors broadcast_to bucketize byte can_cast cartesian_prod cat
    cauchy cdist ceil char cholesky cholesky_inverse cholesky_solve chunk clamp clamp_max clamp_min
    clip clone column_stack combinations complex complex64 complex128 concat concatenate conj
    conj_physical contiguous conv1d conv2d conv3d copy copysign corrcoef cos cosh count_nonzero cov
    cpu cross cummax cummin cumprod cumsum cumulative_trapezoid data deg2rad dense_dim det detach
    device diag diag_embed diagflat diagonal diagonal_scatter diff digamma dim dist div divide dot
    double dropout dsplit dstack dtype e eig eigh eigvals eigvalsh einsum element_size empty
    empty_like empty_strided enable_grad eq equal erf erfc erfinv exp exp2 expand expand_as expm1
    exponential eye fill fill_diagonal finfo fix flatten flip fliplr flipud float float16 float32
    float64 float_power floor floor_divide fmax fmin fmod frac frexp from_numpy full full_like
    gather gcd ge geometric ger get_default_device get_default_dtype get_device get_device_name grad
    grad_fn gradient greater greater_equal gt half heaviside histc histogram hsplit hstack hypot
    iinfo imag index_add index_copy index_fill index_put index_select indices inf inference_mode
    initial_seed inner int int8 int16 int32 int64 inv inverse is_available is_complex is_contiguous
    is_cuda is_floating_point is_grad_enabled is_inference is_leaf is_meta is_nonzero is_same_size
    is_sparse is_tensor isclose isfinite isin isinf isnan isneginf isposinf isreal item itemsize
    jacobian kron kthvalue layout lcm ldexp le lerp less less_equal lgamma linspace log log10 log1p
    log2 log_normal log_softmax logaddexp logaddexp2 logcumsumexp logdet logical_and logical_not
    logical_or logical_xor logit logspace logsumexp long lstsq lt lu mH mT manual_seed
    manual_seed_all masked_fill masked_scatter masked_select matmul matrix_exp matrix_norm
    matrix_power matrix_rank max maximum mean median meshgrid min minimum mm mode moveaxis movedim
    msort mul multi_dot multinomial multiply mv nan nan_to_num nanmean nanmedian nanquantile nansum
    narrow nbytes ndim ndimension ne neg negative nelement new_empty new_full new_ones new_tensor
    new_zeros nextafter no_grad nonzero norm normal not_equal numel numpy ones ones_like outer
    permute pi pinverse pinv poisson polar positive pow prod put qr quantile rad2deg rand rand_like
    randint randint_like randn randn_like randperm ravel real reciprocal relu remainder renorm
    repeat repeat_interleave requires_grad reshape reshape_as resize resolve_conj resolve_neg
    result_type retain_grad roll rot90 round row_stack rsqrt rsub scalar_tensor scatter scatter_add
    scatter_reduce searchsorted seed select set_grad_enabled sgn shape short sigmoid sign signbit
    sin sinc sinh size slogdet softmax solve sort split split_with_sizes sqrt square squeeze stack
    std std_mean stride sub subtract sum sum_to_size svd svdvals swapaxes swapdims t T H take
    take_along_dim tan tanh tensor tensor_split tensordot tile to to_dense to_sparse tolist topk
    trace transpose trapezoid trapz tril tril_indices triu triu_indices true_divide trunc type
    type_as uint8 unbind unflatten unfold uniform unique unique_consecutive unravel_index unsqueeze
    values vander var var_mean vdot vector_norm view view_as view_as_complex view_as_real vsplit
    vstack where xlogy zero zeros zeros_like Tensor Size Generator FloatTensor LongTensor IntTensor
    DoubleTensor BoolTensor HalfTensor
    """

_LAYERS = """
    AvgPool1d AvgPool2d BCELoss BCEWithLogitsLoss BatchNorm1d BatchNorm2d Bilinear Conv1d Conv2d
    Conv3d CosineSimilarity CrossEntropyLoss Dropout ELU Embedding Flatten GELU GLU HuberLoss
    Identity KLDivLoss L1Loss LayerNorm LeakyReLU Linear LogSigmoid LogSoftmax MSELoss MaxPool1d
    MaxPool2d Module ModuleDict ModuleList NLLLoss PReLU Parameter ParameterDict ParameterList
    RMSNorm ReLU ReLU6 SELU Sequential SiLU Sigmoid SmoothL1Loss Softmax Softmin Softplus Softsign
    Tanh Threshold Unflatten Hardtanh Mish TensorDataset Dataset Subset adaptive_avg_pool2d
    avg_pool1d avg_pool2d binary_cross_entropy binary_cross_entropy_with_logits cosine_similarity
    cross_entropy elu embedding gelu glu huber_loss kl_div l1_loss layer_norm leaky_relu linear
    logsigmoid max_pool1d max_pool2d mse_loss nll_loss normalize one_hot pad pairwise_distance relu6
    selu silu smooth_l1_loss softmin softplus softsign threshold hardtanh mish celu bilinear bias
    buffers calculate_gain children constant eval extra_repr forward in_features inplace
    kaiming_normal kaiming_uniform load_state_dict modules named_buffers named_children
    named_modules named_parameters negative_slope num_features out_features parameters
    parameters_to_vector vector_to_parameters register_buffer register_parameter reset_parameters
    state_dict train training trunc_normal weight xavier_normal xavier_uniform orthogonal eye sparse
    clip_grad_norm clip_grad_value zero_grad Adam AdamW SGD RMSprop Adagrad Adadelta Adamax NAdam
    LBFGS Rprop Optimizer step param_groups StepLR ExponentialLR LambdaLR
    """

_ARRAYS = """
    append apply_along_axis argpartition around array array_equal array_split asanyarray
    ascontiguousarray astype average base block bool_ broadcast broadcast_arrays cbrt clongdouble
    compress conjugate convolve copyto degrees delete diag_indices digitize divmod ediff1d
    expand_dims extract fabs fill_diagonal flat flatnonzero fromfunction fromiter generic geomspace
    hanning histogram2d hypot identity indices insert int_ integer interp intersect1d invert ix_
    kron left_shift lexsort longdouble may_share_memory mgrid mod modf nanargmax nanargmin nanmax
    nanmin nanstd nanvar ndarray ndenumerate ndindex newaxis number ogrid partition percentile
    piecewise place polyfit polyval power ptp putmask radians ravel_multi_index right_shift rint
    rollaxis setdiff1d setxor1d shares_memory signedinteger floating single str_ strides tri
    tril_indices_from trim_zeros ufunc uint uint16 uint32 uint64 union1d unsignedinteger vectorize
    r_ c_ s_ choice default_rng permutation permuted random_sample rand shuffle standard_normal
    integers RandomState random gauss randrange sample choices
    """

_PYTHON = """
    add capitalize casefold center clear count decode difference difference_update discard encode
    endswith expandtabs extend find format format_map fromkeys get index insert intersection
    intersection_update isalnum isalpha isdecimal isdigit isdisjoint isidentifier islower isnumeric
    isspace issubset issuperset istitle isupper items join keys ljust lower lstrip partition pop
    popitem remove removeprefix removesuffix replace reverse rfind rindex rjust rpartition rsplit
    rstrip setdefault sort split splitlines startswith strip swapcase symmetric_difference title
    translate union update upper zfill is_integer as_integer_ratio bit_length bit_count hex
    conjugate imag real args start stop step acos ceil comb copysign cosh dist factorial fabs floor
    fsum gcd isqrt lcm perm prod tau trunc accumulate batched chain combinations
    combinations_with_replacement compress cycle dropwhile filterfalse from_iterable groupby islice
    pairwise permutations product starmap takewhile tee zip_longest partial reduce wraps itemgetter
    mul sub truediv matmul neg getitem Counter OrderedDict defaultdict deque namedtuple appendleft
    popleft most_common elements rotate deepcopy mean median stdev Fraction Decimal numerator
    denominator Any Callable Dict Iterable Iterator List Literal Mapping NamedTuple Optional
    Sequence Tuple Union TypeVar ABC abstractmethod dataclass field Enum bisect_left bisect_right
    heappush heappop __name__ __class__ __init__
    """

BUILTINS = frozenset(_BUILTINS.split())
PACKAGES = frozenset(_PACKAGES.split())  # that may be imported
ATTRIBUTES = frozenset(" ".join((_PARTS, _TENSORS, _LAYERS, _ARRAYS, _PYTHON)).split())

# Attributes of tensors and layers that may be set.
SET = frozenset(("grad", "requires_grad", "data", "weight", "bias", "training"))
