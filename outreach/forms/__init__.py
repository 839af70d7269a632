"""What people type, made clean: one file for each noun."""
