"""Official sheets of research."""
