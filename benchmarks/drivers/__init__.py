"""Programs that a route starts: each runs notebooks in its own way and says when each was done."""
