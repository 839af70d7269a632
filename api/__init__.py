"""Interfaces: a REST API, messages to other systems, a calendar of deadlines (docs/api.md)."""
