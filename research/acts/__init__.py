"""Acts on the records of research, one row each."""
