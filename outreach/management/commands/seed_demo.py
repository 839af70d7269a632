"""`manage.py seed_demo`: an invented county to look at, or a province to measure with."""

import time
from datetime import timedelta

from django.apps import apps
from django.core.management import BaseCommand, CommandError
from django.db import connection, connections
from django.utils import timezone

from outreach.demo import county, province
from portal import crypto, demo, parameters, reminders, sending, workdays
from portal.models import AuditEntry, Cadre, ContactChannel, Division, Organ, User

OURS = ("portal", "outreach", "pairing", "evaluation")


class Command(BaseCommand):
    help = "Fills an empty database with invented places, people, visits and matters."

    def add_arguments(self, parser):
        parser.add_argument("--scale", choices=["small", "county", "province"], default="county")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--fresh", action="store_true", help="Empty the database of an earlier demo first."
        )

    def handle(self, *, scale, seed, fresh, verbosity, **options):
        began = time.monotonic()
        if scale == "province":
            self.build_province(fresh=fresh, verbosity=verbosity)
            return
        _refuse_real_people()
        if fresh:
            _empty()
        elif User.objects.exists() or Cadre.objects.exists():
            raise CommandError("The database already holds people; --fresh would empty it first.")
        with connection.cursor() as cursor:
            # Many small transactions, none of which must outlive a power cut.
            cursor.execute("SET synchronous_commit TO off")
        was_empty = not Division.objects.exists() and not Organ.objects.exists()
        try:
            made = county.make(scale, seed, timezone.localdate(), settle=_analyse)
            _remind()
        except BaseException:
            if was_empty:
                _empty()  # a county is there whole or not at all
            raise
        if verbosity:
            self.stdout.write(f"{county.summary(made)}, in {time.monotonic() - began:.0f} s")
            for row in demo.logins():
                self.stdout.write("  ".join(row))

    def build_province(self, *, fresh, verbosity):
        """Into a database of its own; this one is not touched."""
        if province.is_there() and not fresh:
            self.stdout.write(f"{province.NAME} is there already, by the same recipe.")
            return
        began = time.monotonic()

        def say(line):
            if verbosity:
                self.stdout.write(f"{time.monotonic() - began:5.0f} s  {line}")
                self.stdout.flush()

        province.build(say)
        say(f"{province.NAME} is ready; readers {', '.join(province.READERS.values())}")


def _refuse_real_people():
    """The demo never touches an installation that is in use."""
    if demo.has_other_accounts():
        raise CommandError("Accounts that are not the demo's are in this database; nothing done.")


def _remind():
    """The last working morning's reminders, for the cast by e-mail as well (var/mail)."""
    usernames = [username for _who, username, _password in demo.logins()]
    for user in User.objects.filter(username__in=usernames).order_by("pk"):
        ContactChannel.objects.create(
            user=user,
            channel="mail",
            shown=f"{user.username}@portal.example",
            address_cipher=crypto.encrypt(f"{user.username}@portal.example", sending.ADDRESS),
            verified_at=timezone.now(),
        )
    day = timezone.localdate()
    while not workdays.is_working_day(day):
        day -= timedelta(days=1)
    reminders.tell(day=day, at=reminders.morning_of(day), by="seed")


def _analyse():
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def _empty():
    """All rows of our own tables and what hangs on them, by the role that owns them."""
    tables = [
        model._meta.db_table
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        if model._meta.managed
    ]
    tables += [AuditEntry._meta.db_table, "django_session"]
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
    parameters.forget()
    workdays.forget()
