"""An automated grader for PyTorch exercise notebooks."""
