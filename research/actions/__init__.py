"""Every change to a record of research, with its audit entry."""
