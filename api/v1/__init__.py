"""The REST API, version 1 (docs/api.md); api/openapi.json describes its answers."""
