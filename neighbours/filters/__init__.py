"""Filters, tabs and addresses of the lists."""
