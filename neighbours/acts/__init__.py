"""Acts on the records of neighbours, one row each."""
