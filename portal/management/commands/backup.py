"""`manage.py backup FILE`: database and files as one archive; the keys are never in it."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from portal.records import audit
from portal.run import backup, upgrading


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        upgrading.refuse_pooler(connections["owner"])
        try:
            manifest = backup.write(file, at=timezone.now())
        except backup.BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        # The noun makes the newest backup quick to find (portal/run/measures.py).
        audit.record("backup.made", by="backup", values=manifest["database"], noun="backup")
        self.stdout.write(
            f"{file}: {file.stat().st_size >> 20} MB. The keys are not in it; keep them elsewhere."
        )
