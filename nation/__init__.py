"""Cells and nation: what a province publishes of its totals, and what shows those of all provinces.

In a cell, `folding` writes monthly totals into one table, which PostgreSQL's logical replication
carries to the nation, or `files` as a signed file. The nation is the same code with MODE=nation.
"""
