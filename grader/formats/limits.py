"""How large a message across the boundary may be; known also where torch is not loaded."""

MAX_HEADER = 24 * 2**20  # bytes; what the probe may send fits
MAX_TENSORS = 80 * 2**20  # bytes; the probe stops at 64 MiB
MAX_DEPTH = 25  # nested values; the probe stops at 20
MAX_REFS = 52_000  # tensors in one answer; the probe stops at 50,000
MAX_VALUES = 210_000  # in one answer; the probe stops at 200,000
MAX_NODES = 5 * MAX_VALUES  # of JSON
