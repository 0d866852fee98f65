"""The vocabulary of the grader: plain records, no behaviour that grades."""
