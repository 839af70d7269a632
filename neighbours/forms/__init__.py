"""Forms, one file for each noun."""
