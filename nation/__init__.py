"""Cells and nation: what a province publishes of its totals, and the pages that show all provinces.

In a cell, `folding` writes monthly totals into one table. PostgreSQL's logical replication carries
it to the nation, or `files` writes it as a signed file. The nation is the same code with
MODE=nation.
"""
