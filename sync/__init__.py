"""Writing without a signal: phones of cadres, and the entries that they send (docs/sync.md)."""
