"""Whether a person may do something to a record of neighbours."""
