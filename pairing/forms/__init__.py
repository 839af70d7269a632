"""What is asked and how it is cleaned, one file for each noun."""
