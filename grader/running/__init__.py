"""A notebook run in a kernel: cell by cell, with looks at the exercises on the way."""
