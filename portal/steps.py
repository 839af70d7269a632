"""Steps tell what people did. The database lets nobody who runs the portal change or delete them;
they go only with a record that is taken out as if it had never been."""

from contextlib import contextmanager

from django.db import connection


@contextmanager
def may_go():
    """Within a transaction: steps are deleted together with what they belong to."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.steps_may_go = 'yes'")
        yield
        cursor.execute("SET LOCAL portal.steps_may_go = ''")
