"""Phones that write without a signal, on a bad line to a portal that is killed again and again.

python -m chaos      `make chaos`: nothing may be lost, doubled or seen by nobody (docs/sync.md)

It is for tests alone: no module of the portal imports it, and it speaks to loopback only.
"""
