"""Official sheets of neighbours."""
