"""From one source to an assignment and its released notebook."""
