"""Checks the servers that the settings name: whether pooler and replica are set up as the portal
needs. Says what is missing and how to fix it; exits with 1 if anything is."""

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError, connection, connections

from portal.run import upgrading
from portal.tools import replica

# The portal sets these itself on a server that it reaches directly, but not through a pooler.
# pg_settings gives milliseconds.
TIME_OUTS = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "10min",
}


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, **options):
        self.missing = 0
        for one in upgrading.superuser_steps(connection):
            self.said(*one)
        if settings.POOLER:
            self.pooler()
        else:
            self.stdout.write("POOLER is not set: the portal reaches PostgreSQL directly.")
        if replica.is_set():
            self.replica()
        else:
            self.stdout.write("REPLICA_URL is not set: everything is read at the primary.")
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

    def replica(self):
        try:
            number, name, is_replica = replica.identity(connections[replica.ALIAS])
        except DatabaseError as problem:
            self.said(False, "", f"REPLICA_URL does not answer: {problem}".strip())
            return
        self.said(
            is_replica and (number, name) == replica.identity(connection)[:2],
            "REPLICA_URL leads to a replica of this database.",
            "REPLICA_URL leads to no replica of this database, or to one that was promoted.",
        )
        with connections[replica.ALIAS].cursor() as cursor:
            cursor.execute("SHOW hot_standby_feedback")
            [(feedback,)] = cursor.fetchall()
        self.said(
            feedback == "on",
            "hot_standby_feedback is on.",
            "hot_standby_feedback; as a superuser at the replica: ALTER SYSTEM SET"
            " hot_standby_feedback = on; SELECT pg_reload_conf(); without it long exports are cut"
            " off there and done again at the primary.",
        )
        if is_replica:
            with replica.replica(by=None, waits=replica.JOB_WAITS) as place:
                self.said(place == "replica", "It keeps up.", f"It is not read: {place}.")
