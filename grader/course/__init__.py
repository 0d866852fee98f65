"""A course, kept: its settings, the gradebook, and what follows from both."""
