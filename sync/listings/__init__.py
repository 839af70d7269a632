"""Lists of phones and their entries."""
