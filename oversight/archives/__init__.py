"""Archive packages of closed years: contents, writing, verification."""
