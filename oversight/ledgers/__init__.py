"""Official sheets of oversight."""
