"""Catalogues of what the grader says, by language."""
