"""Results of several machines, brought together."""
