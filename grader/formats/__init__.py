"""The two file formats that cross a boundary: notebooks and values."""
