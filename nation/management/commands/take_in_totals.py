"""`manage.py take_in_totals FILE`: import the totals of a province from its signed file."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from nation import actions


class Command(BaseCommand):
    help = "Replaces a province's totals by those of its signed file."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *, file, **options):
        if settings.MODE != "nation":
            raise CommandError("This is a province: a nation runs with MODE=nation.")
        try:
            state = actions.take_in(file.read_bytes(), by="take_in_totals", at=timezone.now())
        except OSError as trouble:
            raise CommandError(str(trouble)) from trouble
        except ValidationError as trouble:
            raise CommandError(" ".join(trouble.messages)) from trouble
        self.stdout.write(f"{state.cell} is as of {state.as_of:%Y-%m-%d %H:%M}.")
