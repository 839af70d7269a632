"""What the nation's pages answer."""
