"""Forms: fields and validation."""
