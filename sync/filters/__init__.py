"""What the addresses of lists show."""
