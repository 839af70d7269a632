"""What cells and nation agree on. A change to anything here is a new VERSION."""

# Stored with each cell's state and in each file. A nation counts no cell of another version.
VERSION = 1
# A count below this is never published.
LEAST = 5
PUBLICATION = "portal_totals"
# The role by which a nation reads a cell's window.
READER = "portal_nation"
TABLES = ("nation_celltotal", "nation_cellstate")
# What a published row may contain: internal and official codes, no text typed by anybody.
CELL = r"^[0-9A-Z]{2,8}$"
FIGURE = r"^[a-z_]{1,30}$"
DIVISION = r"^([0-9]{2}|[0-9]{4}|[0-9]{6})?$"
ORGAN = r"^[0-9A-Z-]{0,30}$"
PART = r"^[a-z0-9_]{0,20}$"
# Digits of a division's code by its level; below the county nothing is published.
DIGITS = {1: 2, 2: 4, 3: 6}


def subscription(cell):
    return f"nation_{cell.lower()}"
