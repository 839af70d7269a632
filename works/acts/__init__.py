"""Acts on the records of works, one row each."""
