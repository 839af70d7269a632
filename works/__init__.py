"""What enterprises have besides: proposals of the workers' congress, talks, disclosures."""
