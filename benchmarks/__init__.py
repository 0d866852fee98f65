"""How long the grader takes, beside other ways to run the same submissions."""
