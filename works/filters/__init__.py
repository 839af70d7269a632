"""Filters, tabs and views of the lists."""
