"""Every change to a record of neighbours, with its audit entry."""
