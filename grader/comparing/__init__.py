"""Values beside the expected ones: what differs, as facts."""
