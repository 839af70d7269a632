"""What an inspection needs besides its records: how many to draw, and from which frame."""
