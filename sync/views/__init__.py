"""Doors of sync."""
