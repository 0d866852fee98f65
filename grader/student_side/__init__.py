"""What runs on the student's side of the boundary; it imports nothing else of the grader."""
