"""Wrong answers as students write them, and what may be said of each."""
