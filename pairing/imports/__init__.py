"""What an office brings of its pairings."""
