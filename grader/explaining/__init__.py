"""What wrong values show of what went wrong."""
