"""Filters of the lists, one file for each noun."""
