"""`manage.py seed_demo`: an invented county or enterprise to look at, or a province for
measurements."""

import time
from datetime import date, timedelta

from django.apps import apps
from django.core.management import BaseCommand, CommandError
from django.db import OperationalError, connection, connections
from django.utils import timezone

from demo import places as demo
from demo.enterprise import making as enterprise
from demo.outreach import county, province
from portal import parameters
from portal.days import workdays
from portal.duties import reminders, sending
from portal.models import AuditEntry, Cadre, ContactChannel, Division, Organ, User
from portal.run import error_reports
from portal.tools.pooled.base import is_pooled
from portal.trust import crypto

OURS = (
    "portal",
    "outreach",
    "neighbours",
    "works",
    "research",
    "sync",
    "api",
    "pairing",
    "evaluation",
    "oversight",
)
ANEW_SECONDS = 20


class Command(BaseCommand):
    help = "Fills an empty database with invented places, people, visits and matters."
    # `say` is for Python callers: it receives the progress lines instead of the terminal.
    stealth_options = ("say",)

    def add_arguments(self, parser):
        # The tiny enterprise is only for tests.
        parser.add_argument(
            "--scale",
            choices=["tiny", "small", "county", "province", *enterprise.SCALES],
            default="county",
            metavar="{tiny,small,county,province,enterprise}",
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--on", metavar="DATE", help="The day that is today in the county, like 2026-11-30."
        )
        parser.add_argument(
            "--fresh", action="store_true", help="Empty the database of an earlier demo first."
        )

    def handle(self, *, scale, seed, on, fresh, verbosity, say=None, **options):
        self.began = time.monotonic()
        say = say or (self.print_line if verbosity else lambda line: None)
        day = _day(on) if on else timezone.localdate()
        if scale == "province":
            self.build_province(day, say, fresh=fresh)
            return
        _refuse_real_people()
        if fresh:
            _empty()
        elif User.objects.exists() or Cadre.objects.exists():
            raise CommandError(_there_already())
        was_empty = not Division.objects.exists() and not Organ.objects.exists()
        try:
            made = self.make(scale, seed, day, say)
        except BaseException as trouble:
            # Never leave a partial demo behind.
            is_empty = was_empty and _could_empty()
            if not isinstance(trouble, Exception):
                raise
            raise CommandError(_sentence(trouble, is_empty=is_empty)) from trouble
        if verbosity:
            taken = time.monotonic() - self.began
            self.stdout.write(f"{county.summary(made)}, in {taken:.0f} s")
            for row in demo.logins():
                self.stdout.write("  ".join(row))

    def make(self, scale, seed, day, say):
        if not is_pooled(connection):  # would affect all clients
            with connection.cursor() as cursor:
                # Many small transactions, none of which has to survive a power cut.
                cursor.execute("SET synchronous_commit TO off")
        make = enterprise.make if scale in enterprise.SCALES else county.make
        made = make(scale, seed, day, settle=_analyse, say=say)
        _remind(made)
        return made

    def build_province(self, day, say, *, fresh):
        """Build the province in a database of its own; this one is not touched."""
        if province.is_there() and not fresh:
            self.stdout.write(f"{province.NAME} is there already, by the same recipe.")
            return

        def timed(line):
            say(f"{time.monotonic() - self.began:5.0f} s  {line}")

        province.build(day, timed)
        timed(f"{province.NAME} is ready; readers {', '.join(province.READERS.values())}")

    def print_line(self, line):
        self.stdout.write(line)
        self.stdout.flush()


def _day(text):
    """Parse the day; the calendar of working days must cover the year before it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"“{text}” is not a date; write it like 2026-11-30.") from None
    unknown = [year for year in (day.year - 1, day.year) if not workdays.is_published(year)]
    if unknown:
        raise CommandError(
            f"There is no calendar of working days for {unknown[0]}, so the county cannot have"
            f" lived until {day}; name another day, or upload the calendar of that year."
        )
    return day


def _refuse_real_people():
    """Raise CommandError if the installation is in use."""
    if demo.has_other_accounts():
        raise CommandError("Accounts that are not the demo's are in this database; nothing done.")


def _there_already():
    # Audit entries are written last, so without them the demo is incomplete.
    what = "a demo county" if AuditEntry.objects.exists() else "a demo county that is half made"
    return f"The database already holds {what}; “make demo” or --fresh makes it anew."


def _sentence(trouble, *, is_empty):
    """Return the failure in one line; the details go to the log."""
    where = _write_down(trouble, "The demo could not be made")
    words = " ".join(str(trouble).split())[:200] or type(trouble).__name__
    left = "is empty again" if is_empty else "still holds a part of it, which --fresh removes"
    said = f"The demo could not be made ({words}). The database {left}; {where}."
    return error_reports.no_space() + said


def _write_down(trouble, what):
    return error_reports.write_down(trouble, what, log="seed.log", at=timezone.now())


def _remind(made):
    """Send the reminders of the last working morning, to the cast also by e-mail (var/mail)."""
    day = made.anchor
    usernames = [username for _who, username, _password in demo.logins()]
    for user in User.objects.filter(username__in=usernames).order_by("pk"):
        ContactChannel.objects.create(
            user=user,
            channel="mail",
            shown=f"{user.username}@portal.example",
            address_cipher=crypto.encrypt(f"{user.username}@portal.example", sending.ADDRESS),
            verified_at=workdays.end_of(day - timedelta(days=1)),
        )
    while not workdays.is_working_day(day):
        day -= timedelta(days=1)
    reminders.tell(day=day, at=reminders.morning_of(day), by="seed")


def _analyse():
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def _could_empty():
    """Empty the database after a failure. The cause may make this fail too, which must not hide the
    original error."""
    began = time.monotonic()
    while True:
        try:
            # An interrupted transaction would hold locks on the tables.
            connections.close_all()
            _empty()
        except Exception as trouble:
            # PostgreSQL restarts by itself after it ran out of space.
            if isinstance(trouble, OperationalError) and time.monotonic() - began < ANEW_SECONDS:
                time.sleep(0.5)
                continue
            _write_down(trouble, "What was made could not be removed")
            return False
        return True


def _empty():
    """Truncate all our tables and those that refer to them, as the role that owns them."""
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
