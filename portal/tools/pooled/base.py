"""Django's PostgreSQL backend behind a pooler that lends a server connection for one transaction.

Used instead of Django's own with POOLER=yes. Nothing may be left on a server connection between two
transactions: the next transaction may be somebody else's, or find another connection.
"""

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    # Statements are not prepared by name (portal/tools/prepared.py).
    is_pooled = True

    def chunked_cursor(self):
        """A cursor on the server ends with its transaction; outside of one, the rows are read at
        once: a cursor WITH HOLD would stay on a connection that is somebody else's by then."""
        return super().chunked_cursor() if self.in_atomic_block else self.cursor()


def is_pooled(connection):
    return getattr(connection, "is_pooled", False)
