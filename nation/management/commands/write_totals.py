"""`manage.py write_totals FILE`: write this province's totals to a signed file."""

from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from nation import files, folding
from portal.records import audit


class Command(BaseCommand):
    help = "Folds what changed and writes the published totals to a signed file."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *, file, **options):
        if not settings.CELL:
            raise CommandError("Set CELL to the code of this province, such as 53.")
        while folding.fold(at=timezone.now()):
            pass
        try:
            as_of, rows = files.write(file)
        except (files.FileProblem, OSError) as trouble:
            raise CommandError(str(trouble)) from trouble
        audit.record("nation.written", by="write_totals")
        self.stdout.write(f"{file}: {rows} totals of {settings.CELL} as of {as_of:%Y-%m-%d %H:%M}.")
        self.stdout.write(f"Key: {files.public_text(files.private_key())}")
