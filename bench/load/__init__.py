"""`make load`: signed-in users on several nodes, then a node, a worker and the broker are killed.

It is for measuring alone: no module of the portal imports it, and it speaks to loopback only.
"""
