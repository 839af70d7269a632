"""Looks at the servers that the settings name: whether a pooler is set up as the portal needs
it. Says what is missing and how it is mended, and ends with 1 then."""

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError, connection, connections

from portal.run import upgrading

# Each in milliseconds, as the portal tells them itself to a server that it reaches directly.
TIME_OUTS = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "10min",
}


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        self.missing = 0
        if settings.POOLER:
            self.pooler()
        else:
            self.stdout.write("POOLER is not set: the portal reaches PostgreSQL directly.")
        if self.missing:
            raise CommandError(f"{self.missing} to mend.")

    def said(self, is_right, right, wrong):
        self.missing += not is_right
        self.stdout.write(f"ok       {right}" if is_right else f"missing  {wrong}")

    def pooler(self):
        self.said(
            upgrading.passes_a_pooler(connection),
            "DATABASE_URL leads through a pooler.",
            "DATABASE_URL leads to PostgreSQL itself: unset POOLER, or name the pooler.",
        )
        try:
            upgrading.refuse_pooler(connections["owner"])
        except (CommandError, DatabaseError) as problem:
            self.said(False, "", f"The owner's connection: {problem}".strip())
        else:
            self.said(True, "DATABASE_OWNER_URL leads to the server itself.", "")
        role = connection.settings_dict["USER"]
        for name, value in TIME_OUTS.items():
            with connection.cursor() as cursor:
                cursor.execute("SELECT setting FROM pg_settings WHERE name = %s", [name])
                [(found,)] = cursor.fetchall()
            self.said(
                found != "0",
                f"{name} of {role} is {found} ms.",
                f"{name} of {role}; as a superuser: ALTER ROLE {role} SET {name} = '{value}';"
                " then RECONNECT in the pooler's console.",
            )
