"""Pure functions on values: what differs, and what it is worth."""
