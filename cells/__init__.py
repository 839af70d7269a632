"""Three provinces and a nation on this machine, for `make cells` and the long tests.

Each is an installation of its own: servers of the portal's embedded PostgreSQL, a web process, a
worker with its beat. Nothing imports this but its tests.
"""
