"""Forms, which clean what people type: one file for each noun."""
