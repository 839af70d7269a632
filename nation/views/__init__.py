"""Pages of a nation."""
