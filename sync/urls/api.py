"""Addresses that phones call (docs/sync.md)."""

urlpatterns: list = []
