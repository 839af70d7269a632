"""Filters of lists, one file for each noun."""
