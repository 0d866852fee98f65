"""The gradebook: what a course has graded, in a database."""
