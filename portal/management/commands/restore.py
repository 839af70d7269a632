"""`manage.py restore FILE`: a backup into an empty installation."""

from datetime import datetime
from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from portal.records import audit
from portal.run import backup, upgrading


class Command(BaseCommand):
    help = __doc__ or ""
    # Checks would query tables that only the backup brings.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        upgrading.refuse_pooler(connections["owner"])
        try:
            manifest = backup.read(file)
        except backup.BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        audit.record("backup.restored", by="restore", values=manifest["database"])
        made = timezone.localtime(datetime.fromisoformat(manifest["made_at"]))
        self.stdout.write(
            f"Restored as of {made:%Y-%m-%d %H:%M}. Now: manage.py verify_audit, "
            "rebuild_figures --check."
        )
