"""Grading many submissions, in this process or in others, behind one seam."""
