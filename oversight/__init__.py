"""Long-term steering: inspection, plans, practices, official papers, the burden on villages."""
