"""A process that is ready to grade, and whoever asks it to do a command."""
