"""Migrates as the owning role; the running role gets rows, never the schema."""

from django.core.management.commands import migrate
from django.db import connections
from django.db.models.signals import pre_migrate

from portal.migrations import _together
from portal.run import upgrading
from portal.trust import walled

GRANT_ROWS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app')
     AND current_user <> 'portal_app' THEN
    GRANT USAGE ON SCHEMA public TO portal_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public
      GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO portal_app;
  END IF;
END $$;
"""


class Command(migrate.Command):
    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args, **options):
        connection = connections[options["database"]]
        upgrading.refuse_pooler(connection)
        upgrading.refuse_half_way(connection)
        pre_migrate.connect(_together.group, dispatch_uid="portal.migrate")
        with connection.cursor() as cursor:
            # Serialise concurrent runs, without a timeout: both would start the same migrations.
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SELECT pg_advisory_lock(hashtext('portal.migrate'))")
            cursor.execute(GRANT_ROWS)
            try:
                super().handle(*args, **options)
                cursor.execute(walled.role_and_copier_sql())
            finally:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('portal.migrate'))")
