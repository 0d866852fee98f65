"""Sources of other systems, brought over: each becomes a source of ours."""
