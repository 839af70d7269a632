"""Every change, one file for each noun."""
