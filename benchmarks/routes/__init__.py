"""The ways to get through a pile of submissions, one a module."""
