"""Every change to a record of works, with its audit entry."""
