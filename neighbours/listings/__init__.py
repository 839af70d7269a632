"""The lists, one file for each noun."""
