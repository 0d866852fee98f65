"""From files that were handed in to submissions whose cells are understood."""
