"""List pages, one file for each noun."""
