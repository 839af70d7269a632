"""Every change to a record of oversight, with its audit entry."""
