"""`make load`: signed-in users on several nodes, while a node, a worker and the broker are killed.

Only for measurements: no module of the portal imports it, and it uses only the loopback interface.
"""
