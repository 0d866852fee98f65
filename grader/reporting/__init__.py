"""Views of a report; nothing here computes a mark."""
