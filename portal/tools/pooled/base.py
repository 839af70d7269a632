"""Django's PostgreSQL backend behind a pooler that lends a server connection for one transaction.

Replaces Django's own with POOLER=yes. Nothing may be left on a server connection between two
transactions: the next transaction may belong to another client, or get another connection.
"""

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    # Statements are not prepared by name (portal/tools/prepared.py).
    is_pooled = True

    def chunked_cursor(self):
        """Return a server-side cursor inside a transaction only. Outside, read the rows at once: a
        cursor WITH HOLD would stay on a connection that another client may use by then."""
        return super().chunked_cursor() if self.in_atomic_block else self.cursor()


def is_pooled(connection):
    return getattr(connection, "is_pooled", False)
