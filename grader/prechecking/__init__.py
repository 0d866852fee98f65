"""What can be told of a notebook before it is handed in, with nothing to compare it with."""
