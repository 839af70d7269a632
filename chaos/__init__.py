"""Phones that write without a signal, on a bad connection to a portal that is killed repeatedly.

python -m chaos      `make chaos`: no entry may be lost, doubled or invisible (docs/sync.md)

Only for tests: no module of the portal imports it, and it uses only the loopback interface.
"""
