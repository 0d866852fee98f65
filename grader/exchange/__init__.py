"""Marks on their way to other systems, one module for each format."""
