"""Official sheets of works."""
