"""The REST API, version 1 (docs/api.md): what it answers stands in api/openapi.json."""
