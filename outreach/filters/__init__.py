"""Filters of lists: one file for each list."""
