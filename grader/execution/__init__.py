"""Kernels, and the running of a notebook in one of them."""
