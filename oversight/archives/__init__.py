"""Archive packages of closed years: what goes in, how one is written, how one is checked."""
