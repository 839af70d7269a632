"""What only enterprises have: proposals of the workers' congress, talks, disclosures."""
