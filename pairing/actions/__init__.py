"""Actions: every change, one file for each noun."""
