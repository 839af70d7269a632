"""Support for inspections: how many to draw, and from which frame."""
