"""Acts on the records of oversight, one row each."""
