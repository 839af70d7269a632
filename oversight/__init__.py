"""What lasts: inspection, plans, practices, official papers, the burden on villages."""
