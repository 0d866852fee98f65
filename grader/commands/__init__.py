"""The commands, each with its arguments, what it shows, and its exit codes."""
