"""Three provinces and a nation on this machine, for `make cells` and the long tests.

Each is a separate installation: servers of the portal's embedded PostgreSQL, a web process, a
worker with its beat. Only its tests import this.
"""
