"""`manage.py upgrade --backup FOLDER`: checks, a backup, the migrations, the catalogue, the
collected files. Reports any obstacle in one sentence before the first change."""

import os
from pathlib import Path

from django.core.management import BaseCommand, CommandError, call_command
from django.db import DatabaseError, connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

import portal
from portal.management.commands import catalogue
from portal.records import audit
from portal.run import backup, upgrading


class Command(BaseCommand):
    help = __doc__ or ""
    # They run as a separate step, after the checks with readable messages.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--backup", type=Path, metavar="FOLDER", help="where the backup goes")
        parser.add_argument(
            "--without-backup",
            action="store_true",
            help="only where the database was just backed up in another way",
        )
        parser.add_argument("--dry-run", action="store_true", help="only look whether it would go")

    def handle(self, *, dry_run, without_backup, **options):
        folder = options["backup"]
        if (folder is None) != without_backup:
            raise CommandError(
                "Say where the backup goes with --backup FOLDER, or --without-backup where the"
                " database was just backed up in another way."
            )
        connection = connections["owner"]
        before = upgrading.refuse_wrong_path(connection, folder=folder)
        # Root often owns the code, while the portal runs as another user.
        if not catalogue.is_compiled() and not os.access(
            catalogue.catalogue_path().parent, os.W_OK
        ):
            raise CommandError(
                "The catalogue is older than its texts, and this user cannot write it: run make"
                " install as the owner of the checkout."
            )
        plan = upgrading.waiting(connection)
        # Checks settings and models, not the database.
        call_command("check", fail_level="ERROR")
        self.stdout.write(
            f"From {before} to {portal.__version__}: {len(plan)} migrations are to be made."
        )
        if dry_run:
            self.stdout.write("Nothing is in the way, and nothing was changed.")
            return
        if folder is not None:
            self._back_up(folder, before)
        self._migrate(plan, folder)
        self.stdout.write("Catalogue and files of the pages …")
        if not catalogue.is_compiled():
            call_command("catalogue", compile=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        audit.record(
            "portal.upgraded", by="upgrade", values={"from": before, "to": portal.__version__}
        )
        for is_done, _right, wrong in upgrading.superuser_steps(connection):
            if not is_done:
                self.stdout.write(wrong)
        self.stdout.write(
            f"Now of {portal.__version__}. Next: what CHANGELOG.md asks for, then restart web,"
            " workers, beat and the door."
        )

    def _back_up(self, folder, before):
        now = timezone.now()
        self.file = folder / f"portal-{before}-{timezone.localtime(now):%Y%m%d-%H%M%S}.tar"
        self.stdout.write(f"Backup to {self.file} …")
        try:
            manifest = backup.write(self.file, at=now)
        except backup.BackupProblem as problem:
            raise CommandError(f"{problem} Nothing was changed.") from problem
        # The noun makes the newest backup quick to find (portal/run/measures.py).
        audit.record("backup.made", by="upgrade", values=manifest["database"], noun="backup")

    def _migrate(self, plan, folder):
        if not plan:
            return
        self.stdout.write(f"{len(plan)} migrations …")
        try:
            call_command("migrate", database="owner", interactive=False, verbosity=0)
        except DatabaseError as trouble:
            made = set(MigrationRecorder(connections["owner"]).applied_migrations())
            left = [".".join(one) for one in plan if one not in made]
            where = f"the backup is {self.file}" if folder is not None else "there is no backup"
            raise CommandError(
                f"{left[0] if left else 'A migration'} could not be made:"
                f" {str(trouble).splitlines()[0]}. What came before it is made; {where}. Run it"
                " again, or go back as “Upgrade” in docs/operations.md says."
            ) from trouble
