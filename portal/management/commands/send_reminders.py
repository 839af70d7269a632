"""Make and send the reminders of a day; running it again repeats none."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.duties import reminders, sending


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser):
        parser.add_argument("--on", metavar="DATE", help="a day such as 2026-11-24; today if unset")

    def handle(self, on, **options):
        day = timezone.localdate()
        at = timezone.now()
        if on is not None:
            try:
                day = date.fromisoformat(on)
            except ValueError as problem:
                raise CommandError(f"Write the day as 2026-11-24, not {on!r}.") from problem
            if not 2000 <= day.year <= 2100:
                raise CommandError(f"{day} lies outside the years 2000 to 2100.")
            at = reminders.morning_of(day)
        told = reminders.tell(day=day, at=at, by="send_reminders")
        sent = 0
        while taken := sending.send_due(clock=timezone.now):
            sent += taken
        off = " (a day off: what is urgent alone)" if told.day_off else ""
        self.stdout.write(
            f"{day}{off}: {told.reminders} reminders, {told.messages} messages, {sent} taken up"
        )
