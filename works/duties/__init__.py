"""What waits for somebody, one row each."""
